"""Import, search and dedupe on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from recommender.importing import sources
from recommender.importing.imports import Imported, import_file
from recommender.store.catalogue import StoreCatalogue
from recommender.store.engine import writing
from recommender.store.queries import dedupe, named, search, stats
from recommender.types import Features, Target

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADER = "title,artist,isrc,valence,energy,genre"


def brought(engine: Engine, folder: Path, *rows: str, name: str = "a.csv", **more: Any) -> Imported:
    path = folder / name
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return import_file(engine, path, bad_path=folder / f"{name}.bad", now=NOW, **more)


def test_a_table_is_brought_in_once_and_found(engine: Engine, tmp_path: Path) -> None:
    rows = ["Déjà vu,Élodie,,0.7,0.5,pop", '"Sun, again",Bob\tB,,0.2,0.1,', "Nothing,Bob,,,,", "bad,Bob,,7,0.1,"]
    done = brought(engine, tmp_path, *rows)
    assert (done.added, done.merged, done.bad, done.without_mood) == (3, 0, 1, 1)
    again = brought(engine, tmp_path, *rows)
    assert (again.added, again.merged) == (0, 3)
    assert [track.title for track in search(engine, "deja elodie")] == ["Déjà vu"]
    assert [track.artists for track in search(engine, "SUN")] == [("Bob B",)]
    assert search(engine, "100%_") == []
    counted = stats(engine)
    assert (counted.tracks, counted.with_mood, counted.artists) == (3, 2, 3)
    assert counted.genres == {None: 2, "pop": 1}
    assert [one["added"] for one in counted.imports] == [3, 0]
    near = StoreCatalogue(engine).near(Target(Features(0.2, 0.1)), 1)
    assert [track.title for track in near] == ["Sun, again"]


def test_many_chunks_are_as_one(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"song {number % 90},artist {number % 7},,0.{number % 10},0.5," for number in range(400)]
    monkeypatch.setattr(sources, "BLOCK", 300)
    done = brought(engine, tmp_path, *rows)
    different = {row.rsplit(",", 4)[0] for row in rows}
    assert (done.added, done.merged) == (len(different), 400 - len(different))
    tracks = list(StoreCatalogue(engine).tracks())
    assert [f"{track.title},{track.artists[0]}" for track in tracks] == list(
        dict.fromkeys(row.rsplit(",", 4)[0] for row in rows)
    )


def test_what_proves_two_stored_tracks_to_be_one_joins_them_with_all_their_names(
    engine: Engine, tmp_path: Path
) -> None:
    brought(engine, tmp_path, "Gold,SB,,0.7,,", "Oro,Los SB,GBAYE8200021,,0.5,", "Or,Le SB,GBAYE8200021,,,", "X,Y,,,,")
    done = brought(engine, tmp_path, "Gold,SB,GBAYE8200021,,,", "Gold,SB,,,,new wave", name="b.csv")
    assert (done.added, done.merged) == (0, 2)
    track = named(engine, "isrc GBAYE8200021")
    assert track is not None
    assert (track.features, track.genre) == (Features(0.7, 0.5), "new wave")
    assert named(engine, "song gold|sb") == named(engine, "song oro|los sb") == named(engine, "song or|le sb") == track
    assert len(StoreCatalogue(engine)) == 2


def test_dedupe_merges_what_older_rules_kept_apart(engine: Engine, tmp_path: Path) -> None:
    brought(engine, tmp_path, "Gold,SB,,0.7,,", "Silver,SB,,0.1,0.1,", "Gold Live,SB,,,0.5,")
    with writing(engine) as connection:  # as if today's rules were new
        connection.exec_driver_sql("UPDATE tracks SET title = 'Gold - Live' WHERE title = 'Gold Live'")
    looked, shown = dedupe(engine, really=False)
    assert (looked, [(kept.title, gone.title) for kept, gone in shown]) == (1, [("Gold", "Gold - Live")])
    assert len(StoreCatalogue(engine)) == 3
    assert dedupe(engine)[0] == 1
    assert dedupe(engine)[0] == 0
    first, _ = StoreCatalogue(engine).tracks()
    assert (first.title, first.features) == ("Gold", Features(0.7, 0.5))
    assert named(engine, "song gold live|sb") == first


def test_two_importers_at_once_wait_for_each_other(engine: Engine, tmp_path: Path) -> None:
    def bring(start: int) -> Imported:
        rows = [f"song {number},artist,,0.5,0.5," for number in range(start, start + 300)]
        return brought(engine, tmp_path, *rows, name=f"{start}.csv")

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(bring, (0, 200)))
    assert sum(one.added for one in done) == 500
    assert sum(one.merged for one in done) == 100
    assert len(StoreCatalogue(engine)) == len(list(StoreCatalogue(engine).tracks())) == 500
    assert sorted(one["rows"] for one in stats(engine).imports) == [300, 300]
