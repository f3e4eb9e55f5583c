from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from tests.training.detection.tiny import material
from training import cost
from training.detection.export import calibrate, to_litert
from training.detection.network import Decode, EvenLight, exported, mien_face
from training.detection.scenes import compose


def test_the_shipped_network_is_as_small_as_it_has_to_be() -> None:
    model = mien_face()
    assert model.count_params() <= 190_000
    assert (cost.of_keras(model) or 1e9) <= 40e6
    assert model.output_shape == (None, 24, 24, 6)


def test_a_side_that_does_not_fit_the_strides_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 32"):
        mien_face(100)


def test_contrast_is_the_same_in_a_tenth_of_the_light() -> None:
    rng = np.random.default_rng(0)
    picture = np.clip(rng.normal(0.5, 0.2, (1, 96, 96, 1)), 0, 1).astype(np.float32)
    bright, dark = (np.asarray(keras.ops.convert_to_numpy(EvenLight()(picture * light))) for light in (1.0, 0.15))
    assert bright.shape == (1, 96, 96, 2)
    assert np.abs(bright - dark).mean() < 0.1 * np.abs(bright).mean()


def test_a_row_is_its_cell_in_pixels() -> None:
    raw = np.zeros((1, 12, 12, 6), np.float32)
    raw[0, 3, 5] = (0, 0.25, -0.5, np.log(2), 3, 4)
    row = np.asarray(keras.ops.convert_to_numpy(Decode()(raw)))[0, 3 * 12 + 5]
    assert row == pytest.approx((0.5, 5.75 * 8, 3.0 * 8, 64, 0.6, 0.8), abs=1e-3)


def test_a_calibrated_network_is_as_sure_of_its_threshold_as_of_its_opposite() -> None:
    model = mien_face(64, (4, 4, 8, 8, 8), 8)
    before = model.get_layer("head").get_weights()[1]
    calibrate(model, 0.2)
    after = model.get_layer("head").get_weights()[1]
    assert 1 / (1 + np.exp(-(np.log(0.2 / 0.8) + after[0] - before[0]))) == pytest.approx(0.5, abs=1e-5)
    assert np.array_equal(after[1:], before[1:])


def test_the_file_says_what_keras_says(tmp_path: Path) -> None:
    model = mien_face(64, (4, 4, 8, 8, 8), 8)
    of = material()
    pictures = np.stack([compose(of, np.random.default_rng(i), 64).picture for i in range(4)])
    made = to_litert(model, tmp_path / "face.tflite", pictures[..., None].astype(np.float32) / np.float32(255))
    assert made.path.stat().st_size == made.bytes
    assert made.largest_difference < 5e-3
    assert exported(model).output_shape == (1, 64, 6)
