"""Write what was read: tracks, ledger and the list of imports in one transaction, a batch of files as a whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from recommender.scanning import ledger
from recommender.scanning.folders import Trouble
from recommender.scanning.jobs import Done
from recommender.scanning.report import Scanned
from recommender.store.dialect import marks
from recommender.store.engine import translated, writing
from recommender.store.rows import keys_of, row_of
from recommender.store.schema import AT, key_of
from recommender.store.writing import Writer

MAPPING = json.dumps({"file": "audio files"})
"""What stands as the mapping in the store's list of imports, where a scan is one of them."""


def keep(engine: Engine, report: Scanned, waiting: Sequence[Done], now: datetime) -> None:
    """Write a batch as a whole, and count it once it is written."""
    if not waiting:
        return
    rows, keys = [], []
    for done in waiting:
        if done.heard is not None:
            row = row_of(done.heard.track)
            rows.append(row)
            keys.append(keys_of(row) if done.heard.named else _own_keys(row))
    with translated(engine), writing(engine) as connection:
        gone = ledger.forget(connection, [done.entry.path for done in waiting])
        source = _source(connection, report.folder)
        writer = Writer(connection, source)
        writer.add(rows, keys)
        writer.finish()
        ledger.put(connection, [done.entry for done in waiting])
        _count(connection, source, now, writer, gone, len(waiting) - len(rows))
    report.read += len(waiting)
    report.measured += sum(done.listened for done in waiting)
    report.added += max(writer.written.added - gone, 0)
    report.merged += writer.written.merged
    report.without_mood += sum(row[AT["cell"]] is None for row in rows)
    report.broken += [Trouble(d.entry.path, d.entry.trouble) for d in waiting if d.entry.trouble is not None]
    report.tagged += sum(done.tagged for done in waiting)
    report.untagged += [Trouble(done.entry.path, done.untagged) for done in waiting if done.untagged is not None]


def _own_keys(row: list[Any]) -> list[int]:
    """Return the keys of a file without title and artist in its tags: its name alone says nothing about its song."""
    return list(map(key_of, row[AT["identifiers"]].split("\n")))


def _source(connection: Connection, folder: str) -> int:
    """Return the id under which the store lists this folder among its imports; the same for every scan of it."""
    mark = marks(connection)
    found = connection.exec_driver_sql(
        f"SELECT id FROM imports WHERE path = {mark} AND mapping = {mark}", (folder, MAPPING)
    ).scalar()
    if found is not None:
        return int(found)
    number = int(connection.exec_driver_sql("SELECT max(id) FROM imports").scalar() or 0) + 1
    places = ", ".join([mark] * 8)
    connection.exec_driver_sql(f"INSERT INTO imports VALUES ({places})", (number, folder, "", MAPPING, 0, 0, 0, 0))
    return number


def _count(connection: Connection, source: int, now: datetime, writer: Writer, gone: int, bad: int) -> None:
    """Bring the list of imports up to date: files that were read, songs that came and went, files that are broken."""
    mark, done = marks(connection), writer.written
    connection.exec_driver_sql(
        f"UPDATE imports SET finished = {mark}, rows = rows + {mark}, added = added + {mark},"
        f" merged = merged + {mark}, bad = bad + {mark} WHERE id = {mark}",
        (
            now.isoformat(timespec="seconds"),
            done.added + done.merged + bad,
            done.added - gone,
            done.merged,
            bad,
            source,
        ),
    )
