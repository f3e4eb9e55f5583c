"""One loader for every kind of labelled faces: FER2013, and photo collections with a legend.

    faces = load("fer2013.csv.gz")                               # (N, 48, 48) grey
    faces = load("muxspace", Loading(side=128), cache_dir=…)     # (N, 128, 128, 3) RGB, split by person

What comes back is the same for both (`training.faces`), and what a source does not say of itself is an option
(`training.loading`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from errors import CatalogueError
from training import fer2013, photos
from training.collection import Collection, find
from training.faces import EVALUATION_SPLITS, SPLITS, U8, BadRow, Faces, Origin, digests, validation_mask
from training.fer2013 import SIDE
from training.loading import SYNONYMS, Loading, parse_cap
from training.store import cached

__all__ = [
    "EVALUATION_SPLITS", "SIDE", "SPLITS", "SYNONYMS", "U8", "BadRow", "Faces", "Loading", "Origin", "digests", "load",
    "parse_cap", "validation_mask",
]  # fmt: skip

CACHE_VERSION = 4
"""Higher whenever the same source would be read into other arrays."""

KINDS = (
    "give FER2013 as a .csv, .csv.gz, .zip or a folder of pictures (train/<emotion>/…, test/<emotion>/…), "
    "or a photo collection with a legend.csv and images/"
)


def load(path: str | Path, loading: Loading | None = None, *, cache_dir: Path | None = None) -> Faces:
    """Read labelled faces.

    Args:
        path: FER2013 (a `.csv`, `.csv.gz`, a zip that holds one, or a folder `train/<emotion>/…`), or a photo
            collection (a folder or zip with `legend.csv` and `images/`).
        loading: The options; without them as each kind has it by default.
        cache_dir: Where the parsed arrays are kept, so that the next load takes about a second; None keeps nothing.

    Raises:
        CatalogueError: When the path is missing, holds no such data, not one face can be read, or no split is possible.
    """
    path, loading = Path(path), loading or Loading()
    if not path.exists():
        raise CatalogueError(path, f"does not exist; {KINDS}")
    try:
        collection = find(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise CatalogueError(path, f"cannot be read ({error}); get it again, or make it readable") from error
    if collection is None and path.is_dir():
        _expect_no_legend(path)
    if cache_dir is None:
        return _read(path, collection, loading)
    key = _fingerprint(path, collection, loading)
    arrays, meta = cached(cache_dir, key, lambda: _pack(_read(path, collection, loading)))
    return _unpack(arrays, meta, str(path))


def _expect_no_legend(folder: Path) -> None:
    """Refuse a folder that looks like a photo collection whose legend is missing."""
    if (folder / "images").is_dir() or folder.name.lower() == "images":
        raise CatalogueError(folder, f"has pictures but no legend.csv that says what they show; {KINDS}")


def _read(path: Path, collection: Collection | None, loading: Loading) -> Faces:
    faces = photos.read(path, collection, loading) if collection else fer2013.read(path, loading)
    if not len(faces):
        reason = f"; the first: {faces.bad_rows[0].where}: {faces.bad_rows[0].reason}" if faces.bad_rows else ""
        raise CatalogueError(path, f"not one face could be read{reason}")
    return faces


def _fingerprint(path: Path, collection: Collection | None, loading: Loading) -> str:
    """Name what is read by path, sizes and times of its files, and the options."""
    if collection:
        stamps = collection.stamps
    else:
        files = fer2013.pictures(path) if path.is_dir() else [path]
        stamps = tuple(f"{file}|{file.stat().st_size}|{file.stat().st_mtime_ns}" for file in files)
    options = json.dumps(dataclasses.asdict(loading), sort_keys=True)
    told = "\n".join([str(path.resolve()), options, *stamps]).encode(errors="surrogateescape")
    return f"faces-v{CACHE_VERSION}-{hashlib.blake2b(told, digest_size=16).hexdigest()}"


def _pack(faces: Faces) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    arrays = {name: getattr(faces, name) for name in ("images", "labels", "splits", "rows", "names")}
    origin = {"kind": faces.origin.kind, "listed": dict(faces.origin.listed), "capped": dict(faces.origin.capped)}
    meta = {
        **origin,
        "bad_rows": [(bad.where, bad.reason) for bad in faces.bad_rows],
        "notes": [(note.where, note.reason) for note in faces.origin.notes],
    }
    return {**arrays, "sizes": faces.origin.sizes}, meta


def _unpack(arrays: Mapping[str, npt.NDArray[Any]], meta: Mapping[str, Any], source: str) -> Faces:
    notes = tuple(BadRow(*note) for note in meta["notes"])
    return Faces(
        arrays["images"],
        arrays["labels"],
        arrays["splits"],
        tuple(BadRow(*bad) for bad in meta["bad_rows"]),
        source,
        arrays["rows"],
        arrays["names"],
        Origin(meta["kind"], meta["listed"], meta["capped"], arrays["sizes"], notes),
    )
