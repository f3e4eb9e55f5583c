"""Look for songs by mood in a store of any size: cell by cell around the target, ring by ring.

What `near` promises: of the `BREADTH` × limit (at least `BROAD`) tracks that lie nearest in valence and energy,
weighted as `distance.FIT` weighs them, the `limit` nearest by the whole distance, tempo, acousticness and mode too.
A goal of valence and energy alone, or a store no larger than that, gives exactly what a walk through everything would
give. Tracks without valence or energy come after all others are weighed, so they are found in small stores only.

A ring is read when something in it could still be nearer than what is known: nothing beyond the rings that were read is
nearer than their edge.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from typing import Any, overload

from sqlalchemy import Connection, Engine

from recommender.constraints import INSTRUMENTAL_FROM, NO_WORDS, Constraints
from recommender.distance import FIT, distance
from recommender.identity import song_key
from recommender.store.cells import COARSE, LEVELS, Box, place_of
from recommender.store.engine import translated
from recommender.store.migrations import migrate
from recommender.store.rows import track_of
from recommender.store.schema import COLUMNS, key_of
from recommender.store.writing import among, listed, marks, rows_by_id
from recommender.types import Features, Target, Track

BREADTH = 4
BROAD = 200
"""Candidates that are weighed: so many for each track wanted, and at least so many."""

RINGS = 3
"""After so many rings the cells were too small, and larger ones are taken."""

PAGE = 5000

SOUND = "id, valence, energy, tempo_bpm, acousticness, mode"
Sound = tuple[int, float | None, float | None, float | None, float | None, int | None]
"""What the index `tracks_mood` holds of a track, its id first."""


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
        if limit <= 0:
            return []
        with translated(self.engine), self.engine.connect() as connection:
            where = _where(connection, allowed)
            if where is None:
                return []
            goal = target.features
            breadth = max(BROAD, BREADTH * limit)
            while True:
                if goal.valence is None or goal.energy is None:
                    sounds, complete = _nearest_of_all(connection, goal, breadth, where)
                else:
                    sounds, complete = _nearest_on_plane(connection, goal, breadth, where)
                ranked = sorted((distance(Features(*sound[1:]), goal), sound[0]) for sound in sounds)
                found = _allowed(connection, [number for _, number in ranked], limit, allowed)
                if len(found) == limit or complete:
                    return found
                breadth *= 4

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


def _nearest_on_plane(
    connection: Connection, goal: Features, breadth: int, where: tuple[str, list[Any]]
) -> tuple[list[Sound], bool]:
    """Return the `breadth` nearest in valence and energy, and whether that is all there is."""
    valence, energy = goal.valence or 0.0, goal.energy or 0.0
    level, reach, inner = _level(connection, valence, energy, breadth), 1, -1
    sounds: list[Sound] = []
    while True:
        box = Box(level, valence, energy, reach)
        sounds += _inside(connection, box.ranges(inner), where)
        edge = min(FIT[0] * box.gaps()[0] ** 2, FIT[1] * box.gaps()[1] ** 2)
        gaps = [FIT[0] * (s[1] - valence) ** 2 + FIT[1] * (s[2] - energy) ** 2 for s in sounds]  # type: ignore[operator]
        if edge == math.inf:
            sounds += _select(connection, "cell IS NULL", where, f" ORDER BY id LIMIT {breadth}")
            break
        if sum(gap < edge for gap in gaps) >= breadth:
            break
        inner, reach = reach, reach + 1
        if reach > RINGS:
            level, reach, inner, sounds = level - 1, 2, -1, []
    if edge == math.inf and len(sounds) <= breadth:
        return sounds, True
    unknown = [math.inf] * (len(sounds) - len(gaps))
    nearest = heapq.nsmallest(breadth, zip(gaps + unknown, sounds, strict=True), key=lambda pair: (pair[0], pair[1][0]))
    return [sound for _, sound in nearest], False


def _nearest_of_all(
    connection: Connection, goal: Features, breadth: int, where: tuple[str, list[Any]]
) -> tuple[list[Sound], bool]:
    """Return the `breadth` nearest to a goal that leaves valence or energy open: a walk through the whole index."""
    sounds = _select(connection, "1 = 1", where, "")
    if len(sounds) <= breadth:
        return sounds, True
    nearest = heapq.nsmallest(breadth, ((distance(Features(*sound[1:]), goal), sound) for sound in sounds))
    return [sound for _, sound in nearest], False


def _level(connection: Connection, valence: float, energy: float, breadth: int) -> int:
    """Return the level whose cells around a point hold so many tracks that a ring or two suffice."""
    ranges = Box(COARSE, valence, energy, 1).ranges()
    part = 2 * (LEVELS - COARSE)
    inside = " OR ".join(f"cell BETWEEN {low >> part} AND {high >> part}" for low, high in ranges)
    around = connection.exec_driver_sql(f"SELECT coalesce(sum(tracks), 0) FROM density WHERE {inside}").scalar_one()
    side = 1 << COARSE
    across = [min(side, place_of(share, side) + 2) - max(0, place_of(share, side) - 1) for share in (valence, energy)]
    wanted, level, cell = breadth / 6, COARSE, int(around) / (across[0] * across[1])
    while cell > 2 * wanted and level < LEVELS:
        level, cell = level + 1, cell / 4
    while cell < wanted / 2 and level > 0:
        level, cell = level - 1, cell * 4
    return level


def _inside(connection: Connection, ranges: Sequence[tuple[int, int]], where: tuple[str, list[Any]]) -> list[Sound]:
    if not ranges:
        return []
    condition, values = where
    mark = marks(connection)
    number = "?" if mark == "?" else "%s::int"
    if mark == "?":
        table = "(SELECT column1 AS low, column2 AS high FROM (VALUES " + ", ".join(
            [f"({number}, {number})"] * len(ranges)
        )
        table += ")) AS r"
    else:
        table = f"(VALUES {', '.join([f'({number}, {number})'] * len(ranges))}) AS r (low, high)"
    query = f"SELECT {SOUND} FROM {table} CROSS JOIN tracks WHERE cell BETWEEN r.low AND r.high{condition}"
    bounds = [bound for pair in ranges for bound in pair]
    return connection.exec_driver_sql(query, (*bounds, *values)).all()  # type: ignore[return-value]  # rows are tuples


def _select(connection: Connection, what: str, where: tuple[str, list[Any]], end: str) -> list[Sound]:
    condition, values = where
    query = f"SELECT {SOUND} FROM tracks WHERE {what}{condition}{end}"
    return connection.exec_driver_sql(query, tuple(values)).all()  # type: ignore[return-value]


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


def _allowed(connection: Connection, numbers: list[int], limit: int, allowed: Constraints | None) -> list[Track]:
    """Return the first `limit` tracks that are allowed, in the order of their numbers."""
    found: list[Track] = []
    start = 0
    while start < len(numbers) and len(found) < limit:
        some = numbers[start : start + max(limit, BROAD) if start else limit]
        start += len(some)
        rows = {row[0]: row for row in rows_by_id(connection, some)}
        tracks = (track_of(rows[number]) for number in some if number in rows)
        found += [track for track in tracks if allowed is None or allowed.admits(track)]
    return found[:limit]
