"""Turn the cells of a column into values: whole columns at once where all cells are as they should be.

A cell that holds nothing is "not known". A number that is no number, or is out of its range, spoils its row, since then
the columns are probably shifted; a year, genre or key that cannot be understood is only not known.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.importing.blocks import Cells

MISSING = frozenset(
    ("", "nan", "NaN", "NAN", "None", "none", "null", "NULL", "Null", "N/A", "n/a", "NA", "-", "[]", None)
)
"""How tables write that something is not known."""

SHARES = ("valence", "energy", "acousticness", "instrumentalness", "danceability")

RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(SHARES, (0.0, 1.0)),
    "tempo": (0.0, 400.0),
    "loudness": (-100.0, 20.0),
    "duration": (0.0, 864_000.0),
    "popularity": (0.0, 100.0),
}
"""Field → what its number may be, in mien's own unit."""

ZERO_IS_UNKNOWN = frozenset(("tempo", "duration"))

PITCHES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
SPOTIFY_ID = re.compile(r"(?:^|[:/])([0-9A-Za-z]{22})(?:\?.*)?$")
ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
_NAME_STARTS = r"(?!\s*(?:the|and|&|jr\.?)\b)"
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


def numbers(field: str, unit: str, cells: Sequence[Any]) -> tuple[NDArray[np.float64], dict[int, str]]:
    """Return the numbers of a column, nan where not known, and what is wrong with which of its cells.

    Args:
        field: A key of `RANGES`.
        unit: Of `columns.Column`.
        cells: Texts or numbers.
    """
    wrong: dict[int, str] = {}
    if unit == "h:m:s":
        cells = [None if (seconds := clock_s(str(cell))) is None else seconds for cell in cells]
    values = _values(cells, wrong)
    factor = {"0–100": 0.01, "ms": 0.001}.get(unit)
    if factor:
        values = np.round(values * factor, 6)
    low, high = RANGES[field]
    if field in ZERO_IS_UNKNOWN:
        values[values == 0] = np.nan
    with np.errstate(invalid="ignore"):
        outside = (values < low) | (values > high)
    for place in np.flatnonzero(outside).tolist():
        wrong[place] = f"{field} is {cells[place]}; {low:g} to {high:g} is possible" + (f" ({unit})" if unit else "")
    values[outside] = np.nan
    return values, wrong


def known(values: NDArray[np.float64]) -> list[float | None]:
    """Return numbers as a list, None where they are not known."""
    found: list[float | None] = values.tolist()
    for place in np.flatnonzero(np.isnan(values)).tolist():
        found[place] = None
    return found


def texts(cells: Sequence[Any]) -> list[str | None]:
    """Return texts with single spaces; None where there is nothing."""
    if isinstance(cells, Cells):
        clean = cells.texts
        joined = "".join(clean)
        if joined.isprintable() and "  " not in joined and MISSING.isdisjoint(clean):
            return [cell if cell[0] != " " and cell[-1] != " " else cell.strip() or None for cell in clean]
    return [_text(cell) if type(cell) is str else None if cell is None else _text(str(cell)) for cell in cells]


def each(reader: Callable[[str], Any], cells: Sequence[Any]) -> list[Any]:
    """Return what a reader makes of each cell, None where there is nothing; each different cell is read once."""
    if any(isinstance(cell, list) for cell in cells[:100]) or not all(isinstance(cell, str) for cell in cells[:100]):
        cells = [
            None if cell is None else "\n".join(map(str, cell)) if isinstance(cell, list) else str(cell)
            for cell in cells
        ]
    read = {cell: None if cell in MISSING else reader(cell.strip()) for cell in set(cells)}
    return [read[cell] for cell in cells]


def spotify(cells: Sequence[Any]) -> list[str | None]:
    """Return the URI of each Spotify track, None where there is none."""
    if isinstance(cells, Cells):
        if cells.all_like(b"spotify:track:", 36):
            return list(cells.texts)
        if cells.all_like(b"", 22):
            return [f"spotify:track:{cell}" for cell in cells.texts]
    return each(spotify_of, cells)


@lru_cache(maxsize=50_000)
def artists_of(cell: str) -> str | None:
    """Return the artists of a cell, parted by line breaks: of a Python or JSON list, or names parted by ; or ,.

    A comma parts names only where what follows can be one: "Tyler, The Creator" and "Earth, Wind & Fire" stay whole.
    """
    many: list[str] = []
    if cell[:1] == "[" and cell[-1:] == "]":
        many = listed(cell)
    elif "\n" in cell:
        many = cell.split("\n")
    elif ";" in cell:
        many = cell.split(";")
    elif "\\," in cell:
        many = [name.replace("\\,", ",") for name in re.split(r"(?<!\\),", cell)]
    elif ", " in cell and not re.search(r",[^,]*(?:\s&\s|\sand\s)[^,]*$", cell):
        many = re.split(rf",\s+{_NAME_STARTS}", cell, flags=re.IGNORECASE)
    else:
        many = [cell]
    return "\n".join(name for one in many if (name := " ".join(one.split())) and name not in MISSING) or None


@lru_cache(maxsize=5000)
def genre_of(cell: str) -> str | None:
    """Return the first genre of a cell, in lower case."""
    many = listed(cell) if cell[:1] == "[" and cell[-1:] == "]" else re.split(r"[;,|\n]", cell)
    return next((" ".join(one.lower().split()) for one in many if one.strip()), None)


@lru_cache(maxsize=50_000)
def year_of(cell: str) -> int | None:
    """Return the year of a year or a date in any order."""
    found = _YEAR.search(cell)
    return int(found[1]) if found and int(found[1]) >= 1877 else None


@lru_cache(maxsize=500)
def language_of(cell: str) -> str | None:
    """Return an ISO 639-1 code, "zxx" for music without words; None for anything else."""
    code = cell.lower()
    return code if code == "zxx" or (len(code) == 2 and code.isascii() and code.isalpha()) else None


@lru_cache(maxsize=500)
def truth_of(cell: str) -> int | None:
    """Return 1 for true, yes, 1 and 0 for false, no, 0."""
    return {"true": 1, "yes": 1, "1": 1, "1.0": 1, "false": 0, "no": 0, "0": 0, "0.0": 0}.get(cell.lower())


@lru_cache(maxsize=500)
def key_of(cell: str) -> int | None:
    """Return the pitch class of 0–11, a name ("F#", "D♭ major") or a Camelot number ("8A"); −1 is not known."""
    whole = re.fullmatch(r"(-?\d{1,2})(?:\.0+)?", cell)
    if whole:
        return int(whole[1]) if 0 <= int(whole[1]) <= 11 else None
    wheel = re.fullmatch(r"(1[0-2]|[1-9])([ABab])", cell)
    if wheel:
        # 8B is C major, 8A its relative A minor; a step up the wheel is a fifth (Davis, Camelot Sound)
        return ((int(wheel[1]) - 8) * 7 + (0 if wheel[2] in "Bb" else 9)) % 12
    name = re.fullmatch(r"([A-Ha-h])([#♯b♭]?)m?([\s/].*)?", cell)
    if not name:
        return None
    return (PITCHES[name[1].lower()] + {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(name[2], 0)) % 12


@lru_cache(maxsize=500)
def mode_of(cell: str) -> int | None:
    """Return 1 for major and 0 for minor."""
    return {"1": 1, "1.0": 1, "major": 1, "maj": 1, "dur": 1, "0": 0, "0.0": 0, "minor": 0, "min": 0, "moll": 0}.get(
        cell.lower()
    )


def isrc_of(cell: str) -> str | None:
    """Return an ISRC without its hyphens (ISO 3901)."""
    code = cell.replace("-", "").replace(" ", "").upper()
    return code if ISRC.fullmatch(code) else None


def spotify_of(cell: str) -> str | None:
    """Return the URI of a Spotify track that is given as a URI, an address or an id."""
    found = SPOTIFY_ID.search(cell)
    return None if found is None or ":local:" in cell else f"spotify:track:{found[1]}"


def listed(cell: str) -> list[str]:
    """Return the texts of a list as Python or JSON writes it; of anything else, what stands between the commas."""
    for read in (ast.literal_eval, json.loads):
        try:
            found = read(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, list):
            return [str(one) for one in found]
    return [part.strip().strip("'\"") for part in cell[1:-1].split(",")]


def clock_s(cell: str) -> float | None:
    """Return the seconds of "3:25" or "1:02:07"; None when it is no such time."""
    parts = cell.strip().split(":")
    if not 2 <= len(parts) <= 3 or not all(re.fullmatch(r"\d+(\.\d+)?", part) for part in parts):
        return None
    return sum(float(part) * 60.0**place for place, part in enumerate(reversed(parts)))


def _values(cells: Sequence[Any], wrong: dict[int, str]) -> NDArray[np.float64]:
    if isinstance(cells, Cells):
        values, readable = cells.numbers()
        for place in np.flatnonzero(~readable).tolist():
            values[place] = _number(cells[place], place, wrong)
        return values
    try:
        return np.array(list(map(float, cells)))
    except (TypeError, ValueError):
        return np.array([_number(cell, place, wrong) for place, cell in enumerate(cells)])


def _number(cell: Any, place: int, wrong: dict[int, str]) -> float:
    if cell in MISSING or (isinstance(cell, str) and cell.strip() in MISSING):
        return math.nan
    try:
        return float(cell.strip().rstrip("%").replace(",", "") if isinstance(cell, str) else cell)
    except (TypeError, ValueError):
        wrong[place] = f"{str(cell)[:40]!r} is no number"
        return math.nan


def _text(cell: str) -> str | None:
    if cell in MISSING:
        return None
    # most cells are clean already, which is cheaper to see than to mend
    clean = cell if "  " not in cell and cell.isprintable() and cell == cell.strip() else _mended(cell)
    return clean or None


def _mended(cell: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in cell).split())
