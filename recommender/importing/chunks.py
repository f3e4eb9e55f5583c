"""What a table is read as, whatever its format.

A chunk is columns, not rows, since that is how cells are turned into values fastest. A cell is a text, except that
Parquet and JSON keep numbers, truths and lists. A row that is no row (a wrong number of cells, no JSON) is set apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

CHUNK = 20_000
"""Rows of a chunk."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that was left out: its line (Parquet: its number), why, and its text."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows: one sequence of cells a column, the line of each row, and what was no row."""

    columns: Sequence[Sequence[Any]]
    lines: Sequence[int]
    bad: Sequence[Bad] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An open table.

    Args:
        header: The columns' names.
        chunks: The rows, once.
        share_read: How much of the file was read, 0–1.
    """

    header: tuple[str, ...]
    chunks: Iterator[Chunk]
    share_read: Callable[[], float] = field(default=lambda: 0.0)
