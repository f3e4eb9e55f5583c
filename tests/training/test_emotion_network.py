from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from keras import layers

from commands.explain import open_explainer
from emotion.engine import Engine
from emotion.models import HEADS
from emotion.preprocessing import from_grey48
from training import export
from training.cost import of_keras
from training.emotion_network import deployed, mien_emotion
from training.networks import open_network, predict_heads

FACES = np.random.default_rng(0).integers(0, 256, (6, 48, 48), dtype=np.uint8)


def tiny() -> Any:
    """A small one whose normalisations have seen something, so that folding them matters."""
    model = mien_emotion(stem=(8, 8), widths=(8, 16), depths=(1, 1))
    rng = np.random.default_rng(1)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    return model


def test_the_network_keeps_its_budget() -> None:
    model = mien_emotion()
    assert model.output_shape == (None, 2, 7)
    assert model.count_params() <= 2_000_000
    macs = of_keras(model)
    assert macs is not None
    assert macs <= 200_000_000


def test_what_ships_answers_as_what_was_trained_without_its_normalisations() -> None:
    model = tiny()
    ships = deployed(model)
    assert tuple(ships.output_names) == HEADS
    assert not any(isinstance(layer, layers.BatchNormalization | layers.Dropout) for layer in ships.layers)
    trained = model.predict_on_batch(from_grey48(FACES))
    for head, answers in enumerate(ships.predict_on_batch(from_grey48(FACES))):
        assert answers == pytest.approx(trained[:, head], abs=1e-5)


def test_a_temperature_is_part_of_what_ships() -> None:
    model = tiny()
    plain, cooled = (deployed(model, ts).predict_on_batch(from_grey48(FACES)) for ts in ((1, 1), (1, 2)))
    assert cooled[0] == pytest.approx(plain[0])
    roots = np.sqrt(plain[1])
    assert cooled[1] == pytest.approx(roots / roots.sum(axis=1, keepdims=True), abs=1e-5)


def test_stages_and_depths_belong_together() -> None:
    with pytest.raises(ValueError, match="widths has 2 stages and depths 1"):
        mien_emotion(widths=(8, 16), depths=(1,))


def test_a_file_with_two_heads_names_them_and_the_product_hears_the_votes(tmp_path: Path) -> None:
    made = export.to_litert(deployed(tiny(), (1, 0.3)), tmp_path / "two.tflite", FACES)
    assert made.largest_difference <= 1e-3
    network = open_network(str(made.path))
    assert network.heads == HEADS
    said = predict_heads(network, FACES)
    assert np.abs(said["votes"] - said["fer2013"]).max() > 0.01
    engine = Engine(made.path)
    heard = np.array([engine.predict(face).probabilities for face in from_grey48(FACES)])
    assert heard == pytest.approx(said["votes"], abs=1e-5)
    explained = open_explainer(str(made.path)).explain(from_grey48(FACES)[0])
    assert explained.scores.probabilities == pytest.approx(said["votes"][0], abs=1e-5)
