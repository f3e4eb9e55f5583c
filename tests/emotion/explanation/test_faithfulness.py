from __future__ import annotations

import itertools

import numpy as np
import pytest

from emotion.explanation.evidence import Evidence, Explainer
from emotion.explanation.faithfulness import MEAN_GREY, STEPS, area, measure, run, shuffled
from emotion.explanation.occlusion import by_occlusion
from emotion.types import EMOTIONS, EmotionScores
from tests.emotion.explanation.test_occlusion import HAPPY, bars, looking_at

MOUTH = slice(32, 44), slice(14, 34)


def faces(n: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.stack([np.clip(bars() * rng.uniform(0.8, 1), 0, 1) for _ in range(n)]).astype(np.float32)


def test_areas_are_those_of_trapezoids() -> None:
    falling = np.array([[1, 0.5, 0], [1, 1, 1], [1, 0, 0]], float)
    assert area(falling) == pytest.approx([0.5, 1, 0.25])


def test_deletion_begins_at_the_face_and_ends_at_grey() -> None:
    ask = looking_at(*MOUTH)
    face = bars()
    curve = run(ask, face, np.random.default_rng(0).random((48, 48)), HAPPY, "deletion")
    assert curve.shape == (STEPS + 1,)
    assert curve[0] == pytest.approx(ask(face[np.newaxis])[0, HAPPY])
    assert curve[-1] == pytest.approx(ask(np.full_like(face, MEAN_GREY)[np.newaxis])[0, HAPPY])


def test_insertion_ends_at_the_face() -> None:
    ask = looking_at(*MOUTH)
    curve = run(ask, bars(), np.random.default_rng(0).random((48, 48)), HAPPY, "insertion")
    assert curve[-1] == pytest.approx(ask(bars()[np.newaxis])[0, HAPPY])
    assert curve[0] < 0.3


def test_the_true_map_is_better_than_its_opposite_in_both_curves() -> None:
    truth = np.zeros((48, 48), np.float32)
    truth[MOUTH] = 1
    ask, face = looking_at(*MOUTH), bars()
    right, wrong = ({c: run(ask, face, m, HAPPY, c).mean() for c in ("deletion", "insertion")} for m in (truth, -truth))
    assert right["deletion"] < 0.5 * wrong["deletion"]
    assert right["insertion"] > 1.5 * wrong["insertion"]


def test_a_shuffled_map_has_the_same_values_elsewhere() -> None:
    cells = np.kron(np.arange(49, dtype=np.float32).reshape(7, 7), np.ones((6, 6), np.float32))  # 42×42
    moved = shuffled(cells, np.random.default_rng(0))
    assert moved.shape == (42, 42)
    assert moved.mean() == pytest.approx(cells.mean(), rel=0.1)
    assert not np.allclose(moved, cells, atol=3)


def test_a_good_map_is_trusted_and_its_cost_is_counted() -> None:
    clock = itertools.count().__next__
    found = measure(by_occlusion("known", (48, 48, 1), looking_at(*MOUTH)), faces(12), seed=0, clock=clock)
    assert found.trusted
    assert found.faces == 12
    assert found.cost == 1  # the clock strikes once for each
    assert found.areas["deletion"]["map"] < found.areas["deletion"]["shuffled"]
    assert found.beaten["insertion"]["shuffled"].won > 0.8
    assert found.curves["deletion"]["noise"].shape == (STEPS + 1,)


def test_a_map_that_knows_nothing_is_not_trusted() -> None:
    rng = np.random.default_rng(1)
    ask = looking_at(*MOUTH)

    def guess(face: np.ndarray) -> Evidence:
        scores = EmotionScores(tuple(map(float, ask(face[np.newaxis])[0])))
        return Evidence(face, scores, rng.random((len(EMOTIONS), 48, 48)).astype(np.float32), "guess")

    explainer = Explainer("guess", (48, 48, 1), ask, guess)
    found = measure(explainer, faces(12), seed=0, clock=itertools.count().__next__)
    assert not found.trusted
    assert abs(found.beaten["deletion"]["noise"].by) < 0.1


def test_the_same_seed_gives_the_same_random_maps() -> None:
    explainer = by_occlusion("known", (48, 48, 1), looking_at(*MOUTH))
    once, again, other = (
        measure(explainer, faces(3), seed=seed, clock=itertools.count().__next__).areas for seed in (4, 4, 5)
    )
    assert once == again
    assert once["deletion"]["noise"] != other["deletion"]["noise"]
    assert once["deletion"]["map"] == other["deletion"]["map"]
