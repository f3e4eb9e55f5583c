"""FER+: the majority of ten crowd votes for each image of FER2013 (Barsoum et al. 2016, arXiv:1608.01041).

Two forms are read. `fer2013new.csv`, as FER+ has it (`Usage,Image name,neutral,…,NF`), lies row by row beside
`fer2013.csv`; the form `row,neutral,…,NF` says which row of the CSV it means, from 0 and without the header.

The majority is the largest of the ten columns as they stand, the first of them in a tie; contempt then counts as
disgust. An image whose majority is "unknown" or "NF" (no face), or that nobody voted on, has none. The shares of the
votes are over the seven classes alone, contempt counted as disgust.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emotion.types import EMOTIONS
from errors import CatalogueError, ConfigError
from training.data import SPLITS, SYNONYMS, Faces
from training.evaluate import NO_VOTE

VOTED = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "nf")
"""FER+'s columns, in their order and in lower case."""

I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]

TOLD = 0.5
"""Least share of the votes that has to be for one of the seven classes; below, the image teaches the head nothing."""

_CLASS = np.array([SYNONYMS.get(name, NO_VOTE) for name in VOTED], np.int64)


def majority(counts: npt.NDArray[np.integer]) -> I64:
    """Return the class, 0–6 in FER2013's order, that has the most votes, or `NO_VOTE`.

    Args:
        counts: int (N, 10), votes in the order of `VOTED`.

    Returns:
        int64 (N,).
    """
    return np.where(counts.sum(axis=1) > 0, _CLASS[counts.argmax(axis=1)], NO_VOTE).astype(np.int64)


def shares(counts: npt.NDArray[np.integer]) -> F32:
    """Return the distribution of the votes over the seven classes, in FER2013's order.

    Args:
        counts: int (N, 10), votes in the order of `VOTED`.

    Returns:
        float32 (N, 7), rows that sum to 1; evenly spread where nobody voted for any of the seven.
    """
    of = np.zeros((len(counts), len(EMOTIONS)), np.float32)
    for column, label in enumerate(_CLASS.tolist()):
        if label != NO_VOTE:
            of[:, label] += counts[:, column]
    total = of.sum(axis=1, keepdims=True)
    return np.where(total > 0, of / np.maximum(total, 1), np.float32(1 / len(EMOTIONS))).astype(np.float32)


def told(counts: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Mark the images (N,) whose votes are not mostly "unknown" or "NF"."""
    of_seven, everything = counts[:, _CLASS != NO_VOTE].sum(axis=1), counts.sum(axis=1)
    marked: npt.NDArray[np.bool_] = (everything > 0) & (of_seven >= TOLD * everything)
    return marked


def load_votes(path: Path, faces: Faces) -> I64:
    """Read the FER+ majority of each face: `majority` of `load_counts`."""
    return majority(load_counts(path, faces))


def load_counts(path: Path, faces: Faces) -> I64:
    """Read the FER+ votes of each face.

    Args:
        path: FER+'s `fer2013new.csv`, or a CSV with the columns `row,neutral,…,NF`.
        faces: Read from a FER2013 CSV, so that its rows are known.

    Returns:
        int64 (N, 10), votes in the order of `VOTED`; all 0 for a face that the file does not name.

    Raises:
        ConfigError: When the faces are not from a CSV, whose rows the votes go by.
        CatalogueError: When the file cannot be read, or belongs to another data set.
    """
    if faces.origin.kind == "photos" or faces.names.any():
        raise ConfigError(
            f"--votes go by the rows of fer2013.csv, and {faces.source} is none. Give --data fer2013.csv."
        )
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CatalogueError(path, f"cannot be read ({reason}); give FER+'s fer2013new.csv") from error
    header = [name.strip().lower() for name in rows[0]] if rows else []
    missing = [name for name in VOTED if name not in header]
    if missing:
        raise CatalogueError(path, f"lacks the columns {', '.join(missing)}; give FER+'s fer2013new.csv", line=1)
    body = [(line, row) for line, row in enumerate(rows[1:], start=2) if row]
    counts = _counts(path, header, body)
    if "row" in header:
        return _by_row(path, header, body, counts, faces)
    return _beside(path, header, body, counts, faces)


def _counts(path: Path, header: list[str], body: Sequence[tuple[int, list[str]]]) -> I64:
    at = [header.index(name) for name in VOTED]
    counts = np.zeros((len(body), len(VOTED)), np.int64)
    for i, (line, row) in enumerate(body):
        try:
            counts[i] = [int(row[column]) for column in at]
        except (ValueError, IndexError):
            raise CatalogueError(path, "the ten votes have to be whole numbers", line=line) from None
        if counts[i].min() < 0:
            raise CatalogueError(path, "a number of votes is negative", line=line)
    return counts


def _by_row(path: Path, header: list[str], body: Sequence[tuple[int, list[str]]], counts: I64, faces: Faces) -> I64:
    column = header.index("row")
    of_row: dict[int, int] = {}  # its place in `counts`
    voted = majority(counts)
    for i, (line, row) in enumerate(body):
        try:
            number = int(row[column])
        except ValueError:
            raise CatalogueError(path, f"row {row[column]!r} is no number", line=line, column="row") from None
        if voted[of_row.setdefault(number, i)] != voted[i]:
            raise CatalogueError(path, f"row {number} was named before, with another majority", line=line)
    places = np.array([of_row.get(row, len(counts)) for row in faces.rows.tolist()], np.int64)
    return np.concatenate([counts, np.zeros((1, len(VOTED)), np.int64)])[places]


def _beside(path: Path, header: list[str], body: Sequence[tuple[int, list[str]]], counts: I64, faces: Faces) -> I64:
    last = int(faces.rows.max(initial=-1))
    if last >= len(body):
        raise CatalogueError(
            path,
            f"has {len(body):,} rows, and {faces.source} has {last + 1:,} or more: votes without row numbers lie row "
            "by row beside the complete fer2013.csv",
        )
    if "usage" in header:
        column = header.index("usage")
        for row, split in zip(faces.rows.tolist(), faces.splits.tolist(), strict=True):
            line, fields = body[row]
            if fields[column].strip() != SPLITS[split]:
                raise CatalogueError(
                    path,
                    f"says {fields[column]!r} where {faces.source} says {SPLITS[split]!r} (its row {row}): the two do "
                    "not belong together; give the complete fer2013.csv in its own order",
                    line=line,
                )
    return counts[faces.rows]
