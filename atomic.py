"""Write a file so that a reader sees the old one or the new one, never half of it.

A leaf module, so that every room may use it. A temporary file in the same folder, fsync, rename (POSIX rename(2)
replaces in one step). A symbolic link stays one:
the file that it points to is replaced, so that a mapping kept among somebody's dotfiles stays where it lives.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from errors import ConfigError


def write_atomically(path: Path, content: str | bytes | memoryview, *, private: bool = False) -> Path:
    """Replace or create `path` and return the real path that was written.

    Args:
        path: The file; its folder exists.
        content: All of it; text is written in UTF-8.
        private: Nobody else may read it, from its first byte on, whoever could read what it replaces.

    Raises:
        ConfigError: The folder is missing or not writable, `path` is a folder, or the disk is full.
    """
    try:
        goal = path.expanduser().resolve()
        if goal.is_dir():
            raise ConfigError(f"{path} is a folder. Give a file name in it, such as {path / 'playlist.m3u8'}.")
        if not goal.parent.is_dir():
            raise ConfigError(f"There is no folder {goal.parent}. Create it (mkdir -p) or choose another place.")
        if isinstance(content, str):
            content = content.encode("utf-8", errors="replace")  # a lone surrogate from an odd file name becomes "?"
        _replace(goal, content, private)
    except (OSError, ValueError, RuntimeError) as trouble:  # ValueError: a NUL in the name; RuntimeError: ~nobody
        reason = trouble.strerror if isinstance(trouble, OSError) and trouble.strerror else trouble
        raise ConfigError(
            f"{path} cannot be written: {reason}. Make {path.parent} writable or choose another place."
        ) from trouble
    _sync_folder(goal.parent)
    return goal


LEFT_S = 3600.0
"""A draft that is older than this was left by a process that was killed."""


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder while a file in it is read, changed and written, so that two processes cannot undo each other.

    A lock of flock(2) on the folder itself: no file stays behind, and the system lets it go when the process dies.
    Where folders cannot be locked (Windows, some network drives) the last writer wins. Drafts that killed processes
    left here are removed.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
            for draft in folder.glob(".mien-*.tmp"):
                if time.time() - draft.stat().st_mtime > LEFT_S:
                    draft.unlink(missing_ok=True)
        yield


def _replace(goal: Path, data: bytes | memoryview, private: bool) -> None:
    draft = goal.with_name(f".mien-{os.urandom(6).hex()}.tmp")
    try:
        with open(draft, "xb", opener=_privately if private else None) as file:  # Path.open has no opener
            if goal.exists() and not private:
                draft.chmod(goal.stat().st_mode & 0o777)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(goal)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _privately(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
