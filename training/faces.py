"""Labelled faces as every trainer and measure gets them.

Conventions: images are uint8, 0–255, all of one size: (N, h, w) grey or (N, h, w, 3) RGB; labels are uint8 indices into
`EMOTIONS`; splits are uint8 indices into `SPLITS`. Nothing here ever makes a float copy of the whole set.

A photo collection says which faces are Validation. FER2013 does not, so there Validation is a tenth of Training, chosen
by the hash of the pixels: it needs no seed, is the same on every machine, and keeps identical images (FER2013 has over
a thousand of them) on one side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from errors import lookup

SPLITS = ("Training", "PublicTest", "PrivateTest", "Validation", "Test")
"""The names of the numbers in `Faces.splits`; FER2013 has the first three, a photo collection 0, 3 and 4."""

TRAINING, PUBLIC_TEST, PRIVATE_TEST, VALIDATION, TEST = range(len(SPLITS))

EVALUATION_SPLITS = ("Validation", "PublicTest", "PrivateTest", "Test", "all")

U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row or picture that is wrong or odd: its line in the file (or the picture's path) and the reason."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What the source held before anything was folded, capped or skipped.

    Args:
        kind: "fer2013" or "photos".
        listed: Label as written → rows with it.
        capped: Class → images left out because the class had enough.
        sizes: int64 (M, 2), width and height in pixels of every picture that could be read, used or not.
        notes: What was kept but should be looked at: the same pixels under two names, a class without a picture.
    """

    kind: str = "fer2013"
    listed: Mapping[str, int] = field(default_factory=dict)
    capped: Mapping[str, int] = field(default_factory=dict)
    sizes: I64 = field(default_factory=lambda: np.empty((0, 2), np.int64))
    notes: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Faces:
    """A set of labelled faces.

    Args:
        images: uint8 (N, h, w) grey, or (N, h, w, 3) RGB.
        labels: uint8 (N,), indices into `EMOTIONS`.
        splits: uint8 (N,), indices into `SPLITS`.
        bad_rows: What was left out, and why.
        source: The path it was read from.
        rows: int64 (N,), each face's row in its CSV or legend, from 0 without the header; without it 0, 1, 2 …
        names: str (N,), the picture's file, "" in a CSV of pixels.
        origin: What the source held before.
    """

    images: U8
    labels: U8
    splits: U8
    bad_rows: tuple[BadRow, ...] = ()
    source: str = ""
    rows: I64 = field(default_factory=lambda: np.empty(0, np.int64))
    names: npt.NDArray[np.str_] = field(default_factory=lambda: np.empty(0, np.str_))
    origin: Origin = field(default_factory=Origin)

    def __post_init__(self) -> None:
        n, shape = len(self.images), self.images.shape
        if not len(self.rows):
            object.__setattr__(self, "rows", np.arange(n, dtype=np.int64))
        if not len(self.names):
            object.__setattr__(self, "names", np.full(n, "", np.str_))
        pictures = self.images.dtype == np.uint8 and (self.images.ndim == 3 or (len(shape) == 4 and shape[3] == 3))
        if not pictures or any(a.shape != (n,) for a in (self.labels, self.splits, self.rows, self.names)):
            raise ValueError(f"faces of unequal shapes: {shape}, {self.labels.shape}, {self.splits.shape}")

    def __len__(self) -> int:
        return len(self.images)

    def where(self, mask: Mask) -> Faces:
        """Return the faces that a mask (N,) marks."""
        return Faces(
            self.images[mask],
            self.labels[mask],
            self.splits[mask],
            source=self.source,
            rows=self.rows[mask],
            names=self.names[mask],
            origin=self.origin,
        )

    def split(self, name: str) -> Faces:
        """Return one part.

        Args:
            name: "Training" (all that may be learnt from), "Train" (Training without Validation), "Validation",
                "PublicTest", "PrivateTest", "Test" (every test split) or "all".

        Raises:
            UnknownName: For any other name.
        """
        parts: dict[str, Callable[[], Mask]] = {
            "Training": lambda: (self.splits == TRAINING) | (self.splits == VALIDATION),
            "Train": lambda: (self.splits == TRAINING) & ~self._validation(),
            "Validation": self._validation,
            "PublicTest": lambda: self.splits == PUBLIC_TEST,
            "PrivateTest": lambda: self.splits == PRIVATE_TEST,
            "Test": lambda: np.isin(self.splits, (PUBLIC_TEST, PRIVATE_TEST, TEST)),
            "all": lambda: np.ones(len(self), bool),
        }
        return self.where(lookup(parts, name, "split")())

    def _validation(self) -> Mask:
        named: Mask = self.splits == VALIDATION
        if self.origin.kind == "photos" or named.any():
            return named
        drawn: Mask = (self.splits == TRAINING) & validation_mask(self.images)
        return drawn


def validation_mask(images: U8) -> Mask:
    """Mark a tenth of the images by the hash of their pixels; identical images fall on one side."""
    return np.fromiter((d[0] % 10 == 0 for d in digests(images)), dtype=bool, count=len(images))


def digests(images: U8) -> Iterator[bytes]:
    """Yield a 16-byte BLAKE2b digest of each image's pixels."""
    return (hashlib.blake2b(image.tobytes(), digest_size=16).digest() for image in images)
