"""Open a store, write to it one at a time, and say in words what a database complains about.

SQLite: a write-ahead log (readers never wait for a writer), half a minute of patience with other writers,
and `synchronous=FULL`, so that what was acknowledged outlives a power cut (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from errors import CatalogueError, ConfigError
from recommender.sqlite_words import PATIENCE_S, is_damage, reason_of

CACHE_KIB = 64 * 1024

WRITER_LOCK = 0x6D69656E
"""Number of PostgreSQL's advisory lock that a writer holds ("mien")."""


class StoreDamaged(CatalogueError):
    """A SQLite file that is no database any more."""


def engine_at(path: Path, *, read_only: bool | None = None) -> Engine:
    """Return the engine of a SQLite file, which is made on first use.

    Args:
        path: The file; its folder exists.
        read_only: Read it where nothing can be written; None finds out.
    """
    address = f"file:{_quoted(path)}"
    if read_only is None:
        read_only = path.exists() and not os.access(path.parent, os.W_OK)
    if read_only:
        address += "?mode=ro&immutable=1"  # the log cannot be made, and nobody else can write either
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: sqlite3.connect(
            address, uri=True, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False
        ),
        execution_options={"mien_place": str(path)},
        pool_size=1,
        max_overflow=-1,
        poolclass=_queue_pool(),
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def engine_of(url: str) -> Engine:
    """Return the engine of a PostgreSQL database: postgresql://user:password@host:port/name.

    Raises:
        ConfigError: It is no such address, or the driver is not installed.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg") or not rest:
        raise ConfigError(
            "The database address is none of PostgreSQL: write postgresql://user:password@host:port/name."
        )
    try:
        engine = create_engine(f"postgresql+psycopg://{rest}", pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise ConfigError("PostgreSQL needs its driver: pip install 'mien[server]'.") from error
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise ConfigError(
            "The database address cannot be read: write postgresql://user:password@host:port/name."
        ) from error
    return engine.execution_options(mien_place=engine.url.render_as_string(hide_password=True))


def place_of(engine: Engine) -> str:
    """Return where the store is, for messages: a path, or an address without its password."""
    return str(engine.get_execution_options().get("mien_place", engine.url))


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold the only transaction that writes; it counts as a whole when the block ends well, else not at all."""
    with engine.connect().execution_options(mien_writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
        yield connection


@contextlib.contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn what a database complains about into a `CatalogueError`.

    Raises:
        StoreDamaged: The SQLite file is no database any more.
        CatalogueError: It cannot be opened, read or written; says why and what to do.
    """
    try:
        yield
    except DBAPIError as error:
        raise _in_words(place_of(engine), error.orig or error) from error
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise _in_words(place_of(engine), error) from error
    except Exception as error:
        if not type(error).__module__.startswith("psycopg"):  # which is loaded by those who need it only
            raise
        raise _in_words(place_of(engine), error) from error


def fetched(connection: Connection, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a query as plain tuples, past SQLAlchemy, which takes longer for each row than SQLite does."""
    with contextlib.closing(connection.connection.cursor()) as cursor:
        cursor.execute(query, tuple(values))
        return cursor.fetchall()  # type: ignore[return-value]  # rows are tuples


def set_aside(path: Path) -> Path:
    """Rename a damaged SQLite file, with its log, and return where it is now; nothing of it is deleted."""
    number, goal = 1, path.with_name(f"{path.name}.damaged")
    while goal.exists():
        number += 1
        goal = path.with_name(f"{path.name}.damaged-{number}")
    try:
        path.rename(goal)
        for end in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + end).rename(goal.with_name(goal.name + end))
    except OSError as error:
        raise CatalogueError(path, f"is damaged and cannot be renamed ({error.strerror}). Move it away.") from error
    return goal


def is_damaged(path: Path) -> bool:
    """Look through a SQLite file and say whether it is damaged."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"file:{_quoted(path)}?mode=rw", uri=True, timeout=PATIENCE_S)
        ) as found:
            return bool(found.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.Error as error:
        return is_damage(error)


def _set_up(connection: Any, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    with contextlib.suppress(sqlite3.OperationalError):  # a read-only store keeps the log that it has
        cursor.execute("PRAGMA journal_mode = WAL")
    for setting in ("synchronous = FULL", f"cache_size = -{CACHE_KIB}"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("mien_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _queue_pool() -> Any:
    from sqlalchemy.pool import QueuePool

    return QueuePool


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.absolute()))


def _in_words(place: str, error: BaseException) -> CatalogueError:
    if is_damage(error):
        return StoreDamaged(place, f"the store is damaged ({error})")
    return CatalogueError(place, reason_of(place, error))
