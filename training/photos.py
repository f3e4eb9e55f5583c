"""The photos of a collection, as faces in three sides that share no person.

Every photo is kept whole: made square by repeating its outermost pixels, then resized. Cropping would cut foreheads and
chins off the many tall ones, and stretching would change the faces.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emotion.frames import from_bytes
from emotion.opencv import cv2
from emotion.types import EMOTIONS
from errors import CatalogueError, FrameError
from training.collection import Collection, Listed, read_legend
from training.faces import TEST, TRAINING, U8, VALIDATION, BadRow, Faces, Origin
from training.inputs import resized
from training.likeness import alike, thumbnail
from training.loading import PHOTO_CAP, PHOTO_SIDE, Loading
from training.splitting import chance, person_of, sides, together

SIDES = {"Training": TRAINING, "Validation": VALIDATION, "Test": TEST}


def read(path: Path, collection: Collection, loading: Loading) -> Faces:
    """Read the photos of a collection, thin out the classes that have too many, and split by class and person.

    Args:
        path: What the user named, for messages.
        collection: What was found there.
        loading: The options.

    Raises:
        CatalogueError: When the legend is none, or too few photos are left to be split.
    """
    listed, words, bad = read_legend(collection)
    cap = PHOTO_CAP if loading.cap is None else loading.cap
    side, channels = loading.side or PHOTO_SIDE, loading.channels or 3
    room = sum(min(n, cap.get(EMOTIONS[label], n)) for label, n in Counter(p.label for p in listed).items())
    images = np.empty((room, side, side, 3) if channels == 3 else (room, side, side), np.uint8)
    kept: list[Listed] = []
    unusable: list[tuple[int, BadRow]] = []
    pixel_keys: list[str] = []
    thumbnails: list[npt.NDArray[np.float32]] = []
    sizes: list[tuple[int, int]] = []
    taken, capped = Counter[str](), Counter[str]()
    # In random order, so that the first of each class fill its cap; what is over it is only looked at.
    for photo in sorted(listed, key=lambda p: (chance(loading.seed, p.name), p.row)):
        try:
            pixels, size = _open(collection, photo.name)
            sizes.append(size)
            if min(size) < loading.smallest:
                raise FrameError(f"{size[0]}×{size[1]} pixels; the shorter side has fewer than {loading.smallest}")
        except (FrameError, OSError, zipfile.BadZipFile, RuntimeError) as error:
            unusable.append((photo.row, BadRow(photo.name, str(error))))
            continue
        emotion = EMOTIONS[photo.label]
        if taken[emotion] == cap.get(emotion, len(listed)):
            capped[emotion] += 1
            continue
        images[len(kept)] = squared(pixels, side, channels)
        taken[emotion] += 1
        kept.append(photo)
        thumbnails.append(thumbnail(pixels))
        pixel_keys.append(f"{pixels.shape} {hashlib.blake2b(pixels.tobytes(), digest_size=16).hexdigest()}")
    bad += [row for _, row in sorted(unusable, key=lambda pair: pair[0])]
    order = np.argsort([photo.row for photo in kept]) if kept else np.empty(0, np.int64)
    kept, pixel_keys = [kept[i] for i in order], [pixel_keys[i] for i in order]
    labels = np.array([photo.label for photo in kept], np.uint8)
    again = alike([thumbnails[i] for i in order], pixel_keys)
    splits = _split(path, kept, labels, again, loading, bad)
    return Faces(
        images[order],
        labels,
        splits,
        tuple(bad),
        source=str(path),
        rows=np.array([photo.row for photo in kept], np.int64),
        names=np.array([photo.name for photo in kept], np.str_),
        origin=Origin(
            "photos",
            words,
            dict(capped),
            np.array(sizes, np.int64).reshape(-1, 2),
            (*_repeats(kept, pixel_keys, again), *_missing(labels, splits)),
        ),
    )


def squared(pixels: U8, side: int, channels: int) -> U8:
    """Make a photo, uint8 RGB (H, W, 3), square by repeating its edges, and resize it to (side, side[, 3])."""
    height, width = pixels.shape[:2]
    longer = max(height, width)
    top, left = (longer - height) // 2, (longer - width) // 2
    bottom, right = longer - height - top, longer - width - left
    square = cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_REPLICATE)
    if channels == 1:
        square = cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)
    return np.asarray(resized(np.asarray(square, np.uint8)[np.newaxis], side, side)[0], np.uint8)


def _open(collection: Collection, name: str) -> tuple[U8, tuple[int, int]]:
    """Return a photo's upright pixels, uint8 RGB (H, W, 3), and its own width and height."""
    frame = from_bytes(collection.read(collection.pictures[name.lower()]), name)
    return frame.pixels, (frame.width * frame.reduction, frame.height * frame.reduction)


def _split(
    path: Path,
    kept: list[Listed],
    labels: npt.NDArray[np.uint8],
    again: dict[int, int],
    loading: Loading,
    bad: list[BadRow],
) -> U8:
    people = [person_of(photo.name) for photo in kept]
    keys = [[f"photo {i}", *([f"person {who}"] if who else [])] for i, who in enumerate(people)]
    for later, earlier in again.items():
        keys[later].append(f"photo {earlier}")
    groups = together(keys)
    if len(set(groups.tolist())) < len(SIDES):
        first = f"; the first of {len(bad)} left out: {bad[0].where}: {bad[0].reason}" if bad else ""
        raise CatalogueError(
            path,
            f"{len(kept)} photos of {len(set(groups.tolist()))} people are too few to split into "
            f"{', '.join(SIDES)}; give a collection of at least {len(SIDES)} people{first}",
        )
    side_of = sides(labels, groups, [photo.name for photo in kept], loading.shares, loading.seed)
    return np.array(list(SIDES.values()), np.uint8)[side_of]


def _repeats(kept: list[Listed], pixel_keys: list[str], again: dict[int, int]) -> list[BadRow]:
    """Name the photos that another name shows too; they are kept, on one side."""
    notes = []
    for later, earlier in sorted(again.items()):
        first, second = kept[earlier], kept[later]
        how = "has the pixels of" if pixel_keys[earlier] == pixel_keys[later] else "is nearly the same picture as"
        labels = f", but is {EMOTIONS[second.label]} and not {EMOTIONS[first.label]}"
        notes.append(BadRow(second.name, f"{how} {first.name}" + labels * (first.label != second.label)))
    return notes


def _missing(labels: npt.NDArray[np.uint8], splits: U8) -> list[BadRow]:
    """Name the classes that a side, or the whole collection, has no photo of."""
    notes = []
    for label, emotion in enumerate(EMOTIONS):
        of_class = splits[labels == label]
        empty = [name for name, split in SIDES.items() if not (of_class == split).any()]
        if not len(of_class):
            notes.append(BadRow(f"class {emotion}", "no photo has this label, so that nobody can learn it"))
        elif empty:
            notes.append(BadRow(f"class {emotion}", f"too few people: none in {' and '.join(empty)}"))
    return notes
