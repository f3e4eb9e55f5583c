import random

import numpy as np
import pytest

from recommender.distance import distance
from recommender.harmony import camelot, key_gap
from recommender.sounds import Sounds
from recommender.types import Features
from recommender.weights import UNKNOWN_GAP


def some(rng: random.Random) -> Features:
    def maybe(value: float) -> float | None:
        return None if rng.random() < 0.2 else value

    mode = rng.choice((None, 0, 1))
    return Features(maybe(rng.random()), maybe(rng.random()), maybe(rng.uniform(40, 220)), maybe(rng.random()), mode)


def test_columns_measure_as_the_distance_of_one_track_does() -> None:
    rng = random.Random(1)
    features = [some(rng) for _ in range(60)]
    for goal in features[:20]:
        assert Sounds.of(features).misses(goal) == pytest.approx([distance(f, goal) for f in features])


def test_roughness_is_the_same_both_ways_and_nothing_beside_the_same_sound() -> None:
    rng = random.Random(2)
    features = [Features(rng.random(), rng.random(), rng.uniform(60, 180), rng.random(), 1, key=3) for _ in range(9)]
    rough = Sounds.of(features).roughness()
    assert np.allclose(rough, rough.T)
    assert np.allclose(np.diag(rough), 0)
    assert (rough <= 1).all()


def test_half_time_is_nearly_as_smooth_as_the_same_tempo() -> None:
    rough = Sounds.of([Features(tempo_bpm=bpm) for bpm in (120, 60, 85)]).roughness()
    assert rough[0, 1] < rough[0, 2]


def test_keys_that_go_together_are_smooth() -> None:
    c, g, a_minor, f_sharp = (
        Features(key=0, mode=1),
        Features(key=7, mode=1),
        Features(key=9, mode=0),
        Features(key=6, mode=1),
    )
    rough = Sounds.of([c, g, a_minor, f_sharp]).roughness()[0]
    assert rough[0] == 0
    assert max(rough[1], rough[2]) < rough[3]


def test_what_one_track_lacks_counts_and_what_all_lack_does_not() -> None:
    rough = Sounds.of([Features(energy=0.5), Features()]).roughness()
    assert rough[0, 1] == pytest.approx(UNKNOWN_GAP)
    assert Sounds.of([Features(), Features()]).roughness()[0, 1] == 0


@pytest.mark.parametrize(
    ("key", "mode", "place"),
    [(0, 1, "8B"), (9, 0, "8A"), (7, 1, "9B"), (5, 1, "7B"), (4, 0, "9A"), (8, 0, "1A"), (11, 1, "1B"), (1, 0, "12A")],
)
def test_keys_stand_where_the_camelot_wheel_has_them(key: int, mode: int, place: str) -> None:
    assert camelot(key, mode) == place


def test_the_relative_key_and_a_fifth_are_one_step_and_a_tritone_clashes() -> None:
    assert key_gap(0, 1, 0, 1) == 0
    assert key_gap(0, 1, 9, 0) == key_gap(0, 1, 7, 1) == key_gap(0, 1, 5, 1) == 0.1
    assert key_gap(0, 1, 6, 1) == 1
