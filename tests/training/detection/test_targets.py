from __future__ import annotations

import keras
import numpy as np
import pytest

from training.detection.network import Decode
from training.detection.pieces import Scene
from training.detection.targets import CHANNELS, loss, targets

EMPTY = np.zeros((96, 96), np.uint8)


def perfect(wanted: np.ndarray) -> np.ndarray:
    """The raw map that says exactly what is wanted."""
    raw = np.concatenate([np.where(wanted[..., :1] == 1, 12.0, -12.0), wanted[..., 3:8]], axis=-1)
    return raw.astype(np.float32)


def test_the_perfect_answer_decodes_to_the_face() -> None:
    wanted = targets([Scene(EMPTY, [(41.0, 53.0, 30.0, 0.5, 1.0)])], 96)
    rows = np.asarray(keras.ops.convert_to_numpy(Decode()(perfect(wanted))))[0]
    best = rows[rows[:, 0].argmax()]
    assert best[1:4] == pytest.approx((41, 53, 30), abs=1e-3)
    assert np.arctan2(best[5], best[4]) == pytest.approx(0.5, abs=1e-3)


def test_an_empty_scene_wants_nothing_and_counts_everywhere() -> None:
    wanted = targets([Scene(EMPTY)], 96)
    assert wanted.shape == (1, 12, 12, CHANNELS)
    assert wanted[..., 0].max() == 0
    assert wanted[..., 1].min() == 1


def test_where_a_face_is_neither_right_nor_wrong_nothing_counts() -> None:
    wanted = targets([Scene(EMPTY, [(48.0, 48.0, 20.0, 0.0, -1.0)])], 96)[0]
    assert wanted[..., 0].max() == 0
    assert wanted[6, 6, 1] == 0
    assert wanted[0, 0, 1] == 1


def test_of_two_faces_the_small_one_keeps_its_cell() -> None:
    wanted = targets([Scene(EMPTY, [(50.0, 50.0, 12.0, 0.0, 1.0), (50.0, 50.0, 80.0, 0.0, 1.0)])], 96)[0]
    side = 32 * np.exp(wanted[6, 6, 5])
    assert side == pytest.approx(12, abs=1e-3)


def test_a_box_that_is_not_trusted_teaches_less() -> None:
    sure, unsure = (targets([Scene(EMPTY, [(50.0, 50.0, 40.0, 0.0, t)])], 96)[0] for t in (1.0, 0.1))
    assert unsure[..., 2].sum() == pytest.approx(0.1 * sure[..., 2].sum(), rel=1e-5)
    assert np.array_equal(sure[..., 0], unsure[..., 0])


def test_the_perfect_answer_costs_next_to_nothing_and_every_error_costs_more() -> None:
    wanted = targets([Scene(EMPTY, [(41.0, 53.0, 30.0, 0.5, 1.0)]), Scene(EMPTY)], 96)
    best = perfect(wanted)
    base = float(loss(wanted, best))
    assert base < 0.01
    for channel, change in ((0, -14.0), (1, 0.5), (2, -0.5), (3, 0.3), (5, -0.6)):
        worse = best.copy()
        worse[wanted[..., 0] == 1, channel] += change
        assert float(loss(wanted, worse)) > base + 0.005
    false = best.copy()
    false[1, 2, 2, 0] = 5
    assert float(loss(wanted, false)) > base + 1
