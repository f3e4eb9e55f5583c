from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from onnx.reference import ReferenceEvaluator

from errors import ModelError
from tests.training.exporting import small
from training.architectures import VARIANTS
from training.exporting.onnx_graph import to_onnx
from training.networks import open_network

RNG = np.random.default_rng(0)


def answers(model: Any, pictures: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    said = model.predict_on_batch(pictures)
    return np.stack(said, axis=1) if isinstance(said, list) else np.asarray(said)


@pytest.mark.parametrize(
    ("name", "side"), [("cnn4x4", 48), ("elu", 48), ("mobile", 48), ("fournet", 96), ("alexnet", 64)]
)
def test_every_network_of_the_lab_answers_in_opencv_as_in_keras(tmp_path: Path, name: str, side: int) -> None:
    model = VARIANTS[name].build(side=side)
    path = tmp_path / f"{name}.onnx"
    path.write_bytes(to_onnx(model, facts={}).SerializeToString())
    network = open_network(str(path))
    pictures = RNG.random((2, side, side, model.input_shape[-1]), dtype=np.float32)
    ours = np.concatenate([network.predict(picture[np.newaxis]) for picture in pictures])
    assert network.shape == (side, side, model.input_shape[-1])
    assert network.parameters is not None
    assert np.abs(ours - answers(model, pictures)).max() < 1e-5


def test_branches_and_two_heads_keep_their_names_and_order(tmp_path: Path) -> None:
    model = small.two_headed()
    made = to_onnx(model, batch=2, facts={"mien": "{}"})
    assert [output.name for output in made.graph.output] == ["fer2013", "votes"]
    path = tmp_path / "two.onnx"
    path.write_bytes(made.SerializeToString())
    network = open_network(str(path))
    pictures = RNG.random((2, *model.input_shape[1:]), dtype=np.float32)
    assert np.abs(network.predict(pictures) - answers(model, pictures)).max() < 1e-5
    assert np.abs(network.predict(pictures[:1]) - answers(model, pictures[:1])).max() < 1e-5


def test_heads_in_another_order_are_told_by_their_names_and_others_are_refused(tmp_path: Path) -> None:
    model = small.two_headed()
    made = to_onnx(model, facts={})
    outputs = list(made.graph.output)
    del made.graph.output[:]
    made.graph.output.extend(reversed(outputs))
    (tmp_path / "turned.onnx").write_bytes(made.SerializeToString())
    pictures = RNG.random((1, *model.input_shape[1:]), dtype=np.float32)
    network = open_network(str(tmp_path / "turned.onnx"))
    assert network.heads == ("fer2013", "votes")
    assert np.abs(network.predict(pictures) - answers(model, pictures)).max() < 1e-5
    (tmp_path / "other.onnx").write_bytes(to_onnx(model, outputs=("age", "votes"), facts={}).SerializeToString())
    with pytest.raises(ModelError, match=r"other\.onnx answers age, votes, and two heads are fer2013 and votes"):
        open_network(str(tmp_path / "other.onnx"))


def test_the_reference_implementation_of_onnx_agrees_too() -> None:
    model = small.two_headed()
    pictures = RNG.random((1, *model.input_shape[1:]), dtype=np.float32)
    said = ReferenceEvaluator(to_onnx(model, facts={})).run(None, {"face": pictures.transpose(0, 3, 1, 2)})
    assert np.abs(np.stack(list(said), axis=1) - answers(model, pictures)).max() < 1e-5


def test_half_the_precision_takes_half_the_room(tmp_path: Path) -> None:
    model = VARIANTS["cnn3x3"].build()
    whole, half = (to_onnx(model, half=half, facts={}).SerializeToString() for half in (False, True))
    assert len(half) < 0.51 * len(whole)
    (tmp_path / "half.onnx").write_bytes(half)
    pictures = RNG.random((1, 48, 48, 1), dtype=np.float32)
    assert np.abs(open_network(str(tmp_path / "half.onnx")).predict(pictures) - answers(model, pictures)).max() < 2e-3


def test_a_layer_without_a_counterpart_is_named() -> None:
    layers = keras.layers
    odd = keras.Sequential([keras.Input((8, 8, 1)), layers.UpSampling2D(name="up"), layers.Flatten(), layers.Dense(7)])
    with pytest.raises(ModelError, match=r"its layer up is a UpSampling2D\. These can: .*Conv2D.*Export it as tflite"):
        to_onnx(odd, facts={})
    odd = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(7, activation="gelu", name="d")])
    with pytest.raises(ModelError, match="The activation gelu of d cannot become ONNX"):
        to_onnx(odd, facts={})


def test_a_network_within_a_network_is_named() -> None:
    inner = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()], name="inner")
    outer = keras.Sequential([keras.Input((8, 8, 1)), inner, keras.layers.Dense(7)], name="outer")
    with pytest.raises(ModelError, match="outer holds the network inner as a layer"):
        to_onnx(outer, facts={})
