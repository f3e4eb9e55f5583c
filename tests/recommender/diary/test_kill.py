"""SIGKILL at random moments of recording: what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.diary import book, consent
from recommender.memory.database import is_damaged
from recommender.memory.place import Memory
from tests.conftest import ROOT
from tests.recommender.diary.recorder import START
from tests.recommender.store.postgres import empty

KILLS = 50


@pytest.fixture(scope="module")
def recorder() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.recommender.diary.recorder"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def recorded(memory: Memory) -> list[int]:
    """The numbers of the readings that are there."""
    with memory.open() as db:
        return [round((e.when - START).total_seconds()) for e in book.readings(db)]


def kill_while_recording(
    recorder: subprocess.Popen[str], memory: Memory, rng: random.Random, first: int, *, after: int
) -> list[int]:
    """Start recording, kill it a moment after some readings, and return the numbers that it acknowledged."""
    assert recorder.stdin is not None
    assert recorder.stdout is not None
    recorder.stdin.write(f"{memory.data_dir}\t{memory.database or ''}\t{first}\n")
    recorder.stdin.flush()
    pid, begun = int(recorder.stdout.readline()), time.monotonic()
    numbers = [int(recorder.stdout.readline()) for _ in range(after)]
    usual_s = (time.monotonic() - begun) / after if after else 0.05
    time.sleep(rng.uniform(0, min(usual_s, 0.5)))  # anywhere within a recording, on machines of any speed
    os.kill(pid, signal.SIGKILL)
    return numbers + [int(line) for line in iter(recorder.stdout.readline, "end\n")]


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")
def test_nothing_acknowledged_is_lost_over_fifty_kills(recorder: subprocess.Popen[str], tmp_path: Path) -> None:
    rng, acknowledged = random.Random(5), 0
    for kill in range(KILLS):
        if kill % 10 == 0:  # now and then the tables have to be made, too
            folder = tmp_path / str(kill)
            folder.mkdir()
            memory, acknowledged = Memory(folder), 0
            consent.give(folder, "me", START)
        numbers = kill_while_recording(recorder, memory, rng, acknowledged, after=kill % 3)
        there = recorded(memory)
        assert there == list(range(len(there)))
        last = numbers[-1] + 1 if numbers else acknowledged
        assert last <= len(there) <= last + 1  # one may have been written and not yet acknowledged
        assert not is_damaged(memory.path)
        acknowledged = len(there)


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")
def test_nothing_acknowledged_is_lost_in_postgresql_either(
    recorder: subprocess.Popen[str], postgres: str, tmp_path: Path
) -> None:
    memory, rng, count = Memory(tmp_path, empty(postgres)), random.Random(6), 0
    consent.give(tmp_path, "me", START)
    for _ in range(5):
        numbers = kill_while_recording(recorder, memory, rng, count, after=2)
        last = numbers[-1] + 1 if numbers else count
        with memory.open() as db, db.writing():  # waits for what the killed one still had in hand
            there = [round((e.when - START).total_seconds()) for e in book.readings(db)]
        assert there == list(range(len(there)))
        assert last <= len(there) <= last + 1
        count = len(there)
    assert count >= 10
