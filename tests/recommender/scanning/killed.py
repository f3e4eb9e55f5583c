"""Scan a folder in children that are killed at random points, and look at what is left: run by test_kill.py.

A program of its own, because a fork copies a test process's threads. Writes a line for each kill that is as it should
be, and stops at the first that is not.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Generator, Iterable
from pathlib import Path

from recommender.scanning.jobs import Done, Job
from recommender.scanning.jobs import work as really_work
from recommender.scanning.scan import scan
from recommender.scanning.workers import Lost
from recommender.store.engine import engine_at
from tests.recommender.scanning.conftest import NOW
from tests.recommender.scanning.test_scan import is_whole, rows

KILLS = 50


def slowly(work: object, jobs: Iterable[Job], _many: int) -> Generator[tuple[Job, Done | Lost], None, None]:
    for job in jobs:
        yield job, really_work(job)


def child(store: Path, folder: Path, said: int) -> None:
    """Scan from the beginning, and say after every few files how many of them are surely kept."""
    done = [0]

    def progress(many: int, _of: int) -> None:
        os.write(said, bytes([min(done[0], 255)]))  # what was done before this one is written
        done[0] = many

    scan(
        engine_at(store),
        folder,
        now=NOW,
        listen=False,
        again=True,
        runner=slowly,
        clock=iter(range(0, 10**9, 10)).__next__,  # each file is a batch of its own
        progress=progress,
    )


def main(folder: Path, store: Path) -> None:
    rng = random.Random(5)
    files = len(list(folder.iterdir()))
    for number in range(KILLS):
        if number % 5 == 0:  # begin anew, too
            for path in store.parent.glob(f"{store.name}*"):
                path.unlink()
        listening, said = os.pipe()
        number_of_child = os.fork()
        if number_of_child == 0:
            child(store, folder, said)
            os._exit(0)
        os.close(said)
        heard = b""
        for _ in range(rng.randrange(files + 1)):
            heard += os.read(listening, 1)
        time.sleep(rng.uniform(0, 0.02))
        os.kill(number_of_child, signal.SIGKILL)
        os.waitpid(number_of_child, 0)
        acknowledged = max(heard + os.read(listening, 1000) or b"\0")
        os.close(listening)
        engine = engine_at(store)
        if store.exists() and rows(engine, "SELECT 1 FROM sqlite_master WHERE name = 'scan_files'"):
            kept = rows(engine, "SELECT count(*) FROM scan_files")[0][0]
            tracks = rows(engine, "SELECT count(*) FROM tracks")[0][0]
            counted = rows(engine, "SELECT coalesce(sum(tracks), 0) FROM density")[0][0]
            assert kept == tracks == counted, f"kill {number}: {kept} files, {tracks} tracks, {counted} counted"
            assert kept >= acknowledged, f"kill {number}: {kept} of {acknowledged} acknowledged files"
            assert is_whole(engine), f"kill {number}: a key without a track"
        else:
            assert acknowledged == 0
        engine.dispose()
        sys.stdout.write(f"whole {acknowledged}\n")
        sys.stdout.flush()
    engine = engine_at(store)
    scan(engine, folder, now=NOW, listen=False, runner=slowly)
    assert rows(engine, "SELECT count(*) FROM tracks")[0][0] == files
    assert is_whole(engine)
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
