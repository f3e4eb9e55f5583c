"""Find a good plan of a problem: beam search along the places, then local improvement, then nothing changes any more.

The beam keeps at each place the beginnings that promise most, by what they cost and the least that any way on can cost.
Improvement takes the best replacement of one track, the best exchange, move or reversal of a stretch, as long as that
makes the plan cheaper. Both work on whole arrays. Long plans are improved stretch by stretch. Everything is
deterministic; chance is in the problem already.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from recommender.problem import Problem, Rows
from recommender.sounds import Numbers
from recommender.weights import ARTIST_WINDOW

WORK = 10_000
"""Beginnings × tracks that are weighed at each place."""

WIDTHS = (24, 200)
"""Fewest and most beginnings that the beam keeps; long plans keep as few as `WORK` allows."""

STRETCH = 24
"""Tracks whose order is improved at once."""

ROUNDS = 60
"""Improvements of one stretch at most; in practice it ends long before."""

TINY = 1e-9


def search(problem: Problem) -> list[int]:
    """Return a plan, rows of the problem's tracks, as long as the problem; else the longest that was found."""
    if problem.places == 0 or not problem.tracks:
        return []
    plan = beam(problem)
    if len(plan) < min(problem.places, len(problem.tracks)):
        plan = max(plan, spread(problem), key=len)
    return improved(problem, plan)


def beam(problem: Problem) -> list[int]:
    """Return the cheapest plan that a beam search finds; shorter than the problem where every beginning ends."""
    count = len(problem.tracks)
    width = max(1 if problem.places > 2 * STRETCH else WIDTHS[0], min(WIDTHS[1], WORK // count))
    ahead = _ahead(problem)
    begun = np.zeros((1, 0), dtype=np.int64)
    cost = np.zeros(1)
    until = np.zeros((1, count), dtype=np.int64)
    for place in range(problem.places):
        total = cost[:, None] + problem.single[place]
        if place:
            total += problem.step[begun[:, -1]]
            total += problem.again[begun[:, -problem.memory :]].sum(axis=1)
        total[until > place] = np.inf
        promise = (total + ahead[place]).ravel()
        best = np.argpartition(promise, width)[:width] if len(promise) > width else np.arange(len(promise))
        best = best[np.isfinite(promise[best])]
        if not len(best):
            break
        best = best[np.argsort(promise[best], kind="stable")]
        parents, added = np.divmod(best, count)
        begun = np.concatenate([begun[parents], added[:, None]], axis=1)
        cost = total.ravel()[best]
        until = np.maximum(until[parents], place + problem.rest[added])
    return [int(row) for row in begun[0]]


def _ahead(problem: Problem) -> Numbers:
    """Return the least that the way on from each track at each place can cost, were every track free to come again."""
    ahead = np.zeros_like(problem.single)
    if problem.places <= 2 * STRETCH:  # for more it takes longer than it helps
        for place in range(problem.places - 2, -1, -1):
            ahead[place] = (problem.step + (problem.single[place + 1] + ahead[place + 1])).min(axis=1)
    return ahead


def spread(problem: Problem) -> list[int]:
    """Return a plan that takes tracks first whose artists have most left, which keeps as many playable as can be."""
    left = (problem.rest > 0).sum(axis=1)
    until = np.zeros(len(problem.tracks), dtype=np.int64)
    plan: list[int] = []
    for place in range(problem.places):
        free = np.flatnonzero(until <= place)
        if not len(free):
            break
        row = int(free[np.lexsort((problem.single[place, free], -left[free]))[0]])
        plan.append(row)
        until = np.maximum(until, place + problem.rest[row])
        left = left - (problem.rest[row] > 0)
    return plan


def improved(problem: Problem, plan: list[int]) -> list[int]:
    """Return the plan after every replacement and reordering that makes it cheaper and keeps it valid."""
    best = np.array(plan, dtype=np.int64)
    for _ in range(ROUNDS if len(plan) <= STRETCH else 2):
        before = problem.cost(best)
        for place in range(len(best)):
            _replace(problem, best, place)
        for start in range(0, max(1, len(best) - STRETCH // 2), STRETCH // 2):
            best = _reordered(problem, best, start, min(len(best), start + STRETCH))
        if problem.cost(best) > before - TINY:
            break
    return [int(row) for row in best]


def _replace(problem: Problem, plan: Rows, place: int) -> None:
    """Put the cheapest allowed track at a place."""
    low, high = max(0, place - problem.memory), place + problem.memory + 1
    near = np.concatenate([plan[low:place], plan[place + 1 : high]])
    cost = problem.single[place] + problem.again[near].sum(axis=0)
    for other in (place - 1, place + 1):
        if 0 <= other < len(plan):
            cost = cost + problem.step[plan[other]]
    others = np.delete(np.arange(len(plan)), place)
    cost[np.isin(problem.songs, problem.songs[plan[others]])] = np.inf
    close = others[np.abs(others - place) < ARTIST_WINDOW]
    cost[(problem.rest[plan[close]] > np.abs(close - place)[:, None]).any(axis=0)] = np.inf
    best = int(np.argmin(cost))
    if cost[best] < cost[plan[place]] - TINY:
        plan[place] = best


def _reordered(problem: Problem, plan: Rows, start: int, stop: int) -> Rows:
    """Reorder one stretch while a variant is cheaper."""
    low, high = max(0, start - problem.memory), min(len(plan), stop + problem.memory)
    orders = _orders(stop - start)
    for _ in range(ROUNDS):
        around = np.repeat(plan[None, low:high], len(orders), axis=0)
        around[:, start - low : stop - low] = plan[start:stop][orders]
        costs = problem.costs(around, low)
        now = float(problem.costs(plan[None, low:high], low)[0])
        for variant in np.argsort(costs, kind="stable")[:10]:
            if costs[variant] > now - TINY:
                return plan
            candidate = plan.copy()
            candidate[low:high] = around[variant]
            far = ARTIST_WINDOW - 1
            if len(plan) <= ARTIST_WINDOW or problem.is_valid(candidate[max(0, start - far) : stop + far]):
                plan = candidate
                break
        else:
            return plan
    return plan


@cache
def _orders(length: int) -> Rows:
    """Return every exchange of two, move of one and reversal of a stretch, (M, length)."""
    found: dict[tuple[int, ...], None] = {}
    plain = list(range(length))
    for i in range(length):
        for j in range(i + 1, length):
            swapped = plain.copy()
            swapped[i], swapped[j] = j, i
            found[tuple(swapped)] = None
            found[(*plain[:i], *plain[i : j + 1][::-1], *plain[j + 1 :])] = None
            found[(*plain[:i], *plain[i + 1 : j + 1], i, *plain[j + 1 :])] = None
            found[(*plain[:i], j, *plain[i:j], *plain[j + 1 :])] = None
    return np.array(list(found) or [tuple(plain)], dtype=np.int64)
