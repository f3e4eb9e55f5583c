from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errors import ConfigError
from recommender.library import Library
from recommender.memory import corrections, opinions
from recommender.memory.erasing import caches, catalogue
from recommender.memory.erasing import memory as memory_keeper
from recommender.memory.keepers import Erased, Keeper, erase, kept
from recommender.memory.opinions import Subject
from recommender.memory.place import Memory
from tests.recommender.memory.songs import LOVELY, SONGS, shown
from tests.recommender.memory.test_plays import READ


def fill(memory: Memory) -> None:
    with memory.open() as db:
        number = shown(db, SONGS, now_s=1.0, read=READ)
        opinions.say(db, "like", [Subject.song(LOVELY)], now_s=1.0)
        opinions.ban(db, [Subject(("Queen",))], now_s=1.0)
        corrections.correct(db, replace(READ, reading=number), "neutral", now_s=1.0)


def rows(memory: Memory) -> int:
    with memory.open() as db:
        return sum(
            db.rows(f"SELECT count(*) FROM memory_{table} WHERE listener = ?", (memory.listener,))[0][0]
            for table in ("playlists", "plays", "opinions", "bans", "corrections")
        )


def test_erasing_says_what_there_was_and_leaves_nothing(memory: Memory) -> None:
    fill(memory)
    (done,) = erase([memory_keeper(memory)])
    assert done.trouble is None
    assert done.what[:4] == (
        "1 like or skip",
        "1 ban",
        "1 playlist that was shown",
        "1 correction of a reading",
    )
    if memory.database is None:
        assert list(memory.data_dir.iterdir()) == []
    assert kept([memory_keeper(memory)]) == []
    assert rows(memory) == 0


def test_another_listener_in_the_same_place_loses_nothing(memory: Memory) -> None:
    other = Memory(memory.data_dir, memory.database, "somebody else", memory.clock)
    fill(memory)
    fill(other)
    before = rows(other)
    erase([memory_keeper(memory)])
    assert rows(memory) == 0
    assert rows(other) == before


def test_what_was_erased_is_in_no_file(file: Memory) -> None:
    other = Memory(file.data_dir, None, "somebody else", file.clock)
    fill(file)
    with other.open() as db:
        opinions.ban(db, [Subject(("Sade",))], now_s=1.0)
    assert b"Lovely Day" in file.path.read_bytes()
    erase([memory_keeper(file)])
    left = b"".join(path.read_bytes() for path in file.data_dir.iterdir())
    assert b"Lovely Day" not in left
    assert b"Sade" in left


def test_damaged_files_and_logs_go_too(file: Memory) -> None:
    fill(file)
    for name in ("memory.db.damaged-20260101-000000", "memory.db.damaged-20260101-000000-wal", "memory.db-shm"):
        (file.data_dir / name).write_bytes(b"x" * 100)
    (file.data_dir / "mine.txt").touch()
    file.path.write_bytes(b"broken " * 1000)
    (done,) = erase([memory_keeper(file)])
    assert done.trouble is None
    assert [path.name for path in file.data_dir.iterdir()] == ["mine.txt"]


def test_only_what_mien_cached_is_removed(tmp_path: Path) -> None:
    for name in ("fer2013.npz", "holiday.jpg"):
        (tmp_path / name).touch()
    (done,) = erase([caches(tmp_path)])
    assert done.what == (f"the file {tmp_path / 'fer2013.npz'}",)
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]
    assert kept([caches(tmp_path / "nowhere")]) == []


def test_the_catalogue_goes_with_its_logs_and_bad_rows(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    for name in ("catalogue.db", "catalogue.db-wal", "catalogue.db.damaged", "bad/songs.csv.bad.csv", "memory.db"):
        (tmp_path / name).touch()
    erase([catalogue(Library(tmp_path / "catalogue.db"), tmp_path)])
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["memory.db"]


def test_trouble_with_one_keeper_does_not_stop_the_others() -> None:
    gone: list[str] = []

    def refuse() -> None:
        raise ConfigError("it is nailed down")

    def unreadable() -> list[str]:
        raise ConfigError("no idea")

    first = Keeper("first", lambda: ["a chair"], refuse)
    second = Keeper("second", unreadable, lambda: gone.append("second"))
    third = Keeper("third", list, lambda: gone.append("third"))
    assert erase([first, second, third]) == [
        Erased("first", ("a chair",), "it is nailed down"),
        Erased("second", ("something that cannot be read: no idea",)),
    ]
    assert gone == ["second"]


def test_a_file_that_cannot_be_removed_is_named(file: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(file)

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    (done,) = erase([memory_keeper(file)])
    assert done.trouble is not None
    assert "memory.db cannot be removed: Permission denied" in done.trouble
