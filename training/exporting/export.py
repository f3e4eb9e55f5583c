"""One export from beginning to end: open, write a candidate, compare it with its source, and only then put it there."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from errors import CatalogueError, ConfigError
from training.data import Faces
from training.exporting.checking import IMAGES, Check, compared, refuse_if_changed, sample
from training.exporting.facts import Facts
from training.exporting.formats import FORMATS
from training.exporting.sources import Source
from training.inputs import as_inputs
from training.networks import open_network
from training.votes import load_votes

CALIBRATION_IMAGES = 300


@dataclass(frozen=True, slots=True)
class Exported:
    """A file, or the folder of a SavedModel, that was written and checked.

    Args:
        bytes: Of the file, or of all files in the folder.
        sha256: Of the file; None for a folder.
        source_bytes: Of the file that it came from.
    """

    path: Path
    form: str
    bytes: int
    sha256: str | None
    source_bytes: int
    facts: Facts
    check: Check


def export(
    source: Source,
    form: str,
    quantize: str,
    out: Path,
    faces: Faces,
    *,
    votes: Path | None = None,
    batch: int = 1,
    licence: str | None = None,
) -> Exported:
    """Write a network in another format, if it stays the same network.

    Args:
        source: As `training.exporting.sources.open_source` opens it.
        form: A key of `FORMATS`.
        quantize: One of the format's kinds of weights.
        out: The file, or the folder of a SavedModel.
        faces: Real labelled faces: Train calibrates, Validation checks.
        votes: FER+'s votes on them; with them the agreement with the crowd is compared too.
        batch: Pictures at once; a `.keras` file takes any number all the same.
        licence: SPDX identifier, in the place of the source's.

    Raises:
        ConfigError: `out` cannot be written, or is a folder that exists.
        CatalogueError: `faces` lack what is needed, or the votes cannot be read.
        ModelError: It cannot be converted, or is no longer the same network.
    """
    _expect_room(out, form)
    check_faces = sample(faces, "Validation", IMAGES)
    if not len(check_faces):
        raise CatalogueError(faces.source, "holds no images of Validation to check the export on; give other --data")
    majority = None if votes is None else load_votes(votes, check_faces)
    calibration = None
    if quantize == "int8":
        pictures = sample(faces, "Train", CALIBRATION_IMAGES).images
        calibration = as_inputs(pictures, source.network.shape)
    facts = dataclasses.replace(
        source.facts,
        quantize=quantize,
        licence=licence or source.facts.licence,
        input_shape=(batch, *source.network.shape),
    )
    candidate = out.with_name(f".{out.stem}.{os.urandom(4).hex()}{FORMATS[form].suffix}")
    try:
        try:
            FORMATS[form].write(source.model, candidate, facts, batch, calibration)
        except OSError as error:
            raise ConfigError(f"{out} cannot be written ({error.strerror or error}); choose another place.") from error
        check = compared(open_network(str(candidate)), source.network, check_faces, majority)
        refuse_if_changed(check, quantize, out.name)
        size, digest = _size(candidate)
        candidate.replace(out)
    finally:
        if candidate.is_dir():
            shutil.rmtree(candidate, ignore_errors=True)
        else:
            candidate.unlink(missing_ok=True)
    return Exported(out, form, size, digest, source.network.bytes, facts, check)


def _expect_room(out: Path, form: str) -> None:
    """Say what is in the way before anything is converted."""
    is_folder = not FORMATS[form].suffix
    if is_folder and out.exists():
        raise ConfigError(
            f"{out} exists already, and a {form} is a folder of its own; delete it or give another --out."
        )
    if not is_folder and out.is_dir():
        raise ConfigError(
            f"{out} is a folder. Give a file name in it, such as {out / ('model' + FORMATS[form].suffix)}."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"The folder {out.parent} cannot be made ({error.strerror}); choose another.") from error
    if not os.access(out.parent, os.W_OK):
        raise ConfigError(f"The folder {out.parent} cannot be written to; choose another place.")


def _size(path: Path) -> tuple[int, str | None]:
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()), None
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
