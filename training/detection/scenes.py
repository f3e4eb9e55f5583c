"""Composed pictures whose faces are known: what the detector learns from.

A scene is a function of the material and a generator. It has one of five layouts: one photo with its surroundings, a
photo as it is, a collage of one to eight things, two or four photos side by side, or no face at all. Whatever is done
to faces (cutting, fading, turning, covering) is done to other things too, so that no trace of the work tells them
apart. Heads that got another face, and heads that lost theirs, teach that hair and shoulders are not the point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from training.detection.material import Material, Photo
from training.detection.pasting import Move, filled, fitting, move, oval_mask, paste, square_mask
from training.detection.weather import CHANGEABLE, Weather, weathered

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Rng = np.random.Generator

PAD = 128
"""Grey value below or beside a picture that is not square; the runtime fills with 0.5."""

STEEPEST = math.radians(42)

SMALLEST = 8.0
"""Side in pixels of the smallest face that is asked for; a smaller one is neither right nor wrong."""

SEEN = 0.55
"""Share of a face's square that has to be in the picture; with less of it, it is neither right nor wrong."""

FORMATS = ((1.0, 1.0), (1.0, 0.75), (0.75, 1.0), (1.0, 0.5625), (0.5625, 1.0), (1.0, 0.667), (0.8, 1.0))
FORMAT_SHARES = (0.4, 0.22, 0.1, 0.08, 0.05, 0.08, 0.07)

TIGHT = 0.4
"""Share of photos that are a tight face and nothing around it, as cameras held close and film frames cut out give."""

_OVALS = tuple(
    oval_mask(48, width, height, rim) for width, height, rim in ((0.8, 1.0, 0.25), (0.95, 1.1, 0.12), (0.7, 0.9, 0.4))
)
_SQUARES = tuple(square_mask(48, feather) for feather in (0.0, 0.0, 0.08, 0.2))


@dataclass(frozen=True, slots=True)
class Layouts:
    """How often each layout is drawn; the shares need not sum to 1."""

    alone: float = 0.24
    whole: float = 0.20
    collage: float = 0.30
    tiles: float = 0.08
    faceless: float = 0.18


USUAL = Layouts()


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
    one = _photo(material, rng)
    where = move(one.box[:2], goal, side / one.box[2], _roll(rng), flip=bool(rng.random() < 0.5))
    chance = rng.random()
    if chance < 0.5:
        _ground(canvas, material, rng)
        _put_photo(scene, material, one, where, rng)
    else:
        canvas[:] = int(rng.choice([0, 255, PAD, int(rng.integers(256))]))
        border = int(rng.choice([cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT_101]))
        filled(canvas, *fitting(one.sizes, where), border)
        _changed(scene, material, one, where, rng)
        if border == cv2.BORDER_REFLECT_101 and side < 0.7 * shorter:  # the mirror may show the face once more
            _ground_around(scene, material, one, where, rng)
    _cover(scene, material, rng)


def _whole(scene: Scene, material: Material, rng: Rng) -> None:
    """A photo that fills the picture, turned or not."""
    canvas = scene.picture
    one = _photo(material, rng)
    height, width = one.sizes[0].shape
    fill = max if one.trust < 1 or rng.random() < 0.6 else min
    scale = fill(canvas.shape[0] / height, canvas.shape[1] / width) * rng.uniform(0.9, 1.15)
    roll = _roll(rng) if rng.random() < 0.6 else 0.0
    goal = canvas.shape[1] / 2 + rng.normal() * 3, canvas.shape[0] / 2 + rng.normal() * 3
    where = move((width / 2, height / 2), goal, scale, roll, flip=bool(rng.random() < 0.5))
    canvas[:] = int(rng.choice([0, 0, 255, PAD]))
    filled(canvas, *fitting(one.sizes, where), int(rng.choice([cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE])))
    _changed(scene, material, one, where, rng)
    _cover(scene, material, rng)


def _collage(scene: Scene, material: Material, rng: Rng) -> None:
    """One to eight faces among other things."""
    canvas = scene.picture
    _ground(canvas, material, rng)
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
            _decoy(canvas, material, place, side, rng)
        elif rng.random() < 0.6:
            _put_face(scene, material, place, side, rng)
        else:
            one = _photo(material, rng, trusted=True)
            where = move(one.box[:2], place, side / one.box[2], _roll(rng), flip=bool(rng.random() < 0.5))
            _put_photo(scene, material, one, where, rng)
    _cover(scene, material, rng)


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
    _ground(canvas, material, rng)
    if rng.random() < 0.6:
        for _ in range(int(rng.integers(1, 6))):
            side = _side(rng, 8, min(canvas.shape))
            _decoy(canvas, material, _inside(rng, canvas.shape, side), side, rng)


def _ground(canvas: U8, material: Material, rng: Rng) -> None:
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


def _put_face(scene: Scene, material: Material, place: tuple[float, float], side: float, rng: Rng) -> None:
    """A tight face, cut square or oval, hard or fading."""
    picture = material.faces[int(rng.integers(len(material.faces)))]
    x, y, length = material.face_box
    roll = _roll(rng)
    where = move((x, y), place, side / length, roll, flip=bool(rng.random() < 0.5))
    sizes = (picture, _shrunk(picture, 0.5), _shrunk(picture, 0.25))
    chosen, where = fitting(sizes, where)
    paste(scene.picture, chosen, where, _mask(chosen.shape[0], rng), match=float(rng.choice([0, 0, 0.5, 1])))
    scene.faces.append((*place, side, roll, 1.0))


def _put_photo(scene: Scene, material: Material, one: Photo, where: Move, rng: Rng) -> None:
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
    _changed(scene, material, one, where, rng)


def _changed(scene: Scene, material: Material, one: Photo, where: Move, rng: Rng) -> None:
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


def _ground_around(scene: Scene, material: Material, one: Photo, where: Move, rng: Rng) -> None:
    """Hide what lies beyond a photo's edge behind another picture; the photo itself stays."""
    height, width = one.sizes[0].shape
    inside = cv2.warpAffine(np.full((height, width), 255, np.uint8), where, scene.picture.shape[::-1])
    other = np.empty_like(scene.picture)
    _ground(other, material, rng)
    np.copyto(scene.picture, other, where=inside < 128)


def _decoy(canvas: U8, material: Material, place: tuple[float, float], side: float, rng: Rng) -> None:
    """Something that is no face, pasted exactly as faces are."""
    patch = _patch(material, rng)
    where = move((patch.shape[1] / 2, patch.shape[0] / 2), place, side / patch.shape[0], _roll(rng))
    paste(canvas, patch, where, _mask(patch.shape[0], rng), match=float(rng.choice([0, 0, 0.5, 1])))


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


def _cover(scene: Scene, material: Material, rng: Rng) -> None:
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


def _photo(material: Material, rng: Rng, *, trusted: bool = False) -> Photo:
    if rng.random() < TIGHT:
        face = material.faces[int(rng.integers(len(material.faces)))]
        return Photo((face, _shrunk(face, 0.5), _shrunk(face, 0.25)), material.face_box, 1.0)
    while True:
        one = material.photos[int(rng.integers(len(material.photos)))]
        if one.trust == 1 or not trusted:
            return one


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


def _roll(rng: Rng) -> float:
    return float(rng.normal() * 0.05 if rng.random() < 0.35 else rng.uniform(-STEEPEST, STEEPEST))


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
