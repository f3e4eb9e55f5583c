"""Look for songs by mood in a store of any size: cell by cell around the target, ring by ring.

What `near` promises: of the `BREADTH` × limit (at least `BROAD`) tracks that lie nearest in valence and energy,
weighted as `distance.FIT` weighs them, the `limit` nearest by the whole distance, tempo, acousticness and mode too.
A goal of valence and energy alone, or a store no larger than that, gives exactly what a walk through everything would
give. Tracks without valence or energy come after all others are weighed, so they are found in small stores only.

A ring is read when something in it could still be nearer than what is known: nothing beyond the rings that were read is
nearer than their edge.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from recommender.constraints import INSTRUMENTAL_FROM, NO_WORDS, Constraints
from recommender.identity import song_key
from recommender.sounds import Sounds
from recommender.store.cells import COARSE, LEVELS, Box, place_of
from recommender.store.engine import fetched, translated
from recommender.store.migrations import migrate
from recommender.store.rows import track_of
from recommender.store.schema import COLUMNS, key_of
from recommender.store.writing import among, listed, marks, rows_by_id
from recommender.types import Features, Target, Track
from recommender.weights import FIT, SLOWEST_BPM

BREADTH = 4
BROAD = 200
"""Candidates that are weighed: so many for each track wanted, and at least so many."""

RINGS = 4
"""After so many rings the cells were too small, and larger ones are taken."""

LOOK = 1.5
"""Rings that the first look should reach at least; more of smaller cells hold less that is not needed."""

SPARE = 1.2
"""How many times as many as are wanted the first look should hold, since music lies unevenly."""

PAGE = 5000

SOUND = "id, valence, energy, tempo_bpm, acousticness, mode"
"""What the index `tracks_mood` holds of a track."""

Table = NDArray[np.float64]
"""(N, 6), the columns of `SOUND`, nan where not known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One look into the store: all that is read of it is of one moment.

    Args:
        connection: In a transaction.
        condition: The part of the rules that SQL can hold, to be put behind another condition.
        values: Of the condition.
        density: Coarse cell → tracks.
    """

    connection: Connection
    condition: str
    values: tuple[Any, ...]
    density: Mapping[int, int]


class StoreCatalogue:
    """The `Catalogue` over a store.

    Args:
        engine: Of `store.engine`; a store that is older is brought up to date.

    Raises:
        CatalogueError: The store cannot be opened, or is of a newer mien.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        migrate(engine)

    def __len__(self) -> int:
        """Return how many tracks there are."""
        with translated(self.engine), self.engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT coalesce(sum(tracks), 0) FROM density").scalar_one())

    def tracks(self) -> Sequence[Track]:
        """Return every track in the order in which they came, read page by page when asked for."""
        return _Everything(self)

    def near(self, target: Target, limit: int, allowed: Constraints | None = None) -> list[Track]:
        """Return at most `limit` tracks that are allowed, the nearest to the target first; equals in their order."""
        return self.near_each([target], limit, allowed)[0]

    def near_each(self, targets: Sequence[Target], limit: int, allowed: Constraints | None = None) -> list[list[Track]]:
        """Return what `near` does for each of several targets; tracks that are near many of them are read once."""
        if limit <= 0:
            return [[] for _ in targets]
        with translated(self.engine), self.engine.connect() as connection, connection.begin():
            reading = _reading(connection, allowed)
            if reading is None:
                return [[] for _ in targets]
            breadth = max(BROAD, BREADTH * limit)
            ranked = [_ranked(reading, target.features, breadth) for target in targets]
            tracks = _Tracks(connection)
            tracks.read(number for numbers, _ in ranked for number in numbers[:limit])
            return [
                _allowed(reading, tracks, target.features, breadth, limit, allowed, *first)
                for target, first in zip(targets, ranked, strict=True)
            ]

    def knows(self, tracks: Sequence[Track]) -> list[bool]:
        """Say of each track whether the same song is in the store."""
        keys = [key_of(f"song {song_key(track.title, track.artists[0])}") for track in tracks]
        with translated(self.engine), self.engine.connect() as connection:
            query = f"SELECT key FROM identities WHERE key IN {among(connection)}"
            found = set(connection.exec_driver_sql(query, (listed(connection, keys),)).scalars())
        return [key in found for key in keys]

    def page(self, after: int, size: int = PAGE) -> list[tuple[Any, ...]]:
        """Return at most `size` rows whose id is larger than `after`, in order."""
        with translated(self.engine), self.engine.connect() as connection:
            mark = marks(connection)
            query = f"SELECT {', '.join(COLUMNS)} FROM tracks WHERE id > {mark} ORDER BY id LIMIT {mark}"
            return list(connection.exec_driver_sql(query, (after, size)))

    def rows_from(self, start: int, size: int) -> list[tuple[Any, ...]]:
        """Return at most `size` rows from a place on, counted from 0, in order."""
        with translated(self.engine), self.engine.connect() as connection:
            mark = marks(connection)
            query = f"SELECT {', '.join(COLUMNS)} FROM tracks ORDER BY id LIMIT {mark} OFFSET {mark}"
            return list(connection.exec_driver_sql(query, (size, start)))


class _Everything(Sequence[Track]):
    """All tracks of a store, of which only a page is in memory."""

    def __init__(self, store: StoreCatalogue) -> None:
        self._store = store

    def __len__(self) -> int:
        return len(self._store)

    def __iter__(self) -> Iterator[Track]:
        last = 0
        while page := self._store.page(last):
            yield from map(track_of, page)
            last = page[-1][0]

    @overload
    def __getitem__(self, place: int) -> Track: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Track]: ...
    def __getitem__(self, place: int | slice) -> Track | Sequence[Track]:
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            if step == 1:
                return [track_of(row) for row in self._store.rows_from(start, max(0, stop - start))]
            return [self[number] for number in range(start, stop, step)]
        number = place + len(self) if place < 0 else place
        rows = self._store.rows_from(number, 1) if number >= 0 else []
        if not rows:
            raise IndexError(f"there is no track {place}")
        return track_of(rows[0])

    def __reversed__(self) -> Iterator[Track]:
        for start in range((len(self) - 1) // PAGE * PAGE, -1, -PAGE):
            yield from map(track_of, reversed(self._store.rows_from(start, PAGE)))


class _Tracks:
    """Tracks by their id, read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[int, Track] = {}

    def read(self, numbers: Iterable[int]) -> None:
        """Read many at once."""
        wanted = set(numbers) - self._read.keys()
        self._read.update((row[0], track_of(row)) for row in rows_by_id(self._connection, wanted))

    def __getitem__(self, number: int) -> Track:
        return self._read[number]


def _allowed(
    reading: Reading,
    tracks: _Tracks,
    goal: Features,
    breadth: int,
    limit: int,
    allowed: Constraints | None,
    numbers: list[int],
    is_all: bool,
) -> list[Track]:
    """Return the first `limit` tracks that are allowed, in the order of their numbers; look farther for more."""
    while True:
        found: list[Track] = []
        start, size = 0, limit
        while start < len(numbers) and len(found) < limit:
            some = numbers[start : start + size]
            start, size = start + size, max(limit, BROAD)
            tracks.read(some)
            found += [track for track in map(tracks.__getitem__, some) if allowed is None or allowed.admits(track)]
        if len(found) >= limit or is_all:
            return found[:limit]
        breadth *= 4
        numbers, is_all = _ranked(reading, goal, breadth)


def _ranked(reading: Reading, goal: Features, breadth: int) -> tuple[list[int], bool]:
    """Return the ids of the nearest in valence and energy by their whole distance, and whether these are all."""
    if goal.valence is None or goal.energy is None:
        table = _table(reading, "1 = 1", ())
        is_all = len(table) <= breadth
    else:
        table, is_all = _nearest_on_plane(reading, goal.valence, goal.energy, breadth)
    bpm = np.where(table[:, 3] < SLOWEST_BPM, np.nan, table[:, 3])
    no_keys = np.zeros(0, dtype=np.int64)
    sounds = Sounds(table[:, 1], table[:, 2], np.log2(bpm), table[:, 4], table[:, 5], no_keys)
    order = np.lexsort((table[:, 0], sounds.misses(goal)))[:breadth]
    return table[order, 0].astype(np.int64).tolist(), is_all


def _nearest_on_plane(reading: Reading, valence: float, energy: float, breadth: int) -> tuple[Table, bool]:
    """Return the `breadth` nearest in valence and energy, and whether that is all there is."""
    level, reach = _first_look(reading, valence, energy, breadth)
    inner, table = -1, np.empty((0, 6))
    while True:
        box = Box(level, valence, energy, reach)
        table = np.concatenate([table, _inside(reading, box, inner, breadth)])
        gaps = FIT[0] * (table[:, 1] - valence) ** 2 + FIT[1] * (table[:, 2] - energy) ** 2
        edge = min(FIT[0] * box.gaps()[0] ** 2, FIT[1] * box.gaps()[1] ** 2)
        if edge == math.inf:
            rest = _table(reading, "cell IS NULL", (), f" ORDER BY id LIMIT {breadth + 1}")
            table, gaps = np.concatenate([table, rest]), np.concatenate([gaps, np.full(len(rest), math.inf)])
            break
        if np.count_nonzero(gaps < edge) >= breadth:
            break
        inner, reach = reach, reach + 1
        if reach > RINGS:
            level, reach, inner, table = level - 1, 2, -1, table[:0]
    if edge == math.inf and len(table) <= breadth:
        return table, True
    return table[np.lexsort((table[:, 0], gaps))[:breadth]], False


def _first_look(reading: Reading, valence: float, energy: float, breadth: int) -> tuple[int, int]:
    """Return level and reach of the box in which, as crowded as it is around a point, the nearest probably are."""
    part = 2 * (LEVELS - COARSE)
    ranges = Box(COARSE, valence, energy, 1).ranges()
    around = sum(
        reading.density.get(cell, 0) for low, high in ranges for cell in range(low >> part, (high >> part) + 1)
    )
    side = 1 << COARSE
    across = [min(side, place_of(share, side) + 2) - max(0, place_of(share, side) - 1) for share in (valence, energy)]
    level, cell = COARSE, around / (across[0] * across[1])
    wanted = SPARE * breadth / math.pi / LOOK**2
    while cell > wanted and level < LEVELS:
        level, cell = level + 1, cell / 4
    while cell <= wanted / 4 and level > 0:
        level, cell = level - 1, cell * 4
    fitting = (reach for reach in range(1, RINGS) if math.pi * reach**2 * cell >= SPARE * breadth)
    return level, next(fitting, RINGS)


def _inside(reading: Reading, box: Box, inner: int, breadth: int) -> Table:
    """Return the nearest of the rings beyond `inner`, one more than `breadth` at most."""
    ranges = box.ranges(inner)
    if not ranges:
        return np.empty((0, 6))
    valence, energy = (f"({name} - {float(at)!r})" for name, at in (("valence", box.valence), ("energy", box.energy)))
    if reading.connection.dialect.name == "sqlite":  # which reads the index only when each range is its own search
        pairs = ", ".join(f"({low}, {high})" for low, high in ranges)
        cells = f"(SELECT column1 AS low, column2 AS high FROM (VALUES {pairs})) AS r CROSS JOIN tracks"
        inside = "cell BETWEEN r.low AND r.high"
    else:  # which has to see the ranges to know how few rows they hold
        cells, inside = "tracks", " OR ".join(f"cell BETWEEN {low} AND {high}" for low, high in ranges)
    query = (
        f"SELECT {SOUND} FROM {cells} WHERE ({inside}){reading.condition}"
        f" ORDER BY {FIT[0]} * {valence} * {valence} + {FIT[1]} * {energy} * {energy}, id LIMIT {breadth + 1}"
    )
    return _numbers(fetched(reading.connection, query, reading.values))


def _table(reading: Reading, what: str, values: Sequence[Any], end: str = "") -> Table:
    query = f"SELECT {SOUND} FROM tracks WHERE {what}{reading.condition}{end}"
    return _numbers(fetched(reading.connection, query, (*values, *reading.values)))


def _numbers(rows: Sequence[tuple[Any, ...]]) -> Table:
    return np.array(rows, dtype=np.float64).reshape(-1, 6)  # None becomes nan


def _reading(connection: Connection, allowed: Constraints | None) -> Reading | None:
    """Return how the store is read under rules; None when nothing can keep them."""
    where = _where(connection, allowed)
    if where is None:
        return None
    return Reading(connection, where[0], tuple(where[1]), dict(fetched(connection, "SELECT cell, tracks FROM density")))


def _where(connection: Connection, allowed: Constraints | None) -> tuple[str, list[Any]] | None:
    """Return the part of the rules that SQL can hold, and its values; None when nothing can keep them."""
    parts: list[str] = []
    values: list[Any] = []
    mark = marks(connection)
    if allowed is None or allowed.is_open:
        return "", []
    if allowed.languages:
        parts.append(f"language IN ({', '.join([mark] * len(allowed.languages))})")
        values += sorted(allowed.languages)
    if allowed.genres:
        every = connection.exec_driver_sql("SELECT DISTINCT genre FROM tracks WHERE genre IS NOT NULL").scalars()
        rule = Constraints(genres=allowed.genres)
        fitting = sorted(genre for genre in every if rule.admits(Track("?", ("?",), genre=genre)))
        if not fitting:
            return None
        parts.append(f"genre IN ({', '.join([mark] * len(fitting))})")
        values += fitting
    if allowed.years is not None:
        parts.append(f"year BETWEEN {mark} AND {mark}")
        values += allowed.years
    if allowed.explicit is not None:
        parts.append("explicit = 1" if allowed.explicit else "coalesce(explicit, 0) = 0")
    if allowed.instrumental:
        parts.append(f"(language = '{NO_WORDS}' OR (language IS NULL AND instrumentalness >= {INSTRUMENTAL_FROM}))")
    return "".join(f" AND {part}" for part in parts), values
