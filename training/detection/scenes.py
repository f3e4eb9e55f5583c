"""Composed pictures whose faces are known: what the detector learns from.

A scene is a function of the material and a generator. It has one of five layouts: one photo with its surroundings, a
photo as it is, a collage of one to eight things, two or four photos side by side, or no face at all. Whatever is done
to faces (cutting, fading, turning, covering) is done to other things too, so that no trace of the work tells them
apart. Heads that got another face, and heads that lost theirs, teach that hair and shoulders are not the point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from training.detection.material import Material
from training.detection.pasting import filled, fitting, move
from training.detection.pieces import (
    Scene,
    any_photo,
    any_roll,
    changed,
    cover,
    decoy,
    ground,
    ground_around,
    put_face,
    put_photo,
)
from training.detection.weather import CHANGEABLE, Weather, weathered

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Rng = np.random.Generator

PAD = 128
"""Grey value below or beside a picture that is not square; the runtime fills with 0.5."""

SMALLEST = 8.0
"""Side in pixels of the smallest face that is asked for; a smaller one is neither right nor wrong."""

SEEN = 0.55
"""Share of a face's square that has to be in the picture; with less of it, it is neither right nor wrong."""

FORMATS = ((1.0, 1.0), (1.0, 0.75), (0.75, 1.0), (1.0, 0.5625), (0.5625, 1.0), (1.0, 0.667), (0.8, 1.0))
FORMAT_SHARES = (0.4, 0.22, 0.1, 0.08, 0.05, 0.08, 0.07)


@dataclass(frozen=True, slots=True)
class Layouts:
    """How often each layout is drawn; the shares need not sum to 1."""

    alone: float = 0.24
    whole: float = 0.20
    collage: float = 0.30
    tiles: float = 0.08
    faceless: float = 0.18


USUAL = Layouts()


def compose(material: Material, rng: Rng, side: int, layouts: Layouts = USUAL, weather: Weather = CHANGEABLE) -> Scene:
    """Compose one scene of side × side pixels."""
    shares = np.array([layouts.alone, layouts.whole, layouts.collage, layouts.tiles, layouts.faceless])
    layout = int(rng.choice(5, p=shares / shares.sum()))
    across, down = FORMATS[int(rng.choice(len(FORMATS), p=FORMAT_SHARES))]
    canvas = np.empty((round(side * down), round(side * across)), np.uint8)
    faces = Scene(canvas)
    (_alone, _whole, _collage, _tiles, _faceless)[layout](faces, material, rng)
    picture = np.full((side, side), PAD, np.uint8)
    picture[: canvas.shape[0], : canvas.shape[1]] = weathered(canvas, rng, weather)
    return Scene(picture, [_judged(face, canvas.shape) for face in faces.faces])


def _alone(scene: Scene, material: Material, rng: Rng) -> None:
    """One photo at any size, place and tilt, on another picture or with its own edge carried on."""
    canvas = scene.picture
    shorter = min(canvas.shape)
    side = _side(rng, 10, 1.0 * shorter)
    goal = _inside(rng, canvas.shape, side)
    one = any_photo(material, rng)
    where = move(one.box[:2], goal, side / one.box[2], any_roll(rng), flip=bool(rng.random() < 0.5))
    chance = rng.random()
    if chance < 0.5:
        ground(canvas, material, rng)
        put_photo(scene, material, one, where, rng)
    else:
        canvas[:] = int(rng.choice([0, 255, PAD, int(rng.integers(256))]))
        border = int(rng.choice([cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT_101]))
        filled(canvas, *fitting(one.sizes, where), border)
        changed(scene, material, one, where, rng)
        if border == cv2.BORDER_REFLECT_101 and side < 0.7 * shorter:  # the mirror may show the face once more
            ground_around(scene, material, one, where, rng)
    cover(scene, material, rng)


def _whole(scene: Scene, material: Material, rng: Rng) -> None:
    """A photo that fills the picture, turned or not."""
    canvas = scene.picture
    one = any_photo(material, rng)
    height, width = one.sizes[0].shape
    fill = max if one.trust < 1 or rng.random() < 0.6 else min
    scale = fill(canvas.shape[0] / height, canvas.shape[1] / width) * rng.uniform(0.9, 1.15)
    roll = any_roll(rng) if rng.random() < 0.8 else 0.0
    goal = canvas.shape[1] / 2 + rng.normal() * 3, canvas.shape[0] / 2 + rng.normal() * 3
    where = move((width / 2, height / 2), goal, scale, roll, flip=bool(rng.random() < 0.5))
    canvas[:] = int(rng.choice([0, 0, 255, PAD]))
    filled(canvas, *fitting(one.sizes, where), int(rng.choice([cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE])))
    changed(scene, material, one, where, rng)
    cover(scene, material, rng)


def _collage(scene: Scene, material: Material, rng: Rng) -> None:
    """One to eight faces among other things."""
    canvas = scene.picture
    ground(canvas, material, rng)
    shorter = min(canvas.shape)
    count = int(rng.choice(8, p=(0.2, 0.2, 0.17, 0.13, 0.1, 0.08, 0.07, 0.05))) + 1
    things = [True] * count + [False] * int(rng.integers(0, 4))
    taken: list[tuple[float, float, float]] = []
    for is_face in things:
        side = _side(rng, 7, shorter / math.sqrt(count))
        place = _free(rng, canvas.shape, side, taken)
        if place is None:
            continue
        taken.append((*place, side))
        if not is_face:
            decoy(canvas, material, place, side, rng)
        elif rng.random() < 0.6:
            put_face(scene, material, place, side, rng)
        else:
            one = any_photo(material, rng, trusted=True)
            where = move(one.box[:2], place, side / one.box[2], any_roll(rng), flip=bool(rng.random() < 0.5))
            put_photo(scene, material, one, where, rng)
    cover(scene, material, rng)


def _tiles(scene: Scene, material: Material, rng: Rng) -> None:
    """Two or four pictures side by side, most with a face."""
    canvas = scene.picture
    rows, columns = ((1, 2), (2, 1), (2, 2))[int(rng.integers(3))]
    height, width = canvas.shape[0] // rows, canvas.shape[1] // columns
    for row in range(rows):
        for column in range(columns):
            tile = Scene(canvas[row * height : (row + 1) * height, column * width : (column + 1) * width])
            (_whole if rng.random() < 0.9 else _faceless)(tile, material, rng)
            scene.faces += [(x + column * width, y + row * height, *rest) for x, y, *rest in tile.faces]


def _faceless(scene: Scene, material: Material, rng: Rng) -> None:
    """Anything but a face."""
    canvas = scene.picture
    ground(canvas, material, rng)
    if rng.random() < 0.6:
        for _ in range(int(rng.integers(1, 6))):
            side = _side(rng, 8, min(canvas.shape))
            decoy(canvas, material, _inside(rng, canvas.shape, side), side, rng)


def _side(rng: Rng, least: float, most: float) -> float:
    """Small sides are as frequent as large ones, by octave."""
    return math.exp(rng.uniform(math.log(least), math.log(max(most, least + 1))))


def _inside(rng: Rng, shape: tuple[int, ...], side: float) -> tuple[float, float]:
    """A place whose square is in the picture, or reaches a little over its edge."""
    margin = side * 0.42
    return tuple(
        float(rng.uniform(margin, length - margin)) if length > 2 * margin else length / 2 for length in shape[::-1]
    )  # type: ignore[return-value]


def _free(
    rng: Rng, shape: tuple[int, ...], side: float, taken: list[tuple[float, float, float]]
) -> tuple[float, float] | None:
    for _ in range(12):
        place = _inside(rng, shape, side)
        if all(math.hypot(place[0] - x, place[1] - y) > 0.62 * (side + other) for x, y, other in taken):
            return place
    return None


def _judged(
    face: tuple[float, float, float, float, float], shape: tuple[int, ...]
) -> tuple[float, float, float, float, float]:
    """Mark a face that is too small, or too far over the edge, as neither right nor wrong."""
    x, y, side, roll, trust = face
    across = min(x + side / 2, shape[1]) - max(x - side / 2, 0)
    down = min(y + side / 2, shape[0]) - max(y - side / 2, 0)
    centred = 0 <= x < shape[1] and 0 <= y < shape[0]
    seen = max(0.0, across) * max(0.0, down) / side**2
    return (x, y, side, roll, trust) if centred and seen >= SEEN and side >= SMALLEST else (x, y, side, roll, -1.0)
