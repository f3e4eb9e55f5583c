import itertools

import numpy as np
import pytest

from emotion.types import EMOTIONS, EmotionScores
from recommender.mood import mood_at, mood_named, mood_of
from recommender.target import MEASURED, PLANES, TENSE, target_of
from recommender.types import Features

STEPS = [i / 4 for i in range(-4, 5)]


def features_at(valence: float, arousal: float) -> Features:
    return target_of(mood_at(valence, arousal)).features


def number(value: float | None) -> float:
    assert value is not None
    return value


@pytest.mark.parametrize("label", MEASURED)
def test_the_measured_means_are_met_where_they_were_measured(label: str) -> None:
    point, (valence, energy, tempo_bpm) = MEASURED[label]
    found = features_at(*point)
    assert found.energy == pytest.approx(energy, abs=0.005)
    assert found.tempo_bpm == pytest.approx(tempo_bpm, abs=1.2)
    assert found.valence == pytest.approx(valence, abs=0.09)


@pytest.mark.parametrize(("feature", "column"), [("valence", 0), ("energy", 1), ("tempo_bpm", 2)])
def test_the_planes_are_the_least_squares_fit_through_the_anchors(feature: str, column: int) -> None:
    rows = [(1.0, *point) for point, _ in MEASURED.values()]
    goals = [means[column] for _, means in MEASURED.values()]
    if feature == "valence":
        rows.append((1.0, *TENSE[0]))
        goals.append(TENSE[1])
    fitted = np.linalg.lstsq(np.array(rows), np.array(goals), rcond=None)[0]
    assert fitted == pytest.approx(PLANES[feature], abs=6e-4)


@pytest.mark.parametrize("fixed", STEPS)
def test_more_arousal_is_more_energy_and_faster_and_less_acoustic(fixed: float) -> None:
    path = [features_at(fixed, arousal) for arousal in STEPS]
    energies, tempos = [number(f.energy) for f in path], [number(f.tempo_bpm) for f in path]
    acoustic = [number(f.acousticness) for f in path]
    assert all(a < b for a, b in itertools.pairwise(energies))
    assert all(a < b for a, b in itertools.pairwise(tempos))
    assert all(a >= b for a, b in itertools.pairwise(acoustic))
    assert acoustic[0] > acoustic[-1]


@pytest.mark.parametrize("fixed", STEPS)
def test_more_felt_valence_is_more_audio_valence(fixed: float) -> None:
    path = [number(features_at(valence, fixed).valence) for valence in STEPS]
    assert all(a < b for a, b in itertools.pairwise(path))


@pytest.mark.parametrize("valence", STEPS)
@pytest.mark.parametrize("arousal", STEPS)
def test_every_mood_has_features_in_range(valence: float, arousal: float) -> None:
    found = features_at(valence, arousal)
    assert all(0 <= number(value) <= 1 for value in (found.valence, found.energy, found.acousticness))
    assert 90 < number(found.tempo_bpm) < 150


def test_the_mode_is_major_for_pleasant_minor_for_unpleasant_and_open_in_between() -> None:
    assert [features_at(v, 0.3).mode for v in (0.5, 0.0, -0.5)] == [1, None, 0]


def test_an_angry_face_does_not_get_happy_music() -> None:
    angry, happy = target_of(mood_named("angry")).features, target_of(mood_named("happy")).features
    assert number(happy.valence) - number(angry.valence) > 0.15
    assert (angry.mode, happy.mode) == (0, 1)


def test_a_hesitant_reading_is_nearer_to_neutral_music_than_a_certain_one() -> None:
    neutral, certain = target_of(mood_named("neutral")).features, target_of(mood_named("happy")).features
    half = target_of(mood_of(EmotionScores.of({"happy": 0.5, "neutral": 0.5}))).features
    assert number(neutral.energy) < number(half.energy) < number(certain.energy)


def test_every_emotion_has_its_own_target() -> None:
    assert len({target_of(mood_named(emotion)) for emotion in EMOTIONS}) == len(EMOTIONS)
