"""What SQLite's and PostgreSQL's complaints mean for a user, and what to do: one way of saying it for every store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

PATIENCE_S = 30
"""How long one mien waits for another that writes, in seconds."""


def code_of(error: BaseException) -> int | None:
    """Return SQLite's primary result code (https://www.sqlite.org/rescode.html), or None for another's error."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def is_damage(error: BaseException) -> bool:
    """Say whether an error means that the file is damaged."""
    return code_of(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def reason_of(place: str, error: BaseException) -> str:
    """Return what happened to a database and what to do.

    Args:
        place: The SQLite file, or the server for people.
        error: Of sqlite3 or psycopg.
    """
    folder = Path(place).parent
    reason = {
        sqlite3.SQLITE_READONLY: f"cannot be written. Make it and {folder} writable, or set MIEN_DATA_DIR.",
        sqlite3.SQLITE_FULL: "the disk is full. Make room and try again; nothing was changed.",
        sqlite3.SQLITE_CANTOPEN: f"cannot be opened. Make {folder} a folder that you may write to.",
        sqlite3.SQLITE_IOERR: f"cannot be read or written ({error}). Look after the disk; nothing was changed.",
        sqlite3.SQLITE_BUSY: f"another mien has been writing for over {PATIENCE_S} s. Try again when it is done.",
    }.get(code_of(error) or -1)
    if reason is not None:
        return reason
    first = str(error).strip().partition("\n")[0]
    return f"the database says: {first}. Check its address, that it runs, and your rights there."
