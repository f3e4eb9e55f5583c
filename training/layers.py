"""The layers that the networks share, and where a network starts: filters without a mean."""

from __future__ import annotations

from typing import Any

from keras import layers

from emotion.types import EMOTIONS


def convolution(filters: int, kernel: int, name: str, **options: Any) -> Any:
    """Return a convolution with He's initial weights (arXiv:1502.01852); ReLU, same size, unless `options` differ."""
    given = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal", **options}
    return layers.Conv2D(filters, kernel, name=name, **given)


def scores(name: str) -> Any:
    """Return the last layer: seven probabilities in the order of `EMOTIONS`, in full precision."""
    return layers.Dense(len(EMOTIONS), activation="softmax", name=name, dtype="float32")


def centre_kernels(model: Any) -> None:
    """Start every convolution with filters whose weights sum to zero.

    Inputs of 0–1 and ReLU outputs are all positive; without batch normalisation an uncentred filter mostly passes on
    their mean, and the first epochs are lost on it (cf. weight standardisation, Qiao et al. 2019, arXiv:1903.10520).
    """
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel - kernel.mean(axis=(0, 1, 2)), bias])
