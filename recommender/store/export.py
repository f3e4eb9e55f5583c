"""Write a store to a file that mien, or anything else, can import again: CSV, TSV, both as .gz, or JSON lines."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from errors import CatalogueError
from recommender.store.engine import translated
from recommender.store.queries import all_rows
from recommender.store.rows import Row, identifiers_of
from recommender.store.schema import AT

HEADER = (
    *("title", "artists", "album", "year", "genre", "language", "explicit", "duration_s", "valence", "energy", "tempo"),
    *(
        "acousticness",
        "instrumentalness",
        "danceability",
        "loudness",
        "key",
        "mode",
        "isrc",
        "spotify",
        "file",
        "estimated",
    ),
)
COLUMN = {"tempo": "tempo_bpm", "loudness": "loudness_db"}
SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".jsonl", ".jsonl.gz")


def export(engine: Engine, path: Path) -> int:
    """Write every track and return how many there are; the file appears when it is whole.

    Raises:
        CatalogueError: The name says no format, the file cannot be written, or the store cannot be read.
    """
    name = path.name.lower()
    kind = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), None)
    if kind is None:
        raise CatalogueError(path, f"says no format; end it in {', '.join(SUFFIXES)}.")
    draft = path.with_name(f".mien-{os.urandom(6).hex()}.tmp")
    try:
        with draft.open("xb") as raw:
            packed = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if kind.endswith(".gz") else raw
            text = io.TextIOWrapper(packed, encoding="utf-8", newline="")
            count = _write(engine, text, kind)
            text.detach()  # also flushes
            if packed is not raw:
                packed.close()
            raw.flush()
            os.fsync(raw.fileno())
        draft.replace(path)
    except OSError as error:
        raise CatalogueError(path, f"cannot be written ({error.strerror}). Choose another place.") from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def _write(engine: Engine, file: io.TextIOWrapper, kind: str) -> int:
    count = 0
    with translated(engine), engine.connect() as connection:
        if kind.startswith(".jsonl"):
            for row in all_rows(connection):
                values = _values(row)
                values["artists"] = row[AT["artists"]].split("\n")
                file.write(json.dumps(values, ensure_ascii=False) + "\n")
                count += 1
        else:
            writer = csv.writer(file, delimiter="\t" if kind.startswith(".tsv") else ",", lineterminator="\n")
            writer.writerow(HEADER)
            for row in all_rows(connection):
                values = _values(row)
                writer.writerow(["" if values[name] is None else values[name] for name in HEADER])
                count += 1
    return count


def _values(row: Row) -> dict[str, Any]:
    known = identifiers_of(row[AT["identifiers"]])
    values = {
        name: row[AT[COLUMN.get(name, name)]] if COLUMN.get(name, name) in AT else known.get(name) for name in HEADER
    }
    values["artists"] = ";".join(row[AT["artists"]].split("\n"))
    return values
