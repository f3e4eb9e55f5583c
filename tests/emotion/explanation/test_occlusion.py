from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion.engine import Engine
from emotion.explanation.evidence import Ask, Evidence, bands
from emotion.explanation.occlusion import PREDICTIONS, blurred, log_odds, occlusion, of_engine
from emotion.models import MODELS
from emotion.preprocessing import from_grey48
from emotion.types import EMOTIONS, EmotionScores
from tests.emotion.conftest import MakeModel, drawn_face

HAPPY, SAD = EMOTIONS.index("happy"), EMOTIONS.index("sad")
SIDE = 48


def looking_at(rows: slice, columns: slice, *, emotion: int = HAPPY, side: int = SIDE) -> Ask:
    """A network that knows one thing: bars between these rows and columns make it sure of one emotion."""

    def ask(faces: np.ndarray) -> np.ndarray:
        patch = faces[:, rows, columns].astype(np.float64)
        logits = np.zeros((len(faces), len(EMOTIONS)))
        logits[:, emotion] = 20 * patch.std(axis=(1, 2, 3))
        exponents = np.exp(logits)
        return np.asarray(exponents / exponents.sum(axis=1, keepdims=True))

    return ask


def bars(side: int = SIDE, channels: int = 1) -> np.ndarray:
    """Stripes of two pixels all over, which a blur makes grey."""
    stripes = (np.arange(side) // 2 % 2).astype(np.float32)
    return np.repeat(np.tile(stripes, (side, 1))[..., np.newaxis], channels, axis=-1)


@pytest.mark.parametrize("top", [2, 18, 33])
@pytest.mark.parametrize("left", [2, 18, 33])
def test_the_evidence_lies_where_the_network_looks(top: int, left: int) -> None:
    rows, columns = slice(top, top + 13), slice(left, left + 13)
    found = np.maximum(occlusion(looking_at(rows, columns), bars()).of("happy"), 0)
    y, x = np.unravel_index(found.argmax(), found.shape)
    assert rows.start <= y < rows.stop
    assert columns.start <= x < columns.stop
    assert found[rows, columns].sum() > 0.5 * found.sum()  # in 7 % of the face
    assert found[rows, columns].mean() > 10 * found.mean(where=outside(rows, columns))
    around = found[max(0, top - 4) : top + 17, max(0, left - 4) : left + 17]
    assert around.sum() > 0.85 * found.sum()


def outside(rows: slice, columns: slice) -> np.ndarray:
    mask = np.ones((SIDE, SIDE), bool)
    mask[rows, columns] = False
    return mask


def test_what_speaks_for_one_class_speaks_against_the_others() -> None:
    found = occlusion(looking_at(slice(30, 44), slice(16, 32), emotion=SAD), bars())
    assert found.of("sad")[37, 24] > 1
    assert all(found.of(e)[37, 24] < 0 for e in EMOTIONS if e != "sad")


def test_a_class_of_a_thousandth_has_a_map_too() -> None:
    sure = looking_at(slice(0, 20), slice(0, 48))
    found = occlusion(sure, bars())
    assert found.scores.as_dict()["sad"] < 1e-3
    assert np.abs(found.of("sad")).max() > 0.3


def test_a_map_costs_what_it_says_and_is_the_same_each_time() -> None:
    asked: list[int] = []
    ask = looking_at(slice(10, 20), slice(10, 20))

    def counting(faces: np.ndarray) -> np.ndarray:
        asked.append(len(faces))
        return ask(faces)

    first, second = occlusion(counting, bars()), occlusion(counting, bars())
    assert np.array_equal(first.maps, second.maps)
    assert sum(asked) == 2 * PREDICTIONS <= 2 * 60


def test_a_network_that_always_says_the_same_gives_no_evidence() -> None:
    found = occlusion(lambda faces: np.full((len(faces), 7), 1 / 7), bars())
    assert not found.maps.any()
    assert bands(found.of("happy")) is None


def test_other_sizes_and_colours_are_explained_too() -> None:
    ask = looking_at(slice(60, 90), slice(10, 40))
    found = occlusion(ask, bars(96, 3)).of("happy")
    y, x = np.unravel_index(found.argmax(), found.shape)
    assert found.shape == (96, 96)
    assert 60 <= y < 90
    assert 10 <= x < 40


def test_log_odds_are_exact_near_certainty() -> None:
    rest = 1e-9
    sure = np.array([[1.0, rest, rest, rest, rest, rest, rest]])
    odds = log_odds(sure)[0]
    assert odds[0] == pytest.approx(-np.log(6 * rest))
    assert odds[1] == pytest.approx(np.log(rest), rel=1e-6)
    assert np.isfinite(log_odds(np.array([[1.0, 0, 0, 0, 0, 0, 0]]))).all()


def test_a_blur_takes_the_bars_away() -> None:
    assert np.ptp(bars()) == 1
    assert np.ptp(blurred(bars())[:, 8:40]) < 0.03


def test_thirds_of_a_map_sum_to_one() -> None:
    lower = np.zeros((SIDE, SIDE), np.float32)
    lower[40, 20], lower[3, 3] = 3, 1
    lower[20, 20] = -5  # against, which does not count
    assert bands(lower) == (0.25, 0, 0.75)


def test_maps_of_another_shape_than_the_face_are_refused() -> None:
    with pytest.raises(ValueError, match=r"maps of \(7, 9, 9\) for a face of \(48, 48, 1\)"):
        Evidence(bars(), EmotionScores.of({"happy": 1}), np.zeros((7, 9, 9), np.float32), "occlusion")


def test_a_litert_file_is_explained_with_the_scores_that_it_gives() -> None:
    engine = Engine(MODELS["elu"])
    face = from_grey48(np.ascontiguousarray(drawn_face(48)[np.newaxis]))[0]
    found = of_engine("elu", engine).explain(face)
    assert found.scores.probabilities == pytest.approx(engine.predict(face).probabilities)
    assert found.of(found.scores.top).max() > 0


def test_many_faces_get_what_each_gets_alone(make_model: MakeModel, tmp_path: Path) -> None:
    engine = Engine(MODELS["elu"])
    faces = np.random.default_rng(0).random((3, 48, 48, 1), dtype=np.float32)
    alone = [engine.predict(face).probabilities for face in faces]
    assert np.allclose(engine.predict_many(faces), alone)
    assert engine.predict_many(faces[:0]).shape == (0, 7)
