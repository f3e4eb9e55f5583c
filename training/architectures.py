"""The networks, one short builder each, and the table that names them.

Every network takes float32 (batch, side, side, channels) in 0–1 and ends in seven softmax units in the order of
`EMOTIONS`; what else an input needs (ImageNet's normalisation) is a layer of the network. `form="published"` rebuilds
a source's printed summary, number by number, where that differs from what can be trained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from emotion.models import HEADS
from training import photo_networks
from training.data import SIDE
from training.emotion_network import mien_emotion
from training.layers import centre_kernels, convolution, scores


@dataclass(frozen=True, slots=True)
class Variant:
    """One published network.

    Args:
        build: `(form, *, side, **options) → keras.Model`; the options are the keys of a recipe's `[build]` table.
        source: Who published it, for which data.
        claim: What they measured, in their words.
        about: What it is, in a sentence.
        side: Of its pictures, in pixels, as published.
        channels: 1 for grey, 3 for RGB.
        heads: What it answers: FER2013's labels, and with two heads the FER+ votes.
        note: What a reader of the layer table should know.
    """

    build: Callable[..., Any]
    source: str
    claim: str
    about: str
    side: int = SIDE
    channels: int = 1
    heads: tuple[str, ...] = HEADS[:1]
    note: str = ""


def cnn3x3(form: str = "trained", *, side: int = SIDE, dropout: tuple[float, float] = (0.25, 0.5)) -> Any:
    """Build the AUEB report's first variant: six convolutions 48-48-64-64-124-124, all kernels 3×3."""
    return _three_blocks("cnn3x3", (3, 3, 3, 3, 3, 3), 124, form, side, dropout)


def cnn4x4(form: str = "trained", *, side: int = SIDE, dropout: tuple[float, float] = (0.25, 0.5)) -> Any:
    """Build the AUEB report's second variant: 48-48-64-64-128-128, the first four kernels 4×4.

    The last two are 3×3, as the report's own counts (73,856 and 147,584) show.
    """
    return _three_blocks("cnn4x4", (4, 4, 4, 4, 3, 3), 128, form, side, dropout)


def _three_blocks(
    name: str, kernels: tuple[int, ...], widest: int, form: str, side: int, dropout: tuple[float, float]
) -> Any:
    # The report's summaries pool without shrinking and end in one unit; a network that can tell seven classes apart
    # halves at each pool and ends in seven. Dropout has no parameters and no shape, so both forms share it.
    published = form == "published"
    shrink = 1 if published else 2
    filters = (48, 48, 64, 64, widest, widest)
    model = keras.Sequential(name=name)
    model.add(keras.Input((side, side, 1)))
    for i, (width, kernel) in enumerate(zip(filters, kernels, strict=True)):
        model.add(convolution(width, kernel, f"conv{i + 1}"))
        if i % 2:
            model.add(
                layers.MaxPooling2D(
                    2, strides=shrink, padding="same" if published else "valid", name=f"pool{i // 2 + 1}"
                )
            )
            if i < 5:
                model.add(layers.Dropout(dropout[0], name=f"dropout{i // 2 + 1}"))
    model.add(layers.Flatten(name="flatten"))
    if published:
        model.add(layers.Dense(1, activation="sigmoid", name="dense"))
    else:
        model.add(layers.Dropout(dropout[1], name="dropout3"))
        model.add(scores("dense"))
    centre_kernels(model)
    return model


def elu(
    form: str = "trained",  # noqa: ARG001  (both forms are one)
    *,
    side: int = SIDE,
    filters: tuple[int, int, int] = (16, 64, 128),
    dropout: float = 0.2,
) -> Any:
    """Build the KTH report's network: three times convolution and pool, ELU everywhere, 512 dense units.

    The report names the first width, 16, and says that the next are larger; `filters` are ours.
    """
    model = keras.Sequential(name="elu")
    model.add(keras.Input((side, side, 1)))
    for i, width in enumerate(filters, start=1):
        model.add(convolution(width, 3, f"conv{i}", activation="elu"))
        model.add(layers.MaxPooling2D(2, name=f"pool{i}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(512, activation="elu", kernel_initializer="he_normal", name="dense1"))
    model.add(layers.Dropout(dropout, name="dropout"))
    model.add(scores("dense2"))
    centre_kernels(model)
    return model


def mobile(
    form: str = "trained",  # noqa: ARG001  (both forms are one)
    *,
    side: int = SIDE,
    pool: int = 2,
    dropout: tuple[float, float] = (0.25, 0.5),
) -> Any:
    """Build the Bologna report's network for phones: two convolutions of 128, 64 dense units.

    Its printed summary (1,329,543 parameters) pools by 2. Its text says (4, 4) for both fits, which gives 223,623
    parameters: `pool=4` is that form, and the report's figures may belong to it.
    """
    model = keras.Sequential(name="mobile")
    model.add(keras.Input((side, side, 1)))
    for i in (1, 2):
        model.add(convolution(128, 3, f"conv{i}"))
        model.add(layers.MaxPooling2D(pool, name=f"pool{i}"))
    model.add(layers.Dropout(dropout[0], name="dropout1"))
    model.add(layers.BatchNormalization(name="norm"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(64, activation="relu", name="dense1"))
    model.add(layers.Dropout(dropout[1], name="dropout2"))
    model.add(scores("dense2"))
    centre_kernels(model)
    return model


AUEB = "Athens University of Economics and Business, student report on FER2013, 2022"

VARIANTS: dict[str, Variant] = {
    "mien-emotion": Variant(
        mien_emotion,
        "mien, 2026",
        "nothing: it is our own",
        "residual blocks with squeeze-excitation at half the resolution, two heads",
        heads=HEADS,
    ),
    "cnn3x3": Variant(cnn3x3, AUEB, "40–70 % expected", "six 3×3 convolutions in three blocks, one dense layer"),
    "cnn4x4": Variant(cnn4x4, AUEB, "40–70 % expected", "the same in 4×4 kernels, the last two 3×3"),
    "elu": Variant(
        elu, "KTH, student report on FER2013", "94 / 98 / 98 % train / validation / test", "three convolutions with ELU"
    ),
    "mobile": Variant(
        mobile,
        "University of Bologna, student report on FER2013 for phones",
        "validation 54.1 / 53.6 %, test 52.9 / 53.0 % (30 / 60 epochs)",
        "two convolutions of 128, batch normalisation, 64 dense units",
        note="The report's text pools by (4, 4), 223,623 parameters (-o pool=4); its figures may belong to that.",
    ),
    "fournet": Variant(
        photo_networks.fournet,
        "Udacity capstone on the muxspace photos",
        "50 % on 426 photos (30 % in grey)",
        "four convolutions with batch normalisation, three dense layers",
        side=224,
        channels=3,
    ),
    "alexnet": Variant(
        photo_networks.alexnet,
        "AlexNet as in torchvision; Udacity capstone (photos) and McGill report (FER2013)",
        "50 % on photos; 51.7 % on FER2013's 7,178 test images",
        "AlexNet's five convolutions, the capstone's or the classic head",
        side=224,
        channels=3,
    ),
    "vgg16": Variant(
        photo_networks.vgg16,
        "VGG16 as in torchvision; Udacity capstone (photos)",
        "21.4 % on photos",
        "VGG16's thirteen convolutions, the capstone's head",
        side=224,
        channels=3,
    ),
}


def summary(model: Any) -> list[tuple[str, tuple[int, ...], int]]:
    """Return layer by layer (kind, output shape without the batch, parameters), as `model.summary()` prints them."""
    return [(type(layer).__name__, tuple(layer.output.shape[1:]), int(layer.count_params())) for layer in model.layers]


def transfer(source: Any, target: Any) -> None:
    """Carry weights to the same network at another input side (progressive resizing).

    Convolutions are copied. The dense kernel that follows the flattening is stretched over the larger map by nearest
    neighbour and divided by the growth in area, so that a stretched input gives the same logits.
    """
    for a, b in zip(source.layers, target.layers, strict=True):
        old = a.get_weights()
        if old and old[0].shape != b.get_weights()[0].shape:
            (h, w, c), (big_h, big_w, _) = _map_before_flatten(source), _map_before_flatten(target)
            rows = [i * h // big_h for i in range(big_h)]
            columns = [j * w // big_w for j in range(big_w)]
            units = old[0].shape[1]
            kernel = old[0].reshape(h, w, c, units)[rows][:, columns] * (h * w / (big_h * big_w))
            old = [kernel.reshape(-1, units), *old[1:]]
        b.set_weights(old)


def _map_before_flatten(model: Any) -> tuple[int, ...]:
    return tuple(model.get_layer("flatten").input.shape[1:])
