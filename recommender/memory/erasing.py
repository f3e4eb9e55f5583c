"""Everything that mien keeps about a listener, erased for good: rows are overwritten, files and their logs are gone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from errors import ConfigError
from recommender.memory.keepers import Keeper

if TYPE_CHECKING:
    from recommender.library import Library
    from recommender.memory.database import Database
    from recommender.memory.place import Memory

TABLES = {
    "memory_opinions": ("like or skip", "likes and skips"),
    "memory_bans": ("ban", "bans"),
    "memory_playlists": ("playlist that was shown", "playlists that were shown"),
    "memory_plays": None,
    "memory_corrections": ("correction of a reading", "corrections of readings"),
}
"""Table → what one and what several of its rows are; None where another table says it."""

CACHED = ("*.npz", ".mien-*.tmp")
"""What mien puts into its cache directory; anything else there is somebody else's."""


def memory(place: Memory) -> Keeper:
    """Return the keeper of taste, plays and corrections, and of damaged files that may hold some of it."""

    def what() -> Sequence[str]:
        lines = []
        if place.exists:
            with place.open() as db:
                for table, words in TABLES.items():
                    if words is not None and (many := _count(db, table)):
                        lines.append(f"{many:,} {words[many != 1]}")
        if place.database is None:
            if os.path.exists(place.path):  # noqa: PTH110  # False where it may not be looked at
                lines.append(f"the file {place.path}")
            lines += [f"the damaged file {path}" for path in _damaged(place.path)]
        return lines

    def erase() -> None:
        if place.exists:
            with place.open() as db:
                with db.writing():
                    for table in TABLES:
                        db.run(f"DELETE FROM {table} WHERE listener = ?", (db.listener,))
                shared = db.postgres or _has_others(db)
                if not db.postgres:
                    db.rows("PRAGMA wal_checkpoint(TRUNCATE)")
                    db.run("VACUUM")
            if not shared:
                _remove(place.path, *_logs(place.path))
        if place.database is None:
            _remove(*(each for path in _damaged(place.path) for each in (path, *_logs(path))))

    return Keeper("memory", what, erase)


def caches(folder: Path) -> Keeper:
    """Return the keeper of the cache directory."""
    return _files("cache", lambda: _matching(folder, CACHED))


def catalogue(library: Library, data_dir: Path) -> Keeper:
    """Return the keeper of the imported catalogue; a PostgreSQL database may be others' too, so it stays."""

    def found() -> Iterator[Path]:
        yield from (path for path in (library.path, *_logs(library.path)) if path.exists())
        yield from _matching(library.path.parent, (f"{library.path.name}.damaged*",))
        yield from _matching(data_dir / "bad", ("*.bad.csv",))

    return _files("catalogue", found)


def _files(name: str, found: Callable[[], Iterator[Path]]) -> Keeper:
    return Keeper(name, lambda: [f"the file {path}" for path in found()], lambda: _remove(*found()))


def _matching(folder: Path, patterns: Sequence[str]) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()})


def _count(db: Database, table: str) -> int:
    return int(db.rows(f"SELECT count(*) FROM {table} WHERE listener = ?", (db.listener,))[0][0])


def _has_others(db: Database) -> bool:
    """Say whether another listener has something in the same file."""
    parts = ("diary_readings", "services_resolved", "services_saves")
    tables = [*TABLES, *filter(db.has_table, parts)]
    return any(db.rows(f"SELECT 1 FROM {table} WHERE listener <> ? LIMIT 1", (db.listener,)) for table in tables)


def _damaged(path: Path) -> list[Path]:
    found = _matching(path.parent, (f"{path.name}.damaged-*",))
    return [each for each in found if not each.name.endswith(("-wal", "-shm"))]


def _logs(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _remove(*paths: Path) -> None:
    """Remove files; one that is gone already is as it should be.

    Raises:
        ConfigError: One cannot be removed; names it.
    """
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(f"{path} cannot be removed: {error.strerror}. Remove it yourself.") from error
