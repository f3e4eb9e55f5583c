"""Read a table of JSON objects, one a line, in chunks."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from errors import CatalogueError
from recommender.importing.chunks import CHUNK, Bad, Chunk

HEADER_FROM = 500
"""JSON lines have no header: the keys of so many objects make one."""


def json_lines(path: Path, file: IO[str]) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    lines = enumerate(file, start=1)
    bad: list[Bad] = []
    try:
        start = _objects(lines, HEADER_FROM, bad)
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        raise CatalogueError(path, f"cannot be read ({error}).") from error
    header = tuple(dict.fromkeys(name for _, row in start for name in row))
    if not header:
        raise CatalogueError(path, "holds no JSON objects, one a line.", line=bad[0].line if bad else 1)

    def chunks() -> Iterator[Chunk]:
        rows = start
        while rows or bad:
            columns = [[row.get(name) for _, row in rows] for name in header]
            yield Chunk(columns, [line for line, _ in rows], tuple(bad))
            bad.clear()
            rows = _objects(lines, CHUNK, bad)

    return header, chunks()


def _objects(lines: Iterator[tuple[int, str]], most: int, bad: list[Bad]) -> list[tuple[int, dict[str, Any]]]:
    found: list[tuple[int, dict[str, Any]]] = []
    for number, line in lines:
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            bad.append(Bad(number, f"is no JSON ({error})", line.strip()))
        else:
            if isinstance(value, dict):
                found.append((number, dict(_flat(value))))
            else:
                bad.append(Bad(number, "is no JSON object", line.strip()))
        if len(found) == most or len(bad) >= most:
            break
    return found


def _flat(value: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield `album.name` for what lies one or two objects deep, and the names of a list of objects."""
    for name, inner in value.items():
        if isinstance(inner, dict) and depth < 3:
            yield from _flat(inner, f"{prefix}{name}.", depth + 1)
        elif isinstance(inner, list) and inner and all(isinstance(one, dict) and "name" in one for one in inner):
            yield f"{prefix}{name}", [one["name"] for one in inner]
        else:
            yield f"{prefix}{name}", inner
