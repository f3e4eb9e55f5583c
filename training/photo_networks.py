"""The large networks of the Udacity capstone and the McGill report, made for RGB photos of 224×224.

AlexNet and VGG16 follow torchvision, as their sources did, with padding before strided convolutions. At 224×224 the
first dense layer sees the map that torchvision's adaptive pool leaves as it is; smaller pictures give a smaller map and
a smaller dense layer, whose weights `architectures.transfer` carries to a larger one.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

from errors import ConfigError
from training.layers import centre_kernels, convolution, scores

IMAGENET_MEAN = (0.485, 0.456, 0.406)
"""Of the red, green and blue of ImageNet's photos in 0–1 (torchvision.models, 2016 to date)."""

IMAGENET_STD = (0.229, 0.224, 0.225)

HEADS = {"capstone": ((4096, 1024, 512), 0.2), "classic": ((4096, 4096), 0.5)}
"""Head → widths of its dense layers, dropout before (classic, AlexNet's own) or after (capstone) each of them."""

VGG16_FILTERS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))


def fournet(
    form: str = "trained",  # noqa: ARG001  (both forms are one)
    *,
    side: int = 224,
    channels: int = 3,
    dropout: tuple[float, float, float, float] = (0.25, 0.15, 0.15, 0.15),
    dense_dropout: float = 0.2,
) -> Any:
    """Build the capstone's own network: four convolutions, each with ReLU, batch normalisation, pool and dropout.

    Args:
        form: Not used; both forms are one.
        side: Of its pictures, in pixels.
        channels: 3 for RGB in ImageNet's normalisation, 1 for grey in the same.
        dropout: After each pool.
        dense_dropout: After each hidden dense layer.
    """
    model = keras.Sequential(name="fournet")
    model.add(keras.Input((side, side, channels)))
    model.add(_imagenet(channels))
    for i, (width, rate) in enumerate(zip((32, 64, 128, 64), dropout, strict=True), start=1):
        kernel, stride = (5, 2) if i == 1 else (3, 1)
        model.add(layers.Conv2D(width, kernel, strides=stride, activation="relu", name=f"conv{i}"))
        model.add(layers.BatchNormalization(name=f"norm{i}"))
        model.add(layers.MaxPooling2D(2, name=f"pool{i}"))
        model.add(layers.Dropout(rate, name=f"dropout{i}"))
    model.add(layers.Flatten(name="flatten"))
    for i, width in enumerate((1024, 512, 128), start=1):
        model.add(layers.Dense(width, activation="relu", name=f"dense{i}"))
        model.add(layers.Dropout(dense_dropout, name=f"dropout{4 + i}"))
    model.add(scores("scores"))
    return model


def alexnet(form: str = "trained", *, side: int = 224, head: str = "capstone") -> Any:  # noqa: ARG001
    """Build AlexNet in torchvision's single-tower widths (Krizhevsky 2014, arXiv:1404.5997) with one of `HEADS`."""
    model = keras.Sequential(name="alexnet")
    model.add(keras.Input((side, side, 3)))
    model.add(_imagenet(3))
    convolutions = ((64, 11, 4, 2), (192, 5, 1, 2), (384, 3, 1, 1), (256, 3, 1, 1), (256, 3, 1, 1))
    for i, (width, kernel, stride, padding) in enumerate(convolutions, start=1):
        model.add(layers.ZeroPadding2D(padding, name=f"pad{i}"))
        model.add(convolution(width, kernel, f"conv{i}", strides=stride, padding="valid"))
        if i in (1, 2, 5):
            model.add(layers.MaxPooling2D(3, strides=2, name=f"pool{i}"))
    _add_head(model, head)
    centre_kernels(model)
    return model


def vgg16(form: str = "trained", *, side: int = 224, head: str = "capstone", pretrained: bool = False) -> Any:
    """Build VGG16 (Simonyan and Zisserman 2014, arXiv:1409.1556, configuration D) with one of `HEADS`.

    Args:
        form: "published" never loads weights.
        side: Of its pictures, in pixels.
        head: A key of `HEADS`.
        pretrained: Start the convolutions from ImageNet's weights, which keras.applications fetches (58 MB) on first
            use and keeps in its cache.

    Raises:
        ConfigError: The weights are wanted and cannot be fetched.
    """
    source = _imagenet_vgg16() if pretrained and form != "published" else None
    model = keras.Sequential(name="vgg16")
    model.add(keras.Input((side, side, 3)))
    model.add(_imagenet(3))
    for block, widths in enumerate(VGG16_FILTERS, start=1):
        for i, width in enumerate(widths, start=1):
            model.add(convolution(width, 3, f"block{block}_conv{i}"))
        model.add(layers.MaxPooling2D(2, name=f"block{block}_pool"))
    _add_head(model, head)
    centre_kernels(model)
    if source is not None:
        copy_imagenet_weights(source, model)
    return model


def copy_imagenet_weights(source: Any, model: Any) -> None:
    """Copy the convolutions of keras.applications' VGG16, so that `model` gives its features for the same photo.

    That network was trained on BGR in 0–255 less the mean (Caffe's way); ours takes RGB in 0–1 less the mean, over the
    deviation. The first filters are turned round and scaled to match.
    """
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            kernel, bias = source.get_layer(layer.name).get_weights()
            if layer.name == "block1_conv1":
                kernel = kernel[:, :, ::-1] * (255 * np.array(IMAGENET_STD, np.float32))[:, None]
            layer.set_weights([kernel, bias])


def _imagenet_vgg16() -> Any:
    try:
        return keras.applications.VGG16(include_top=False, weights="imagenet")
    except Exception as error:  # Keras raises plain Exception when a download fails
        raise ConfigError(
            f"ImageNet's weights for vgg16 cannot be fetched ({error}); connect to the network, or train without "
            "`pretrained` in the recipe's [build] table."
        ) from error


def _imagenet(channels: int) -> Any:
    """Normalise as torchvision does; grey by the mean of the three channels."""
    mean, std = np.array(IMAGENET_MEAN), np.array(IMAGENET_STD)
    if channels == 1:
        mean, std = mean.mean(keepdims=True), std.mean(keepdims=True)
    return layers.Rescaling((1 / std).tolist(), (-mean / std).tolist(), name="imagenet")


def _add_head(model: Any, head: str) -> None:
    if head not in HEADS:
        raise ConfigError(f"There is no head {head!r}; the recipe's [build] table takes one of {sorted(HEADS)}.")
    widths, rate = HEADS[head]
    model.add(layers.Flatten(name="flatten"))
    for i, width in enumerate(widths, start=1):
        if head == "classic":
            model.add(layers.Dropout(rate, name=f"dropout{i}"))
        model.add(layers.Dense(width, activation="relu", kernel_initializer="he_normal", name=f"dense{i}"))
        if head == "capstone":
            model.add(layers.Dropout(rate, name=f"dropout{i}"))
    model.add(scores("scores"))
