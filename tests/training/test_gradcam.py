"""Exact Grad-CAM, held to what can be worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from emotion.types import EMOTIONS
from errors import ModelError
from training.gradcam import GradCam, of_model

FILE = Path("made.keras")
FACE = np.random.default_rng(0).random((16, 16, 1), dtype=np.float32)
HAPPY = EMOTIONS.index("happy")
layers = keras.layers


def pooled(*, apart: bool = False) -> Any:
    """Convolution → global average → scores: here Grad-CAM is CAM (Selvaraju et al. 2017, section 3)."""
    end = [layers.Dense(7), layers.Softmax()] if apart else [layers.Dense(7, "softmax")]
    model = keras.Sequential([keras.Input((16, 16, 1)), layers.Conv2D(5, 3, padding="same", activation="relu")])
    for layer in (layers.GlobalAveragePooling2D(), layers.Dropout(0.5), *end):
        model.add(layer)
    return model


@pytest.mark.parametrize("apart", [False, True])
def test_after_a_global_average_it_is_the_class_activation_map(apart: bool) -> None:
    model = pooled(apart=apart)
    convolution, dense = (next(a for a in model.layers if isinstance(a, k)) for k in (layers.Conv2D, layers.Dense))
    features = np.asarray(convolution(FACE[np.newaxis]))[0]
    expected = np.maximum(np.einsum("yxk,kc->cyx", features, np.asarray(dense.kernel)), 0) / 256
    found = GradCam(model, FILE).explain(FACE)
    assert expected.max() > 0
    assert np.allclose(found.maps, expected, atol=1e-6)
    assert found.scores.probabilities == pytest.approx(np.asarray(model(FACE[np.newaxis]))[0].tolist(), abs=1e-6)


def test_weights_are_the_gradients_of_the_score_before_the_softmax() -> None:
    model = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(2, 3, padding="same", activation="relu", name="last"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(6, activation="elu"),
            layers.Dense(7, activation="softmax"),
        ]
    )
    features = np.asarray(model.get_layer("last")(FACE[np.newaxis]))

    def score(values: np.ndarray) -> float:
        x = values
        for layer in model.layers[1:-1]:
            x = np.asarray(layer(x))
        return float((x @ np.asarray(model.layers[-1].kernel))[0, HAPPY])

    step = 1e-3
    weights = []
    for k in range(2):  # the mean gradient of a filter is the derivative along all its numbers at once
        ahead, behind = features.copy(), features.copy()
        ahead[..., k] += step
        behind[..., k] -= step
        weights.append((score(ahead) - score(behind)) / (2 * step * 256))
    expected = np.maximum(features[0] @ np.array(weights), 0)
    assert np.allclose(GradCam(model, FILE).explain(FACE).maps[HAPPY], expected, atol=2e-4)


def test_the_map_of_a_network_that_sees_one_corner_lies_there() -> None:
    """A bright spot anywhere makes features; the dense layer reads happiness only from the upper left quarter."""
    model = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(1, 1, activation="relu", name="light"),
            layers.Flatten(),
            layers.Dense(7, activation="softmax", name="scores"),
        ]
    )
    model.get_layer("light").set_weights([np.ones((1, 1, 1, 1)), np.zeros(1)])
    kernel = np.zeros((16, 16, 7), np.float32)
    kernel[:8, :8, HAPPY] = 1
    model.get_layer("scores").set_weights([kernel.reshape(-1, 7), np.zeros(7)])
    face = np.zeros((16, 16, 1), np.float32)
    face[2:6, 2:6] = 1
    found = GradCam(model, FILE).explain(face)
    assert found.of("happy")[2:6, 2:6].sum() == pytest.approx(found.of("happy").sum())
    assert not found.of("sad").any()


def test_a_residual_network_with_two_heads_is_explained_by_its_votes() -> None:
    pixels = keras.Input((16, 16, 1))
    x = layers.Conv2D(4, 3, padding="same", name="stem")(pixels)
    around = layers.Conv2D(4, 3, padding="same")(x)
    weight = layers.Conv2D(4, 1, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(around))
    x = layers.ReLU(name="last")(layers.Add()([x, layers.Multiply()([around, weight])]))
    pooled_features = layers.GlobalAveragePooling2D()(x)
    heads = [
        layers.Activation("softmax", name=head)(layers.Dense(7, name=f"{head}_logits")(pooled_features))
        for head in ("votes", "fer2013")
    ]
    model = keras.Model(pixels, heads)
    cam = GradCam(model, FILE)
    found = cam.explain(FACE)
    assert cam.layer == "last"
    features = np.asarray(keras.Model(pixels, x)(FACE[np.newaxis]))[0]
    expected = np.maximum(features @ np.asarray(model.get_layer("votes_logits").kernel), 0).transpose(2, 0, 1) / 256
    assert np.allclose(found.maps, expected, atol=1e-6)


def test_a_keras_model_can_be_explained_both_ways() -> None:
    model = pooled()
    faces = np.stack([FACE, 1 - FACE])
    for method in ("grad-cam", "occlusion"):
        explainer = of_model("mine", model, FILE, method=method)
        found = explainer.explain(FACE)
        assert (found.method, found.maps.shape) == (method, (7, 16, 16))
        assert np.allclose(explainer.ask(faces)[0], found.scores.probabilities, atol=1e-6)


def test_a_model_without_convolutions_or_softmax_is_named() -> None:
    flat = keras.Sequential([keras.Input((16, 16, 1)), layers.Flatten(), layers.Dense(7, "softmax")])
    with pytest.raises(ModelError, match=r"made\.keras has no convolution.*--method occlusion"):
        GradCam(flat, FILE)
    assert of_model("flat", flat, FILE, method="occlusion").explain(FACE).maps.any()
    raw = keras.Sequential([keras.Input((16, 16, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(7)])
    with pytest.raises(ModelError, match=r"made\.keras has no layer that gives 7 softmax"):
        GradCam(raw, FILE)
