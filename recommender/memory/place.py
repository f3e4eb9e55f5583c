"""Where a listener's memory is, and how it is opened: a file of the data directory, or a PostgreSQL database.

    memory = Memory(data_dir, database)
    with memory.open() as db:                    # makes it when there is none; brings it up to date
        migrate(db, "diary", DIARY_STEPS)        # a part that is made when it is first needed
        with db.writing():                       # all or nothing; on the disk when the block has ended
            db.run("INSERT INTO diary_readings (listener, at_s) VALUES (?, ?)", (db.listener, at_s))
        db.rows("SELECT at_s FROM diary_readings WHERE listener = ?", (db.listener,))

    if memory.exists: ...                        # where only something that is there is to be read

A damaged file is renamed, never deleted, and mien runs on with a fresh one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from errors import ConfigError

if TYPE_CHECKING:
    from recommender.memory.database import Database

FILE_NAME = "memory.db"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """Where a listener's memory is.

    Args:
        data_dir: Folder of the SQLite file, which need not exist.
        database: Address of a PostgreSQL database that is used instead.
        listener: Whose rows of it count.
        clock: Says what time it is, with a time zone.
    """

    data_dir: Path
    database: str | None = field(default=None, repr=False)  # it may hold a password
    listener: str = "me"
    clock: Callable[[], datetime] = field(default=_now, repr=False)

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return self.data_dir / FILE_NAME

    @property
    def exists(self) -> bool:
        """Say whether there is something to open."""
        return self.database is not None or os.path.exists(self.path)  # noqa: PTH110  # False where it may not be looked at

    @contextlib.contextmanager
    def open(self) -> Iterator[Database]:
        """Open the memory, up to date; one that does not exist is made.

        A damaged file is set aside: when it is opened a fresh one takes its place and `db.note` says so; when the
        damage shows only later, `MemoryDamaged` names the place where the file is now.

        Raises:
            MemoryTrouble: It cannot be opened, read or written.
            ConfigError: The database's address is none, or the folder cannot be made.
        """
        from recommender.memory.database import MemoryDamaged

        note = None
        try:
            db = self._opened()
        except MemoryDamaged:
            note = self._set_aside()
            db = self._opened()
        db.note = note
        try:
            yield db
        except MemoryDamaged as error:
            db.close()
            raise MemoryDamaged(self.path, f"{error.reason}. {self._set_aside()}") from error
        finally:
            db.close()

    def _opened(self) -> Database:
        from recommender.memory.database import MemoryDamaged, MemoryTrouble, postgres_at, sqlite_at

        if self.database is not None:
            return _ready(postgres_at(self.database, self.listener))
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"{self.data_dir} cannot be made: {error.strerror}. Set MIEN_DATA_DIR."
            raise ConfigError(reason) from error
        try:
            return _ready(sqlite_at(self.path, self.listener))
        except MemoryDamaged:
            raise
        except MemoryTrouble as trouble:  # a full disk, or one that may only be read: what is known can be read
            try:
                return _ready(sqlite_at(self.path, self.listener, read_only=True))
            except MemoryTrouble:
                raise trouble from None

    def _set_aside(self) -> str:
        """Rename a damaged file, with its log, and say so; nothing of it is deleted."""
        from recommender.memory.damage import set_aside

        goal = set_aside(self.path, self.clock())
        if goal is None:  # another mien was faster
            return "Try again."
        return f"Your memory was damaged. It is now {goal}, and mien starts a fresh one."


def _ready(db: Database) -> Database:
    """Bring an open memory up to date."""
    from recommender.memory.migrations import migrate
    from recommender.memory.schema import STEPS

    try:
        migrate(db, "memory", STEPS)
    except BaseException:
        db.close()
        raise
    return db
