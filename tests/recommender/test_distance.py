import pytest

from recommender.distance import FEATURES, distance, gaps, tempo_gap
from recommender.types import Features
from recommender.weights import FIT, HALF_TIME_GAP, UNKNOWN_GAP

HAPPY = Features(valence=0.6, energy=0.7, tempo_bpm=120, acousticness=0.1, mode=1)


def test_the_same_sound_has_no_distance() -> None:
    assert distance(HAPPY, HAPPY) == 0
    assert len(FEATURES) == len(FIT) == len(gaps(HAPPY, HAPPY))


def test_opposite_corners_are_one_apart_at_most() -> None:
    low = Features(valence=0, energy=0, tempo_bpm=60, acousticness=0, mode=0)
    high = Features(valence=1, energy=1, tempo_bpm=85, acousticness=1, mode=1)
    assert 0.8 < distance(low, high) == distance(high, low) <= 1


def test_what_the_goal_leaves_open_does_not_count() -> None:
    assert distance(HAPPY, Features(valence=0.6)) == 0
    assert distance(HAPPY, Features()) == 0
    assert distance(HAPPY, Features(valence=0.4)) == pytest.approx(0.2)


def test_what_the_track_lacks_is_worse_than_a_good_fit_and_better_than_a_bad_one() -> None:
    goal = Features(valence=0.9, energy=0.9, tempo_bpm=120)
    fit, unknown, miss = Features(0.8, 0.8, 120), Features(), Features(0.1, 0.1, 120)
    assert distance(unknown, goal) == pytest.approx(UNKNOWN_GAP)
    assert distance(fit, goal) < distance(unknown, goal) < distance(miss, goal)


def test_energy_and_valence_count_for_more_than_mode() -> None:
    goal = Features(valence=0.5, energy=0.5, mode=1)
    other_mode, other_energy = Features(0.5, 0.5, mode=0), Features(0.5, 0.9, mode=1)
    assert distance(other_mode, goal) < distance(other_energy, goal)


@pytest.mark.parametrize(
    ("tempo_bpm", "gap"),
    [(120, 0.0), (60, HALF_TIME_GAP), (240, HALF_TIME_GAP), (120 * 2**0.25, 0.25), (120 * 2**-0.25, -0.25)],
)
def test_tempo_is_counted_in_octaves_and_half_time_is_nearly_the_same(tempo_bpm: float, gap: float) -> None:
    assert tempo_gap(tempo_bpm, 120) == pytest.approx(gap)


def test_a_tempo_of_zero_is_not_known() -> None:
    assert tempo_gap(0, 120) == tempo_gap(None, 120) == UNKNOWN_GAP
    assert tempo_gap(120, None) is None
