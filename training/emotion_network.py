"""`mien-emotion`: a small residual network with squeeze-excitation that answers two questions at once.

FER2013's labels and the FER+ crowd votes agree on 63 % of the images, so they are two heads on one trunk: `fer2013`
speaks the labels, `votes` gives the distribution of the votes (what people see). While it learns both come as one
tensor (N, 2, 7), so that one trainer serves every network; what ships (`deployed`) has them as two named outputs, its
normalisations folded into the convolutions.

The resolution is halved right after the first convolution: at 24×24 a multiply-accumulate costs LiteRT as little as
anywhere, the maps are small enough for the cache, and a step of training costs half of what a trunk at 48×48 does.
Residual blocks: He et al. 2016, arXiv:1512.03385; squeeze-excitation: Hu et al. 2018, arXiv:1709.01507.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers

from emotion.models import HEADS
from emotion.preprocessing import SIDE
from emotion.types import EMOTIONS


def mien_emotion(
    form: str = "trained",  # noqa: ARG001  (both forms are one)
    *,
    side: int = SIDE,
    stem: tuple[int, int] = (32, 64),
    widths: tuple[int, ...] = (64, 128, 256),
    depths: tuple[int, ...] = (1, 2, 1),
    squeeze: int = 8,
    dropout: float = 0.2,
) -> Any:
    """Build the network that learns: float32 (N, side, side, 1) in 0–1 → (N, 2, 7), softmax over the last axis.

    Args:
        form: Not used; there is one form.
        side: Of the pictures, in pixels.
        stem: Filters of the two convolutions before the blocks; the second one halves the picture.
        widths: Filters of each stage; every stage but the first halves the map.
        depths: Residual blocks of each stage.
        squeeze: How many times fewer units the excitation's hidden layer has than the block has filters.
        dropout: Before the heads.
    """
    if len(widths) != len(depths):
        raise ValueError(f"widths has {len(widths)} stages and depths {len(depths)}")
    pixels = keras.Input((side, side, 1), name="face")
    x = _convolved(pixels, stem[0], "stem1", relu=True)
    x = _convolved(x, stem[1], "stem2", stride=2, relu=True)
    for i, (width, depth) in enumerate(zip(widths, depths, strict=True), start=1):
        for j in range(1, depth + 1):
            x = _block(x, width, f"stage{i}_{j}", squeeze, stride=2 if i > 1 and j == 1 else 1)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    heads = [_head(x, name) for name in HEADS]
    rows = [layers.Reshape((1, len(EMOTIONS)), dtype="float32")(head) for head in heads]
    stacked = layers.Concatenate(axis=1, dtype="float32", name="heads")(rows)
    return keras.Model(pixels, stacked, name="mien-emotion")


def _block(x: Any, width: int, name: str, squeeze: int, *, stride: int) -> Any:
    """Two convolutions, weighed channel by channel, beside a way around them."""
    y = _convolved(x, width, f"{name}_a", stride=stride, relu=True)
    y = _convolved(y, width, f"{name}_b")
    weight = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(y)
    weight = layers.Conv2D(max(8, width // squeeze), 1, activation="relu", name=f"{name}_hidden")(weight)
    weight = layers.Conv2D(width, 1, activation="sigmoid", name=f"{name}_excite")(weight)
    y = layers.Multiply(name=f"{name}_scale")([y, weight])
    if stride > 1:
        x = layers.AveragePooling2D(stride, padding="same", name=f"{name}_shrink")(x)
    if x.shape[-1] != width:
        x = _convolved(x, width, f"{name}_around", kernel=1)
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([y, x]))


def _head(x: Any, name: str) -> Any:
    logits = layers.Dense(len(EMOTIONS), dtype="float32", name=f"{name}_logits")(x)
    return layers.Activation("softmax", dtype="float32", name=name)(logits)


def _convolved(x: Any, width: int, name: str, *, kernel: int = 3, stride: int = 1, relu: bool = False) -> Any:
    x = layers.Conv2D(
        width, kernel, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal", name=name
    )(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if relu else x


# --- what ships ------------------------------------------------------------------------------------------------------


def deployed(model: Any, temperatures: Sequence[float] = (1.0, 1.0)) -> Any:
    """Return the network that ships: two outputs named as `HEADS`, calibrated, no normalisation, no dropout.

    Args:
        model: As `mien_emotion` builds it, trained.
        temperatures: What each head's logits are divided by (`training.calibration`).

    Returns:
        A network of its own, float32 (N, side, side, 1) → [(N, 7), (N, 7)], in full precision.
    """
    norms = {
        layer.input._keras_history.operation.name: layer
        for layer in model.layers
        if isinstance(layer, layers.BatchNormalization)
    }

    def plain(layer: Any) -> Any:
        config = layer.get_config()
        return type(layer).from_config(config | {"use_bias": True} if layer.name in norms else config)

    def called(layer: Any, *args: Any, **kwargs: Any) -> Any:
        gone = isinstance(layer, layers.BatchNormalization | layers.Dropout)
        return args[0] if gone else layer(*args, **kwargs)

    outputs = [model.get_layer(head).output for head in HEADS]
    apart = keras.Model(model.inputs, outputs, name=model.name)
    ships = keras.models.clone_model(apart, clone_function=plain, call_function=called)
    for layer in ships.layers:
        weights = model.get_layer(layer.name).get_weights()
        if layer.name in norms:
            weights = _folded(weights[0], norms[layer.name])
        for head, temperature in zip(HEADS, temperatures, strict=True):
            if layer.name == f"{head}_logits":
                weights = [w / np.float32(temperature) for w in weights]
        layer.set_weights(weights)
    return ships


def _folded(kernel: Any, norm: Any) -> list[Any]:
    """Return the kernel and the bias that do what the convolution and the normalisation after it did."""
    gamma, beta, mean, variance = norm.get_weights()
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return [kernel * scale, beta - mean * scale]
