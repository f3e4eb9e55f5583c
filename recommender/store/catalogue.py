"""Look for songs by mood in a store of any size.

What `near` promises: of the `BREADTH` × limit (at least `BROAD`) tracks that lie nearest in valence and energy,
weighted as `distance.FIT` weighs them, the `limit` nearest by the whole distance, tempo, acousticness and mode too.
A goal of valence and energy alone, or a store no larger than that, gives exactly what a walk through everything would
give. Tracks without valence or energy come after all others are weighed, so they are found in small stores only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from sqlalchemy import Connection, Engine

from recommender.constraints import INSTRUMENTAL_FROM, NO_WORDS, Constraints
from recommender.identity import song_key
from recommender.store.dialect import among, listed, marks
from recommender.store.engine import fetched, translated
from recommender.store.migrations import migrate
from recommender.store.nearest import Reading, nearest
from recommender.store.rows import track_of
from recommender.store.schema import COLUMNS, key_of
from recommender.store.writing import rows_by_id
from recommender.types import Features, Target, Track

BREADTH = 4
BROAD = 200
"""Candidates that are weighed: so many for each track wanted, and at least so many."""

PAGE = 5000


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
            ranked = [nearest(reading, target.features, breadth) for target in targets]
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
        numbers, is_all = nearest(reading, goal, breadth)


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
