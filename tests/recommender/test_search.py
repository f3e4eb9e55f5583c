from __future__ import annotations

import random
from itertools import permutations

import numpy as np
import pytest

from recommender.mood import mood_at
from recommender.problem import Problem, problem_of
from recommender.search import beam, improved, search, spread
from recommender.target import target_of
from recommender.types import Features, Target, Track
from recommender.weights import WEIGHTS
from tests.recommender.exact import cheapest


def small(seed: int, places: int = 6, count: int = 20) -> Problem:
    """Return a problem of random tracks by random artists, on a way from one random mood to another."""
    rng = random.Random(seed)
    tracks = []
    for i in range(count):
        energy = rng.random()
        sound = Features(
            rng.random(), energy, rng.uniform(60, 180), 1 - energy, rng.randrange(2), key=rng.randrange(12)
        )
        year, genre = rng.randrange(1960, 2025), rng.choice(("soul", "rock", "jazz"))
        tracks.append(Track(f"Song {i}", (f"Artist {rng.randrange(count)}",), year, genre, "en", sound))
    start, end = ((rng.uniform(-0.7, 0.7), rng.uniform(-0.7, 0.7)) for _ in range(2))
    parts = [place / (places - 1) for place in range(places)]
    stays = seed % 3 == 0
    targets: list[Target] = []
    for part in parts:
        t = 0.0 if stays else part
        targets.append(target_of(mood_at(start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1]))))
    return problem_of(targets, tracks, WEIGHTS, seed=seed)


@pytest.mark.parametrize("seed", range(50))
def test_a_plan_costs_at_most_three_percent_more_than_the_cheapest_there_is(seed: int) -> None:
    problem = small(seed)
    plan = search(problem)
    found = problem.cost(plan)
    assert problem.is_valid(plan)
    assert len(plan) == problem.places
    better, _ = cheapest(problem, start=found / 1.03)
    assert better == found / 1.03  # nothing is cheaper than that


@pytest.mark.parametrize("seed", range(3))
def test_the_exact_solver_agrees_with_trying_everything(seed: int) -> None:
    problem = small(seed, places=4, count=9)
    valid = [order for order in permutations(range(9), 4) if problem.is_valid(order)]
    assert cheapest(problem)[0] == pytest.approx(min(problem.cost(order) for order in valid))


def test_improvement_never_costs_more_and_stays_valid() -> None:
    problem = small(5, places=12, count=40)
    begun = spread(problem)
    better = improved(problem, begun)
    assert problem.is_valid(better)
    assert problem.cost(better) < problem.cost(begun)
    assert problem.cost(improved(problem, beam(problem))) <= problem.cost(beam(problem))


def test_a_long_plan_keeps_artists_apart_after_improvement() -> None:
    problem = small(1, places=60, count=300)
    plan = search(problem)
    assert len(plan) == 60
    assert problem.is_valid(plan)


def test_a_song_is_not_valid_twice_and_an_artist_not_too_soon() -> None:
    sound = Features(0.5, 0.5, 100)
    tracks = [Track("A", ("X",), features=sound), Track("A (Live)", ("The X",), features=sound)]
    tracks += [Track("B", ("X",), features=sound), Track("C", ("Y",), features=sound)]
    problem = problem_of([Target(sound)] * 2, tracks, WEIGHTS)
    valid = {(i, j) for i in range(4) for j in range(4) if problem.is_valid((i, j))}
    assert valid == {(i, 3) for i in range(3)} | {(3, i) for i in range(3)}


def test_nothing_to_plan_is_an_empty_plan() -> None:
    assert search(problem_of([Target(Features(0.5))], [], WEIGHTS)) == []


def test_the_same_seed_draws_the_same_chance_and_another_seed_another() -> None:
    one, two, three = small(4), small(4), small(7)
    assert np.array_equal(one.single, two.single)
    assert not np.array_equal(one.single, three.single)


def test_what_is_liked_is_cheaper_and_what_was_played_dearer() -> None:
    sound = Features(0.5, 0.5, 100)
    tracks = [Track(name, (name,), features=sound) for name in "ABC"]
    problem = problem_of(
        [Target(sound)],
        tracks,
        WEIGHTS,
        liking=lambda track: float(track.title == "B"),
        tiredness=lambda track: float(track.title == "C"),
    )
    plain = problem_of([Target(sound)], tracks, WEIGHTS)
    assert (problem.single - plain.single)[0] == pytest.approx([0, -WEIGHTS.affinity, WEIGHTS.recent])
