"""The songs that mien can choose from: the `Catalogue` protocol, and the table that comes with mien.

The built-in table is `tracks.csv`, one song a line, written from general knowledge; its numbers are editorial
estimates on the scales of Spotify's audio features (energy, valence, acousticness and instrumentalness 0–1 in steps of
0.05, tempo in beats per minute). `docs/built-in.md` says how it was made and how far it can be trusted. It is read
once, on first use, since most commands never need it.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from errors import CatalogueError
from recommender.constraints import Constraints
from recommender.types import MODES, Features, Target, Track

if TYPE_CHECKING:
    from recommender.sounds import Sounds

TABLE = Path(__file__).with_name("tracks.csv")
COLUMNS = (
    "title",
    "artists",
    "year",
    "genre",
    "language",
    "tempo",
    "energy",
    "valence",
    "acousticness",
    "instrumentalness",
    "mode",
)
FIRST_RECORDING = 1877
"""Edison's phonograph: no recording is older."""


class Catalogue(Protocol):
    """Somewhere songs can be looked for: the built-in table, or a store that may be too large to walk through."""

    def __len__(self) -> int:
        """Return how many tracks there are."""

    def tracks(self) -> Sequence[Track]:
        """Return every track, always in the same order."""

    def near(self, target: Target, limit: int, allowed: Constraints | None = None) -> Sequence[Track]:
        """Return at most `limit` tracks that are allowed, the nearest to the target first; equals keep their order."""


@runtime_checkable
class AsksAtOnce(Protocol):
    """A catalogue that answers several questions faster than one by one."""

    def near_each(
        self, targets: Sequence[Target], limit: int, allowed: Constraints | None = None
    ) -> Sequence[Sequence[Track]]:
        """Return what `near` does for each target."""


def near_each(
    catalogue: Catalogue, targets: Sequence[Target], limit: int, allowed: Constraints | None = None
) -> Sequence[Sequence[Track]]:
    """Return what `catalogue.near` does for each of several targets."""
    if isinstance(catalogue, AsksAtOnce):
        return catalogue.near_each(targets, limit, allowed)
    return [catalogue.near(target, limit, allowed) for target in targets]


class Listed:
    """A catalogue of tracks in memory.

    Args:
        tracks: In an order that stays.
    """

    def __init__(self, tracks: Sequence[Track] = ()) -> None:
        self._tracks = tuple(tracks)
        self._sounds: Sounds | None = None

    def __len__(self) -> int:
        return len(self.tracks())

    def tracks(self) -> tuple[Track, ...]:
        """Return every track in its order."""
        return self._tracks

    def near(self, target: Target, limit: int, allowed: Constraints | None = None) -> list[Track]:
        """Return at most `limit` tracks that are allowed, the nearest to the target first; equals keep their order."""
        from recommender.sounds import Sounds  # NumPy is loaded by those who look for songs only

        tracks = self.tracks()
        if self._sounds is None:
            self._sounds = Sounds.of([track.features for track in tracks])
        misses = self._sounds.misses(target.features)
        if allowed is None and 0 < limit < len(tracks):
            few = misses.argpartition(limit - 1)[:limit]  # sorts no more than it has to
            rows = (misses <= misses[few].max()).nonzero()[0]
            return [tracks[row] for row in rows[misses[rows].argsort(kind="stable")][:limit]]
        nearest = (tracks[row] for row in misses.argsort(kind="stable"))
        return list(islice(nearest if allowed is None else filter(allowed.admits, nearest), limit))


class BuiltIn(Listed):
    """The table that comes with mien.

    Args:
        path: Another table of the same columns.
    """

    def __init__(self, path: Path = TABLE) -> None:
        super().__init__()
        self._path = path
        self._is_read = False

    def tracks(self) -> tuple[Track, ...]:
        """Return every track in the table's order.

        Raises:
            CatalogueError: The table is missing or has a bad row.
        """
        if not self._is_read:
            self._tracks, self._is_read = read_table(self._path), True
        return self._tracks


def read_table(path: Path) -> tuple[Track, ...]:
    """Read a table with the columns `COLUMNS`, UTF-8, artists parted by semicolons.

    Raises:
        CatalogueError: Names the file, the line, the column, and what would be right.
    """
    table = _Table(path)
    valence, energy = table.numbers("valence", 0, 1), table.numbers("energy", 0, 1)
    tempo_bpm, acousticness = table.numbers("tempo", 20, 300), table.numbers("acousticness", 0, 1)
    mode = [MODES[word] for word in table.words("mode", MODES.__contains__, "is neither major nor minor")]
    instrumentalness = table.numbers("instrumentalness", 0, 1)
    features = map(Features, valence, energy, tempo_bpm, acousticness, mode, instrumentalness)

    titles, genres = table.words("title", _tidy, EMPTY), table.words("genre", _tidy, EMPTY)
    artists = [tuple(cell.split(";")) for cell in table.words("artists", _tidy_list, EMPTY)]
    table.numbers("year", FIRST_RECORDING, 2100)
    years = map(int, table.words("year", str.isdecimal, "is no whole year"))
    languages = table.words("language", _language, "is no ISO 639-1 code, nor zxx for music without words")
    return tuple(
        Track(title, names, year, genre, language, sound, estimated=True)
        for title, names, year, genre, language, sound in zip(
            titles, artists, years, genres, languages, features, strict=True
        )
    )


class _Table:
    """The cells of a file, column by column: most columns have few different cells, and each is checked once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        rows: list[list[str]] = []
        self._lines: list[int] = []
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, strict=True)
                header = next(reader, [])
                for row in reader:
                    rows.append(row)
                    self._lines.append(reader.line_num)
        except OSError as error:
            reason = f"cannot be read ({error.strerror}); install mien again, or name a table that exists"
            raise CatalogueError(path, reason) from error
        except UnicodeDecodeError as error:
            raise CatalogueError(path, f"not UTF-8 ({error.reason}); save it as UTF-8") from error
        except csv.Error as error:
            raise CatalogueError(path, f"not CSV ({error}); check the quotes", line=reader.line_num) from error
        if tuple(header) != COLUMNS:
            raise CatalogueError(path, f"the header is {','.join(header)!r}; make it {','.join(COLUMNS)!r}", line=1)
        for line, row in zip(self._lines, rows, strict=True):
            if len(row) != len(COLUMNS):
                raise CatalogueError(path, f"has {len(row)} cells; {len(COLUMNS)} are needed", line=line)
        self._columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}

    def words(self, column: str, good: Callable[[str], bool], reason: str) -> Sequence[str]:
        """Return a column's texts when all are good."""
        cells = self._columns.get(column, ())
        self._refuse(column, {cell for cell in set(cells) if not good(cell)}, reason)
        return cells

    def numbers(self, column: str, low: float, high: float) -> list[float]:
        """Return a column's numbers when all are in range."""
        cells = self._columns.get(column, ())
        numbers = {cell: _number(cell) for cell in set(cells)}
        wrong = {cell for cell, number in numbers.items() if not low <= number <= high}
        self._refuse(column, wrong, f"is no number from {low} to {high}")
        return [numbers[cell] for cell in cells]

    def _refuse(self, column: str, wrong: set[str], reason: str) -> None:
        if wrong:
            line, cell = next(pair for pair in zip(self._lines, self._columns[column], strict=True) if pair[1] in wrong)
            raise CatalogueError(self._path, f"{cell!r} {reason}", line=line, column=column)


EMPTY = "is empty or has spaces around it"


def _tidy(text: str) -> bool:
    return bool(text) and text == text.strip()


def _tidy_list(text: str) -> bool:
    return all(map(_tidy, text.split(";")))


def _language(code: str) -> bool:
    return code == "zxx" or (len(code) == 2 and code.isascii() and code.islower())


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
