from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from errors import CatalogueError, ConfigError
from recommender.memory import opinions
from recommender.memory.damage import set_aside
from recommender.memory.database import Database, MemoryDamaged, MemoryTrouble, sqlite_at
from recommender.memory.migrations import is_there, migrate
from recommender.memory.opinions import Subject
from recommender.memory.place import Memory
from recommender.memory.schema import STEPS
from tests.recommender.memory.conftest import NOW, seconds
from tests.recommender.memory.songs import SONGS

ROOT = Path(__file__).parents[3]


def like_all(memory: Memory) -> None:
    with memory.open() as db:
        opinions.say(db, "like", [Subject.song(track) for track in SONGS], now_s=seconds(memory))


def likes(memory: Memory) -> int:
    with memory.open() as db:
        return len(opinions.opinions(db))


def test_a_memory_is_made_when_it_is_opened_and_not_before(file: Memory) -> None:
    assert not file.exists
    assert not file.data_dir.exists()
    like_all(file)
    assert file.exists
    assert likes(file) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="no such rights there")
def test_a_memory_is_nobody_elses_business(file: Memory) -> None:
    like_all(file)
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_what_one_listener_said_is_not_the_others(memory: Memory) -> None:
    like_all(memory)
    other = Memory(memory.data_dir, memory.database, "somebody else", memory.clock)
    assert likes(other) == 0
    like_all(other)
    assert likes(memory) == likes(other) == 4


def test_a_transaction_that_fails_leaves_nothing(memory: Memory) -> None:
    with memory.open() as db:
        with pytest.raises(MemoryTrouble, match="memory_nothing"):
            _half(db)
        assert opinions.bans(db) == []


def _half(db: Database) -> None:
    with db.writing():
        db.run("INSERT INTO memory_bans (listener, kind, key, name, at_s) VALUES ('me', 'song', 'a', 'A', 1)")
        db.run("INSERT INTO memory_nothing (id) VALUES (1)")


def test_parts_are_made_on_their_own_and_older_ones_take_the_steps_that_they_lack(memory: Memory) -> None:
    first, second = "CREATE TABLE extra_words (word TEXT)", "ALTER TABLE extra_words ADD COLUMN number BIGINT"
    with memory.open() as db:
        assert not is_there(db, "extra")
        migrate(db, "extra", (first,))
        migrate(db, "extra", (first, second))
        migrate(db, "extra", (first, second))
        db.run("INSERT INTO extra_words (word, number) VALUES (?, ?)", ("a", 1))
        assert is_there(db, "extra")


def test_a_step_that_fails_changes_nothing(memory: Memory) -> None:
    broken = "CREATE TABLE extra_half (id BIGINT); CREATE TABLE extra_half (id BIGINT)"
    with memory.open() as db:
        with pytest.raises(MemoryTrouble, match="extra_half"):
            migrate(db, "extra", (broken,))
        assert not db.has_table("extra_half")
        assert not is_there(db, "extra")


def test_a_memory_of_a_newer_mien_is_left_alone(memory: Memory) -> None:
    with memory.open() as db:
        migrate(db, "memory", (*STEPS, "CREATE TABLE memory_future (id BIGINT)"))
    with pytest.raises(CatalogueError, match="newer mien"), memory.open():
        pass


def test_text_in_the_place_of_a_memory_is_set_aside_under_a_name_with_the_time(file: Memory) -> None:
    file.data_dir.mkdir()
    file.path.write_bytes(b"this is no database at all, " * 100)
    with file.open() as db:
        assert db.note is not None
        assert "memory.db.damaged-20261121-110500" in db.note
    like_all(file)
    assert likes(file) == 4
    aside = file.data_dir / "memory.db.damaged-20261121-110500"
    assert aside.read_bytes().startswith(b"this is no database")


def test_damage_that_shows_late_is_set_aside_and_named(file: Memory) -> None:
    with file.open() as db:
        for _ in range(50):
            opinions.say(db, "like", [Subject.song(track) for track in SONGS], now_s=seconds(file))
    size = file.path.stat().st_size
    with file.path.open("r+b") as damaged:  # the first pages, which are read at the start, stay
        damaged.seek(3 * 4096)
        damaged.write(b"\xff" * (size - 3 * 4096))
    with pytest.raises(MemoryDamaged, match=r"damaged-20261121-110500"):
        likes(file)
    assert likes(file) == 0


def test_a_second_damaged_file_does_not_replace_the_first(file: Memory) -> None:
    file.data_dir.mkdir()
    for text in ("one", "two"):
        file.path.write_text(text * 100)
        set_aside(file.path, NOW)
    assert (file.data_dir / "memory.db.damaged-20261121-110500").read_text().startswith("one")
    assert (file.data_dir / "memory.db.damaged-20261121-110500-2").read_text().startswith("two")


def test_a_sound_memory_is_never_set_aside(file: Memory) -> None:
    like_all(file)
    assert set_aside(file.path, NOW) is None
    assert likes(file) == 4


def test_a_full_disk_is_said_and_changes_nothing(file: Memory) -> None:
    like_all(file)
    with file.open() as db:
        pages = db.rows("PRAGMA page_count")[0][0]
        db.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(MemoryTrouble, match="disk is full"):
            opinions.say(db, "like", [Subject(("x" * 100_000,))], now_s=1.0)
    assert likes(file) == 4


FULL = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file can grow: as on a disk without room
import app
from recommender.mood import mood_named
folder = Path(sys.argv[1])
result = app.play(app.Settings(folder, folder, folder), mood_named("happy"), app.Wish(length=5, seed=1))
print(len(result.playlist.picks), "|", " | ".join(result.playlist.notes))
print(sum("Bill Withers" in pick.track.artists for pick in result.playlist.picks))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
@pytest.mark.parametrize("is_new", [True, False])
def test_without_any_room_on_the_disk_a_list_comes_all_the_same_and_a_note_says_why(file: Memory, is_new: bool) -> None:
    file.data_dir.mkdir()
    if not is_new:
        like_all(file)
        with file.open() as db:
            opinions.ban(db, [Subject(("Bill Withers",))], now_s=1.0)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(file.data_dir)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("5 | ")
    assert "This list will not be remembered" in done.stdout
    if not is_new:
        assert "did not help" not in done.stdout, "what is known can be read without room"
        assert likes(file) == 4


def test_a_memory_that_may_only_be_read_is_read_and_says_so_when_written(file: Memory) -> None:
    like_all(file)
    readonly = sqlite_at(file.path, "me", read_only=True)
    assert len(opinions.opinions(readonly)) == 4
    with pytest.raises(MemoryTrouble, match="cannot be written"):
        opinions.say(readonly, "like", [Subject(("Queen",))], now_s=1.0)
    readonly.close()
    assert likes(file) == 4


READ_ONLY = """
import os, sys
from pathlib import Path
from errors import MienError
from recommender.memory import damage, database, migrations, opinions, schema
from recommender.memory.opinions import Subject
from recommender.memory.place import Memory
if os.geteuid() == 0:  # root may write everywhere
    os.setuid(65534)
with Memory(Path(sys.argv[1])).open() as db:
    print(len(opinions.opinions(db)))
    try:
        opinions.say(db, "like", [Subject(("Queen",))], now_s=1.0)
    except MienError as error:
        print(error)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no such rights there")
@pytest.mark.parametrize("mode", [0o555, 0o755])
def test_a_folder_or_a_file_that_may_only_be_read_still_gives_the_memory(mode: int) -> None:
    folder = Path(tempfile.mkdtemp())  # pytest's own may not be looked at by others
    memory = Memory(folder / "data", clock=lambda: NOW)
    like_all(memory)
    memory.path.chmod(0o444)
    memory.data_dir.chmod(mode)
    folder.chmod(0o755)
    try:
        command = [sys.executable, "-c", READ_ONLY, str(memory.data_dir)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.stdout.startswith("4\n"), done.stderr
        assert "memory.db: cannot be written. Make it" in done.stdout
    finally:
        memory.data_dir.chmod(0o755)
        shutil.rmtree(folder)


def test_a_folder_in_the_place_of_the_memory_is_said(file: Memory) -> None:
    file.path.mkdir(parents=True)
    with pytest.raises(MemoryTrouble, match="cannot be opened"):
        like_all(file)


def test_a_data_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="Set MIEN_DATA_DIR"):
        like_all(Memory(tmp_path / "file" / "data"))


def test_a_writer_that_takes_too_long_is_said(file: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    like_all(file)
    monkeypatch.setattr("recommender.memory.database.PATIENCE_S", 0.05)
    with sqlite3.connect(file.path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(MemoryTrouble, match="another mien has been writing"):
            like_all(file)
        other.execute("ROLLBACK")
    other.close()
    assert likes(file) == 4


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql:", "nonsense"])
def test_an_address_that_is_none_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="postgresql://user:password@host:port/name"):
        like_all(Memory(tmp_path, url))


def test_a_server_that_is_away_is_said_without_the_password(tmp_path: Path) -> None:
    memory = Memory(tmp_path, "postgresql://mien:secret@127.0.0.1:1/music")
    assert "secret" not in repr(memory)
    with pytest.raises(MemoryTrouble, match=r"127\.0\.0\.1") as trouble:
        like_all(memory)
    assert "secret" not in str(trouble.value)
