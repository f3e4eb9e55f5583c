"""Random changes of a batch of pictures: where each pixel is taken from, then what becomes of it.

Every random number comes from a NumPy generator and every pixel from NumPy or OpenCV, never from a Keras backend: the
same seed gives the same batch, bit by bit, whether TensorFlow, JAX or PyTorch trains on it. Flip, shift, rotation, crop
and scale are one affine map, so a picture is interpolated once, and a whole batch is sampled in one call, as one tall
picture. There is no loop over images.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from errors import lookup

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

MOST_ROWS = 32_766
"""`cv2.remap` takes no picture with a side of SHRT_MAX or more (OpenCV 4.14, imgproc/src/imgwarp.cpp)."""

ERASED = (0.02, 0.3)
"""The smallest share of a picture that is erased, and the rectangle's smallest aspect (Zhong et al. 2017)."""

FINEST, QUALITIES = 95, 4
"""The best JPEG quality that is drawn, and how many are drawn for a batch."""

BLOCK = 16
"""Pixels of a side that JPEG compresses together, colour included."""

MOST_JPEG_ROWS = 65_500
"""A JPEG file has no more (JPEG_MAX_DIMENSION of libjpeg)."""

REACH = 3
"""How many standard deviations a blur's kernel goes either way."""

DRAWS = 14
"""Uniform random numbers for each image, whatever is asked for: what one change draws, another does not move."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How pictures are changed while a network learns; the defaults change nothing.

    Args:
        flip: Whether half of the pictures are mirrored left-right.
        shift: Furthest move in x and in y, as a share of the side; whole pixels where nothing but `flip` is asked for.
        rotation_deg: Furthest turn either way, in degrees.
        crop: Least and largest area of the part that is stretched to the whole picture, as a share of the picture
            (random resized crop); above 1 the picture gets smaller in its frame. (1, 1) is off.
        aspect: Least and largest width ÷ height of that part, drawn evenly in the logarithm.
        noise: Standard deviation of Gaussian noise on each value, as a share of the range.
        brightness: Each picture is multiplied by a factor from 1 − this to 1 + this.
        contrast: Each picture's distance from its own mean is multiplied by a factor from 1 − this to 1 + this.
        erase: Largest area, as a share, of a rectangle that is replaced by the picture's mean in half of the pictures
            (random erasing, Zhong et al. 2017, arXiv:1708.04896); 0 is off.
        blur: Largest standard deviation of the Gaussian blur that half of the pictures get, as a share of the side.
        jpeg: Least quality, 1–95, of the JPEG compression that half of the pictures go through last, and the likeliest
            one; 0 is off.

    Raises:
        ValueError: Names the field that is out of its range.
    """

    flip: bool = False
    shift: float = 0.0
    rotation_deg: float = 0.0
    crop: tuple[float, float] = (1.0, 1.0)
    aspect: tuple[float, float] = (1.0, 1.0)
    noise: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    erase: float = 0.0
    blur: float = 0.0
    jpeg: int = 0

    def __post_init__(self) -> None:
        if type(self.flip) is not bool:
            raise ValueError(f"flip is {self.flip!r}, neither true nor false")
        for name, most in (("shift", 1), ("rotation_deg", 180), ("noise", 1), ("brightness", 1), ("contrast", 1)):
            _check(name, getattr(self, name), 0, most)
        _check("erase", self.erase, 0, 1)
        _check("blur", self.blur, 0, 0.25)
        if 0 < self.erase < ERASED[0]:
            raise ValueError(f"erase is {self.erase!r}: give 0, or a share from {ERASED[0]} on")
        if type(self.jpeg) is not int or not 0 <= self.jpeg <= FINEST:
            raise ValueError(f"jpeg is {self.jpeg!r}, not a whole number from 0 to {FINEST}")
        for name, least, most in (("crop", 0.01, 4), ("aspect", 0.1, 10)):
            pair = getattr(self, name)
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise ValueError(f"{name} is {pair!r}, not two numbers: the least and the largest")
            for value in pair:
                _check(name, value, least, most)
            if pair[0] > pair[1]:
                raise ValueError(f"{name} is {pair!r}: the least comes first")
            object.__setattr__(self, name, tuple(pair))  # TOML has lists

    @property
    def moves_whole_pixels(self) -> bool:
        """Whether no pixel has to be interpolated."""
        return self.rotation_deg == 0 and self.crop == (1, 1) and self.aspect == (1, 1)


def augment(images: U8, augmentation: Augmentation, rng: np.random.Generator, side: int | None = None) -> U8:
    """Return a randomly changed copy of each picture.

    Args:
        images: uint8 (N, h, w) grey or (N, h, w, 3) RGB.
        augmentation: What may happen to them.
        rng: Draws everything; the same state gives the same batch.
        side: Height and width of the result in pixels, sampled in the same step; None keeps (h, w). Bilinear
            interpolation aliases below about half of the size: shrink such pictures first.

    Returns:
        uint8 (N, side, side[, 3]); where a map leaves a picture, its edge pixels are repeated.
    """
    draws = rng.random((DRAWS, len(images)))
    moved = _sample(images, *_affine(images, augmentation, draws), side)
    if augmentation.blur:
        half = draws[12] < 0.5
        moved[half] = _blurred(moved[half], augmentation.blur * moved.shape[1] * draws[13, half])
    retouched = _retouch(moved, augmentation, draws, rng)
    return _compressed(retouched, augmentation.jpeg, rng) if augmentation.jpeg else retouched


# --- where a pixel is taken from -------------------------------------------------------------------------------------


def _affine(images: U8, augmentation: Augmentation, draws: npt.NDArray[np.float64]) -> tuple[F32, F32]:
    """Return the matrices (N, 2, 2) and centres (N, 2), both (x, y) in pixels, that lead from a result to its source.

    A point of the result, −0.5 to 0.5 in x and y, is mirrored, brought into the cropped part, turned about the
    picture's centre and moved.
    """
    n, height, width = images.shape[:3]
    size = np.array([width, height], np.float64)
    area = _between(augmentation.crop, draws[3])
    aspect = np.exp(_between((math.log(augmentation.aspect[0]), math.log(augmentation.aspect[1])), draws[4]))
    part = np.sqrt(np.stack([area * aspect, area / aspect], axis=1))
    part = np.minimum(part, np.maximum(1, np.sqrt(area))[:, None])  # a long part ends at the edge
    scale = part * size
    centre = (draws[5:7].T - 0.5) * (1 - part) * size
    scale[:, 0] *= np.where(augmentation.flip & (draws[0] < 0.5), -1, 1)
    turn = np.radians(augmentation.rotation_deg) * (2 * draws[7] - 1)
    rotation = np.stack([np.cos(turn), -np.sin(turn), np.sin(turn), np.cos(turn)], axis=1).reshape(n, 2, 2)
    if augmentation.moves_whole_pixels:
        reach = np.rint(augmentation.shift * size)
        shift = np.floor(draws[1:3].T * (2 * reach + 1)) - reach
    else:
        shift = augmentation.shift * (2 * draws[1:3].T - 1) * size
    centre = (rotation @ centre[:, :, None])[:, :, 0] + shift + (size - 1) / 2
    return (rotation * scale[:, None, :]).astype(np.float32), centre.astype(np.float32)


def _sample(images: U8, matrices: F32, centres: F32, side: int | None) -> U8:
    """Take every pixel of the results from its place in the source, bilinearly."""
    n, height, width = images.shape[:3]
    rows, columns = (height, width) if side is None else (side, side)
    sampled = np.empty((n, rows, columns, *images.shape[3:]), np.uint8)
    y, x = (((np.arange(length, dtype=np.float32) + 0.5) / length - 0.5) for length in (rows, columns))
    chunk = max(1, MOST_ROWS // max(height, rows))
    for first in range(0, n, chunk):
        part = slice(first, first + chunk)
        source, (a, b, c, d) = images[part], matrices[part].reshape(-1, 4).T[:, :, None]
        across = (a * x + centres[part, :1])[:, None, :] + (b * y)[:, :, None]
        down = (c * x + centres[part, 1:])[:, None, :] + (d * y)[:, :, None]
        # One tall picture: each image is a band of it, and no coordinate leaves its own band.
        np.clip(across, 0, width - 1, out=across)
        np.clip(down, 0, height - 1, out=down)
        down += (np.arange(len(source), dtype=np.float32) * height)[:, None, None]
        tall = np.ascontiguousarray(source).reshape(-1, width, *images.shape[3:])
        maps = across.reshape(-1, columns), down.reshape(-1, columns)
        taken = cv2.remap(tall, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        sampled[part] = taken.reshape(sampled[part].shape)
    return sampled


# --- what becomes of it ----------------------------------------------------------------------------------------------


def _blurred(images: U8, deviations: npt.NDArray[np.float64]) -> U8:
    """Blur each picture by a Gaussian of its own (N,), in pixels; one of 0 leaves it as it is."""
    reach = math.ceil(REACH * float(deviations.max(initial=0)))
    steps = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (steps / np.maximum(deviations, 1e-3)[:, None]) ** 2).astype(np.float32)
    weights /= weights.sum(axis=1, keepdims=True)
    values = images.astype(np.float32)
    for axis in (1, 2):
        length = images.shape[axis]
        rim = [(reach, reach) if i == axis else (0, 0) for i in range(images.ndim)]
        padded = np.pad(values, rim, mode="edge")
        parts = (np.take(padded, range(i, i + length), axis) * _each(w, images) for i, w in enumerate(weights.T))
        values = sum(parts, np.zeros_like(values))
    return np.rint(values).astype(np.uint8)


def _retouch(images: U8, augmentation: Augmentation, draws: npt.NDArray[np.float64], rng: np.random.Generator) -> U8:
    """Change brightness and contrast, add noise, erase a rectangle."""
    if not (augmentation.noise or augmentation.brightness or augmentation.contrast or augmentation.erase):
        return images
    mean = images.mean(axis=tuple(range(1, images.ndim)), dtype=np.float64)
    brightness = 1 + augmentation.brightness * (2 * draws[8] - 1)
    contrast = 1 + augmentation.contrast * (2 * draws[9] - 1)
    values = images * _each(brightness * contrast, images)
    values += _each(mean * brightness * (1 - contrast), images)
    if augmentation.noise:
        values += rng.standard_normal(images.shape, np.float32) * np.float32(255 * augmentation.noise)
    if augmentation.erase:
        erased = _rectangles(images, augmentation.erase, draws[10:12], rng)
        values = np.where(erased, _each(mean * brightness, images), values)
    changed: U8 = np.rint(np.clip(values, 0, 255, out=values), out=values).astype(np.uint8)
    return changed


def _rectangles(images: U8, most: float, draws: npt.NDArray[np.float64], rng: np.random.Generator) -> Any:
    """Return masks (N, h, w[, 1]) of a rectangle in half of the images."""
    n, height, width = images.shape[:3]
    area = np.where(draws[0] < 0.5, _between((ERASED[0], most), draws[1]), 0)
    aspect = np.exp(rng.uniform(math.log(ERASED[1]), -math.log(ERASED[1]), n))
    masks = []
    for length, share in ((height, np.sqrt(area / aspect)), (width, np.sqrt(area * aspect))):
        extent = np.minimum(share, 1) * length
        start = rng.random(n) * (length - extent)
        pixels = np.arange(length) + 0.5
        masks.append((pixels >= start[:, None]) & (pixels < (start + extent)[:, None]))
    mask = masks[0][:, :, None] & masks[1][:, None, :]
    return mask if images.ndim == 3 else mask[..., None]


def _compressed(images: U8, least: int, rng: np.random.Generator) -> U8:
    """Put half of the images through JPEG, those of one quality as one tall picture whose blocks they do not share."""
    height, width = images.shape[1:3]
    rim = [(0, 0), (0, -height % BLOCK), (0, -width % BLOCK), *[(0, 0)] * (images.ndim - 3)]
    compressed = images.copy()
    drawn = np.flatnonzero(rng.random(len(images)) < 0.5)
    qualities = np.rint(_between((least, FINEST), rng.random(QUALITIES) ** 2)).astype(int)
    swapped = (..., slice(None, None, -1)) if images.ndim == 4 else ...  # OpenCV has blue first
    at_once = MOST_JPEG_ROWS // (height + rim[1][1])
    for part, quality in zip(np.array_split(drawn, QUALITIES), qualities.tolist(), strict=True):
        for first in range(0, len(part), at_once):
            some = part[first : first + at_once]
            padded = np.pad(images[some], rim, mode="edge")
            tall = np.ascontiguousarray(padded.reshape(-1, *padded.shape[2:])[swapped])
            file = cv2.imencode(".jpg", tall, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
            decoded = np.asarray(cv2.imdecode(file, cv2.IMREAD_UNCHANGED))[swapped]
            compressed[some] = decoded.reshape(padded.shape)[:, :height, :width]
    return compressed


def _each(values: npt.NDArray[np.floating], images: U8) -> F32:
    """Shape numbers (N,) so that each meets all of its own picture."""
    return values.astype(np.float32).reshape(-1, *[1] * (images.ndim - 1))


def _between(pair: tuple[float, float], draws: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return pair[0] + (pair[1] - pair[0]) * draws


def _check(name: str, value: object, least: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{name} is {value!r}, not a number from {least} to {most}")


# --- ready mixtures ---------------------------------------------------------------------------------------------------

NONE = Augmentation()
PUBLISHED = Augmentation(
    flip=True, rotation_deg=30, crop=(0.08, 1.0), aspect=(3 / 4, 4 / 3), noise=0.05, brightness=0.2, contrast=0.2
)
"""The Udacity capstone's list: rotation by 30°, random resized crop (torchvision's defaults), flip, noise, jitter; the
strengths of noise and jitter, which it does not print, are ours."""
OURS = Augmentation(flip=True, shift=0.08, rotation_deg=10, crop=(0.81, 1.21), brightness=0.1, contrast=0.2)
"""What faces that are already cut out allow: moves, tilts and scales (0.9 to 1.1) such as a detector's box leaves."""

PRESETS: Mapping[str, Augmentation] = {"none": NONE, "published": PUBLISHED, "ours": OURS}


def from_table(table: Mapping[str, Any]) -> Augmentation:
    """Read a recipe's `[augmentation]`: fields of `Augmentation`, or `preset` and the fields that differ from it.

    Raises:
        UnknownName: When there is no such preset.
        ValueError: Names a field that is unknown or out of its range.
    """
    names = [field.name for field in dataclasses.fields(Augmentation)]
    unknown = sorted(table.keys() - {"preset", *names})
    if unknown:
        raise ValueError(f"augmentation does not know {', '.join(unknown)}; it has preset, {', '.join(names)}")
    preset = lookup(PRESETS, str(table.get("preset", "none")), "augmentation preset")
    return dataclasses.replace(preset, **{name: table[name] for name in names if name in table})
