"""Under what conditions a detector is measured, and what a hit is.

The photos have no boxes, but nearly every one shows one prominent face in its middle. So a hit is a box that is centred
on the photo's middle half, both ways, with a side of 0.25–1.1 of the photo's shorter side; where the photo is turned,
shrunk or put beside others, so is that rule. The same photo gives the same pictures every time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from emotion.types import Face, Frame
from training.faceless import faceless
from training.photos import squared
from training.splitting import chance

Picture = npt.NDArray[Any]
"""uint8 RGB (H, W, 3)."""

TILE = 320
"""Pixels of a side where photos stand beside each other."""

FRAME = 640, 480

FACE_SHARE = 0.83
"""Of a photo's shorter side: what Haar's first pass gives on muxspace (median; a tenth is below 0.80 or above 0.87)."""

NOISE = 4.0
"""Standard deviation of the dark pictures' noise, in levels of 255."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a photo lies in a frame: its centre, its own width and height there, and how far it is turned clockwise."""

    x: float
    y: float
    width: float
    height: float
    roll_deg: float = 0.0

    @classmethod
    def whole(cls, frame: Frame) -> Place:
        """The place of a photo that is the frame."""
        return cls(frame.width / 2, frame.height / 2, frame.width, frame.height)


def is_hit(face: Face, place: Place) -> bool:
    """Whether a box can be the face of a photo that shows one prominent face in its middle."""
    dx, dy = face.box.centre[0] - place.x, face.box.centre[1] - place.y
    cosine, sine = math.cos(math.radians(place.roll_deg)), math.sin(math.radians(place.roll_deg))
    along, down = dx * cosine + dy * sine, dy * cosine - dx * sine
    shorter = min(place.width, place.height)
    centred = abs(along) <= place.width / 4 and abs(down) <= place.height / 4
    return centred and 0.25 * shorter <= face.box.w <= 1.1 * shorter + 1  # one pixel for rounding


Scene = tuple[Frame, tuple[Place, ...]]
"""A frame and where its photos lie in it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How photos become scenes.

    Args:
        name: In tables.
        bar: Least share of the photos whose face is to be found.
        photos: How many stand in one scene.
        scenes: Makes the scenes of so many photos.
    """

    name: str
    bar: float
    scenes: Callable[[Sequence[Frame]], Iterator[Scene]]
    photos: int = 1


def as_they_are(photos: Sequence[Frame]) -> Iterator[Scene]:
    yield from ((photo, (Place.whole(photo),)) for photo in photos)


def turned(photos: Sequence[Frame], degrees: float) -> Iterator[Scene]:
    """Turn a photo both ways, on a canvas that holds all of it."""
    for photo in photos:
        for roll_deg in (-degrees, degrees):
            yield turned_by(photo, roll_deg)


def turned_by(photo: Frame, roll_deg: float) -> Scene:
    """Turn a photo clockwise, on a canvas that holds all of it; its outermost pixels are repeated."""
    cosine, sine = abs(math.cos(math.radians(roll_deg))), abs(math.sin(math.radians(roll_deg)))
    width = math.ceil(photo.width * cosine + photo.height * sine)
    height = math.ceil(photo.width * sine + photo.height * cosine)
    turn: Any = cv2.getRotationMatrix2D(((photo.width - 1) / 2, (photo.height - 1) / 2), -roll_deg, 1)
    turn[:, 2] += (width - photo.width) / 2, (height - photo.height) / 2
    pixels = cv2.warpAffine(photo.pixels, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    place = Place(width / 2, height / 2, photo.width, photo.height, roll_deg)
    return Frame(np.asarray(pixels, np.uint8), photo.source), (place,)


def darkened(photos: Sequence[Frame], brightness: float, noise: float = 0.0) -> Iterator[Scene]:
    for photo in photos:
        dark = photo.pixels * np.float32(brightness)
        if noise:
            dark += _generator("noise", photo).normal(0, noise, dark.shape).astype(np.float32)
        yield Frame(np.clip(np.round(dark), 0, 255).astype(np.uint8), photo.source), (Place.whole(photo),)


def beside_each_other(photos: Sequence[Frame]) -> Iterator[Scene]:
    """Put photos side by side, from four on in two rows."""
    columns = len(photos) if len(photos) < 4 else math.ceil(len(photos) / 2)
    rows = math.ceil(len(photos) / columns)
    canvas = np.full((rows * TILE, columns * TILE, 3), 128, np.uint8)
    places = []
    for number, photo in enumerate(photos):
        y, x = (TILE * n for n in divmod(number, columns))
        canvas[y : y + TILE, x : x + TILE] = squared(photo.pixels, TILE, 3)
        fit = TILE / max(photo.width, photo.height)
        places.append(Place(x + TILE / 2, y + TILE / 2, photo.width * fit, photo.height * fit))
    yield Frame(canvas, " + ".join(photo.source for photo in photos)), tuple(places)


def in_a_frame(photos: Sequence[Frame], face: int) -> Iterator[Scene]:
    """Put a photo, scaled until its face is about so many pixels wide, anywhere in a frame that has no face."""
    for photo in photos:
        rng = _generator("in a frame", photo)
        (around,) = faceless(1, int(rng.integers(2**31)), first=int(rng.integers(1000)))
        fit = face / (FACE_SHARE * min(photo.width, photo.height))
        size = max(1, min(FRAME[0], round(photo.width * fit))), max(1, min(FRAME[1], round(photo.height * fit)))
        shrunk = cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA if fit < 1 else cv2.INTER_CUBIC)
        x, y = (int(rng.integers(0, whole - part + 1)) for whole, part in zip(FRAME, size, strict=True))
        canvas = around.pixels.copy()
        canvas[y : y + size[1], x : x + size[0]] = shrunk
        yield Frame(canvas, photo.source), (Place(x + size[0] / 2, y + size[1] / 2, *size),)


def _generator(what: str, photo: Frame) -> np.random.Generator:
    name = photo.source.replace("\\", "/").rpartition("/")[2]
    return np.random.default_rng(int.from_bytes(chance(0, f"{what} {name}")[:8], "big"))


CONDITIONS = (
    Condition("upright", 0.97, as_they_are),
    Condition("turned ±20°", 0.96, partial(turned, degrees=20)),
    Condition("turned ±35°", 0.90, partial(turned, degrees=35)),
    Condition("30 % brightness", 0.95, partial(darkened, brightness=0.3)),
    Condition("12 % and noise", 0.88, partial(darkened, brightness=0.12, noise=NOISE)),
    Condition("two-face tiles", 0.97, beside_each_other, photos=2),
    Condition("four-face tiles", 0.97, beside_each_other, photos=4),
    Condition("48 px in 640×480", 0.92, partial(in_a_frame, face=48)),
)
"""The bars are those that mien set itself for the detector that ships."""
