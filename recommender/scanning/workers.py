"""Do the same to many files at once, in processes of their own, so that no file can stop the others.

A file that crashes a decoder takes one process with it, a file that a decoder never finishes is given up after a while;
both are results. (concurrent.futures gives up a whole pool when one process dies, and cannot stop a single one.) When
mien itself is killed, the processes see their pipes close and end.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

J = TypeVar("J")
R = TypeVar("R")

PATIENCE_S = 300.0
"""A file that takes longer is given up; two minutes of sound take about two seconds."""

START_S = 120.0
"""A process may take so much longer to start, which on a busy machine it does."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A job whose process crashed or was given up, and why, in words."""

    reason: str


@dataclass(slots=True)
class _Worker(Generic[J]):
    process: BaseProcess
    pipe: Connection[Any, Any]
    job: J
    since_s: float


def in_processes(
    work: Callable[[J], R],
    jobs: Iterable[J],
    many: int,
    patience_s: float = PATIENCE_S,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[tuple[J, R | Lost], None, None]:
    """Yield each job with its result, in the order in which they are done.

    Args:
        work: A function of a module, which the processes import.
        jobs: Taken one by one, as processes become free.
        many: How many processes.
        patience_s: How long one job may take.
        clock: In seconds.
    """
    context = multiprocessing.get_context("spawn")  # a fork would copy threads and database connections
    waiting = iter(jobs)
    busy: dict[Connection[Any, Any], _Worker[J]] = {}
    try:
        for job in islice(waiting, many):
            worker = _hired(context, work, job, clock() + START_S)
            busy[worker.pipe] = worker
        while busy:
            for pipe in wait(list(busy), timeout=1.0):
                worker = busy[pipe]  # type: ignore[index]
                try:
                    message = worker.pipe.recv()
                except (EOFError, OSError):
                    _dismiss(busy, worker)
                    yield worker.job, Lost(f"crashed its decoder ({_end_of(worker.process)})")
                else:
                    worker.since_s = clock()
                    if message is None:  # it is up; to start may take longer than a job
                        continue
                    done, following = worker.job, next(waiting, None)
                    if following is None:
                        _dismiss(busy, worker)
                    else:
                        worker.job = following
                        worker.pipe.send(following)
                    yield done, message[0]
            for worker in [worker for worker in busy.values() if clock() - worker.since_s > patience_s]:
                worker.process.kill()
                _dismiss(busy, worker)
                yield worker.job, Lost(f"took longer than {patience_s:.0f} s and was given up")
            for job in islice(waiting, many - len(busy)):
                worker = _hired(context, work, job, clock() + START_S)
                busy[worker.pipe] = worker
    finally:
        for worker in list(busy.values()):
            worker.process.kill()
            _dismiss(busy, worker)


def in_turn(work: Callable[[J], R], jobs: Iterable[J], _many: int = 1) -> Generator[tuple[J, R | Lost], None, None]:
    """Do the same in this process, one after the other."""
    for job in jobs:
        yield job, work(job)


def _hired(context: Any, work: Callable[[J], R], job: J, since_s: float) -> _Worker[J]:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    worker = _Worker(process, ours, job, since_s)
    ours.send(job)
    return worker


def _dismiss(busy: dict[Connection[Any, Any], _Worker[J]], worker: _Worker[J]) -> None:
    del busy[worker.pipe]
    worker.pipe.close()
    worker.process.join(5)
    if worker.process.exitcode is None:
        worker.process.kill()


def _end_of(process: BaseProcess) -> str:
    process.join(5)
    code = process.exitcode
    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _serve(pipe: Connection[Any, Any], work: Callable[[Any], Any]) -> None:
    """Do jobs until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is mien's to answer
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)  # decoders in C complain there, in the middle of the progress bar
    _one_thread_each()
    try:
        pipe.send(None)
        while True:
            pipe.send((work(pipe.recv()),))
    except (EOFError, OSError):
        return


def _one_thread_each() -> None:
    """Keep linear algebra from using every core in every process."""
    try:
        from threadpoolctl import threadpool_limits
    except ModuleNotFoundError:
        return
    import numpy as np  # its threads can only be limited once they are there

    np.ones((2, 2)) @ np.ones((2, 2))
    threadpool_limits(1)
