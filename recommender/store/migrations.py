"""How a store of any age becomes one of today: numbered steps, each in one transaction.

A step is never changed once released: a store that has taken it would differ from one that takes it later. Both SQLite
and PostgreSQL take back a step that did not finish. (Alembic would do the same; its loading would cost every start, and
mien's stores need neither branches nor ways back.)
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine

from errors import CatalogueError
from recommender.store.engine import place_of, translated, writing

Step = Callable[[Connection], None]


def _first(connection: Connection) -> None:
    big, real = ("INTEGER", "REAL") if connection.dialect.name == "sqlite" else ("BIGINT", "DOUBLE PRECISION")
    _run(
        connection,
        f"""
        CREATE TABLE imports (id INTEGER PRIMARY KEY, path TEXT NOT NULL, finished TEXT NOT NULL, mapping TEXT NOT NULL,
            rows {big} NOT NULL, added {big} NOT NULL, merged {big} NOT NULL, bad {big} NOT NULL);
        CREATE TABLE tracks (id {big} PRIMARY KEY, song TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL,
            year SMALLINT, genre TEXT, language TEXT, valence {real}, energy {real}, tempo_bpm {real},
            acousticness {real}, mode SMALLINT, instrumentalness {real}, key SMALLINT, danceability {real},
            loudness_db {real}, identifiers TEXT NOT NULL, estimated SMALLINT NOT NULL, duration_s {real}, album TEXT,
            explicit SMALLINT, cell INTEGER, source INTEGER);
        CREATE INDEX tracks_mood ON tracks (cell, valence, energy, tempo_bpm, acousticness, mode, id);
        CREATE TABLE identities (key {big} PRIMARY KEY, track {big} NOT NULL);
        CREATE TABLE density (cell INTEGER PRIMARY KEY, tracks {big} NOT NULL);
        """,
    )


STEPS: tuple[Step, ...] = (_first,)


def migrate(engine: Engine, steps: tuple[Step, ...] = STEPS) -> None:
    """Bring a store up to date, or make a new one; two processes may do it at once.

    Raises:
        CatalogueError: The store was made by a newer mien, cannot be written, or is damaged.
    """
    with translated(engine), engine.connect() as connection:
        version = _version(connection)
    while version < len(steps):
        with translated(engine), writing(engine) as connection:
            _run(connection, "CREATE TABLE IF NOT EXISTS mien_schema (version INTEGER NOT NULL)")
            version = _version(connection)  # again, now that nobody else writes
            if version < len(steps):
                steps[version](connection)
                version += 1
                _run(connection, f"DELETE FROM mien_schema; INSERT INTO mien_schema VALUES ({version})")
    if version > len(steps):
        reason = f"was made by a newer mien (version {version} of the store, this mien knows {len(steps)})"
        raise CatalogueError(
            place_of(engine), f"{reason}. Install the newer mien again, or use another data directory."
        )


def _version(connection: Connection) -> int:
    if not connection.dialect.has_table(connection, "mien_schema"):
        return 0
    found = connection.exec_driver_sql("SELECT max(version) FROM mien_schema").scalar()
    return 0 if found is None else int(found)


def _run(connection: Connection, statements: str) -> None:
    for statement in statements.split(";"):
        if statement.strip():
            connection.exec_driver_sql(statement)
