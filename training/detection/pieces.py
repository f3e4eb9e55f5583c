"""What scenes are put together from: grounds, faces, photos that keep their face or lose it, decoys and covers.

Each of these draws into the picture of a `Scene` and notes the faces that it leaves there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from training.detection.material import Material, Photo
from training.detection.pasting import Move, filled, fitting, move, oval_mask, paste, square_mask

U8 = npt.NDArray[np.uint8]
Rng = np.random.Generator

STEEPEST = math.radians(42)

TIGHT = 0.4
"""Share of photos that are a tight face and nothing around it, as cameras held close and film frames cut out give."""

_OVALS = tuple(
    oval_mask(48, width, height, rim) for width, height, rim in ((0.8, 1.0, 0.25), (0.95, 1.1, 0.12), (0.7, 0.9, 0.4))
)
_SQUARES = tuple(square_mask(48, feather) for feather in (0.0, 0.0, 0.08, 0.2))


@dataclass(slots=True)
class Scene:
    """A picture and its faces.

    Args:
        picture: uint8 (side, side).
        faces: float rows of centre x, centre y, side (pixels), roll (radians, clockwise), and trust in the box 0–1; a
            trust of −1 marks what is neither right nor wrong.
    """

    picture: U8
    faces: list[tuple[float, float, float, float, float]] = field(default_factory=list)


def ground(canvas: U8, material: Material, rng: Rng) -> None:
    """Fill the canvas with a part of a picture without a face."""
    picture = material.grounds[int(rng.integers(len(material.grounds)))]
    height, width = picture.shape
    least = max(canvas.shape[0] / height, canvas.shape[1] / width)
    scale = least * math.exp(rng.uniform(-0.2, 1.0))
    picture = _shrunk(picture, scale)
    scale *= width / picture.shape[1]
    middle = rng.uniform(0.25, 0.75, 2) * (picture.shape[1], picture.shape[0])
    goal = canvas.shape[1] / 2, canvas.shape[0] / 2
    where = move((middle[0], middle[1]), goal, scale, rng.normal() * 0.2, flip=bool(rng.random() < 0.5))
    filled(canvas, picture, where, cv2.BORDER_REFLECT_101)
    if rng.random() < 0.1:
        np.subtract(255, canvas, out=canvas)


def ground_around(scene: Scene, material: Material, one: Photo, where: Move, rng: Rng) -> None:
    """Hide what lies beyond a photo's edge behind another picture; the photo itself stays."""
    height, width = one.sizes[0].shape
    inside = cv2.warpAffine(np.full((height, width), 255, np.uint8), where, scene.picture.shape[::-1])
    other = np.empty_like(scene.picture)
    ground(other, material, rng)
    np.copyto(scene.picture, other, where=inside < 128)


def put_face(scene: Scene, material: Material, place: tuple[float, float], side: float, rng: Rng) -> None:
    """A tight face, cut square or oval, hard or fading."""
    picture = material.faces[int(rng.integers(len(material.faces)))]
    x, y, length = material.face_box
    roll = any_roll(rng)
    where = move((x, y), place, side / length, roll, flip=bool(rng.random() < 0.5))
    sizes = (picture, _shrunk(picture, 0.5), _shrunk(picture, 0.25))
    chosen, where = fitting(sizes, where)
    paste(scene.picture, chosen, where, _mask(chosen.shape[0], rng), match=float(rng.choice([0, 0, 0.5, 1])))
    scene.faces.append((*place, side, roll, 1.0))


def put_photo(scene: Scene, material: Material, one: Photo, where: Move, rng: Rng) -> None:
    """A photo, whole or cut around the head, with its own face or another or none."""
    picture, local = fitting(one.sizes, where)
    mask = None
    if rng.random() < 0.6 and one.trust == 1:
        share = picture.shape[1] / one.sizes[0].shape[1]
        x, y, side = (value * share for value in one.box)
        mask = np.zeros(picture.shape, np.uint8)
        axes = int(side * rng.uniform(0.55, 0.7)), int(side * rng.uniform(0.65, 0.85))
        cv2.ellipse(mask, (int(x), int(y)), axes, 0, 0, 360, 255, -1)
        if rng.random() < 0.7:
            mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.6, side * rng.uniform(0.01, 0.06))), np.uint8)
    paste(scene.picture, picture, local, mask, match=float(rng.choice([0, 0, 0.4])))
    changed(scene, material, one, where, rng)


def changed(scene: Scene, material: Material, one: Photo, where: Move, rng: Rng) -> None:
    """Leave a photo its face, give it another, or take it away; note what there is then."""
    x, y = where @ (*one.box[:2], 1)
    side = one.box[2] * math.hypot(where[0, 0], where[1, 0])
    flip = bool(np.linalg.det(where[:, :2]) < 0)
    roll = math.atan2(where[1, 0], where[0, 0]) if not flip else math.atan2(-where[1, 0], -where[0, 0])
    chance = rng.random() if one.trust == 1 else 1.0
    if chance < 0.25:
        face = material.faces[int(rng.integers(len(material.faces)))]
        left, top, length = material.face_box
        swap = move((left, top), (x, y), side / length, roll, flip=bool(rng.random() < 0.5))
        chosen, swap = fitting((face, _shrunk(face, 0.5), _shrunk(face, 0.25)), swap)
        oval = _OVALS[int(rng.integers(2))]
        paste(scene.picture, chosen, swap, _resized(oval, chosen.shape[0]), match=float(rng.choice([0.5, 1])))
    elif chance < 0.35:
        patch = _patch(material, rng)
        size = patch.shape[0]
        cover = move((size / 2, size / 2), (x, y), 1.25 * side / size, roll)
        mask = _resized(_OVALS[1], size) if rng.random() < 0.7 else _resized(_SQUARES[int(rng.integers(4))], size)
        paste(scene.picture, patch, cover, mask, match=float(rng.choice([0.5, 1])))
        return
    scene.faces.append((float(x), float(y), side, roll, one.trust))


def decoy(canvas: U8, material: Material, place: tuple[float, float], side: float, rng: Rng) -> None:
    """Something that is no face, pasted exactly as faces are."""
    patch = _patch(material, rng)
    where = move((patch.shape[1] / 2, patch.shape[0] / 2), place, side / patch.shape[0], any_roll(rng))
    paste(canvas, patch, where, _mask(patch.shape[0], rng), match=float(rng.choice([0, 0, 0.5, 1])))


def cover(scene: Scene, material: Material, rng: Rng) -> None:
    """Hide a part of some faces: a hand before the mouth, a scarf, dark glasses, a pillar."""
    for x, y, side, roll, _ in list(scene.faces):
        if rng.random() > 0.18:
            continue
        patch = _patch(material, rng) if rng.random() < 0.6 else np.full((48, 48), int(rng.integers(256)), np.uint8)
        kind = int(rng.integers(4))
        if kind == 0:  # below the nose
            shift, size = (
                (rng.uniform(-0.2, 0.2), rng.uniform(0.4, 0.6)),
                (rng.uniform(0.4, 1.1), rng.uniform(0.3, 0.5)),
            )
        elif kind == 1:  # glasses
            shift, size = (0.0, -0.12), (rng.uniform(0.6, 0.9), rng.uniform(0.12, 0.22))
        elif kind == 2:  # one side
            shift = rng.choice([-1, 1]) * rng.uniform(0.4, 0.6), rng.uniform(-0.3, 0.3)
            size = rng.uniform(0.25, 0.5), rng.uniform(0.5, 1.4)
        else:
            shift, size = (
                (rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5)),
                (rng.uniform(0.15, 0.4), rng.uniform(0.15, 0.4)),
            )
        across, down = np.array([math.cos(roll), math.sin(roll)]), np.array([-math.sin(roll), math.cos(roll)])
        middle = np.array([x, y]) + side * (shift[0] * across + shift[1] * down)
        columns, rows = side * size[0] / 48 * across, side * size[1] / 48 * down
        turn = np.stack([columns, rows], axis=1)
        where = np.concatenate([turn, (middle - turn @ (24, 24))[:, None]], axis=1)
        paste(scene.picture, patch, where, _mask(48, rng))


def any_photo(material: Material, rng: Rng, *, trusted: bool = False) -> Photo:
    if rng.random() < TIGHT:
        face = material.faces[int(rng.integers(len(material.faces)))]
        return Photo((face, _shrunk(face, 0.5), _shrunk(face, 0.25)), material.face_box, 1.0)
    while True:
        one = material.photos[int(rng.integers(len(material.photos)))]
        if one.trust == 1 or not trusted:
            return one


def any_roll(rng: Rng) -> float:
    return float(rng.normal() * 0.05 if rng.random() < 0.25 else rng.uniform(-STEEPEST, STEEPEST))


def _patch(material: Material, rng: Rng) -> U8:
    """A square of 48 pixels: a part of a picture without a face, or a face in pieces that are in the wrong order."""
    if rng.random() < 0.35:
        face = material.faces[int(rng.integers(len(material.faces)))]
        n = int(rng.choice([3, 4, 6]))
        pieces = face.reshape(n, 48 // n, n, 48 // n).swapaxes(1, 2).reshape(n * n, 48 // n, 48 // n)
        order = rng.permutation(n * n)
        mixed = pieces[order].reshape(n, n, 48 // n, 48 // n).swapaxes(1, 2).reshape(48, 48)
        return np.ascontiguousarray(mixed if rng.random() < 0.6 else cv2.GaussianBlur(mixed, (0, 0), 1.2))
    picture = material.grounds[int(rng.integers(len(material.grounds)))]
    side = int(min(picture.shape) * math.exp(rng.uniform(-1.8, 0)))
    top, left = (int(rng.integers(0, length - side + 1)) for length in picture.shape)
    part = picture[top : top + side, left : left + side]
    return np.asarray(cv2.resize(part, (48, 48), interpolation=cv2.INTER_AREA), np.uint8)


def _mask(side: int, rng: Rng) -> U8:
    masks = _OVALS if rng.random() < 0.5 else _SQUARES
    return _resized(masks[int(rng.integers(len(masks)))], side)


def _resized(mask: U8, side: int) -> U8:
    return (
        mask
        if mask.shape[0] == side
        else np.asarray(cv2.resize(mask, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    )


def _shrunk(picture: U8, scale: float) -> U8:
    if scale > 0.75:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
