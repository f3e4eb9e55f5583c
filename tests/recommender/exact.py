"""The cheapest plan of a small problem, exactly: depth first, cutting off what cannot become the best.

The bound of a beginning is its cost and the cheapest way on when every pair of neighbours may be chosen freely, tracks
may come again and runs cost nothing: never more than what a real way on costs, as all costs are at least zero.
"""

from __future__ import annotations

import numpy as np

from recommender.problem import Problem


def cheapest(problem: Problem, start: float = float("inf")) -> tuple[float, tuple[int, ...]]:
    """Return the least cost of a plan of full length that is below `start`, and the plan; (inf, ()) without one."""
    places, count = problem.single.shape
    assert min(problem.single.min(), problem.step.min(), problem.again.min()) >= 0
    onward = np.zeros((places, count))
    for place in range(places - 2, -1, -1):
        after = problem.step + problem.single[place + 1] + onward[place + 1]
        onward[place] = after.min(axis=1)
    best: tuple[float, tuple[int, ...]] = (start, ())

    def go_on(plan: tuple[int, ...], cost: float) -> None:
        nonlocal best
        place = len(plan)
        if place == places:
            best = min(best, (cost, plan))
            return
        added = problem.single[place].copy()
        if plan:
            added += problem.step[plan[-1]] + problem.again[list(plan[-problem.memory :])].sum(axis=0)
        for back, row in enumerate(reversed(plan), start=1):
            added[problem.rest[row] > back] = np.inf
        bound = cost + added + onward[place]
        for row in np.argsort(bound, kind="stable"):
            if bound[row] >= best[0] - 1e-12:
                return
            go_on((*plan, int(row)), cost + float(added[row]))

    go_on((), 0.0)
    return best
