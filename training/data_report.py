"""What a set of labelled faces holds: counts before and after, sizes, repeats, conflicts, people, and what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from emotion.types import EMOTIONS
from training.faces import SPLITS, U8, VALIDATION, BadRow, Faces, Origin, digests
from training.loading import label_of
from training.splitting import person_of
from training.store import write_bytes

PARTS = {"fer2013": SPLITS[:3], "photos": ("Training", "Validation", "Test")}
"""The splits that a report counts, by kind of data; without Validation's share, Training of a photo collection."""

MOST_SHOWN = 10

COLOURED = 4
"""Mean difference of the largest and smallest channel, 0–255, from which on an image is not grey."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, largest, mean and standard deviation of a length in pixels."""

    min: int
    max: int
    mean: float
    std: float


@dataclass(frozen=True, slots=True)
class DataReport:
    """What a data set holds.

    Args:
        counts: Split → emotion → number of images that are used.
        before: Emotion → rows before anything was capped or skipped, words folded to the seven classes.
        duplicates_within: Split → images that repeat an earlier one of the same split.
        duplicates_across: (split, later split) → images of the later split that also occur in the first.
        conflicting: Images whose copies carry another label somewhere.
        coloured: Emotion → images that are not grey: where classes differ in it, a network may read colour, not faces.
        width: Of the pictures as they came; None when there are none.
        height: The same.
        people: Person that a file name shows → images.
        people_across: People who are in more than one split.
        mean_image: uint8 (h, w) or (h, w, 3).
        bad_rows: What was left out.
        origin: What the source said of itself.
    """

    counts: dict[str, dict[str, int]]
    before: dict[str, int]
    duplicates_within: dict[str, int]
    duplicates_across: dict[tuple[str, str], int]
    conflicting: int
    coloured: dict[str, int]
    width: Spread | None
    height: Spread | None
    people: dict[str, int]
    people_across: int
    mean_image: U8
    bad_rows: tuple[BadRow, ...]
    origin: Origin


def report(faces: Faces) -> DataReport:
    """Count images per class and split, find identical images within and across splits, measure and average."""
    keys = list(digests(faces.images))
    names = PARTS[faces.origin.kind]
    parts = {name: part(faces, name) for name in names}
    keys_of = {name: [keys[i] for i in members] for name, members in parts.items()}
    labels_of: dict[bytes, set[int]] = {}
    for key, label in zip(keys, faces.labels, strict=True):
        labels_of.setdefault(key, set()).add(int(label))
    counts = {name: _by_class(faces.labels[members]) for name, members in parts.items()}
    across = {
        (a, b): sum(k in set_a for k in keys_of[b])
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        for set_a in [set(keys_of[a])]
    }
    people = [person_of(name) for name in faces.names.tolist()]
    sides: dict[str, set[int]] = {}
    for person, split in zip(people, faces.splits.tolist(), strict=True):
        if person:
            sides.setdefault(person, set()).add(split)
    width, height = _sizes(faces)
    return DataReport(
        counts=counts,
        before=_before(faces),
        duplicates_within={name: sum(n - 1 for n in Counter(ks).values()) for name, ks in keys_of.items()},
        duplicates_across=across,
        conflicting=sum(len(labels_of[k]) > 1 for k in keys),
        coloured=_by_class(faces.labels[_coloured(faces.images)]),
        width=width,
        height=height,
        people=dict(Counter(person for person in people if person).most_common()),
        people_across=sum(len(on) > 1 for on in sides.values()),
        mean_image=mean_of(faces.images),
        bad_rows=faces.bad_rows,
        origin=faces.origin,
    )


def part(faces: Faces, name: str) -> list[int]:
    """Return the indices of a split; FER2013's Validation is within its Training, and counted there."""
    wanted = {SPLITS.index(name)}
    if name == "Training" and faces.origin.kind == "fer2013":
        wanted.add(VALIDATION)
    return [i for i, split in enumerate(faces.splits.tolist()) if split in wanted]


def mean_of(images: U8) -> U8:
    """Average images, uint8 (N, …), N ≥ 1, without a float copy of them."""
    total = np.zeros(images.shape[1:], np.int64)
    for start in range(0, len(images), 256):
        total += images[start : start + 256].sum(axis=0, dtype=np.int64)
    return np.round(total / len(images)).astype(np.uint8)


def _by_class(labels: U8) -> dict[str, int]:
    return dict(zip(EMOTIONS, np.bincount(labels, minlength=len(EMOTIONS)).tolist(), strict=True))


def _coloured(images: U8) -> npt.NDArray[np.bool_]:
    """Mark the images whose channels differ by more than what JPEG makes of grey."""
    if images.ndim == 3:
        return np.zeros(len(images), bool)
    spread = (np.ptp(image[::4, ::4].astype(np.int16), axis=2).mean() for image in images)
    return np.fromiter((s > COLOURED for s in spread), bool, count=len(images))


def _before(faces: Faces) -> dict[str, int]:
    if not faces.origin.listed:
        return _by_class(faces.labels)
    before = dict.fromkeys(EMOTIONS, 0)
    for word, rows in faces.origin.listed.items():
        try:
            before[EMOTIONS[label_of(word)]] += rows
        except ValueError:
            continue  # no class; its rows are named among the bad ones
    return before


def _sizes(faces: Faces) -> tuple[Spread | None, Spread | None]:
    sizes = faces.origin.sizes
    if not len(sizes):
        sizes = np.array([faces.images.shape[2:0:-1]], np.int64)
    of = [Spread(int(s.min()), int(s.max()), float(s.mean()), float(s.std())) for s in sizes.T]
    return of[0], of[1]


# --- for people and programs -----------------------------------------------------------------------------------------


def report_json(found: DataReport) -> dict[str, Any]:
    """Return what `mien data report --json` prints (docs/json.md)."""
    rows = found.origin.listed
    return {
        "images": sum(sum(of.values()) for of in found.counts.values()),
        "counts": found.counts,
        "duplicates_within": found.duplicates_within,
        "duplicates_across": {f"{a}/{b}": n for (a, b), n in found.duplicates_across.items()},
        "conflicting_labels": found.conflicting,
        "bad_rows": [{"where": bad.where, "reason": bad.reason} for bad in found.bad_rows],
        "kind": found.origin.kind,
        "shape": list(found.mean_image.shape),
        "rows": sum(rows.values()),
        "labels": dict(rows),
        "before": found.before,
        "capped": dict(found.origin.capped),
        "sizes": {"width": _spread_json(found.width), "height": _spread_json(found.height)},
        "coloured": found.coloured,
        "people": {
            "named": len(found.people),
            "images": sum(found.people.values()),
            "most": [{"name": name, "images": n} for name, n in list(found.people.items())[:MOST_SHOWN]],
            "in_several_splits": found.people_across,
        },
        "notes": [{"where": note.where, "reason": note.reason} for note in found.origin.notes],
    }


def _spread_json(spread: Spread | None) -> dict[str, float] | None:
    if spread is None:
        return None
    return {"min": spread.min, "max": spread.max, "mean": round(spread.mean, 2), "std": round(spread.std, 2)}


def write_picture(path: Path, image: U8) -> None:
    """Write an image, grey or RGB, as a PNG.

    Raises:
        ConfigError: When it cannot be written there.
    """
    ordered = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), np.uint8) if image.ndim == 3 else image
    write_bytes(path, cv2.imencode(".png", ordered)[1].tobytes())
