"""What scenes are made of: tight faces, photos of one person each, and pictures without a face.

Everything is grey (Rec. 601) and as small as scenes need it, so that all of it stays in memory. A box is (centre x,
centre y, side) in pixels: the square whose `emotion.preprocessing.framing` looks as FER2013's faces do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion import frames
from emotion.opencv import cv2
from emotion.preprocessing import SCALE, SHIFT
from errors import CatalogueError, FrameError
from training.collection import SUFFIXES, find
from training.data import load
from training.detection.agreement import Labeller
from training.detection.backgrounds import drawn
from training.detection.split import side_of
from training.store import cached

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]

PHOTO_SIDE = 256
"""Longest side of a photo, in pixels: a face that fills the network's input is about 190."""

GROUND_SIDE = 320
"""Longest side of a picture without a face."""

DRAWN = 700
"""Drawn pictures without a face."""

CHECKED = 0.15
"""Share of photographic pictures that serve validation and not training, by their names."""

LEAST_CONTRAST = 8.0
"""Standard deviation of grey values; FER2013 has a few crops that are one colour."""

VERSION = 1
"""Of the cached arrays; higher whenever the same photos would give others."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of one person: uint8 (h, w) at full and halved sizes, its box, and how far that is trusted, 0–1."""

    sizes: tuple[U8, ...]
    box: tuple[float, float, float]
    trust: float


@dataclass(frozen=True, slots=True)
class Material:
    """What the scenes of one side are made of.

    Args:
        faces: uint8 (N, 48, 48), tight faces, upright.
        photos: Photos with their boxes.
        grounds: Pictures without a face, uint8 (h, w), photographic and drawn.
        digest: Tells this material from any other.
    """

    faces: U8
    photos: tuple[Photo, ...]
    grounds: tuple[U8, ...]
    digest: str = field(default="")

    @property
    def face_box(self) -> tuple[float, float, float]:
        """The box in a tight face: framing enlarges it by SCALE and moves it down by SHIFT."""
        side = self.faces.shape[1] / SCALE
        return self.faces.shape[2] / 2, self.faces.shape[1] / 2 - SHIFT * side, side


def gather(
    photos: Path,
    faces: Path,
    backgrounds: Path | None,
    cache_dir: Path,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Material, Material]:
    """Read the sources and split them into what is learnt from and what is validated on; people aside are not opened.

    Args:
        photos: A photo collection with a legend (`training.collection`).
        faces: FER2013, as `training.data.load` reads it; only its Training split is used.
        backgrounds: A folder of pictures without any face, or None for drawn ones alone.
        cache_dir: Where parsed faces and labelled photos are kept.
        tell: Gets a line about each source.

    Raises:
        CatalogueError: When a source is missing or empty.
        ConfigError: When dlib, which labels the photos, is not installed.
    """
    tight = load(faces, cache_dir=cache_dir)
    photographic = _grounds(backgrounds) if backgrounds else {}
    made = []
    for side, split, share, seed in (("training", "Train", 1.0, 1), ("validation", "Validation", 0.2, 2)):
        crops = tight.split(split).images
        crops = crops[crops.std(axis=(1, 2)) >= LEAST_CONTRAST]
        found = _photos(photos, side, cache_dir)
        checked = side == "validation"
        grounds = [picture for name, picture in photographic.items() if _is_checked(name) == checked]
        material = Material(crops, found, (*grounds, *drawn(round(DRAWN * share), seed)))
        trusted = sum(photo.trust == 1 for photo in found)
        tell(
            f"{side}: {len(crops):,} tight faces, {len(found):,} photos ({trusted:,} with a box that two detectors "
            f"agree on), {len(grounds)} photographic and {len(material.grounds) - len(grounds)} drawn pictures"
        )
        made.append(Material(material.faces, material.photos, material.grounds, _digest(material)))
    return made[0], made[1]


def photo(grey: U8, box: Sequence[float], trust: float) -> Photo:
    """Return a photo, uint8 (h, w), with its smaller sizes."""
    sizes = [grey]
    while min(sizes[-1].shape) >= 32:
        height, width = sizes[-1].shape
        sizes.append(
            np.asarray(cv2.resize(sizes[-1], (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)
        )
    x, y, side = box
    return Photo(tuple(sizes), (float(x), float(y), float(side)), float(trust))


def _photos(path: Path, side: str, cache_dir: Path) -> tuple[Photo, ...]:
    """Return the photos of the people on one side; labelled once, then kept."""
    collection = find(path)
    if collection is None:
        raise CatalogueError(path, "is no photo collection: there is no legend.csv with images/ beside it")
    names = sorted(name for name in collection.pictures.values() if side_of(name) == side)
    if not names:
        raise CatalogueError(path, f"has no photo on the side {side!r}; give a larger collection")
    pictures = {name: collection.read(name) for name in names}
    key = hashlib.blake2b(f"{VERSION} {side}".encode(), digest_size=8)
    for data in pictures.values():  # not the path or the time: a copy elsewhere has the same boxes
        key.update(hashlib.blake2b(data, digest_size=8).digest())

    def labelled() -> tuple[dict[str, npt.NDArray[Any]], Any]:
        labeller = Labeller()
        arrays: dict[str, npt.NDArray[Any]] = {}
        boxes: list[tuple[float, ...]] = []
        for name, data in pictures.items():
            try:
                pixels = frames.from_bytes(data, name).pixels
            except FrameError:
                continue
            label = labeller(pixels)
            scale = min(1.0, PHOTO_SIDE / max(pixels.shape[:2]))
            arrays[f"photo{len(boxes):05d}"] = _grey(pixels, scale)
            boxes.append((*(value * scale for value in label.square), label.trust))
        return arrays | {"boxes": np.array(boxes, np.float32)}, None

    arrays, _ = cached(cache_dir, f"mien-face-{key.hexdigest()}", labelled)
    boxes = arrays.pop("boxes").tolist()
    return tuple(photo(grey, box[:3], box[3]) for grey, box in zip(arrays.values(), boxes, strict=True))


def _grounds(folder: Path) -> dict[str, U8]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    pictures: dict[str, U8] = {}
    for path in paths:
        try:
            pixels = frames.from_path(path).pixels
        except FrameError:
            continue
        pictures[path.name] = _grey(pixels, min(1.0, GROUND_SIDE / max(pixels.shape[:2])))
    if not pictures:
        raise CatalogueError(folder, "holds no picture that can be read; leave --backgrounds out to use drawn ones")
    return pictures


def _grey(pixels: U8, scale: float) -> U8:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, np.uint8)


def _is_checked(name: str) -> bool:
    return hashlib.blake2b(name.encode(), digest_size=1).digest()[0] < 256 * CHECKED


def _digest(material: Material) -> str:
    digest = hashlib.blake2b(np.ascontiguousarray(material.faces).data, digest_size=16)
    for one in material.photos:
        digest.update(one.sizes[0].tobytes() + repr((one.box, one.trust)).encode())
    for ground in material.grounds:
        digest.update(ground.tobytes())
    return digest.hexdigest()
