"""Find the audio files below a folder, in a fixed order; what cannot be looked into is reported."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from errors import CatalogueError

SUFFIXES = frozenset((".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".m4b", ".wav"))


@dataclass(frozen=True, slots=True)
class Found:
    """An audio file as the folder shows it.

    Args:
        path: Absolute.
        size: In bytes.
        mtime_ns: When it was last changed.
    """

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file or folder that could not be used, and why."""

    path: str
    reason: str


def root_of(folder: Path) -> str:
    """Return the folder's real, absolute path.

    Raises:
        CatalogueError: There is no such folder, or it cannot be read.
    """
    root = os.path.realpath(folder.expanduser())
    if not os.path.isdir(root):  # noqa: PTH112
        what = "is a file; give the folder that it is in" if os.path.exists(root) else "there is no such folder"  # noqa: PTH110
        raise CatalogueError(folder, f"{what}.")
    if not os.access(root, os.R_OK | os.X_OK):
        raise CatalogueError(folder, "you may not look into it. Change its rights.")
    return root


def audio_files(root: str) -> Iterator[Found | Trouble]:
    """Yield every audio file below a folder, in the order of names; hidden files and folders are passed over.

    Links to folders are followed, each folder is looked into once.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            about = os.stat(folder)  # noqa: PTH116
            if (about.st_dev, about.st_ino) in seen:
                continue
            seen.add((about.st_dev, about.st_ino))
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Trouble(folder, f"cannot be looked into ({error.strerror})")
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                if entry.is_dir():
                    folders.append(entry.path)
                elif os.path.splitext(entry.name)[1].lower() in SUFFIXES:  # noqa: PTH122
                    yield _found(entry)
            except OSError as error:
                yield Trouble(entry.path, f"cannot be looked at ({error.strerror})")
        waiting += reversed(folders)


def _found(entry: os.DirEntry[str]) -> Found | Trouble:
    about = entry.stat()
    try:
        entry.path.encode()
    except UnicodeEncodeError:
        return Trouble(entry.path.encode(errors="replace").decode(), "its name is not UTF-8; rename it")
    if any(c in entry.path for c in "\n\r"):
        return Trouble(entry.path.replace("\n", "?").replace("\r", "?"), "its name holds a line break; rename it")
    return Found(entry.path, about.st_size, about.st_mtime_ns)
