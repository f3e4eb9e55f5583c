"""Scan a folder of audio files into the store: new and changed files are read, the rest is left alone.

Results are written every few seconds, tracks and ledger in one transaction: a scan that is killed goes on where it was
when it is started again, and at no time is a file in one of them and not in the other. A broken file is reported, and
not tried again until it changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from recommender.scanning import ledger
from recommender.scanning.decoding import APPLE, can_listen
from recommender.scanning.folders import root_of
from recommender.scanning.jobs import Done, Job, jobs_of, work
from recommender.scanning.keeping import keep
from recommender.scanning.ledger import Entry
from recommender.scanning.report import Scanned
from recommender.scanning.tagging import clear_drafts, require_mutagen
from recommender.scanning.workers import Lost, in_processes
from recommender.store.engine import translated, writing
from recommender.store.migrations import migrate
from recommender.store.writing import Writer

BATCH = 200
BATCH_S = 3.0


class Runner(Protocol):
    """How many jobs are done: `workers.in_processes` or `workers.in_turn`."""

    def __call__(
        self, work: Callable[[Job], Done], jobs: Iterable[Job], many: int, /
    ) -> Generator[tuple[Job, Done | Lost], None, None]: ...


def scan(
    engine: Engine,
    folder: Path,
    *,
    now: datetime,
    many: int = 1,
    listen: bool = True,
    again: bool = False,
    prune: bool = False,
    write: bool = False,
    runner: Runner = in_processes,
    clock: Callable[[], float] = time.monotonic,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Scanned:
    """Bring the store up to date with a folder of audio files.

    Args:
        engine: Of the store; one that does not exist is made.
        folder: With everything below it.
        now: The time that the scan is dated with.
        many: Processes that read files.
        listen: Whether to measure; False reads tags only.
        again: Whether to read files that have not changed, too.
        prune: Whether to take files that have vanished out of the store.
        write: Whether to write mood and tempo into files that lack them.
        runner: Does the jobs.
        clock: In seconds, for how often results are written.
        progress: Told how many files are done, and of how many.

    Raises:
        CatalogueError: The folder or the store cannot be used; what was written until then stays.
        ConfigError: Tags are to be written, and mutagen is missing.
    """
    if write:
        require_mutagen()
    root = root_of(folder)
    migrate(engine)
    with translated(engine), engine.connect() as connection:
        ready = ledger.is_there(connection)
    if not ready:
        with translated(engine), writing(engine) as connection:
            ledger.prepare(connection)
    with translated(engine), engine.connect() as connection:
        known = ledger.below(connection, root)
    report = Scanned(root)
    jobs = jobs_of(report, known, listen=listen and can_listen(), again=again, write=write)
    report.notes += _notes(jobs, listen=listen)
    if write:
        clear_drafts(Path(root))
    waiting: list[Done] = []
    since_s, done = clock(), 0
    progress(0, len(jobs))
    try:
        with closing(runner(work, jobs, many)) as results:
            for job, result in results:
                waiting.append(_lost(job, result) if isinstance(result, Lost) else result)
                done += 1
                progress(done, len(jobs))
                if len(waiting) >= BATCH or clock() - since_s >= BATCH_S:
                    keep(engine, report, waiting, now)
                    waiting, since_s = [], clock()
    finally:  # Ctrl-C too: what was read is kept
        keep(engine, report, waiting, now)
    if prune and report.vanished:
        with translated(engine), writing(engine) as connection:
            report.pruned = ledger.forget(connection, report.vanished)
            Writer(connection).finish()
    report.broken.sort(key=lambda trouble: trouble.path)
    return report


def _notes(jobs: list[Job], *, listen: bool) -> list[str]:
    if not jobs or not listen:
        return []
    if not can_listen():
        return [
            "librosa is not installed, so only tags are read: tempo, key and mood are known where somebody noted them. "
            "pip install 'mien[audio]', then scan again."
        ]
    if apple := sum(Path(job.file.path).suffix.lower() in APPLE and not job.listen for job in jobs):
        return [f"Of {apple} .m4a files only tags are read: pip install 'mien[m4a]', then scan again."]
    return []


def _lost(job: Job, lost: Lost) -> Done:
    return Done(Entry(job.file.path, job.file.size, job.file.mtime_ns, trouble=lost.reason))
