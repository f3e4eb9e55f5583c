"""SIGKILL at random moments of mapping, and two processes that map at once: what was acknowledged is there."""

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

from emotion.types import EMOTIONS
from recommender import mapping
from recommender.choice import Choice
from tests.conftest import ROOT
from tests.recommender.mapper import emotion_of

KILLS = 50

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL and no flock(2) here")


@pytest.fixture
def mapper() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.recommender.mapper"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def kill_while_mapping(
    mapper: subprocess.Popen[str], folder: Path, rng: random.Random, first: int, *, after: int
) -> list[int]:
    """Start mapping, kill it a moment after some numbers, and return those that it acknowledged."""
    assert mapper.stdin is not None
    assert mapper.stdout is not None
    mapper.stdin.write(f"{folder}\t{first}\n")
    mapper.stdin.flush()
    pid, begun = int(mapper.stdout.readline()), time.monotonic()
    numbers = [int(mapper.stdout.readline()) for _ in range(after)]
    usual_s = (time.monotonic() - begun) / after if after else 0.01
    time.sleep(rng.uniform(0, min(usual_s, 0.5)))  # anywhere within a mapping, on machines of any speed
    os.kill(pid, signal.SIGKILL)
    return numbers + [int(line) for line in iter(mapper.stdout.readline, "end\n")]


def mapped(folder: Path) -> dict[str, int]:
    """Return emotion → the number that its playlist names."""
    choices = mapping.load(folder).choices
    return {emotion: int(Path(choice.playlists[0]).stem) for emotion, choice in choices.items()}


def after_number(last: int) -> dict[str, int]:
    """Return what is mapped when the numbers up to this one were."""
    return {emotion_of(number): number for number in range(last + 1)}


def test_nothing_acknowledged_is_lost_over_fifty_kills(mapper: subprocess.Popen[str], tmp_path: Path) -> None:
    rng, count = random.Random(7), 0
    folder = tmp_path / "0"
    for kill in range(KILLS):
        if kill % 10 == 0:  # now and then the folder and the file have to be made, too
            folder, count = tmp_path / str(kill), 0
        numbers = kill_while_mapping(mapper, folder, rng, count, after=kill % 3)
        acknowledged = numbers[-1] + 1 if numbers else count
        there = mapped(folder)
        count = max(there.values(), default=-1) + 1
        assert there == after_number(count - 1)
        assert acknowledged <= count <= acknowledged + 1  # one may have been written and not yet acknowledged


def test_what_killed_processes_left_is_removed_in_time(tmp_path: Path) -> None:
    old, young = tmp_path / ".mien-0a.tmp", tmp_path / ".mien-0b.tmp"
    for draft in (old, young):
        draft.touch()
    os.utime(old, (0, 0))
    mapping.set_choice(tmp_path, "sad", Choice(playlists=("a.m3u8",)))
    assert (old.exists(), young.exists()) == (False, True)


MAP_AND_LOOK = """
import sys
from pathlib import Path
from recommender import mapping
folder, emotion = Path(sys.argv[1]), sys.argv[2]
for number in range(60):
    choice = mapping.Choice(playlists=(f"{number}.m3u8",))
    mapping.set_choice(folder, emotion, choice)
    assert mapping.load(folder).choices[emotion] == choice, number
"""


def test_two_processes_that_map_at_once_lose_nothing(tmp_path: Path) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", MAP_AND_LOOK, tmp_path, emotion], cwd=ROOT) for emotion in EMOTIONS[:2]
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert mapped(tmp_path) == dict.fromkeys(EMOTIONS[:2], 59)
