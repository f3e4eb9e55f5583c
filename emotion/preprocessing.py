"""The one preprocessor: training and inference scale a face through the same functions.

FER2013's faces are tight 48×48 grey crops, and networks trained on them are sensitive to how a face is framed. The rule
from a detector's box to a crop was therefore measured, not guessed: `python -m benchmarks.framing` puts FER2013 faces
into larger pictures, detects them, and compares what comes back with the face that was put in.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from emotion.types import Box, Frame

SIDE = 48

SCALE = 1.03
"""Side of the crop, in sides of the detector's box."""

SHIFT = 0.01
"""How far the crop's centre lies below the box's, in sides of the box."""


TURN_FROM_DEG = 5.0
"""A face that is tilted less stays as it is: the networks bear that, and turning blurs a little."""


def crop(
    frame: Frame, box: Box, roll_deg: float = 0.0, *, scale: float = SCALE, shift: float = SHIFT
) -> npt.NDArray[np.float32]:
    """Cut one face out of a frame as the networks expect it, upright.

    Args:
        frame: The picture.
        box: The detector's box, in pixels of the frame; over the edge, the outermost pixels are repeated.
        roll_deg: How far the face is tilted, clockwise as the viewer sees it; it is turned back by as much.
        scale: Side of the crop, in sides of the box.
        shift: How far the crop's centre lies below the box's, in sides of the box.

    Returns:
        float32 (48, 48, 1), grey (Rec. 601 luma), 0–1.
    """
    grey = cv2.cvtColor(upright(frame, box, roll_deg, scale=scale, shift=shift), cv2.COLOR_RGB2GRAY)
    shrinks = grey.shape[0] > SIDE
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    scaled: npt.NDArray[np.float32] = from_grey48(np.asarray(small, np.uint8)[np.newaxis])[0]
    return scaled


def upright(
    frame: Frame, box: Box, roll_deg: float = 0.0, *, scale: float = SCALE, shift: float = SHIFT
) -> npt.NDArray[np.uint8]:
    """Return the framed square of a face, turned about the box's centre, in the frame's own resolution.

    Args:
        frame: The picture.
        box: As for `crop`, as are the rest.
        roll_deg: A tilt of less than `TURN_FROM_DEG` stays.
        scale: Side of the square, in sides of the box.
        shift: How far its centre lies below the box's, in sides of the box.

    Returns:
        uint8 (side, side, 3), RGB; what shrinks it afterwards takes areas, so that nothing is lost by sampling.
    """
    square, (x, y) = framing(box, scale=scale, shift=shift), box.centre
    if abs(roll_deg) < TURN_FROM_DEG:
        return cut(frame.pixels, square)
    cosine, sine = math.cos(math.radians(roll_deg)), math.sin(math.radians(roll_deg))
    reach = math.ceil(square.w * (abs(cosine) + abs(sine)) / 2 + abs(shift) * box.h) + 2
    around = Box(math.floor(x) - reach, math.floor(y) - reach, 2 * reach, 2 * reach)
    # From the centre of a pixel of the square to where that lies in `around`; both count pixels from their centres.
    turn = np.array([[cosine, -sine], [sine, cosine]])
    start = np.array([square.x, square.y]) + 0.5 - (x, y)
    offset = turn @ start + (x - around.x, y - around.y) - 0.5
    back = np.column_stack([turn, offset])
    return np.asarray(
        cv2.warpAffine(
            cut(frame.pixels, around),
            back,
            (square.w, square.h),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def from_grey48(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Scale grey faces as the networks expect them: pixels divided by 255.

    Args:
        images: uint8 (N, side, side), 0–255.

    Returns:
        float32 (N, side, side, 1), 0–1.
    """
    return images[..., np.newaxis].astype(np.float32) / np.float32(255)


def framing(box: Box, *, scale: float = SCALE, shift: float = SHIFT) -> Box:
    """Return the square that is cut out for a detector's box."""
    side = max(1, round(scale * (box.w + box.h) / 2))
    x, y = box.centre
    return Box(round(x - side / 2), round(y + shift * box.h - side / 2), side, side)


def cut(pixels: npt.NDArray[np.uint8], box: Box) -> npt.NDArray[np.uint8]:
    """Return the pixels (box.h, box.w, 3) of a box; over the edge, the outermost ones are repeated."""
    height, width = pixels.shape[:2]
    if box.x >= 0 and box.y >= 0 and box.x + box.w <= width and box.y + box.h <= height:
        return pixels[box.y : box.y + box.h, box.x : box.x + box.w]
    rows = np.clip(np.arange(box.y, box.y + box.h), 0, height - 1)
    columns = np.clip(np.arange(box.x, box.x + box.w), 0, width - 1)
    return pixels[np.ix_(rows, columns)]
