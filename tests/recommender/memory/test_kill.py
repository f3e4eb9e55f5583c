"""Two processes that write at once, and processes that are killed while they write."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recommender.memory import opinions, plays
from recommender.memory.place import Memory

ROOT = Path(__file__).parents[3]
KILLS = 50

WRITER = """
import sys, os
from pathlib import Path
from recommender.memory import opinions, plays
from recommender.memory.opinions import Subject
from recommender.memory.place import Memory
from tests.recommender.memory.songs import SONGS, shown
memory, name, count = Memory(Path(sys.argv[1]), sys.argv[2] or None), sys.argv[3], int(sys.argv[4])
for number in range(count):
    with memory.open() as db:
        # two songs a like: half of one would be seen
        opinions.say(db, "like", [Subject((f"{name} {number} {half}",)) for half in "ab"], now_s=1.0)
        os.write(1, b"%d\\n" % number)
        shown(db, SONGS, now_s=1.0)
"""


def writer(memory: Memory, name: str, count: int) -> subprocess.Popen[bytes]:
    arguments = [str(memory.data_dir), memory.database or "", name, str(count)]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments], cwd=ROOT, stdout=subprocess.PIPE)


def said(memory: Memory) -> set[str]:
    with memory.open() as db:
        names = [opinion.name for opinion in opinions.opinions(db)]
    assert len(names) == len(set(names))
    return set(names)


def check_whole(memory: Memory) -> None:
    """Every list has all its tracks, every list its number, and the file is sound."""
    with memory.open() as db:
        assert db.note is None
        sizes = db.rows("SELECT playlist, count(*) FROM memory_plays GROUP BY playlist ORDER BY playlist")
        assert [size for _, size in sizes] == [4] * len(sizes)
        assert [number for number, _ in sizes] == list(range(1, len(sizes) + 1))
        numbers = db.rows("SELECT playlist FROM memory_playlists ORDER BY playlist")
        assert [number for (number,) in numbers] == [number for number, _ in sizes]
        if not db.postgres:
            assert db.rows("PRAGMA integrity_check") == [("ok",)]
        assert (plays.last(db) is None) == (not sizes)


def test_two_processes_that_write_at_once_lose_nothing(memory: Memory) -> None:
    both = [writer(memory, name, 15) for name in ("one", "two")]
    for process in both:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert said(memory) == {f"{name} {n} {half}" for name in ("one", "two") for n in range(15) for half in "ab"}
    check_whole(memory)
    with memory.open() as db:
        assert db.rows("SELECT count(*) FROM memory_playlists") == [(30,)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_nothing_acknowledged_is_lost_when_processes_are_killed(memory: Memory) -> None:
    rng = random.Random(5)
    acknowledged: set[str] = set()
    started: set[str] = set()
    kills = KILLS if memory.database is None else 5
    for turn in range(kills):
        process = writer(memory, f"turn {turn}", 1000)
        assert process.stdout is not None
        wanted = rng.randrange(8)
        lines = [process.stdout.readline() for _ in range(wanted)]
        time.sleep(rng.random() * 0.02)
        process.kill()
        lines += process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        done = [int(line) for line in lines]
        acknowledged |= {f"turn {turn} {number} {half}" for number in done for half in "ab"}
        more = max(done, default=-1) + 1  # written perhaps, but not yet acknowledged
        started |= {f"turn {turn} {more} {half}" for half in "ab"}
    found = said(memory)
    assert acknowledged
    assert acknowledged <= found
    assert found <= acknowledged | started
    for turn in range(kills):
        halves = [name.rsplit(" ", 1)[0] for name in found if name.startswith(f"turn {turn} ")]
        assert all(halves.count(name) == 2 for name in halves), "half of a like"
    check_whole(memory)
