"""From the pictures of a data set to what a network takes, whatever its side and its channels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from emotion.preprocessing import from_grey48

U8 = npt.NDArray[np.uint8]


def as_inputs(images: U8, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Bring a batch of pictures to a network's side and channels.

    Args:
        images: uint8 (N, h, w) grey or (N, h, w, 3) RGB. A whole test set at 224×224×3 takes gigabytes: give batches.
        shape: (side, side, channels) as in `model.input_shape[1:]`; one channel or three.

    Returns:
        float32 (N, side, side, channels), 0–1. Pictures shrink by area and grow by cubic interpolation; RGB becomes
        grey by Rec. 601 luma, grey becomes RGB by repetition. Grey pictures of the right side only change their type.

    Raises:
        ValueError: When the shape asks for another number of channels.
    """
    rows, columns, channels = shape
    if channels not in (1, 3):
        raise ValueError(f"a network with {channels} channels can be fed neither grey nor RGB pictures")
    if not len(images):
        return np.empty((0, *shape), np.float32)
    if channels == 1 and images.ndim == 4:
        images = _grey(images)
    images = resized(images, rows, columns)
    if images.ndim == 4:
        return images.astype(np.float32) / np.float32(255)
    scaled = from_grey48(images)
    return scaled if channels == 1 else np.repeat(scaled, 3, axis=-1)


def resized(images: U8, rows: int, columns: int) -> U8:
    """Bring pictures, uint8 (N, h, w[, 3]), to (N, rows, columns[, 3]): by area where they shrink, else cubic."""
    if images.shape[1:3] == (rows, columns):
        return images
    how = cv2.INTER_AREA if images.shape[1] > rows else cv2.INTER_CUBIC
    return np.asarray([cv2.resize(image, (columns, rows), interpolation=how) for image in images], np.uint8)


def _grey(images: U8) -> U8:
    """Return the luma of RGB pictures (N, h, w, 3), all of them at once as one tall picture."""
    n, height, width, _ = images.shape
    tall = cv2.cvtColor(images.reshape(n * height, width, 3), cv2.COLOR_RGB2GRAY)
    return np.asarray(tall, np.uint8).reshape(n, height, width)
