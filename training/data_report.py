"""What a set of labelled faces holds: counts, repeats, conflicts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from emotion.types import EMOTIONS
from training.faces import SPLITS, U8, VALIDATION, BadRow, Faces, digests

PARTS = {"fer2013": SPLITS[:3], "photos": ("Training", "Validation", "Test")}
"""What a report counts for each kind of data."""


@dataclass(frozen=True, slots=True)
class DataReport:
    """What a data set holds.

    Args:
        counts: Split → emotion → number of images.
        duplicates_within: Split → images that repeat an earlier one of the same split.
        duplicates_across: (split, later split) → images of the later split that also occur in the first.
        conflicting: Images whose copies carry another label somewhere.
        mean_image: uint8 (48, 48).
        bad_rows: What was left out.
    """

    counts: dict[str, dict[str, int]]
    duplicates_within: dict[str, int]
    duplicates_across: dict[tuple[str, str], int]
    conflicting: int
    mean_image: U8
    bad_rows: tuple[BadRow, ...]


def report(faces: Faces) -> DataReport:
    """Count rows per class and split, find identical images within and across splits, average all images."""
    keys = list(digests(faces.images))
    names = PARTS[faces.origin.kind]
    parts = {name: _part(faces, name) for name in names}
    by_split = {name: [keys[i] for i in part] for name, part in parts.items()}
    labels_of: dict[bytes, set[int]] = {}
    for key, label in zip(keys, faces.labels, strict=True):
        labels_of.setdefault(key, set()).add(int(label))
    counts = {
        name: dict(zip(EMOTIONS, np.bincount(faces.labels[part], minlength=len(EMOTIONS)).tolist(), strict=True))
        for name, part in parts.items()
    }
    across = {
        (a, b): sum(k in set_a for k in by_split[b])
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        for set_a in [set(by_split[a])]
    }
    within = {name: sum(n - 1 for n in Counter(ks).values()) for name, ks in by_split.items()}
    conflicting = sum(len(labels_of[k]) > 1 for k in keys)
    mean = np.round(faces.images.mean(axis=0)).astype(np.uint8)
    return DataReport(counts, within, across, conflicting, mean, faces.bad_rows)


def _part(faces: Faces, name: str) -> list[int]:
    """Return the faces of a part; FER2013's Validation is within its Training, and counted there."""
    wanted = {SPLITS.index(name)}
    if name == "Training" and faces.origin.kind == "fer2013":
        wanted.add(VALIDATION)
    return [i for i, split in enumerate(faces.splits.tolist()) if split in wanted]
