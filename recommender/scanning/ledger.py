"""What was done with which file: kept beside the tracks and changed in the same transactions, so that both agree.

The ledger only saves work. One of another version is begun anew: everything is read again, and nothing is lost.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, MetaData, SmallInteger, Table, Text, select

from recommender.store.dialect import among, listed, marks
from recommender.store.rows import identifiers_of
from recommender.store.schema import AT, key_of
from recommender.store.writing import rows_by_id

VERSION = 1
METADATA = MetaData()
FILES = Table(
    "scan_files",
    METADATA,
    Column("path", Text, primary_key=True),
    Column("name", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("heard", SmallInteger, nullable=False),
    Column("trouble", Text),
    Column("measures", Text),
    Column("tagged", SmallInteger, nullable=False),
)
ABOUT = Table("scan_ledger", METADATA, Column("version", SmallInteger, primary_key=True))

MANY = 500
"""Paths in one statement; SQLite takes at least 999 values."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done with one file.

    Args:
        path: Absolute.
        size: In bytes, as it was read.
        mtime_ns: When it had last been changed.
        heard: Version of what measured it (`measuring.VERSION`); 0 when only its tags were read.
        trouble: Why it could not be read; None when it could.
        measures: What was measured.
        tagged: Whether mood and tempo were written into it, or were there.
    """

    path: str
    size: int
    mtime_ns: int
    heard: int = 0
    trouble: str | None = None
    measures: dict[str, Any] | None = None
    tagged: bool = False

    @property
    def name(self) -> int:
        """The key by which the store knows the file."""
        return name_of(self.path)


def name_of(path: str) -> int:
    """Return the key by which the store knows a file."""
    return key_of(f"file {path}")


def prepare(connection: Connection) -> None:
    """Make the ledger, or begin it anew when it is of another version."""
    METADATA.create_all(connection)
    found = connection.execute(select(ABOUT.c.version)).scalar()
    if found != VERSION:
        FILES.drop(connection)
        FILES.create(connection)
        connection.execute(ABOUT.delete())
        connection.execute(ABOUT.insert(), {"version": VERSION})


def is_there(connection: Connection) -> bool:
    """Say whether `prepare` has nothing to do."""
    if not connection.dialect.has_table(connection, ABOUT.name):
        return False
    return connection.execute(select(ABOUT.c.version)).scalar() == VERSION


def below(connection: Connection, root: str) -> dict[str, Entry]:
    """Return what was done below a folder, by path."""
    start = root.rstrip("/") + "/"
    rows = connection.execute(
        select(FILES).where(FILES.c.path.startswith(start, autoescape=True)).order_by(FILES.c.path)
    )
    return {
        row.path: Entry(
            row.path,
            row.size,
            row.mtime_ns,
            row.heard,
            row.trouble,
            None if row.measures is None else json.loads(row.measures),
            bool(row.tagged),
        )
        for row in rows
        if row.path.startswith(start)  # SQLite's LIKE ignores case
    }


def put(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write down what was done with files, in place of what was there of them."""
    remove(connection, [entry.path for entry in entries])
    if entries:
        connection.execute(
            FILES.insert(),
            [
                {
                    "path": entry.path,
                    "name": entry.name,
                    "size": entry.size,
                    "mtime_ns": entry.mtime_ns,
                    "heard": entry.heard,
                    "trouble": entry.trouble,
                    "measures": None if entry.measures is None else json.dumps(entry.measures),
                    "tagged": int(entry.tagged),
                }
                for entry in entries
            ],
        )


def remove(connection: Connection, paths: Sequence[str]) -> None:
    """Strike files off the ledger."""
    for start in range(0, len(paths), MANY):
        connection.execute(FILES.delete().where(FILES.c.path.in_(paths[start : start + MANY])))


def forget(connection: Connection, paths: Sequence[str]) -> int:
    """Take files out of the store, and off the ledger; return how many tracks went with them.

    A track goes when it came from these files alone. One that another file or a table has too only loses the file.
    """
    names = {name_of(path): path for path in _listed(connection, paths)}
    remove(connection, paths)
    if not names:
        return 0
    several = among(connection)
    found = connection.exec_driver_sql(
        f"SELECT key, track FROM identities WHERE key IN {several}", (listed(connection, names),)
    ).all()
    connection.exec_driver_sql(f"DELETE FROM identities WHERE key IN {several}", (listed(connection, names),))
    lost = {path: track for key, track in found for path in (names[key],)}
    others = _files_of(connection, set(lost.values()))
    gone = []
    for row in rows_by_id(connection, set(lost.values())):
        known = identifiers_of(row[AT["identifiers"]])
        left = others.get(row[0], [])
        if not left and row[AT["estimated"]] and set(known) <= {"file", "isrc"}:
            gone.append(row[0])
        elif known.get("file") in lost:
            lines = [f"{scheme} {value}" for scheme, value in known.items() if scheme != "file"]
            text = "\n".join([*lines, *(f"file {path}" for path in left[:1])])
            mark = marks(connection)
            connection.exec_driver_sql(f"UPDATE tracks SET identifiers = {mark} WHERE id = {mark}", (text, row[0]))
    if gone:  # the keys are not indexed by their tracks, so for all at once
        connection.exec_driver_sql(f"DELETE FROM identities WHERE track IN {several}", (listed(connection, gone),))
        connection.exec_driver_sql(f"DELETE FROM tracks WHERE id IN {several}", (listed(connection, gone),))
    return len(gone)


def _listed(connection: Connection, paths: Sequence[str]) -> list[str]:
    """Return those of the files that are in the ledger."""
    return [
        path
        for start in range(0, len(paths), MANY)
        for path in connection.execute(
            select(FILES.c.path).where(FILES.c.path.in_(paths[start : start + MANY]))
        ).scalars()
    ]


def _files_of(connection: Connection, tracks: set[int]) -> dict[int, list[str]]:
    """Return the files that are still in the ledger of some tracks."""
    found: dict[int, list[str]] = {}
    rows = connection.exec_driver_sql(
        "SELECT identities.track, scan_files.path FROM scan_files JOIN identities ON identities.key = scan_files.name"
        f" WHERE identities.track IN {among(connection)} ORDER BY scan_files.path",
        (listed(connection, tracks),),
    )
    for track, path in rows:
        found.setdefault(track, []).append(path)
    return found
