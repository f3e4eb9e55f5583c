"""Put tracks into the store so that every song is there once.

Two rows are one song when they share an ISRC or another identifier, else when their normalised title and main artist
agree (`identity.song_key`). What comes later only fills gaps: the first row keeps its features, except that measured
ones replace estimates. A row counts as estimated as long as one of its features is. A row that shows two stored tracks
to be one song joins them.

Most rows of most files are songs that nothing else names. They are written column by column, with no thought for each;
only rows that share a key with another are looked at one by one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from recommender.store.cells import COARSE, LEVELS
from recommender.store.dialect import among, listed, marks
from recommender.store.merging import fill
from recommender.store.names import MOST as MOST
from recommender.store.names import Keys, Names
from recommender.store.schema import AT, COLUMNS, MOOD_INDEX

NO_MOOD = -1
"""The cell under which `density` counts tracks without valence or energy."""

SLICE = 100_000
"""Keys that are written at once."""

NOTHING_FIXED: Mapping[str, int | None] = {}

TOGETHER = 50
"""Keys that SQLite is given in one statement, which halves the time that each takes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of the store by columns.

    Args:
        columns: Column → its values; id and source are not among them, and what is not there is NULL.
        keys: Of all rows, (K,), the surest of each row first.
        rows: The row, from 0, that each key names, (K,).
        size: How many rows there are.
    """

    columns: Mapping[str, Sequence[Any]]
    keys: Keys
    rows: Keys
    size: int

    def row(self, number: int) -> list[Any]:
        """Return one row as `rows.row_of` makes it."""
        values = [self.columns[name][number] if name in self.columns else None for name in COLUMNS]
        values[AT["estimated"]] = values[AT["estimated"]] or 0
        return values


@dataclass(slots=True)
class Written:
    """How many rows became tracks, and how many were songs that are there already."""

    added: int = 0
    merged: int = 0


class Writer:
    """Merges rows into the store, chunk by chunk, inside one transaction of `engine.writing`.

    Args:
        connection: The transaction's.
        source: Id of the import that the rows come from.
        expected: About how many rows will come. When they are more than there are, the index of moods is made anew at
            the end, which is several times faster than to keep it up to date.
    """

    def __init__(self, connection: Connection, source: int | None = None, expected: int = 0) -> None:
        self._connection = connection
        self._source = source
        self._next = (connection.exec_driver_sql("SELECT max(id) FROM tracks").scalar() or 0) + 1
        self._is_named = connection.exec_driver_sql("SELECT 1 FROM identities LIMIT 1").scalar() is not None
        self._names = Names()
        # in PostgreSQL readers would have to wait until the end, so only where there is nothing to read
        few = self._next if connection.dialect.name == "sqlite" else 0 if self._next == 1 else expected
        self._reindex = expected > few
        if self._reindex:
            connection.exec_driver_sql("DROP INDEX tracks_mood")
        self._moved: dict[int, int] = {}
        self.written = Written()

    def add_batch(self, batch: Batch) -> None:
        """Merge the rows of a batch."""
        first = self._next
        self._next += batch.size
        ids = range(first, self._next)
        is_shared = np.zeros(batch.size, dtype=np.bool_)
        is_shared[batch.rows[_repeated(batch.keys)]] = True
        known = self._owners(batch.keys)
        if known:
            is_shared[batch.rows[np.isin(batch.keys, np.fromiter(known, np.int64, len(known)))]] = True
        columns = {"id": ids, **batch.columns}
        fixed = {"source": self._source} | ({} if "estimated" in columns else {"estimated": 0})
        if is_shared.any():
            alone = (~is_shared).tolist()
            self._insert("tracks", tuple(columns), compress(zip(*columns.values(), strict=True), alone), fixed)
        else:
            self._insert("tracks", tuple(columns), zip(*columns.values(), strict=True), fixed)
        self.written.added += batch.size - int(is_shared.sum())
        is_named = ~is_shared[batch.rows]
        self._names.add(batch.keys[is_named], batch.rows[is_named] + first)
        if is_shared.any():
            names: dict[int, list[int]] = {number: [] for number in np.flatnonzero(is_shared).tolist()}
            for key, number in zip(batch.keys[~is_named].tolist(), batch.rows[~is_named].tolist(), strict=True):
                names[number].append(key)
            rows = [[ids[number], *batch.row(number)[1:]] for number in names]
            self.add(rows, list(names.values()))
        elif len(self._names) > MOST:
            self._write_names()

    def add(self, rows: Sequence[list[Any]], keys: Sequence[Sequence[int]]) -> None:
        """Merge rows (as `rows.row_of` makes them; changed in place) with their keys, the surest key first."""
        known = self._owners(np.array(list({key for names in keys for key in names}), dtype=np.int64))
        stored = {row[0]: list(row) for row in rows_by_id(self._connection, set(known.values()))}
        fresh: dict[int, list[Any]] = {}
        changed: set[int] = set()
        named: dict[int, int] = {}
        for row, names in zip(rows, keys, strict=True):
            owners = [known[key] for key in names if key in known]
            if owners:
                owner = owners[0]
                if owners.count(owner) < len(owners):
                    for other in dict.fromkeys(owners):
                        if other != owner:
                            self._join(owner, other, fresh, stored, known, named)
                            changed.add(owner)
                kept = fresh.get(owner) or stored[owner]
                if fill(kept, row):
                    changed.add(owner)
                self.written.merged += 1
            else:
                if row[0] is None:
                    row[0] = self._next
                    self._next += 1
                owner, row[-1] = row[0], self._source
                fresh[owner] = row
                self.written.added += 1
            for key in names:
                if key not in known:
                    known[key] = named[key] = owner
        self._update([stored[number] for number in sorted(changed) if number in stored])
        self._insert("tracks", COLUMNS, iter(fresh.values()))
        self._names.add(np.array(list(named), dtype=np.int64), np.array(list(named.values()), dtype=np.int64))
        if len(self._names) > MOST:
            self._write_names()

    def finish(self) -> None:
        """Write what is kept back, and count the tracks of each coarse cell; call it once, when all is added."""
        self._write_names()
        move(self._connection, self._moved)
        if self._reindex:
            self._connection.exec_driver_sql(MOOD_INDEX)
            if self._connection.dialect.name == "postgresql":
                self._connection.exec_driver_sql("ANALYZE tracks")  # until then it takes the table for an empty one
        part = 4 ** (LEVELS - COARSE)
        self._connection.exec_driver_sql("DELETE FROM density")
        self._connection.exec_driver_sql(
            f"INSERT INTO density SELECT coalesce(cell / {part}, {NO_MOOD}) AS coarse, count(*)"
            " FROM tracks GROUP BY coarse"
        )

    def _owners(self, keys: Keys) -> dict[int, int]:
        owners = self._names.find(keys)
        if self._is_named and len(keys):
            found = self._connection.exec_driver_sql(
                f"SELECT key, track FROM identities WHERE key IN {among(self._connection)}",
                (listed(self._connection, keys.tolist()),),
            )
            owners |= {key: self._moved.get(track, track) for key, track in found}
        return owners

    def _write_names(self) -> None:
        keys, tracks = self._names.take()
        for start in range(0, len(keys), SLICE):
            part = slice(start, start + SLICE)
            pairs = zip(keys[part].tolist(), tracks[part].tolist(), strict=True)
            self._insert("identities", ("key", "track"), pairs, together=TOGETHER)
        self._is_named = self._is_named or len(keys) > 0

    def _join(
        self,
        owner: int,
        other: int,
        fresh: dict[int, list[Any]],
        stored: dict[int, list[Any]],
        known: dict[int, int],
        named: dict[int, int],
    ) -> None:
        """Let one track take over another."""
        lost = fresh.pop(other, None)
        if lost is not None:
            self.written.added -= 1
            self.written.merged += 1
        else:
            lost = stored.pop(other)
            self._names.move(other, owner)
            self._moved = {gone: owner if kept == other else kept for gone, kept in self._moved.items()}
            self._moved[other] = owner
            remove(self._connection, [other])
        fill(fresh.get(owner) or stored[owner], lost)
        for owners in (known, named):
            owners.update({key: owner for key, track in owners.items() if track == other})

    def _update(self, rows: Sequence[list[Any]]) -> None:
        if rows:
            mark = marks(self._connection)
            settings = ", ".join(f"{name} = {mark}" for name in COLUMNS[1:])
            self._connection.exec_driver_sql(
                f"UPDATE tracks SET {settings} WHERE id = {mark}", [(*row[1:], row[0]) for row in rows]
            )

    def _insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Iterator[Sequence[Any]],
        fixed: Mapping[str, int | None] = NOTHING_FIXED,
        together: int = 1,
    ) -> None:
        """Write rows past SQLAlchemy, which would look at each.

        Args:
            table: Where to.
            columns: What a row holds.
            rows: The rows.
            fixed: Columns that are the same in all rows.
            together: SQLite is given so many rows in one statement.
        """
        names = ", ".join((*columns, *fixed))
        cursor: Any = self._connection.connection.cursor()  # of sqlite3 or psycopg
        with contextlib.closing(cursor):
            if self._connection.dialect.name == "postgresql":
                same = tuple(fixed.values())
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as goal:
                    for row in rows:
                        goal.write_row((*row, *same))
                return
            ends = ["NULL" if value is None else str(value) for value in fixed.values()]
            one = f"({', '.join([*'?' * len(columns), *ends])})"
            many = f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * together)}"
            while together > 1 and (some := list(islice(rows, together * 100))):
                if len(some) < together * 100:
                    rows, together = iter(some), 1
                else:
                    grouped = zip(*[chain.from_iterable(some)] * (together * len(columns)), strict=True)
                    cursor.executemany(many, grouped)
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES {one}", rows)


def _repeated(keys: Keys) -> NDArray[np.bool_]:
    """Say of each key whether it stands there more than once."""
    order = np.argsort(keys)
    same = keys[order][1:] == keys[order][:-1]
    repeated = np.zeros(len(keys), dtype=np.bool_)
    repeated[order[1:][same]] = repeated[order[:-1][same]] = True
    return repeated


def move(connection: Connection, moved: Mapping[int, int]) -> None:
    """Give the keys of tracks to others that took them over; looks through all keys, so call it once for many."""
    if not moved:
        return
    mark = marks(connection)
    query = f"SELECT key, track FROM identities WHERE track IN {among(connection)}"
    found = connection.exec_driver_sql(query, (listed(connection, moved),)).all()
    if found:
        connection.exec_driver_sql(
            f"UPDATE identities SET track = {mark} WHERE key = {mark}", [(moved[track], key) for key, track in found]
        )


def remove(connection: Connection, numbers: Iterable[int]) -> None:
    """Remove tracks."""
    connection.exec_driver_sql(f"DELETE FROM tracks WHERE id IN {among(connection)}", (listed(connection, numbers),))


def rows_by_id(connection: Connection, numbers: Iterable[int]) -> list[tuple[Any, ...]]:
    """Return the rows of tracks, in no order."""
    wanted = list(numbers)
    if not wanted:
        return []
    query = f"SELECT {', '.join(COLUMNS)} FROM tracks WHERE id IN {among(connection)}"
    return connection.exec_driver_sql(query, (listed(connection, wanted),)).all()  # type: ignore[return-value]
