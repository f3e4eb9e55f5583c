from __future__ import annotations

import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from emotion.models import MODELS, WEIGHTS
from errors import ModelError, UnknownName
from training.architectures import VARIANTS
from training.networks import open_network, predict_all

PICTURES = np.random.default_rng(0).integers(0, 256, (3, 48, 48), dtype=np.uint8)


def save(path: Path, shape: tuple[int, ...], units: int = 7, activation: str = "softmax") -> Path:
    layers = keras.layers
    keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(units, activation)]).save(path)
    return path


def lite(path: Path, shape: tuple[int, int, int], batch: int | None) -> Path:
    import tensorflow as tf

    layers = keras.layers
    model = keras.Sequential(
        [keras.Input(batch_shape=(batch, *shape)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(7, "softmax")]
    )
    path.write_bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())
    return path


def test_a_name_a_litert_file_a_keras_file_and_a_run_folder_all_predict(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / MODELS["cnn3x3"].file, tmp_path / "mine.tflite")
    VARIANTS["cnn3x3"].build().save(tmp_path / "model.keras")
    for what in ("cnn3x3", tmp_path / "mine.tflite", tmp_path / "model.keras", tmp_path):
        probabilities = predict_all(open_network(str(what)), PICTURES)
        assert probabilities.shape == (3, 7)
        assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("shape", [(32, 32, 3), (64, 64, 1)])
def test_each_network_gets_the_pictures_in_its_own_size(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    network = open_network(str(save(tmp_path / "other.keras", shape)))
    assert network.shape == shape
    assert predict_all(network, PICTURES).shape == (3, 7)
    colours = np.repeat(PICTURES[..., np.newaxis], 3, axis=-1)
    assert np.allclose(predict_all(network, colours), predict_all(network, PICTURES), atol=0.02)


@pytest.mark.parametrize("batch", [None, 1, 2])
def test_a_litert_file_is_asked_in_the_batch_it_was_made_for(tmp_path: Path, batch: int | None) -> None:
    network = open_network(str(lite(tmp_path / f"b{batch}.tflite", (24, 24, 3), batch)))
    together = predict_all(network, PICTURES)
    alone = np.concatenate([predict_all(network, PICTURES[i : i + 1]) for i in range(3)])
    assert network.shape == (24, 24, 3)
    assert np.allclose(together, alone, atol=1e-6)


def test_large_pictures_go_in_small_batches(tmp_path: Path) -> None:
    assert open_network(str(save(tmp_path / "small.keras", (48, 48, 1)))).batch == 256
    large = open_network(str(save(tmp_path / "large.keras", (224, 224, 3))))
    assert large.batch * 224 * 224 * 3 * 4 <= 32 * 2**20
    told: list[int] = []
    predict_all(large, np.repeat(PICTURES, 30, axis=0), told.append)
    assert sum(told) == 90
    assert max(told) == large.batch


def test_what_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"no model 'cnn33'.*Did you mean 'cnn3x3'"):
        open_network("cnn33")
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(ModelError, match="is no model"):
        open_network(str(tmp_path / "notes.txt"))
    with pytest.raises(ModelError, match="does not exist; `mien train` writes it"):
        open_network(str(tmp_path))
    (tmp_path / "model.keras").write_text("no zip")
    with pytest.raises(ModelError, match="no Keras model that can be read"):
        open_network(str(tmp_path))
    (tmp_path / "cut.tflite").write_bytes((WEIGHTS / MODELS["cnn3x3"].file).read_bytes()[:9000])
    with pytest.raises(ModelError, match=r"cut\.tflite"):
        open_network(str(tmp_path / "cut.tflite"))
    (tmp_path / "folder.tflite").mkdir()
    with pytest.raises(ModelError, match="does not exist"):
        open_network(str(tmp_path / "folder.tflite"))


def test_what_does_not_give_seven_probabilities_is_named(tmp_path: Path) -> None:
    eight = open_network(str(save(tmp_path / "eight.keras", (48, 48, 1), units=8)))
    with pytest.raises(ModelError, match=r"gives \(8,\) numbers for a picture and not 7"):
        predict_all(eight, PICTURES)
    logits = open_network(str(save(tmp_path / "logits.keras", (48, 48, 1), activation="linear")))
    with pytest.raises(ModelError, match="does not give probabilities"):
        predict_all(logits, PICTURES)
    with pytest.raises(ModelError, match=r"takes \(48, 48, 2\)"):
        open_network(str(save(tmp_path / "two.keras", (48, 48, 2))))
    model = keras.Sequential([keras.Input((None, None, 1)), keras.layers.GlobalMaxPooling2D()])
    model.save(tmp_path / "any.keras")
    with pytest.raises(ModelError, match=r"takes \(None, None, 1\)"):
        open_network(str(tmp_path / "any.keras"))
