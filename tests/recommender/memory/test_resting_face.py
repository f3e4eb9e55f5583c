from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.resting_face import measure
from emotion.types import EMOTIONS, EmotionScores
from recommender.memory.resting_face import CALIBRATION, CLEAR, NO_BIAS, SPREAD, Lesson, bias_of, corrected

READ = EmotionScores((0.1, 0.05, 0.05, 0.1, 0.5, 0.05, 0.15))


def test_nothing_learned_changes_nothing() -> None:
    assert bias_of([]) == NO_BIAS
    assert corrected(READ, NO_BIAS) is READ


def test_a_correction_raises_what_was_meant_and_lowers_what_was_read() -> None:
    bias = dict(zip(EMOTIONS, bias_of([Lesson(READ, "neutral")]), strict=True))
    assert max(bias, key=bias.__getitem__) == "neutral"
    assert min(bias, key=bias.__getitem__) == "sad"
    assert math.fsum(bias.values()) == pytest.approx(0, abs=1e-9)


def test_one_correction_shifts_little_and_many_settle_it() -> None:
    shares = [corrected(READ, bias_of([Lesson(READ, "neutral")] * n)).as_dict()["neutral"] for n in (0, 1, 5, 200)]
    assert shares == sorted(shares)
    assert shares[1] < 0.4
    assert shares[3] == pytest.approx(CLEAR, abs=0.02)


def test_a_calibration_flattens_everything_but_the_rest() -> None:
    bias = bias_of([Lesson(READ, "neutral", CALIBRATION, at_rest=True)] * 100)
    after = corrected(READ, bias).as_dict()
    assert after["neutral"] == pytest.approx(CLEAR, abs=0.03)
    assert max(p for e, p in after.items() if e != "neutral") < 0.06


def test_the_fit_is_the_minimum_of_its_objective() -> None:
    lessons = [Lesson(READ, "neutral"), Lesson(EmotionScores.of({"sad": 0.6, "happy": 0.4}), "happy", 0.7)]

    def loss(bias: np.ndarray) -> float:
        total = float(bias @ bias) / (2 * SPREAD**2)
        for lesson in lessons:
            p = np.maximum(lesson.scores.probabilities, 1e-4)
            wanted = p.copy()
            wanted[EMOTIONS.index(lesson.emotion)] = 0
            share = max(CLEAR, p[EMOTIONS.index(lesson.emotion)] / p.sum())
            wanted *= (1 - share) / wanted.sum()
            wanted[EMOTIONS.index(lesson.emotion)] = share
            q = p * np.exp(bias)
            total -= lesson.weight * float(wanted @ np.log(q / q.sum()))
        return total

    found = np.array(bias_of(lessons))
    rng = np.random.default_rng(0)
    assert all(loss(found) < loss(found + 0.05 * rng.normal(size=7)) for _ in range(100))


def test_a_network_that_gives_zero_is_not_believed_to_the_letter() -> None:
    certain = EmotionScores.of({"sad": 1.0})
    bias = bias_of([Lesson(certain, "neutral")] * 30)
    assert corrected(certain, bias).as_dict()["neutral"] > 0.5


def test_lessons_halve_the_error_of_leaning_faces_and_hardly_touch_the_others() -> None:
    found = measure(listeners=8, readings=150, seed=1)
    for lean in ("sad", "angry", "mixed"):
        row = found[lean]
        assert row["after 5 corrections"] < 0.8 * row["before"]
        assert row["after 15 corrections"] < 0.5 * row["before"]
        assert row["after 3 calibrations"] < 0.8 * row["before"]
        assert row["truth after 15 corrections"] < row["truth before"] - 0.04
    without = found["none"]
    assert max(error for name, error in without.items() if not name.startswith("truth")) < 0.1
    assert max(error for name, error in without.items() if name.startswith("truth")) < without["truth before"] + 0.02
