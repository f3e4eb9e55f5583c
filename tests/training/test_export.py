from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emotion.engine import Engine
from emotion.models import MODELS, weights_path
from emotion.preprocessing import from_grey48
from errors import ModelError
from training import export
from training.architectures import VARIANTS
from training.data import load
from training.emotion_network import deployed
from training.exporting import litert
from training.exporting.restoring import restored
from training.networks import open_network
from training.optimising import to_half_precision

FACES = np.random.default_rng(0).integers(0, 256, (8, 48, 48), dtype=np.uint8)


def test_an_export_gives_the_probabilities_of_its_keras_model(tmp_path: Path) -> None:
    model = VARIANTS["cnn4x4"].build()
    made = export.to_litert(model, tmp_path / "cnn4x4.tflite", FACES)
    assert made.parameters == model.count_params()
    assert made.bytes == made.path.stat().st_size
    assert made.largest_difference <= 1e-3
    assert made.bytes < 2.2 * made.parameters  # two bytes a parameter: float16
    engine = Engine(made.path)
    theirs = np.asarray(model.predict_on_batch(from_grey48(FACES)))
    ours = np.array([engine.predict(face).probabilities for face in from_grey48(FACES)])
    assert np.abs(ours - theirs).max() <= 1e-3


@pytest.mark.parametrize(("name", "side"), [("fournet", 96), ("alexnet", 112)])
def test_networks_for_large_rgb_photos_are_exported_and_checked_as_well(tmp_path: Path, name: str, side: int) -> None:
    model = VARIANTS[name].build(side=side)
    to_half_precision(model)
    photos = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    assert export.to_litert(model, tmp_path / "photos.tflite", photos).largest_difference <= 1e-3
    assert open_network(str(tmp_path / "photos.tflite")).shape == (side, side, 3)


def test_an_export_that_lost_its_weights_is_refused_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = VARIANTS["cnn3x3"].build()
    monkeypatch.setattr(litert, "converted", lambda _, kind, convert=litert.converted: convert(other, kind))
    model = VARIANTS["cnn3x3"].build()
    model.get_layer("dense").set_weights([w + 1.0 * i for i, w in enumerate(model.get_layer("dense").get_weights())])
    kernel, bias = model.get_layer("dense").get_weights()
    model.get_layer("dense").set_weights([kernel, bias + np.arange(7)])
    with pytest.raises(ModelError, match="differs from its source"):
        export.to_litert(model, tmp_path / "lost.tflite", FACES)
    assert list(tmp_path.iterdir()) == []


def as_it_ships(name: str) -> Any:
    """The network of a name with first weights, as it goes into a file."""
    model = VARIANTS[name].build()
    return deployed(model) if name == "mien-emotion" else model


@pytest.mark.parametrize("name", MODELS)
def test_a_shipped_file_has_the_parameters_and_size_that_its_entry_says(name: str) -> None:
    assert MODELS[name].parameters == as_it_ships(name).count_params()


def test_the_weights_of_a_file_with_two_heads_can_be_put_back_into_its_network(tmp_path: Path) -> None:
    model, rng = as_it_ships("mien-emotion"), np.random.default_rng(1)
    for layer in model.layers:  # biases that are all 0 share one tensor
        if layer.get_weights():
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, rng.normal(0, 0.05, bias.shape)])
    made = export.to_litert(model, tmp_path / "two.tflite", FACES)
    votes = np.asarray(restored("mien-emotion", made.path).predict_on_batch(from_grey48(FACES))[-1])
    engine = Engine(made.path)
    ours = np.array([engine.predict(face).probabilities for face in from_grey48(FACES)])
    assert np.abs(ours - votes).max() <= 1e-3


def test_the_shipped_files_read_200_real_faces_as_keras_does(shared: Path) -> None:
    faces = from_grey48(load(shared / "fer2013" / "fer2013.csv.gz").split("Validation").images[:200])
    for name, entry in MODELS.items():
        model = restored(name, weights_path(entry))
        engine = Engine(entry)
        ours = np.array([engine.predict(face).probabilities for face in faces])
        answers = model.predict_on_batch(faces)
        theirs = np.asarray(answers[-1] if len(entry.heads) > 1 else answers)
        assert np.abs(ours - theirs).max() <= 1e-3
