"""Exact Grad-CAM for Keras models (Selvaraju et al. 2017, arXiv:1610.02391, equations 1 and 2).

The maps of the last convolution are summed, each weighted by the mean gradient of the class's score before the softmax;
what is negative becomes zero. "Last convolution" is the last layer with rows and columns that convolves, activates or
adds up (a residual block), so that its nonlinearity counts and a pooling after it does not. Of two heads the votes are
explained, which is what the product uses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np

from emotion.explanation.evidence import F32, F64, Ask, Evidence, Explainer
from emotion.explanation.occlusion import by_occlusion
from emotion.opencv import cv2
from emotion.types import EMOTIONS, EmotionScores
from errors import ConfigError, ModelError
from training.networks import Network, of_keras

FEATURES = (
    keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.SeparableConv2D, keras.layers.Activation,
    keras.layers.ReLU, keras.layers.LeakyReLU, keras.layers.ELU, keras.layers.PReLU, keras.layers.Add,
)  # fmt: skip

PREFERRED_HEAD = "votes"


class GradCam:
    """A Keras model taken apart into what comes before its last convolution's output and what comes after.

    Args:
        model: float32 (batch, side, side, channels) in 0–1 → seven softmax probabilities.
        file: Where it comes from, for messages.

    Raises:
        ModelError: It has no softmax over the seven classes, or no convolution before it.
        ConfigError: Keras runs on something else than TensorFlow.
    """

    def __init__(self, model: Any, file: Path) -> None:
        if keras.backend.backend() != "tensorflow":
            raise ConfigError("Grad-CAM needs Keras on TensorFlow. Set KERAS_BACKEND=tensorflow, or unset it.")
        features, scores = _last_convolution(model, file), _softmax_layer(model, file)
        self.layer = str(features.name)
        self._dense = scores if isinstance(scores, keras.layers.Dense) else None
        self._parts = _parts(model, features, scores)

    def explain(self, face: F32) -> Evidence:
        """Explain one face with one pass forth and one back.

        Args:
            face: float32 (side, side, channels), 0–1.

        Returns:
            Maps in the model's own units of a score, 0 or more.
        """
        import tensorflow as tf

        inputs = tf.convert_to_tensor(face[np.newaxis])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(inputs)
            features, hidden, said = self._parts(inputs, training=False)
            scores = self._before_softmax(hidden)
        gradients = tape.jacobian(scores, features, experimental_use_pfor=False)  # (1, 7, 1, rows, columns, filters)
        weights = gradients.numpy()[0, :, 0].mean(axis=(1, 2))
        maps = np.maximum(np.einsum("yxk,ck->cyx", features.numpy()[0], weights), 0).astype(np.float32)
        size = (face.shape[1], face.shape[0])
        wide = np.asarray([cv2.resize(m, size, interpolation=cv2.INTER_LINEAR) for m in maps], np.float32)
        probabilities = said.numpy()[0].astype(np.float64)
        return Evidence(face, EmotionScores(tuple(map(float, probabilities / probabilities.sum()))), wide, "grad-cam")

    def _before_softmax(self, hidden: Any) -> Any:
        """Work out the scores (1, 7) that enter the softmax, which in a dense layer are not to be seen."""
        if self._dense is None:
            return hidden
        scores = keras.ops.matmul(keras.ops.cast(hidden, self._dense.kernel.dtype), self._dense.kernel)
        return scores if self._dense.bias is None else scores + self._dense.bias


def of_model(name: str, model: Any, file: Path, *, method: str = "grad-cam") -> Explainer:
    """Return a Keras model as one that can be explained, by "grad-cam" or "occlusion".

    Raises:
        ModelError: It cannot be taken apart.
    """
    network = of_keras(model, file)
    ask = _asking(network)
    if method == "occlusion":
        return by_occlusion(name, network.shape, ask)
    return Explainer(name, network.shape, ask, GradCam(model, file).explain)


def _asking(network: Network) -> Ask:
    def ask(faces: F32) -> F64:
        parts = [network.predict(faces[i : i + network.batch]) for i in range(0, len(faces), network.batch)]
        said = np.concatenate(parts).astype(np.float64).reshape(len(faces), -1, len(EMOTIONS))[:, -1]
        return np.asarray(said / said.sum(axis=1, keepdims=True))

    return ask


def _parts(model: Any, features: Any, scores: Any) -> Any:
    """Return the model with three outputs: of its last convolution, before its scores, and its scores."""
    if not isinstance(model, keras.Sequential):
        return keras.Model(model.inputs, [features.output, scores.input, scores.output])
    # A Sequential model calls its layers anew for each one that is added, so that `layer.output` may be of another
    # chain than the next one's input.
    pixels = x = keras.Input(model.input_shape[1:])
    outputs, hidden = [], x
    for layer in model.layers:
        hidden, x = x, layer(x)
        if layer is features:
            outputs.append(x)
        if layer is scores:
            outputs += [hidden, x]
    return keras.Model(pixels, outputs)


def _softmax_layer(model: Any, file: Path) -> Any:
    found = [layer for layer in model.layers if _is_softmax(layer) and layer.output.shape[-1] == len(EMOTIONS)]
    if not found:
        raise ModelError(f"{file} has no layer that gives {len(EMOTIONS)} softmax probabilities; train it again.")
    return next((layer for layer in found if layer.name == PREFERRED_HEAD), found[-1])


def _is_softmax(layer: Any) -> bool:
    if isinstance(layer, keras.layers.Softmax):
        return True
    return (
        isinstance(layer, keras.layers.Dense | keras.layers.Activation)
        and layer.activation is keras.activations.softmax
    )


def _last_convolution(model: Any, file: Path) -> Any:
    for layer in reversed(model.layers):
        shape: tuple[Any, ...] = tuple(layer.output.shape) if isinstance(layer, FEATURES) else ()
        if len(shape) == 4 and min(shape[1], shape[2]) > 1:
            return layer
    raise ModelError(f"{file} has no convolution whose maps could be shown. Explain it with --method occlusion.")
