"""Read a table in chunks, whatever its format: CSV, TSV, both as .gz, Parquet, JSON lines.

Separated text is cut by `blocks` as long as its quotes are regular, from then on by the `csv` module.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO

from errors import CatalogueError
from recommender.importing import blocks
from recommender.importing.chunks import CHUNK, Bad, Chunk, Source
from recommender.importing.json_lines import json_lines
from recommender.importing.parquet import parquet_file

BLOCK = 1 << 21
"""Characters of a chunk of separated text."""

LONGEST_CELL = 1 << 20
LONGEST_ROW = 1 << 23
"""Characters after which a quote that nobody closes is none."""

SUFFIXES = (
    ".csv",
    ".tsv",
    ".txt",
    ".csv.gz",
    ".tsv.gz",
    ".txt.gz",
    ".parquet",
    ".jsonl",
    ".ndjson",
    ".jsonl.gz",
    ".ndjson.gz",
)


def open_source(path: Path) -> Source:
    """Open a table; its chunks raise `CatalogueError` as well, when the file is cut short or is something else.

    Raises:
        CatalogueError: The file is missing, unreadable, empty, or of no format that mien knows.
    """
    name = path.name.lower()
    kind = next((suffix for suffix in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(suffix)), None)
    if kind is None:
        raise CatalogueError(path, f"is of no format that mien knows; give a file that ends in {', '.join(SUFFIXES)}.")
    try:
        if kind == ".parquet":
            return parquet_file(path)
        raw = path.open("rb")
    except OSError as error:
        raise CatalogueError(path, f"cannot be read ({error.strerror}). Check the name and your rights.") from error
    size = path.stat().st_size or 1
    start = raw.read(2)
    raw.seek(0)
    plain: IO[bytes] = gzip.open(raw) if start == b"\x1f\x8b" else raw  # type: ignore[assignment]  # noqa: SIM115
    read = json_lines if kind.startswith((".jsonl", ".ndjson")) else _separated
    with contextlib.ExitStack() as until_whole:
        until_whole.callback(raw.close)
        text = io.TextIOWrapper(plain, encoding=_encoding(path, plain), errors="surrogateescape", newline="")
        until_whole.callback(text.close)
        header, chunks = read(path, text)
        until_whole.pop_all()
    return Source(header, _closing(path, text, raw, chunks), lambda: 1.0 if raw.closed else min(1.0, raw.tell() / size))


def _encoding(path: Path, file: IO[bytes]) -> str:
    try:
        start = file.read(2)
        file.seek(0)
    except (OSError, EOFError, zlib.error) as error:
        raise CatalogueError(path, f"is no whole gzip file ({error}). Fetch it again.") from error
    return "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _closing(path: Path, text: IO[str], raw: IO[bytes], chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    try:
        yield from chunks
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CatalogueError(
            path, f"is cut short or damaged ({error}). Fetch it again; nothing was imported."
        ) from error
    except (OSError, UnicodeError) as error:
        raise CatalogueError(path, f"cannot be read to its end ({error}). Nothing was imported.") from error
    finally:
        text.close()
        raw.close()


def _separated(path: Path, file: IO[str]) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    csv.field_size_limit(LONGEST_CELL)
    try:
        first = file.readline()
        while first and not first.strip():
            first = file.readline()
        delimiter = max("\t,;|", key=first.count)
        header = next(csv.reader([first], delimiter=delimiter), [])
    except (OSError, EOFError, zlib.error, UnicodeError, csv.Error) as error:
        raise CatalogueError(path, f"its first line cannot be read ({error}).", line=1) from error
    if not any(name.strip() for name in header):
        raise CatalogueError(path, "is empty: the first line names the columns, such as title,artist,valence,energy.")
    return tuple(name.strip() for name in header), _rows(file, delimiter, len(header))


def _rows(file: IO[str], delimiter: str, width: int) -> Iterator[Chunk]:
    line, text, piece = 2, "", file.read(BLOCK)  # the header is line 1
    while text or piece:
        text += piece
        end = _end_of_rows(text) if piece else len(text)
        block = blocks.cut(text[:end], delimiter, width) if end else None
        if block is None and (end or len(text) > LONGEST_ROW):
            yield from _rows_of_any_kind(
                chain(io.StringIO(text + file.readline(), newline=""), file), delimiter, width, line
            )
            return
        if block is not None:
            bad = [Bad(line + row, f"has {cells} cells; {width} are needed", odd) for row, odd, cells in block.odd]
            yield Chunk(block.columns, [line + row for row in block.lines], tuple(bad))
            line += text.count("\n", 0, end)
        text, piece = text[end:], file.read(BLOCK)


def _end_of_rows(text: str) -> int:
    """Return where the last row ends that is whole: behind a line break with an even number of quotes before it."""
    end = text.rfind("\n") + 1
    is_open = text.count('"', 0, end) % 2
    while is_open and end:
        before = text.rfind("\n", 0, end - 1) + 1
        is_open ^= text.count('"', before, end) % 2
        end = before
    return end


def _rows_of_any_kind(file: Iterator[str], delimiter: str, width: int, line: int) -> Iterator[Chunk]:
    reader = csv.reader(file, delimiter=delimiter)
    bad: list[Bad] = []

    def whole() -> Iterator[list[str]]:
        while True:
            try:
                yield from reader
            except csv.Error as error:
                bad.append(Bad(reader.line_num + line - 1, f"{error}; a quote may be open", ""))
            else:
                return

    rows = whole()
    more = True
    while more:
        before = reader.line_num
        chunk: list[list[str]] = []
        for row in rows:
            chunk.append(row)
            if len(chunk) == CHUNK:
                break
        more = len(chunk) == CHUNK
        lines: Sequence[int] = range(before + line, reader.line_num + line)
        if len(lines) != len(chunk):
            lines = _line_numbers(chunk, before + line)
        if any(len(row) != width for row in chunk):
            for row, number in zip(chunk, lines, strict=True):
                if len(row) not in (0, width):
                    bad.append(Bad(number, f"has {len(row)} cells; {width} are needed", delimiter.join(row)))
            kept = [(row, number) for row, number in zip(chunk, lines, strict=True) if len(row) == width]
            chunk, lines = [row for row, _ in kept], [number for _, number in kept]
        columns = list(zip(*chunk, strict=True)) if chunk else [()] * width
        yield Chunk(columns, lines, tuple(bad))
        bad.clear()


def _line_numbers(rows: Sequence[Sequence[str]], line: int) -> list[int]:
    numbers = []
    for row in rows:
        numbers.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    return numbers
