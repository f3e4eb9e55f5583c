"""FER2013 as people have it: one CSV (plain, gzipped or zipped), or folders of pictures.

The CSV's columns are `emotion,pixels[,Usage]`, 48×48 grey pixels row by row (Goodfellow et al. 2013,
arXiv:1307.0414). The folder form is `train/<emotion>/…` and `test/<emotion>/…`.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import numpy as np

from emotion.types import EMOTIONS
from errors import CatalogueError
from training.faces import SPLITS, TRAINING, U8, VALIDATION, BadRow, Faces, Mask, Origin, validation_mask
from training.loading import Loading, label_of
from training.splitting import chance

SIDE = 48
USAGES = SPLITS[:3]
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png"}


def read(path: Path, loading: Loading) -> Faces:
    """Read FER2013 from a CSV (`.csv`, `.csv.gz`, a zip that holds one) or a folder of pictures.

    Raises:
        CatalogueError: When it cannot be read, or is no FER2013.
    """
    return _sized(_thinned(_read_folder(path) if path.is_dir() else _read_csv(path), loading), loading)


def pictures(folder: Path) -> list[Path]:
    """Return every picture under a folder, by name."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURE_SUFFIXES and p.is_file())


def _thinned(faces: Faces, loading: Loading) -> Faces:
    """Keep at most the cap of each class in Training; the test splits stay what everyone measures on."""
    if not loading.cap:
        return faces
    keep: Mask = np.ones(len(faces), bool)
    capped: dict[str, int] = {}
    for emotion, most in loading.cap.items():
        of_class = np.flatnonzero((faces.labels == EMOTIONS.index(emotion)) & (faces.splits == TRAINING))
        ranked = sorted(of_class.tolist(), key=lambda i: chance(loading.seed, str(faces.rows[i])))
        keep[ranked[most:]] = False
        if ranked[most:]:
            capped[emotion] = len(ranked[most:])
    origin = Origin(faces.origin.kind, faces.origin.listed, capped, faces.origin.sizes)
    few = faces.where(keep)
    return Faces(few.images, few.labels, few.splits, faces.bad_rows, faces.source, few.rows, few.names, origin)


def _sized(faces: Faces, loading: Loading) -> Faces:
    """Resize and colour the faces where the options ask; Validation stays who it is at 48×48."""
    side, channels = loading.side or SIDE, loading.channels or 1
    if (side, channels) == (SIDE, 1) or not len(faces):
        return faces
    from training.inputs import resized

    splits = faces.splits.copy()
    splits[(splits == TRAINING) & validation_mask(faces.images)] = VALIDATION
    images = resized(faces.images, side, side)
    if channels == 3:
        images = np.repeat(images[..., np.newaxis], 3, axis=-1)
    return Faces(images, faces.labels, splits, faces.bad_rows, faces.source, faces.rows, faces.names, faces.origin)


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
    numbers: list[int] = []
    listed: Counter[str] = Counter()
    row = -1  # counts what is no blank line, good or bad, as FER+ does
    for number, line in enumerate(rows, start=2):
        if not line.strip():
            continue
        row += 1
        try:
            fields = [field.strip().strip('"') for field in line.split(",")]
            if len(fields) != len(header):
                raise ValueError(f"{len(fields)} columns instead of {len(header)}")
            listed[fields[columns["emotion"]]] += 1
            label = label_of(fields[columns["emotion"]])
            split = _split(fields[columns["usage"]]) if "usage" in columns else 0
            block[filled] = _pixels(fields[columns["pixels"]])
        except ValueError as error:
            bad.append(BadRow(f"line {number}", str(error)))
            continue
        labels.append(label)
        splits.append(split)
        numbers.append(row)
        filled += 1
        if filled == len(block):
            blocks.append(block)
            block, filled = np.empty_like(block), 0
    images = np.concatenate([*blocks, block[:filled]]).reshape(-1, SIDE, SIDE)
    return Faces(
        images,
        np.frombuffer(labels, np.uint8),
        np.frombuffer(splits, np.uint8),
        tuple(bad),
        source=str(path),
        rows=np.array(numbers, np.int64),
        origin=Origin(listed=dict(listed), sizes=np.full((len(images), 2), SIDE, np.int64)),
    )


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


def _split(text: str) -> int:
    if text in USAGES:
        return USAGES.index(text)
    raise ValueError(f"usage {text!r} is none of {', '.join(USAGES)}")


def _read_folder(folder: Path) -> Faces:
    """Read `train/<emotion>/…` and `test/<emotion>/…`; a file name that tells its split wins over the folder."""
    from emotion.opencv import cv2

    images: list[U8] = []
    labels, splits, bad = bytearray(), bytearray(), []
    names: list[str] = []
    sizes: list[tuple[int, int]] = []
    listed: Counter[str] = Counter()
    for path in pictures(folder):
        where = str(path.relative_to(folder))
        listed[path.parent.name] += 1
        try:
            label, split = label_of(path.parent.name), _folder_split(path)
            grey = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
            if grey is None:
                raise ValueError("not a picture, or damaged")
        except (ValueError, OSError, cv2.error) as error:
            bad.append(BadRow(where, str(error)))
            continue
        sizes.append((grey.shape[1], grey.shape[0]))
        if grey.shape != (SIDE, SIDE):
            grey = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        images.append(np.asarray(grey, np.uint8))
        names.append(where)
        labels.append(label)
        splits.append(split)
    stacked = np.stack(images) if images else np.empty((0, SIDE, SIDE), np.uint8)
    return Faces(
        stacked,
        np.frombuffer(labels, np.uint8),
        np.frombuffer(splits, np.uint8),
        tuple(bad),
        source=str(folder),
        names=np.array(names, np.str_),
        origin=Origin(listed=dict(listed), sizes=np.array(sizes, np.int64).reshape(-1, 2)),
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
