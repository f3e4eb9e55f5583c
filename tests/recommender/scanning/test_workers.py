from __future__ import annotations

import os
import signal
import time

import pytest

from recommender.scanning.workers import Lost, in_processes, in_turn


def square(number: int) -> int:
    return number * number


def moody(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    if number == 5:
        time.sleep(60)
    if number == 7:
        os._exit(3)
    return number * number


def test_every_job_is_done_once() -> None:
    found = dict(in_processes(square, range(20), 2))
    assert found == {number: number * number for number in range(20)}
    assert dict(in_turn(square, range(3))) == {0: 0, 1: 1, 2: 4}
    assert list(in_processes(square, [], 2)) == []


def test_a_crash_and_a_standstill_cost_one_job_each() -> None:
    found = dict(in_processes(moody, range(9), 2, patience_s=10.0))
    assert found[3] == Lost("crashed its decoder (SIGSEGV)")
    assert found[7] == Lost("crashed its decoder (exit code 3)")
    assert found[5] == Lost("took longer than 10 s and was given up")
    assert [found[number] for number in (0, 1, 2, 4, 6, 8)] == [0, 1, 4, 16, 36, 64]


def test_processes_end_when_nobody_listens_any_more() -> None:
    results = in_processes(square, range(100), 2)
    next(results)
    import multiprocessing

    busy = multiprocessing.active_children()
    assert busy
    results.close()
    assert all(child not in multiprocessing.active_children() for child in busy)


def test_a_job_that_fails_raises_nothing_here_but_is_lost() -> None:
    assert isinstance(dict(in_processes(fail, [1], 1))[1], Lost)
    with pytest.raises(ZeroDivisionError):
        dict(in_turn(fail, [1]))


def fail(number: int) -> float:
    return number / 0
