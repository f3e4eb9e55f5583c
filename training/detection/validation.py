"""How well the network finds faces of people that it does not learn from, at a bearable number of false ones.

The threshold is the confidence at which at most one face in a hundred pictures without any is false. At this threshold
the share of faces found is taken under each condition of `CONDITIONS`, and for composed scenes; their mean chooses the
epoch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from training.detection.finding import HIT, Rule, strongest
from training.detection.material import Material, Photo
from training.detection.pasting import filled, fitting, move
from training.detection.pieces import Scene
from training.detection.scenes import PAD, Layouts, compose

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Rng = np.random.Generator

FALSE_FACES = 0.01
"""A picture, on pictures without faces."""

CLEAR = 11.0
"""Side in pixels from which on a face in a composed scene has to be found."""

Predict = Callable[[F32], F32]
"""From pictures, float32 (N, side, side, 1) in 0–1, to rows, float32 (N, cells, 6)."""


@dataclass(frozen=True, slots=True)
class Checks:
    """The pictures of the validation, by condition; those of "faceless" have no face."""

    scenes: dict[str, list[Scene]]

    @classmethod
    def of(cls, material: Material, side: int, count: int, seed: int = 0) -> Checks:
        """Compose them: `count` of each condition, three times as many scenes, four times as many without a face."""
        rng = np.random.default_rng((seed, 77))
        faceless = Layouts(alone=0, whole=0, collage=0, tiles=0, faceless=1)
        some = Layouts(faceless=0)
        scenes = {name: list(_photos(material, side, count, condition, rng)) for name, condition in CONDITIONS.items()}
        scenes["tiles2"] = [_tiled(material, side, 2, rng) for _ in range(count // 2)]
        scenes["tiles4"] = [_tiled(material, side, 4, rng) for _ in range(count // 4)]
        scenes["scenes"] = [compose(material, rng, side, some) for _ in range(3 * count)]
        scenes["faceless"] = [compose(material, rng, side, faceless) for _ in range(4 * count)]
        return cls(scenes)


def validate(predict: Predict, checks: Checks, rule: Rule = HIT) -> dict[str, float]:
    """Return the threshold, the recall of each condition as `val_NAME`, and their mean as `val_accuracy`.

    `val_off` and `val_size` are the median error of centre and side of the found faces in scenes, in sides;
    `val_roll_deg` is that of the roll.
    """
    found = {name: _found(predict, scenes) for name, scenes in checks.scenes.items()}
    faceless = found.pop("faceless")
    false = np.sort(np.concatenate([rows[:, 0] for rows in faceless]))[::-1]
    allowed = int(FALSE_FACES * len(faceless))
    threshold = float(false[allowed]) if len(false) > allowed else 0.0
    measures = {"val_threshold": threshold}
    for name, of_name in found.items():
        hits = []
        for rows, scene in zip(of_name, checks.scenes[name], strict=True):
            rows = rows[rows[:, 0] > threshold]
            least = CLEAR if name == "scenes" else 0.0
            hits += [bool(rule.hit(rows, face).any()) for face in scene.faces if face[4] > 0 and face[2] >= least]
        measures[f"val_{name}"] = float(np.mean(hits))
    recalls = [measures[f"val_{name}"] for name in found]
    errors = _errors(found["scenes"], checks.scenes["scenes"], rule)
    return (
        measures
        | dict(zip(("val_off", "val_size", "val_roll_deg"), errors, strict=True))
        | {"val_accuracy": float(np.mean(recalls))}
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """How a photo is shown: its share of the picture, its tilt in degrees, light 0–1, noise in grey values."""

    share: float = 1.0
    tilt_deg: float = 0.0
    light: float = 1.0
    noise: float = 0.0


CONDITIONS = {
    "upright": Condition(),
    "tilt20": Condition(tilt_deg=20),
    "tilt35": Condition(tilt_deg=35),
    "light30": Condition(light=0.3),
    "light12": Condition(light=0.12, noise=5),
    "small": Condition(share=0.0),
}
"""As `mien bench detectors` has them; "small" is a face of 48 pixels in a picture of 640×480."""

SMALL = 48 / 640
"""Side of a small face, of the picture's longer side."""


def _photos(material: Material, side: int, count: int, condition: Condition, rng: Rng) -> Iterator[Scene]:
    for i in range(count):
        one = material.photos[(i * len(material.photos)) // count]
        yield shown(one, side, replace(condition, tilt_deg=condition.tilt_deg * (1 if i % 2 else -1)), rng)


def shown(one: Photo, side: int, condition: Condition, rng: Rng) -> Scene:
    """Show one photo under a condition."""
    height, width = one.sizes[0].shape
    small = not condition.share
    shape = (round(0.75 * side), side) if small else _fitted(height, width, side)
    canvas = np.full(shape, PAD if small else 0, np.uint8)
    roll = math.radians(condition.tilt_deg)
    if small:
        scale = SMALL * side / one.box[2]
        goal = tuple(float(rng.uniform(0.12, 0.88)) * length for length in shape[::-1])
        where = move(one.box[:2], (goal[0], goal[1]), scale, roll)
    else:
        where = move((width / 2, height / 2), (shape[1] / 2, shape[0] / 2), shape[1] / width, roll)
    filled(canvas, *fitting(one.sizes, where), cv2.BORDER_CONSTANT)
    dark = canvas * np.float32(condition.light)
    dark += rng.standard_normal(dark.shape, np.float32) * np.float32(condition.noise)
    picture = np.full((side, side), PAD, np.uint8)
    picture[: shape[0], : shape[1]] = np.clip(dark, 0, 255)
    x, y = where @ (*one.box[:2], 1)
    length = one.box[2] * math.hypot(where[0, 0], where[1, 0])
    return Scene(picture, [(float(x), float(y), length, roll, max(one.trust, 0.01))])


def _tiled(material: Material, side: int, tiles: int, rng: Rng) -> Scene:
    """Two photos beside each other, or four in a square."""
    rows, columns = (1, 2) if tiles == 2 else (2, 2)
    part = side // 2
    scene = Scene(np.full((side, side), PAD, np.uint8))
    for row in range(rows):
        for column in range(columns):
            one = material.photos[int(rng.integers(len(material.photos)))]
            tile = shown(one, part, Condition(), rng)
            top, left = row * part, column * part
            scene.picture[top : top + part, left : left + part] = tile.picture
            scene.faces += [(x + left, y + top, *rest) for x, y, *rest in tile.faces]  # type: ignore[misc]
    return scene


def _fitted(height: int, width: int, side: int) -> tuple[int, int]:
    scale = side / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def _found(predict: Predict, scenes: list[Scene], batch: int = 32) -> list[F32]:
    found: list[F32] = []
    for start in range(0, len(scenes), batch):
        part = scenes[start : start + batch]
        pictures = np.stack([scene.picture for scene in part])[..., None].astype(np.float32) / np.float32(255)
        filler = np.zeros((batch - len(part), *pictures.shape[1:]), np.float32)  # one shape, so that JAX compiles once
        rows = np.asarray(predict(np.concatenate([pictures, filler])))[: len(part)]
        found += [strongest(of_one) for of_one in rows]
    return found


def _errors(found: list[F32], scenes: list[Scene], rule: Rule) -> tuple[float, float, float]:
    errors = []
    for rows, scene in zip(found, scenes, strict=True):
        for face in scene.faces:
            if face[4] < 1 or face[2] < CLEAR or not (hit := rule.hit(rows, face)).any():
                continue
            _, x, y, side, cosine, sine = rows[hit][0]
            turn = math.degrees(math.atan2(sine, cosine) - face[3])
            errors.append((math.hypot(x - face[0], y - face[1]) / face[2], abs(side / face[2] - 1), abs(turn)))
    middle = np.median(errors, axis=0) if errors else (1.0, 1.0, 90.0)
    return float(middle[0]), float(middle[1]), float(middle[2])
