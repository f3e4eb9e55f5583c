from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from errors import CatalogueError, ConfigError
from recommender.library import Library
from recommender.store.catalogue import StoreCatalogue
from recommender.store.engine import (
    StoreDamaged,
    engine_at,
    engine_of,
    is_damaged,
    place_of,
    set_aside,
    translated,
    writing,
)
from recommender.store.migrations import STEPS, migrate
from recommender.store.schema import METADATA
from recommender.types import Features, Target
from tests.recommender.store.test_catalogue import songs, stored

MOOD = Target(Features(0.5, 0.5))


def test_the_steps_make_the_schema_that_the_code_reads(tmp_path: Path) -> None:
    engine = engine_at(tmp_path / "a.db")
    migrate(engine)
    found = inspect(engine)
    for table in METADATA.sorted_tables:
        assert [column["name"] for column in found.get_columns(table.name)] == [column.name for column in table.columns]
        nullable = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert {n for n, free in nullable.items() if not free} >= {
            c.name for c in table.columns if not c.nullable and not c.primary_key
        }


def test_an_older_store_takes_the_steps_that_it_lacks_and_keeps_its_tracks(tmp_path: Path) -> None:
    def second(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE tracks ADD COLUMN wear INTEGER")

    engine = engine_at(tmp_path / "a.db")
    stored(engine, songs(3))
    migrate(engine, (*STEPS, second))
    assert "wear" in {column["name"] for column in inspect(engine).get_columns("tracks")}
    with pytest.raises(CatalogueError, match="newer mien"):
        StoreCatalogue(engine)


def test_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    def broken(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")

    engine = engine_at(tmp_path / "a.db")
    migrate(engine)
    with pytest.raises(CatalogueError, match="half"):
        migrate(engine, (*STEPS, broken))
    assert not inspect(engine).has_table("half")
    assert len(StoreCatalogue(engine)) == 0


def test_text_in_the_place_of_a_store_is_damage_and_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    path.write_bytes(b"this is no database at all, " * 100)
    assert is_damaged(path)
    with pytest.raises(StoreDamaged, match=r"catalogue\.db: the store is damaged"):
        StoreCatalogue(engine_at(path))
    music, notes = Library(path).music()
    assert len(music) > 400
    assert "catalogue.db.damaged" in notes[0]
    assert (tmp_path / "catalogue.db.damaged").read_bytes().startswith(b"this is no database")


def test_damage_that_shows_late_still_gives_music(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    engine = engine_at(path)
    stored(engine, songs(4000))
    engine.dispose()
    music, notes = Library(path).music()
    size = path.stat().st_size
    with path.open("r+b") as file:  # the first page, which is read at the start, stays
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))
    found = music.near(MOOD, 5)
    assert len(found) == 5
    assert "damaged" in notes[0]
    assert not path.exists()


def test_a_second_damaged_file_does_not_replace_the_first(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    for text in ("one", "two"):
        path.write_text(text)
        set_aside(path)
    assert (tmp_path / "catalogue.db.damaged").read_text() == "one"
    assert (tmp_path / "catalogue.db.damaged-2").read_text() == "two"


def test_a_sound_store_is_not_damaged(tmp_path: Path) -> None:
    engine = engine_at(tmp_path / "a.db")
    stored(engine, songs(10))
    assert not is_damaged(tmp_path / "a.db")


def test_a_full_disk_is_said_and_changes_nothing(tmp_path: Path) -> None:
    engine = engine_at(tmp_path / "a.db")
    stored(engine, songs(10))

    def overfill() -> None:
        with translated(engine), writing(engine) as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.exec_driver_sql("CREATE TABLE big AS SELECT randomblob(1000000) AS data")

    with pytest.raises(CatalogueError, match="disk is full"):
        overfill()
    assert len(StoreCatalogue(engine)) == 10


def test_a_store_in_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CatalogueError, match="cannot be opened"):
        StoreCatalogue(engine_at(tmp_path / "file" / "catalogue.db"))


def test_a_store_that_may_only_be_read_is_read_and_says_so_when_written(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    engine = engine_at(path)
    stored(engine, songs(10))
    engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    readonly = engine_at(path, read_only=True)
    assert len(StoreCatalogue(readonly).near(MOOD, 20)) == 10
    with pytest.raises(CatalogueError, match="cannot be written"), translated(readonly), writing(readonly) as written:
        written.exec_driver_sql("DELETE FROM density")


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql:", "postgresql://host:port:port/x", "nonsense"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="postgresql://user:password@host:port/name"):
        engine_of(url)


def test_a_password_is_never_shown() -> None:
    engine = engine_of("postgresql://mien:secret@127.0.0.1:1/music")
    assert "secret" not in place_of(engine)
    assert "secret" not in repr(Library(Path("x"), "postgresql://mien:secret@127.0.0.1:1/music"))
    with pytest.raises(CatalogueError, match=r"127\.0\.0\.1") as trouble:
        migrate(engine)
    assert "secret" not in str(trouble.value)
