"""Where the SQL of SQLite and of PostgreSQL differs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection


def marks(connection: Connection) -> str:
    """Return what stands for a value in this database's SQL."""
    return "?" if connection.dialect.name == "sqlite" else "%s"


def among(connection: Connection) -> str:
    """Return the right side of IN for one value that `listed` makes."""
    return (
        "(SELECT value FROM json_each(?))" if connection.dialect.name == "sqlite" else "(SELECT unnest(%s::bigint[]))"
    )


def listed(connection: Connection, numbers: Iterable[int]) -> Any:
    """Return many numbers as one value."""
    many = list(numbers)
    return "[" + ",".join(map(str, many)) + "]" if connection.dialect.name == "sqlite" else many
