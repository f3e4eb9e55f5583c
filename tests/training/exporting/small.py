"""Faces and networks small enough for tests: a bright spot in one of seven places, and a network that tells where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.data import Faces

SIDE = 24


def faces(n: int = 400) -> Faces:
    """Noise with a bright spot in one of seven places, which is its class; every fifth is in Validation."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 60, (n, 48, 48), dtype=np.uint8)
    labels = (np.arange(n) % 7).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 3)
        image[16 * row : 16 * row + 16, 16 * column : 16 * column + 16] += 150
    return Faces(images, labels, np.where(np.arange(n) % 5, 0, 3).astype(np.uint8), source="spots.csv")


def network() -> Any:
    """One convolution that averages, a pool, and a dense layer that looks at the seven places."""
    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            keras.layers.Conv2D(2, 3, padding="same", activation="relu", name="conv"),
            keras.layers.MaxPooling2D(2, name="pool"),
            keras.layers.Dropout(0.5, name="dropout"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(7, activation="softmax", name="dense"),
        ],
        name="spots",
    )
    model.get_layer("conv").set_weights([np.full((3, 3, 1, 2), 1 / 9, np.float32), np.array([0, 0.1], np.float32)])
    kernel = np.zeros((12, 12, 2, 7), np.float32)
    for label in range(7):
        row, column = divmod(label, 3)
        kernel[4 * row : 4 * row + 4, 4 * column : 4 * column + 4, :, label] = 0.3
    model.get_layer("dense").set_weights([kernel.reshape(-1, 7), np.zeros(7, np.float32)])
    return model


def two_headed() -> Any:
    """A functional network with a way around, squeeze-excitation and two named outputs, and random weights."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    picture = keras.Input((SIDE, SIDE, 1), name="picture")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="first")(picture)
    x = layers.ReLU(name="first_relu")(layers.BatchNormalization(name="first_norm")(x))
    y = layers.Conv2D(8, 4, padding="same", name="second")(x)
    weight = layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(y)
    weight = layers.Conv2D(8, 1, activation="sigmoid", name="excite")(weight)
    x = layers.Add(name="sum")([x, layers.Multiply(name="weighed")([y, weight])])
    x = layers.AveragePooling2D(2, padding="same", name="shrink")(x)
    x = layers.Dropout(0.2, name="dropout")(layers.GlobalAveragePooling2D(name="mean")(x))
    heads = [
        layers.Activation("softmax", name=name)(layers.Dense(7, name=f"{name}_logits")(x))
        for name in ("fer2013", "votes")
    ]
    model = keras.Model(picture, heads, name="two")
    rng = np.random.default_rng(2)
    norm = model.get_layer("first_norm")
    norm.set_weights([rng.uniform(0.5, 2, w.shape).astype(np.float32) for w in norm.get_weights()])
    return model


def write_votes(path: Path, faces: Faces) -> Path:
    """Write a crowd that sees happiness in every face, but that cannot tell the seventh class."""
    rows = [
        f"{row},0,{10 * (label != 6)},0,0,0,0,0,0,{10 * (label == 6)},0"
        for row, label in zip(faces.rows.tolist(), faces.labels.tolist(), strict=True)
    ]
    header = "row,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def write_csv(path: Path, faces: Faces) -> Path:
    """Write faces as FER2013 has them, all of them in Training."""
    rows = [
        f"{label},{' '.join(map(str, image.ravel()))},Training"
        for label, image in zip(faces.labels, faces.images, strict=True)
    ]
    path.write_text("\n".join(["emotion,pixels,Usage", *rows]) + "\n")
    return path
