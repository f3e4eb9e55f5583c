from __future__ import annotations

import csv
import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import CatalogueError
from recommender.importing.imports import Imported, import_file, look_into
from recommender.store.catalogue import StoreCatalogue
from recommender.store.engine import engine_at
from recommender.types import Features, Target, Track

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADER = "title,artist,isrc,uri,valence,energy,tempo,key,mode,duration_ms,explicit"
ROW = 'Gold,"Spandau Ballet",GBAYE8200021,spotify:track:0BRjO6ga9RKCKjfDqeFgWV,0.7,0.5,143.2,-1,1,290000,False'
TRACK = Track(
    "Gold",
    ("Spandau Ballet",),
    features=Features(0.7, 0.5, 143.2, None, 1),
    identifiers={"isrc": "GBAYE8200021", "spotify": "spotify:track:0BRjO6ga9RKCKjfDqeFgWV"},
    duration_s=290.0,
    explicit=False,
)


def brought(folder: Path, path: Path, **more: Any) -> Imported:
    return import_file(engine_at(folder / "catalogue.db"), path, bad_path=folder / "bad.csv", now=NOW, **more)


def tracks_in(folder: Path) -> list[Track]:
    return list(StoreCatalogue(engine_at(folder / "catalogue.db")).tracks())


def table(folder: Path, *rows: str, header: str = HEADER, name: str = "songs.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_a_row_becomes_a_track_and_the_same_file_adds_nothing(tmp_path: Path) -> None:
    path = table(tmp_path, ROW)
    assert (brought(tmp_path, path).added, brought(tmp_path, path).added) == (1, 0)
    assert tracks_in(tmp_path) == [TRACK]


@pytest.mark.parametrize("name", ["a.tsv", "a.csv.gz", "a.jsonl", "a.jsonl.gz", "a.parquet", "utf16.csv"])
def test_every_format_gives_the_same_track(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    cells = next(csv.reader([ROW]))
    values: dict[str, Any] = dict(zip(HEADER.split(","), cells, strict=True))
    for number in ("valence", "energy", "tempo"):
        values[number] = float(values[number])
    values |= {"key": -1, "mode": 1, "duration_ms": 290000, "explicit": False, "artist": ["Spandau Ballet"]}
    if name == "a.tsv":
        path.write_text(HEADER.replace(",", "\t") + "\n" + "\t".join(cells) + "\n")
    elif name == "a.csv.gz":
        path.write_bytes(gzip.compress(f"{HEADER}\r\n{ROW}\r\n".encode()))
    elif name == "utf16.csv":
        path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-16")
    elif name == "a.parquet":
        arrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        parquet.write_table(arrow.Table.from_pylist([values]), path)
    else:
        text = json.dumps(values) + "\n\n"
        path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    assert brought(tmp_path, path).added == 1
    assert tracks_in(tmp_path) == [TRACK]


def test_objects_as_the_spotify_api_gives_them_are_read(tmp_path: Path) -> None:
    row = {
        "name": "Gold",
        "artists": [{"name": "Spandau Ballet", "id": "x"}],
        "album": {"name": "True", "release_date": "1983-03-04"},
        "external_ids": {"isrc": "GBAYE8200021"},
        "audio_features": {"valence": 0.7, "energy": 0.5},
    }
    brought(tmp_path, table(tmp_path, json.dumps(row), header="", name="a.jsonl"))
    (track,) = tracks_in(tmp_path)
    assert (track.artists, track.album, track.year) == (("Spandau Ballet",), "True", 1983)
    assert track.features == Features(0.7, 0.5)
    assert track.identifiers == {"isrc": "GBAYE8200021"}


def test_the_same_song_under_other_names_is_one_track_with_all_that_is_known(tmp_path: Path) -> None:
    header = "title,artist,isrc,uri,valence,energy,genre"
    path = table(
        tmp_path,
        "Gold,Spandau Ballet,GBAYE8200021,,0.7,0.5,",
        "Gold - Remastered 2003,spandau ballet,,spotify:track:0BRjO6ga9RKCKjfDqeFgWV,0.1,0.1,new wave",
        "Or,Le Ballet,GBAYE8200021,,,,",
        header=header,
    )
    done = brought(tmp_path, path)
    assert (done.added, done.merged) == (1, 2)
    (track,) = tracks_in(tmp_path)
    assert track.features == Features(0.7, 0.5)
    assert track.genre == "new wave"
    assert set(track.identifiers) == {"isrc", "spotify"}


def test_a_row_that_shows_two_tracks_to_be_one_joins_them(tmp_path: Path) -> None:
    header = "title,artist,isrc,valence,energy"
    first = table(tmp_path, "Gold,Spandau Ballet,,0.7,", "Oro,SB,GBAYE8200021,,0.5", "Other,X,,,", header=header)
    brought(tmp_path, first)
    brought(tmp_path, table(tmp_path, "Gold,Spandau Ballet,GBAYE8200021,,", header=header, name="b.csv"))
    found = tracks_in(tmp_path)
    assert [track.title for track in found if track.title != "Other"] == ["Oro"]
    assert found[0].features == Features(0.7, 0.5)
    assert len(StoreCatalogue(engine_at(tmp_path / "catalogue.db"))) == 2


def test_bad_rows_go_to_a_file_with_their_lines_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = table(
        tmp_path, ROW, "only,two", ROW.replace("0.7", "loud"), ROW.replace("Gold", ""), ROW.replace("0.5", "7")
    )
    with path.open("ab") as file:
        file.write(ROW.replace("Gold", "G\xf6ld").encode("latin-1") + b"\n")
    done = brought(tmp_path, path)
    assert (done.rows, done.added, done.bad) == (6, 1, 5)
    assert done.bad_path is not None
    with done.bad_path.open(encoding="utf-8", newline="") as file:
        bad = list(csv.DictReader(file))
    assert {row["line"]: row["reason"] for row in bad} == {
        "3": "has 2 cells; 11 are needed",
        "4": "column 'valence': 'loud' is no number",
        "5": "has no title",
        "6": "column 'energy': energy is 7; 0 to 1 is possible (0–1)",
        "7": "column 'title' is not UTF-8",
    }
    assert not list(tmp_path.glob(".mien*"))


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    done = brought(tmp_path, table(tmp_path, ROW.replace("Gold", '"Go\nld"'), "", "x"))
    assert [bad.line for bad in done.first_bad] == [5]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"title,who\nA,B\n", "no column is the artists"),
        ("a.doc", b"x", "of no format"),
        ("a.csv.gz", gzip.compress(b"title,artist\n" + b"A,B\n" * 9, mtime=0)[:-9], "cut short|whole gzip|first line"),
        ("a.jsonl", b"nonsense\n", "no JSON objects"),
        ("a.parquet", b"nonsense", "no Parquet|needs pyarrow"),
        ("none.csv", None, "cannot be read"),
        ("none.parquet", None, "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_said_and_changes_nothing(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CatalogueError, match=reason):
        brought(tmp_path, path)
    assert tracks_in(tmp_path) == []


def test_looking_into_a_table_changes_nothing(tmp_path: Path) -> None:
    columns, unused = look_into(table(tmp_path, ROW + ",1", header=HEADER + ",wear"))
    assert {column.field for column in columns} >= {"title", "artists", "isrc", "spotify"}
    assert unused == ("wear",)
    assert [path.name for path in tmp_path.iterdir()] == ["songs.csv"]


CELL = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    st.sampled_from(["", "0.5", "-1", "120", "['A', 'B']", "[", "nan", "inf", "1e400", "3:25", "2011-05-03", "True"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELL, min_size=8, max_size=8), max_size=6), data=st.data())
def test_any_table_is_imported_or_refused_in_words(tmp_path: Path, rows: list[list[str]], data: st.DataObject) -> None:
    folder = tmp_path / os.urandom(4).hex()
    folder.mkdir()
    path = folder / "a.csv"
    header = ["title", "artists", "valence", "energy", "tempo", "duration", "key", "year"]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    done = brought(folder, path)
    found = tracks_in(folder)
    assert done.rows == len(rows)
    assert done.added == len(found)
    assert done.added + done.merged + done.bad == done.rows
    assert all(0 <= share <= 1 for t in found for share in (t.features.valence, t.features.energy) if share is not None)
    assert brought(folder, path).added == 0
    near = StoreCatalogue(engine_at(folder / "catalogue.db")).near(Target(Features(0.5, 0.5)), 10)
    assert sorted(track.title for track in near) == sorted(track.title for track in found)
