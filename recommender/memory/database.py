"""One connection to a listener's memory: the same few words on SQLite and on PostgreSQL.

SQLite: a write-ahead log (readers never wait for a writer), and `synchronous=FULL`, so that what was acknowledged
outlives a power cut (https://www.sqlite.org/wal.html). Statements are written for both: values stand as `?`, no other
question mark and no per cent sign; "ON CONFLICT … DO UPDATE" is known to both; moments are seconds since 1970.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from errors import CatalogueError, ConfigError
from recommender.sqlite_words import PATIENCE_S, is_damage, reason_of

Row = tuple[Any, ...]


class MemoryTrouble(CatalogueError):
    """The memory cannot be opened, read or written; says why and what to do."""


class MemoryDamaged(MemoryTrouble):
    """The memory's file is no database any more."""


class Database:
    """An open memory.

    Args:
        connection: Of sqlite3 or psycopg, in autocommit.
        where: For messages: a path, or an address without its password.
        postgres: Whether it is PostgreSQL.
        listener: Whose rows these are.
    """

    def __init__(self, connection: Any, where: str, *, postgres: bool, listener: str) -> None:
        self._connection, self.where, self.postgres, self.listener = connection, where, postgres, listener
        self.note: str | None = None
        """A sentence for the user: that a damaged memory was set aside, and where it is."""

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Return what a query finds."""
        with self._translated():
            return list(self._connection.execute(self._dialect(statement), values).fetchall())

    def run(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run a statement and return how many rows it changed."""
        with self._translated():
            return int(self._connection.execute(self._dialect(statement), values).rowcount)

    def many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for every row."""
        with self._translated():
            self._connection.cursor().executemany(self._dialect(statement), list(rows))

    @contextlib.contextmanager
    def writing(self, *, shared: bool = False) -> Iterator[None]:
        """Hold the only transaction that writes for this listener; it counts as a whole, or not at all.

        When the block has ended well everything in it is on the disk.

        Args:
            shared: It changes what listeners share (the tables), so all of them wait.
        """
        self.run("BEGIN" if self.postgres else "BEGIN IMMEDIATE")
        try:
            if self.postgres:
                who = "mien memory" if shared else f"mien memory of {self.listener}"
                self.rows("SELECT pg_advisory_xact_lock(?)", (_number(who),))
            yield
            self.run("COMMIT")
        except BaseException:
            with contextlib.suppress(MemoryTrouble):
                self.run("ROLLBACK")
            raise

    def has_table(self, name: str) -> bool:
        """Say whether a table is there."""
        if self.postgres:
            return self.rows("SELECT to_regclass(?) IS NOT NULL", (name,)) == [(True,)]
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)))

    def close(self) -> None:
        """Let go of it; what is not committed is gone."""
        with contextlib.suppress(Exception):
            self._connection.close()

    def _dialect(self, statement: str) -> str:
        return statement.replace("?", "%s") if self.postgres else statement

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise in_words(self.where, error) from error
        except Exception as error:
            if not type(error).__module__.startswith("psycopg"):
                raise
            raise in_words(self.where, error) from error


def sqlite_at(path: Path, listener: str, *, read_only: bool = False) -> Database:
    """Open a SQLite file, which is made when there is none.

    Args:
        path: The file; its folder exists.
        listener: Whose rows these are.
        read_only: Read it where nothing can be written.

    Raises:
        MemoryDamaged: It is no database.
        MemoryTrouble: It cannot be opened.
    """
    address = f"file:{quote(str(path.absolute()))}"
    if read_only:
        log = path.with_name(f"{path.name}-wal")
        has_log = log.exists() and log.stat().st_size > 0
        address += "?mode=ro" if has_log else "?mode=ro&immutable=1"  # immutable: needs no index of a log
    else:
        with contextlib.suppress(OSError):  # there already, or said by SQLite
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # nobody else's business
    try:
        connection = sqlite3.connect(
            address, uri=True, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise in_words(str(path), error) from error
    opened = Database(connection, str(path), postgres=False, listener=listener)
    try:
        if not read_only:
            _log_ahead(opened)
            opened.rows("PRAGMA synchronous = FULL")
            opened.rows("PRAGMA secure_delete = ON")  # what is erased is overwritten
    except MemoryTrouble:
        opened.close()
        raise
    return opened


def _log_ahead(opened: Database) -> None:
    """Switch to a write-ahead log, which stays; SQLite does not wait where another process does so at the same time."""
    try:
        opened.rows("PRAGMA journal_mode = WAL")
    except MemoryDamaged:
        raise
    except MemoryTrouble:  # what else is wrong shows when something is read
        pass


def postgres_at(url: str, listener: str) -> Database:
    """Open a PostgreSQL database: postgresql://user:password@host:port/name.

    Raises:
        ConfigError: It is no such address, or the driver is not installed.
        MemoryTrouble: It cannot be reached.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg") or not rest:
        raise ConfigError(
            "The database address is none of PostgreSQL: write postgresql://user:password@host:port/name."
        )
    try:
        import psycopg
    except ModuleNotFoundError as error:
        raise ConfigError("PostgreSQL needs its driver: pip install 'mien[server]'.") from error
    parts = urlsplit(f"postgresql://{rest}")
    where = f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"
    try:
        connection = psycopg.connect(f"postgresql://{rest}", autocommit=True)
    except psycopg.Error as error:
        raise in_words(where, error) from error
    return Database(connection, where, postgres=True, listener=listener)


def in_words(where: str, error: Exception) -> MemoryTrouble:
    """Turn what a database complains about into an error of mien."""
    if is_damage(error):
        return MemoryDamaged(where, f"the memory is damaged ({error})")
    return MemoryTrouble(where, reason_of(where, error))


def is_damaged(path: Path) -> bool:
    """Look through a SQLite file and say whether it is damaged."""
    try:
        address = f"file:{quote(str(path.absolute()))}?mode=rw"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=PATIENCE_S)) as found:
            return bool(found.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.Error as error:
        return is_damage(error)


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
