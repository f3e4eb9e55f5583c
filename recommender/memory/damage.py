"""A damaged memory: moved away under a name that says when, so that mien runs on and nothing is deleted."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from recommender.memory.database import MemoryTrouble, is_damaged


def set_aside(path: Path, now: datetime) -> Path | None:
    """Rename a damaged SQLite file, with its log, and return where it is now.

    Args:
        path: The file.
        now: For its new name, memory.db.damaged-20261121-110500.

    Returns:
        None when it is not damaged (any more): another process was faster.

    Raises:
        MemoryTrouble: It cannot be renamed.
    """
    with _alone(path.parent):
        if not path.exists() or not is_damaged(path):
            return None
        name = f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}"
        number, goal = 1, path.with_name(name)
        while goal.exists():
            number += 1
            goal = path.with_name(f"{name}-{number}")
        try:
            for end in ("-wal", "-shm"):  # the log first: a fresh file must never meet it
                with contextlib.suppress(FileNotFoundError):
                    path.with_name(path.name + end).rename(goal.with_name(goal.name + end))
            path.rename(goal)
        except OSError as error:
            raise MemoryTrouble(path, f"is damaged and cannot be renamed ({error.strerror}). Move it away.") from error
    return goal


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other miens from setting the same file aside, where the system can lock a folder."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows, where an open file cannot be renamed by another anyway
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
