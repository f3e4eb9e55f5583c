"""Put tracks into the store so that every song is there once.

Two rows are one song when they share an ISRC or another identifier, else when their normalised title and main artist
agree (`identity.song_key`). What comes later only fills gaps: the first row keeps its features, except that measured
ones replace estimates as a whole. A row that shows two stored tracks to be one song joins them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from recommender.store.cells import COARSE, LEVELS, cell_of
from recommender.store.rows import FEATURES, identifiers_of, identifiers_text
from recommender.store.schema import AT, COLUMNS

GAPS = tuple(AT[name] for name in ("year", "genre", "language", "duration_s", "album", "explicit"))
"""What a later row may fill in, besides features and identifiers."""

NO_MOOD = -1
"""The cell under which `density` counts tracks without valence or energy."""


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
    """

    def __init__(self, connection: Connection, source: int | None = None) -> None:
        self._connection = connection
        self._source = source
        self._next = (connection.exec_driver_sql("SELECT max(id) FROM tracks").scalar() or 0) + 1
        self.written = Written()

    def add(self, rows: Sequence[list[Any]], keys: Sequence[Sequence[int]]) -> None:
        """Merge rows (as `rows.row_of` makes them; changed in place) with their keys, the surest key first."""
        known = self._owners({key for names in keys for key in names})
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
                owner = self._next
                self._next += 1
                row[0], row[-1] = owner, self._source
                fresh[owner] = row
                self.written.added += 1
            for key in names:
                if key not in known:
                    known[key] = named[key] = owner
        self._update([stored[number] for number in sorted(changed) if number in stored])
        self._insert("tracks", COLUMNS, fresh.values())
        self._insert("identities", ("key", "track"), sorted(named.items()))

    def finish(self) -> None:
        """Count the tracks of each coarse cell; call it once, when all is written."""
        part = 4 ** (LEVELS - COARSE)
        self._connection.exec_driver_sql("DELETE FROM density")
        self._connection.exec_driver_sql(
            f"INSERT INTO density SELECT coalesce(cell / {part}, {NO_MOOD}) AS coarse, count(*)"
            " FROM tracks GROUP BY coarse"
        )

    def _owners(self, keys: set[int]) -> dict[int, int]:
        found = self._connection.exec_driver_sql(
            f"SELECT key, track FROM identities WHERE key IN {among(self._connection)}",
            (listed(self._connection, keys),),
        )
        return dict(found.all())

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
            move(self._connection, other, owner)
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

    def _insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        many = list(map(tuple, rows))
        if not many:
            return
        if self._connection.dialect.name == "postgresql":
            copy = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
            with self._connection.connection.cursor() as cursor, cursor.copy(copy) as goal:  # type: ignore[attr-defined]
                for row in many:
                    goal.write_row(row)
        else:
            places = ", ".join("?" * len(columns))
            self._connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", many)


def fill(kept: list[Any], row: Sequence[Any]) -> bool:
    """Fill the gaps of a kept row from another row of the same song; return whether anything changed."""
    changed = False
    if kept[AT["estimated"]] and not row[AT["estimated"]]:
        better = list(row[FEATURES])
        changed = True
    else:
        better = [old if old is not None else new for old, new in zip(kept[FEATURES], row[FEATURES], strict=True)]
        changed = better != kept[FEATURES]
    if changed:
        kept[FEATURES] = better
        kept[AT["estimated"]] = int(kept[AT["estimated"]] and row[AT["estimated"]])
        kept[AT["cell"]] = cell_of(better[0], better[1])
    for place in GAPS:
        if kept[place] is None and row[place] is not None:
            kept[place] = row[place]
            changed = True
    if row[16] and row[16] != kept[16]:
        both = identifiers_text(({**identifiers_of(row[16]), **identifiers_of(kept[16])}).items())
        changed = changed or sorted(both.split("\n")) != sorted(kept[16].split("\n"))
        kept[16] = both
    return changed


def move(connection: Connection, other: int, owner: int) -> None:
    """Give one track's keys to another, and remove it."""
    mark = marks(connection)
    connection.exec_driver_sql(f"UPDATE identities SET track = {mark} WHERE track = {mark}", (owner, other))
    connection.exec_driver_sql(f"DELETE FROM tracks WHERE id = {mark}", (other,))


def rows_by_id(connection: Connection, numbers: Iterable[int]) -> list[tuple[Any, ...]]:
    """Return the rows of tracks, in no order."""
    wanted = list(numbers)
    if not wanted:
        return []
    query = f"SELECT {', '.join(COLUMNS)} FROM tracks WHERE id IN {among(connection)}"
    return connection.exec_driver_sql(query, (listed(connection, wanted),)).all()  # type: ignore[return-value]


def marks(connection: Connection) -> str:
    """Return what stands for a value in this database's SQL."""
    return "?" if connection.dialect.name == "sqlite" else "%s"


def among(connection: Connection) -> str:
    """Return the right side of IN for one value that `listed` makes."""
    return (
        "(SELECT value FROM json_each(?))" if connection.dialect.name == "sqlite" else "(SELECT unnest(%s::bigint[]))"
    )


def listed(connection: Connection, numbers: Iterable[int]) -> Any:
    """Return many numbers as one value."""
    many = list(numbers)
    return "[" + ",".join(map(str, many)) + "]" if connection.dialect.name == "sqlite" else many
