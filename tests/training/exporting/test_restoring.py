from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion.engine import Engine
from emotion.models import MODELS, weights_path
from errors import ModelError
from tests.training.exporting import small
from training.architectures import VARIANTS
from training.exporting import litert
from training.exporting.restoring import restored, with_weights_of

FACES = np.random.default_rng(0).random((3, 48, 48, 1), dtype=np.float32)


@pytest.mark.parametrize("name", MODELS)
def test_a_shipped_file_becomes_the_keras_network_that_it_came_from(name: str) -> None:
    model = restored(name, weights_path(MODELS[name]))
    assert model.count_params() == MODELS[name].parameters
    answers = model.predict_on_batch(FACES)
    votes = answers[-1] if len(MODELS[name].heads) > 1 else answers
    assert np.abs(np.asarray(votes) - Engine(MODELS[name]).predict_many(FACES)).max() < 1e-5


def test_what_comes_back_is_ready_to_be_trained_on() -> None:
    model = restored("elu", weights_path(MODELS["elu"]))
    assert any("dropout" in layer.name for layer in model.layers)


def test_another_network_s_file_is_refused_with_the_layer_that_differs() -> None:
    with pytest.raises(ModelError, match=r"cnn4x4\.tflite does not hold the network cnn3x3: of its layer conv1 it has"):
        with_weights_of(weights_path(MODELS["cnn4x4"]), VARIANTS["cnn3x3"].build())


def test_a_normalisation_that_was_folded_into_a_convolution_comes_back(tmp_path: Path) -> None:
    source, empty = small.two_headed(), small.two_headed()
    (tmp_path / "two.tflite").write_bytes(litert.converted(source, "none"))
    empty.set_weights([np.zeros_like(weight) for weight in empty.get_weights()])
    pictures = np.random.default_rng(0).random((2, small.SIDE, small.SIDE, 1), dtype=np.float32)
    ours = with_weights_of(tmp_path / "two.tflite", empty).predict_on_batch(pictures)
    for head, theirs in zip(ours, source.predict_on_batch(pictures), strict=True):
        assert np.abs(head - theirs).max() < 1e-5


def test_a_file_that_lacks_a_layer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not hold the network mobile"):
        with_weights_of(weights_path(MODELS["elu"]), VARIANTS["mobile"].build(pool=2))
    (tmp_path / "cut.tflite").write_bytes(weights_path(MODELS["elu"]).read_bytes()[:500])
    with pytest.raises(ModelError, match=r"cut\.tflite is no LiteRT file"):
        restored("elu", tmp_path / "cut.tflite")
