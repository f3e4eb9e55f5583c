from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommender.diary import book, consent
from recommender.diary.record import correct, keep, record
from recommender.memory import database
from recommender.memory.place import Memory
from recommender.mood import mood_named
from tests.conftest import ROOT
from tests.recommender.diary.made_up import entry, mood

WHEN = datetime.fromisoformat("2026-11-21T09:30+01:00")


def kept_in(memory: Memory) -> int:
    with memory.open() as db:
        return book.count(db)


def on(folder: Path) -> Memory:
    consent.give(folder, "me", WHEN)
    return Memory(folder)


def test_with_consent_a_reading_is_kept_with_the_scores_as_read(memory: Memory) -> None:
    raw = mood("neutral").scores
    assert record(memory, mood("happy"), WHEN, scores=raw) is None
    with memory.open() as db:
        (found,) = book.readings(db)
    assert (found.when, found.mood.emotion, found.scores, found.source) == (WHEN, "happy", raw, "snap")


def test_while_the_diary_is_off_nothing_is_written(tmp_path: Path) -> None:
    assert record(Memory(tmp_path / "data"), mood(), WHEN) is None
    assert correct(Memory(tmp_path / "data"), mood(), WHEN) is None
    assert not (tmp_path / "data").exists()


def test_after_it_was_turned_off_nothing_is_added(memory: Memory) -> None:
    record(memory, mood(), WHEN)
    consent.withdraw(memory.data_dir, "me")
    assert keep(memory, mood(), WHEN, source="snap") == (False, None)
    assert kept_in(memory) == 1


def test_a_mood_that_was_named_is_no_reading(memory: Memory) -> None:
    record(memory, mood_named("happy"), WHEN)
    assert kept_in(memory) == 0


def test_while_the_diary_is_off_no_database_is_loaded(tmp_path: Path) -> None:
    code = """
        import sys
        from datetime import datetime, UTC
        from pathlib import Path
        from recommender.diary.record import record
        from recommender.memory.place import Memory
        from recommender.mood import mood_of
        from emotion.types import EmotionScores
        assert record(Memory(Path(sys.argv[1])), mood_of(EmotionScores.of({"happy": 1})), datetime.now(UTC)) is None
        heavy = {"sqlite3", "sqlalchemy", "psycopg", "rich", "recommender.diary.book", "recommender.diary.summary"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], cwd=ROOT, check=True)


def test_a_correction_reaches_the_reading_of_its_snap(memory: Memory) -> None:
    record(memory, mood("happy"), WHEN)
    assert correct(memory, mood_named("sad"), WHEN.astimezone(UTC)) is None
    with memory.open() as db:
        (found,) = book.readings(db)
    assert (found.mood.emotion, found.corrected, found.scores.top) == ("sad", True, "happy")


def test_a_full_disk_becomes_a_sentence_and_what_was_kept_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = on(tmp_path)
    record(memory, mood(), WHEN)
    usual = database.sqlite_at

    def small(path: Path, listener: str, *, read_only: bool = False) -> database.Database:
        opened = usual(path, listener, read_only=read_only)
        ((pages,),) = opened.rows("PRAGMA page_count")
        opened.rows(f"PRAGMA max_page_count = {pages}")
        return opened

    monkeypatch.setattr(database, "sqlite_at", small)
    said, kept = None, 0
    for _ in range(500):
        well, said = keep(memory, mood(), WHEN, source="watch")
        kept += well
        if not well:
            break
    assert said is not None
    assert "did not keep this reading" in said
    assert "disk is full" in said
    monkeypatch.undo()
    assert kept_in(memory) == 1 + kept


def test_a_folder_that_may_only_be_read_becomes_a_sentence_and_is_read_all_the_same() -> None:
    code = """
        import os, sys, tempfile
        from pathlib import Path
        from datetime import datetime, UTC
        from emotion.types import EmotionScores
        from recommender.diary import book, consent
        from recommender.diary.record import keep
        from recommender.memory.place import Memory
        from recommender.mood import mood_of

        folder = Path(sys.argv[1])
        mood, when, memory = mood_of(EmotionScores.of({"happy": 1})), datetime.now(UTC), Memory(folder)
        consent.give(folder, "me", when)
        assert keep(memory, mood, when, source="snap") == (True, None)
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        if os.geteuid() == 0:  # who may write everywhere
            os.setuid(65534)
        kept, said = keep(memory, mood, when, source="snap")
        assert not kept
        assert "did not keep this reading" in said and "writable" in said, said
        with memory.open() as db:
            assert len(book.readings(db)) == 1
    """
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="mien-readonly-"))  # pytest's own folders are closed to others
    folder.chmod(0o755)
    try:
        command = [sys.executable, "-c", textwrap.dedent(code), str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_damaged_file_is_set_aside_and_the_reading_is_kept_in_a_fresh_one(tmp_path: Path) -> None:
    memory = replace(on(tmp_path), clock=lambda: datetime(2026, 11, 21, 8, 30, tzinfo=UTC))
    memory.path.write_bytes(b"this is no database " * 400)
    said = record(memory, mood(), WHEN)
    assert said is not None
    assert "memory.db.damaged-20261121-083000" in said
    assert kept_in(memory) == 1
    assert (tmp_path / "memory.db.damaged-20261121-083000").read_bytes().startswith(b"this is no database")


def test_damage_that_shows_late_becomes_a_sentence(tmp_path: Path) -> None:
    memory = on(tmp_path)
    with memory.open() as db:
        book.add(db, *(entry(f"2026-11-{day:02}T{hour:02}:00+01:00") for day in range(1, 21) for hour in range(24)))
    size = memory.path.stat().st_size
    with memory.path.open("r+b") as file:  # the first page, which is read at the start, stays
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    said = record(memory, mood(), WHEN)
    assert said is not None
    assert "memory.db.damaged" in said
    assert record(memory, mood(), WHEN) is None
    assert kept_in(memory) >= 1


def test_a_database_that_is_not_there_becomes_a_sentence(tmp_path: Path) -> None:
    memory = replace(on(tmp_path), database="postgresql://mien:secret@127.0.0.1:1/music")
    kept, said = keep(memory, mood(), WHEN, source="snap")
    assert not kept
    assert said is not None
    assert "127.0.0.1" in said
    assert "secret" not in said
