"""Import one table: find its columns, turn rows into tracks, merge them into the store, set bad rows apart.

One transaction a file: a process that is killed in the middle leaves the store as it was, and importing a file again
adds nothing. Memory holds one chunk of rows, however long the file is.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, compress, repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from recommender.importing import cells
from recommender.importing.bad_rows import bad_file
from recommender.importing.blocks import Cells
from recommender.importing.chunks import Bad, Chunk
from recommender.importing.columns import Column, recognise
from recommender.importing.songs import keys_of, song_keys
from recommender.importing.sources import open_source
from recommender.store.cells import cells_of
from recommender.store.dialect import marks
from recommender.store.engine import translated, writing
from recommender.store.migrations import migrate
from recommender.store.schema import COLUMNS
from recommender.store.writing import Batch, Writer

READERS: dict[str, Callable[[str], Any]] = {
    "artists": cells.artists_of,
    "year": cells.year_of,
    "genre": cells.genre_of,
    "language": cells.language_of,
    "explicit": cells.truth_of,
    "estimated": cells.truth_of,
    "key": cells.key_of,
    "mode": cells.mode_of,
    "isrc": cells.isrc_of,
}
"""How the cells of a field are read that is neither a number nor any text."""

TEXTS = ("title", "artists", "album", "genre", "file")
"""Fields that reach the store as they are written."""

STORED = {"tempo": "tempo_bpm", "loudness": "loudness_db", "duration": "duration_s"}
"""Field → column of the store, where they differ."""

IDENTIFIERS = ("isrc", "spotify", "file")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Args:
        path: The file.
        columns: What was found in it.
        unused: Names of columns that mien has no use for.
        rows: Read, the bad ones included.
        added: Songs that are new.
        merged: Rows of songs that were there already.
        bad: Rows that were left out.
        bad_path: Where they are, each with its line and the reason; None without any.
        without_mood: Rows without valence or energy, which no mood leads to.
        first_bad: The first few of them, in words.
    """

    path: Path
    columns: tuple[Column, ...]
    unused: tuple[str, ...]
    rows: int
    added: int
    merged: int
    bad: int
    bad_path: Path | None
    without_mood: int
    first_bad: tuple[Bad, ...] = ()


def look_into(path: Path, corrections: Mapping[str, str] | None = None) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Return the columns that an import would use, and the names of those that it would not; changes nothing.

    Raises:
        CatalogueError: The file cannot be read, or has neither title nor artist.
        UnknownName: A correction names no field.
    """
    source = open_source(path)
    with contextlib.closing(source.chunks):  # type: ignore[type-var]  # generators close
        first = next(source.chunks, Chunk([()] * len(source.header), ()))
    columns = recognise(path, source.header, first.columns, corrections)
    return columns, _unused(source.header, columns)


def import_file(
    engine: Engine,
    path: Path,
    *,
    bad_path: Path,
    now: datetime,
    corrections: Mapping[str, str] | None = None,
    found: Callable[[tuple[Column, ...], tuple[str, ...]], None] = lambda _columns, _unused: None,
    progress: Callable[[float, int], None] = lambda _share, _rows: None,
) -> Imported:
    """Import a table as a whole, or not at all.

    Args:
        engine: Of the store; one that does not exist is made.
        path: The table.
        bad_path: Where bad rows go, as CSV with line, reason and row; not made when there are none.
        now: The time that the import is dated with.
        corrections: Of `columns.recognise`.
        found: Told the mapping before anything is written.
        progress: Told the share of the file that was read, 0–1, and the rows so far.

    Raises:
        CatalogueError: The file or the store cannot be used; the store is as it was.
        UnknownName: A correction names no field.
    """
    migrate(engine)
    source = open_source(path)
    rows = bad_rows = without_mood = 0
    examples: list[Bad] = []
    with contextlib.closing(source.chunks), bad_file(bad_path) as set_apart:  # type: ignore[type-var]
        first = next(source.chunks, Chunk([()] * len(source.header), ()))
        columns = recognise(path, source.header, first.columns, corrections)
        found(columns, _unused(source.header, columns))
        with translated(engine), writing(engine) as connection:
            number = (connection.exec_driver_sql("SELECT max(id) FROM imports").scalar() or 0) + 1
            places = ", ".join([marks(connection)] * 8)
            mapping = json.dumps({column.field: column.name for column in columns}, ensure_ascii=False)
            about = (number, str(path), now.isoformat(timespec="seconds"), mapping)
            connection.exec_driver_sql(f"INSERT INTO imports VALUES ({places})", (*about, 0, 0, 0, 0))
            expected = len(first.lines) / max(source.share_read(), 1e-9)
            writer = Writer(connection, number, int(expected))
            for chunk in chain((first,), source.chunks):
                batch, bad = batch_of(chunk, columns)
                writer.add_batch(batch)
                set_apart(bad)
                examples += bad[: 3 - len(examples)]
                rows += batch.size + len(bad)
                bad_rows += len(bad)
                without_mood += sum(cell is None for cell in batch.columns.get("cell", repeat(None, batch.size)))
                progress(source.share_read(), rows)
            writer.finish()
            mark = marks(connection)
            connection.exec_driver_sql(
                f"UPDATE imports SET rows = {mark}, added = {mark}, merged = {mark}, bad = {mark} WHERE id = {mark}",
                (rows, writer.written.added, writer.written.merged, bad_rows, number),
            )
    return Imported(
        path,
        columns,
        _unused(source.header, columns),
        rows,
        writer.written.added,
        writer.written.merged,
        bad_rows,
        bad_path if bad_rows else None,
        without_mood,
        tuple(examples),
    )


def look_json(path: Path, columns: Sequence[Column], unused: Sequence[str]) -> dict[str, Any]:
    """Return a mapping as docs/json.md describes it."""
    mapping = {column.field: {"column": column.name, "unit": column.unit or None} for column in columns}
    return {"path": str(path), "mapping": mapping, "unused": list(unused), "error": None}


def imported_json(done: Imported) -> dict[str, Any]:
    """Return an import as docs/json.md describes it."""
    return {
        **look_json(done.path, done.columns, done.unused),
        "rows": done.rows,
        "added": done.added,
        "merged": done.merged,
        "bad": done.bad,
        "bad_path": None if done.bad_path is None else str(done.bad_path),
        "without_mood": done.without_mood,
    }


def tracks_of(chunk: Chunk, columns: Sequence[Column]) -> tuple[list[list[Any]], list[Bad]]:
    """Return the rows of tracks in a chunk, as `store.rows.row_of` makes them, and its bad rows."""
    batch, bad = batch_of(chunk, columns)
    return [batch.row(number) for number in range(batch.size)], bad


def batch_of(chunk: Chunk, columns: Sequence[Column]) -> tuple[Batch, list[Bad]]:
    """Return the tracks in a chunk, and its bad rows."""
    values, wrong = _values(chunk, columns)
    size = len(chunk.lines)
    bad_rows = list(chunk.bad)
    if wrong:
        for place in sorted(wrong):
            text = ",".join("" if column[place] is None else str(column[place]) for column in chunk.columns)
            bad_rows.append(Bad(chunk.lines[place], wrong[place], text))
        good = [place not in wrong for place in range(size)]
        values = {name: list(compress(column, good)) for name, column in values.items()}
        size -= len(wrong)
    values["song"] = song_keys(values["title"], [names.partition("\n")[0] for names in values["artists"]])
    known = [(scheme, values.pop(scheme)) for scheme in IDENTIFIERS if scheme in values]
    values["identifiers"] = _identifiers(known, size)
    every = [(np.arange(size), keys_of([f"song {song}" for song in values["song"]]))]
    for scheme, column in reversed(known):
        there = [place for place, value in enumerate(column) if value]
        every.insert(0, (np.array(there, dtype=np.int64), keys_of([f"{scheme} {column[place]}" for place in there])))
    rows, keys = (np.concatenate(parts) for parts in zip(*every, strict=True))
    return Batch({name: values[name] for name in COLUMNS if name in values}, keys, rows, size), bad_rows


def _values(chunk: Chunk, columns: Sequence[Column]) -> tuple[dict[str, Any], dict[int, str]]:
    """Return column of the store → its values, identifiers by their scheme, and what is wrong with which rows."""
    values: dict[str, Any] = {}
    plane: dict[str, NDArray[np.float64]] = {}
    wrong: dict[int, str] = {}
    for column in columns:
        raw, field = chunk.columns[column.place], column.field
        if field in cells.RANGES:
            numbers, bad = cells.numbers(field, column.unit, raw)
            values[STORED.get(field, field)] = cells.known(numbers)
            plane[field] = numbers
            for place, reason in bad.items():
                wrong.setdefault(place, f"column {column.name!r}: {reason}")
        elif field == "spotify":
            values[field] = cells.spotify(raw)
        elif field in READERS:
            values[field] = cells.each(READERS[field], raw)
        else:
            values[field] = cells.texts(raw)
        if field in TEXTS and not (isinstance(raw, Cells) and "".join(raw.texts).isascii()):
            for place, cell in enumerate(raw):
                if isinstance(cell, str) and not cell.isascii() and not _is_text(cell):
                    wrong[place] = f"column {column.name!r} is not UTF-8"
    for field in ("title", "artists"):
        for place, text in enumerate(values[field]):
            if text is None:
                wrong.setdefault(place, f"has no {field}")
    if "estimated" in values:
        values["estimated"] = [value or 0 for value in values["estimated"]]
    if len(plane.keys() & {"valence", "energy"}) == 2:
        values["cell"] = cells_of(plane["valence"], plane["energy"])
    return values, wrong


def _identifiers(known: Sequence[tuple[str, Sequence[str | None]]], size: int) -> Sequence[str]:
    if len(known) == 1:
        scheme, column = known[0]
        return [f"{scheme} {value}" if value else "" for value in column]
    return [
        "\n".join(f"{scheme} {column[place]}" for scheme, column in known if column[place]) for place in range(size)
    ]


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unused(header: Sequence[str], columns: Sequence[Column]) -> tuple[str, ...]:
    used = {column.place for column in columns}
    return tuple(name for place, name in enumerate(header) if place not in used)
