"""FER2013 as people have it: one CSV (plain, gzipped or zipped), or folders of pictures.

Conventions: images are uint8 (N, 48, 48), grey, 0–255; labels are uint8 indices into `EMOTIONS`; splits are uint8
indices into `SPLITS`. Nothing here ever makes a float copy of the whole set.

The Validation split is ours: a tenth of Training, chosen by the hash of the pixels. It needs no seed, is the same on
every machine, and keeps identical images (FER2013 has over a thousand of them) on one side.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from emotion.types import EMOTIONS
from errors import CatalogueError, lookup
from training.store import cached

SIDE = 48
SPLITS = ("Training", "PublicTest", "PrivateTest")
EVALUATION_SPLITS = ("Validation", "PublicTest", "PrivateTest", "Test")
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png"}

SYNONYMS = {name: i for i, name in enumerate(EMOTIONS)} | {
    "anger": 0, "disgusted": 1, "fearful": 2, "afraid": 2, "happiness": 3, "sadness": 4, "surprised": 5,
}  # fmt: skip
"""Label words that mean one of the seven classes, in lower case."""

U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row or picture that was left out: its line in the file (or the picture's path) and the reason."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Faces:
    """A set of labelled faces.

    Args:
        images: uint8 (N, 48, 48), grey.
        labels: uint8 (N,), indices into `EMOTIONS`.
        splits: uint8 (N,), indices into `SPLITS`.
        bad_rows: What was left out, and why.
        source: The path it was read from.
    """

    images: U8
    labels: U8
    splits: U8
    bad_rows: tuple[BadRow, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        n = len(self.images)
        if self.images.shape != (n, SIDE, SIDE) or self.labels.shape != (n,) or self.splits.shape != (n,):
            raise ValueError(f"faces of unequal shapes: {self.images.shape}, {self.labels.shape}, {self.splits.shape}")

    def __len__(self) -> int:
        return len(self.images)

    def where(self, mask: npt.NDArray[np.bool_]) -> Faces:
        return Faces(self.images[mask], self.labels[mask], self.splits[mask], source=self.source)

    def split(self, name: str) -> Faces:
        """Return one part.

        Args:
            name: "Training" (all of it), "Train" (Training without Validation), "Validation" (a tenth of Training),
                "PublicTest", "PrivateTest" or "Test" (both test splits).

        Raises:
            UnknownName: For any other name.
        """
        training = self.splits == 0
        parts: dict[str, Callable[[], npt.NDArray[np.bool_]]] = {
            "Training": lambda: training,
            "Train": lambda: training & ~validation_mask(self.images),
            "Validation": lambda: training & validation_mask(self.images),
            "PublicTest": lambda: self.splits == 1,
            "PrivateTest": lambda: self.splits == 2,
            "Test": lambda: self.splits > 0,
        }
        return self.where(lookup(parts, name, "split")())


def load(path: str | Path, *, cache_dir: Path | None = None) -> Faces:
    """Read FER2013 from a CSV (`.csv`, `.csv.gz`, a zip that holds one) or a folder of pictures.

    Args:
        path: The file or folder.
        cache_dir: Where the parsed arrays are kept, so that the next load takes under a second; None keeps nothing.

    Raises:
        CatalogueError: When the path is missing, holds no such data, or not one row can be read.
    """
    path = Path(path)
    if not path.exists():
        raise CatalogueError(path, "does not exist; give FER2013 as a .csv, .csv.gz, .zip or a folder of pictures")
    if cache_dir is None:
        return _read(path)
    arrays, notes = cached(cache_dir, _fingerprint(path), lambda: _pack(_read(path)))
    bad = tuple(BadRow(*note) for note in notes)
    return Faces(arrays["images"], arrays["labels"], arrays["splits"], bad, str(path))


def validation_mask(images: U8) -> npt.NDArray[np.bool_]:
    """Mark a tenth of the images by the hash of their pixels; identical images fall on one side."""
    return np.fromiter((d[0] % 10 == 0 for d in digests(images)), dtype=bool, count=len(images))


def digests(images: U8) -> Iterator[bytes]:
    """Yield a 16-byte BLAKE2b digest of each image's pixels."""
    return (hashlib.blake2b(image.tobytes(), digest_size=16).digest() for image in images)


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(path: Path) -> Faces:
    faces = _read_folder(path) if path.is_dir() else _read_csv(path)
    if not len(faces):
        reason = f"; the first: {faces.bad_rows[0].where}: {faces.bad_rows[0].reason}" if faces.bad_rows else ""
        raise CatalogueError(path, f"not one face could be read{reason}")
    return faces


def _pack(faces: Faces) -> tuple[dict[str, U8], list[tuple[str, str]]]:
    arrays = {"images": faces.images, "labels": faces.labels, "splits": faces.splits}
    return arrays, [(bad.where, bad.reason) for bad in faces.bad_rows]


def _fingerprint(path: Path) -> str:
    """Name what was read by path, size and time; a folder by those of all its pictures."""
    files = [path] if path.is_file() else _pictures(path)
    key = hashlib.blake2b(str(path.resolve()).encode(), digest_size=16)
    for file in files:
        stat = file.stat()
        key.update(f"{file}|{stat.st_size}|{stat.st_mtime_ns}".encode())
    return f"faces-v1-{key.hexdigest()}"


def _read_csv(path: Path) -> Faces:
    with ExitStack() as stack:
        try:
            lines = stack.enter_context(_open_csv(path, stack))
            return _parse(path, lines)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, UnicodeDecodeError) as error:
            raise CatalogueError(path, f"cannot be read ({error}); get the file again") from error


def _open_csv(path: Path, stack: ExitStack) -> IO[str]:
    if path.suffix == ".zip":
        archive = stack.enter_context(zipfile.ZipFile(path))
        names = [n for n in archive.namelist() if n.endswith((".csv", ".csv.gz")) and not n.startswith("__MACOSX")]
        wanted = [n for n in names if "fer2013" in Path(n).name] or names
        if not wanted:
            raise CatalogueError(path, "the zip holds no .csv; put fer2013.csv in it, or unpack it and give the folder")
        member = stack.enter_context(archive.open(wanted[0]))
        raw = gzip.open(member) if wanted[0].endswith(".gz") else member  # noqa: SIM115
        return io.TextIOWrapper(raw, encoding="utf-8-sig")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _parse(path: Path, lines: Iterable[str]) -> Faces:
    """Read the dataset's own columns, `emotion,pixels[,Usage]` in any order, into arrays grown by blocks."""
    rows = iter(lines)
    header = [name.strip().strip('"').lower() for name in next(rows, "").split(",")]
    if not {"emotion", "pixels"} <= set(header):
        raise CatalogueError(path, f"the header is {header}, not emotion,pixels,Usage", line=1)
    columns = {name: header.index(name) for name in ("emotion", "pixels", "usage") if name in header}
    blocks: list[U8] = []
    block, filled = np.empty((4096, SIDE * SIDE), np.uint8), 0
    labels, splits, bad = bytearray(), bytearray(), []
    for number, line in enumerate(rows, start=2):
        if not line.strip():
            continue
        try:
            fields = [field.strip().strip('"') for field in line.split(",")]
            if len(fields) != len(header):
                raise ValueError(f"{len(fields)} columns instead of {len(header)}")
            label = _label(fields[columns["emotion"]])
            split = _split(fields[columns["usage"]]) if "usage" in columns else 0
            block[filled] = _pixels(fields[columns["pixels"]])
        except ValueError as error:
            bad.append(BadRow(f"line {number}", str(error)))
            continue
        labels.append(label)
        splits.append(split)
        filled += 1
        if filled == len(block):
            blocks.append(block)
            block, filled = np.empty_like(block), 0
    images = np.concatenate([*blocks, block[:filled]]).reshape(-1, SIDE, SIDE)
    return Faces(images, np.frombuffer(labels, np.uint8), np.frombuffer(splits, np.uint8), tuple(bad), source=str(path))


def _pixels(text: str) -> U8:
    # Text that is no number is a warning in some versions of NumPy, an error in others, and a short array in all.
    try:
        values = np.fromstring(text, dtype=np.int32, sep=" ")
    except (DeprecationWarning, ValueError):
        values = np.empty(0, np.int32)
    if values.size != SIDE * SIDE:
        words = text.split()
        numbers = sum(word.lstrip("-").isdigit() for word in words)
        raise ValueError(f"{len(words)} pixels, {numbers} of them numbers, instead of {SIDE * SIDE}")
    if values.min() < 0 or values.max() > 255:
        raise ValueError(f"pixel values {values.min()}…{values.max()} outside 0…255")
    return values.astype(np.uint8)


def _label(text: str) -> int:
    if text.isdigit() and int(text) < len(EMOTIONS):
        return int(text)
    if text.strip().lower() in SYNONYMS:
        return SYNONYMS[text.strip().lower()]
    raise ValueError(f"emotion {text!r} is neither 0…6 nor one of {', '.join(EMOTIONS)}")


def _split(text: str) -> int:
    if text in SPLITS:
        return SPLITS.index(text)
    raise ValueError(f"usage {text!r} is none of {', '.join(SPLITS)}")


def _pictures(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURE_SUFFIXES and p.is_file())


def _read_folder(folder: Path) -> Faces:
    """Read `train/<emotion>/…` and `test/<emotion>/…`; a file name that tells its split wins over the folder."""
    from emotion.opencv import cv2

    images: list[U8] = []
    labels, splits, bad = bytearray(), bytearray(), []
    for path in _pictures(folder):
        where = str(path.relative_to(folder))
        try:
            label, split = _label(path.parent.name), _folder_split(path)
            grey = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
            if grey is None:
                raise ValueError("not a picture, or damaged")
        except (ValueError, OSError, cv2.error) as error:
            bad.append(BadRow(where, str(error)))
            continue
        if grey.shape != (SIDE, SIDE):
            grey = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        images.append(np.asarray(grey, np.uint8))
        labels.append(label)
        splits.append(split)
    stacked = np.stack(images) if images else np.empty((0, SIDE, SIDE), np.uint8)
    return Faces(
        stacked, np.frombuffer(labels, np.uint8), np.frombuffer(splits, np.uint8), tuple(bad), source=str(folder)
    )


def _folder_split(path: Path) -> int:
    named = re.match(r"(Training|PublicTest|PrivateTest)_", path.name)
    if named:
        return SPLITS.index(named[1])
    split = {"train": 0, "training": 0, "test": 1, "publictest": 1, "validation": 1, "privatetest": 2}.get(
        path.parent.parent.name.lower()
    )
    if split is None:
        raise ValueError(f"folder {path.parent.parent.name!r} is neither train nor test")
    return split


# --- report ----------------------------------------------------------------------------------------------------------


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
    by_split = {name: [k for k, s in zip(keys, faces.splits, strict=True) if s == i] for i, name in enumerate(SPLITS)}
    labels_of: dict[bytes, set[int]] = {}
    for key, label in zip(keys, faces.labels, strict=True):
        labels_of.setdefault(key, set()).add(int(label))
    counts = {
        name: dict(
            zip(EMOTIONS, np.bincount(faces.labels[faces.splits == i], minlength=len(EMOTIONS)).tolist(), strict=True)
        )
        for i, name in enumerate(SPLITS)
    }
    across = {
        (a, b): sum(k in set_a for k in by_split[b])
        for i, a in enumerate(SPLITS)
        for b in SPLITS[i + 1 :]
        for set_a in [set(by_split[a])]
    }
    within = {name: sum(n - 1 for n in Counter(ks).values()) for name, ks in by_split.items()}
    conflicting = sum(len(labels_of[k]) > 1 for k in keys)
    mean = np.round(faces.images.mean(axis=0)).astype(np.uint8)
    return DataReport(counts, within, across, conflicting, mean, faces.bad_rows)
