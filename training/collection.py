"""Where a photo collection lies, and what its legend says.

The form is that of github.com/muxspace/facial_expressions: `legend.csv` (`user.id,image,emotion`) or `data/legend.csv`,
and the pictures in `images/`, as a folder or as a zip of it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from emotion.types import EMOTIONS
from errors import CatalogueError
from training.faces import BadRow
from training.loading import label_of

LEGEND = "legend.csv"
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection that was found.

    Args:
        legend: The legend's path, or its name in the zip.
        pictures: File name in lower case → its path, or its name in the zip.
        namesakes: Pictures that have the file name of one in `pictures`, so that the legend cannot mean them.
        read: Returns the bytes behind such a path or name; raises OSError, zipfile.BadZipFile or RuntimeError.
        stamps: What tells this state of the files from another: names, sizes and times.
    """

    legend: str
    pictures: Mapping[str, str]
    namesakes: tuple[str, ...]
    read: Callable[[str], bytes]
    stamps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A picture of the legend: its row from 0, its file's name, and its class 0–6."""

    row: int
    name: str
    label: int


def find(path: Path) -> Collection | None:
    """Return the photo collection at a path; None when there is no legend.

    Args:
        path: The folder that holds the legend or `data/legend.csv`, its `images` folder, the legend itself, or a zip.
    """
    if path.is_dir() or path.name.lower() == LEGEND:
        return _in_folder(path if path.is_dir() else path.parent)
    if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
        return _in_zip(path)
    return None


def read_legend(collection: Collection) -> tuple[list[Listed], dict[str, int], list[BadRow]]:
    """Read the legend.

    Returns:
        The pictures that it names, each once and by its first row; label as written → rows; and what is wrong: rows
        that say nothing clear, pictures listed again, listed and missing, or there without a row.

    Raises:
        CatalogueError: When it cannot be read or lacks a column.
    """
    rows = _rows(collection)
    header = [name.strip().lower() for name in (rows[0][1] if rows else [])]
    if not {"image", "emotion"} <= set(header):
        reason = f"the header is {header}; a legend has the columns user.id,image,emotion"
        raise CatalogueError(collection.legend, reason, line=1)
    image, emotion = header.index("image"), header.index("emotion")
    listed: dict[str, tuple[int, Listed]] = {}
    words: Counter[str] = Counter()
    bad: list[BadRow] = []
    mentioned: set[str] = set()
    for row, (line, fields) in enumerate(rows[1:]):
        try:
            if len(fields) != len(header):
                raise ValueError(f"{len(fields)} columns instead of {len(header)}")
            name, word = _name(fields[image].strip()), fields[emotion].strip()
            words[word] += 1
            mentioned.add(name.lower())
            picture = Listed(row, name, label_of(word))
            if name.lower() not in collection.pictures:
                raise ValueError(f"{name or 'a picture without a name'} is not among the images")
            if name.lower() in listed:
                raise ValueError(_again(name, picture, *listed[name.lower()]))
        except ValueError as error:
            bad.append(BadRow(f"{LEGEND} line {line}", str(error)))
            continue
        listed[name.lower()] = (line, picture)
    unlisted = sorted(set(collection.pictures) - mentioned)
    bad += [BadRow(_name(collection.pictures[name]), "has no row in the legend") for name in unlisted]
    bad += [BadRow(path, "has the name of another picture; only the first is used") for path in collection.namesakes]
    return [picture for _, picture in listed.values()], dict(words), bad


def _again(name: str, now: Listed, line: int, first: Listed) -> str:
    if now.label == first.label:
        return f"{name} is listed again, as on line {line}"
    return f"{name} is {EMOTIONS[now.label]} here and {EMOTIONS[first.label]} on line {line}; the first counts"


def _rows(collection: Collection) -> list[tuple[int, list[str]]]:
    """Return line number and fields of every line that is not blank, the header first."""
    try:
        reader = csv.reader(io.StringIO(collection.read(collection.legend).decode("utf-8-sig"), newline=""))
        return [(reader.line_num, fields) for fields in reader if any(field.strip() for field in fields)]
    except (OSError, zipfile.BadZipFile, RuntimeError, UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(collection.legend, f"cannot be read ({error}); get the file again") from error


def _in_folder(folder: Path) -> Collection | None:
    tops = [folder, folder.parent] if folder.name.lower() in ("images", "data") else [folder]
    legends = (p for top in tops for place in (top, top / "data") for p in _csvs(place) if p.name.lower() == LEGEND)
    legend = next(legends, None)
    if legend is None:
        return None
    homes = [top / "images" for top in (legend.parent, legend.parent.parent, *tops)]
    home = next((home for home in homes if home.is_dir()), legend.parent)
    found = sorted(p for p in home.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    stamps = [f"{p}|{p.stat().st_size}|{p.stat().st_mtime_ns}" for p in (legend, *found)]
    return Collection(str(legend), *_by_name(list(map(str, found))), lambda p: Path(p).read_bytes(), tuple(stamps))


def _csvs(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() == ".csv") if folder.is_dir() else []


def _in_zip(path: Path) -> Collection | None:
    archive = zipfile.ZipFile(path)  # open as long as the collection is: opening reads the whole list of members
    names = sorted(n for n in archive.namelist() if not n.startswith("__MACOSX") and not n.endswith("/"))
    legend = next((n for n in names if _name(n).lower() == LEGEND), None)
    if legend is None:
        archive.close()
        return None
    pictures = [n for n in names if PurePosixPath(n).suffix.lower() in SUFFIXES]
    stat = path.stat()
    return Collection(legend, *_by_name(pictures), archive.read, (f"{path}|{stat.st_size}|{stat.st_mtime_ns}",))


def _by_name(paths: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Find pictures by their names in lower case, of namesakes the first; and return the other namesakes."""
    first = {_name(path).lower(): path for path in reversed(paths)}
    return first, tuple(path for path in paths if first[_name(path).lower()] != path)


def _name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name
