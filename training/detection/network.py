"""The network of `mien-face`: a grey square goes in, for each of 24×24 cells a face that may have its centre there.

Single shot and centre based, as CenterFace (Xu et al. 2019, arXiv:1911.03599): there are no anchors, and one grid
serves all sizes, because features of strides 16 and 32 are added to those of stride 8 (Lin et al. 2017,
arXiv:1612.03144). Blocks are depthwise-separable (Howard et al. 2017, arXiv:1704.04861), residual where shapes allow.

The network looks at contrasts, not at brightness: its first step evens out light, so that a face at a tenth of the
light is nearly the same input.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

SIDE = 192
"""Of the input, in pixels."""

STRIDE = 8
"""Input pixels per cell, each way."""

RAW = 6
"""Channels of the raw map: logit, centre x and y in cells from the cell's middle, log of side over `UNIT`, and a vector
that points along the roll."""

UNIT = 32.0
"""Side in input pixels whose logarithm is 0."""

LONGEST_LOG = 2.0
"""Sides lie within a factor e^2 of `UNIT` both ways, 4 to 236 pixels."""

RARE = 0.01
"""Share of cells that the untrained network takes for a face, so that the many empty ones do not drown the rest."""


def mien_face(side: int = SIDE, widths: tuple[int, ...] = (16, 32, 64, 96, 128), neck: int = 64) -> Any:
    """Build the network that is trained.

    Args:
        side: Of the input, in pixels; a multiple of 32.
        widths: Channels at strides 2, 4, 8, 16 and 32.
        neck: Channels of the map that strides 8, 16 and 32 are added in.

    Returns:
        A Keras model, float32 (batch, side, side, 1), grey, 0–1 → (batch, side / 8, side / 8, 6), raw.

    Raises:
        ValueError: When the side is no multiple of 32.
    """
    if side % 32:
        raise ValueError(f"the side is a multiple of 32, not {side}")
    picture = keras.Input((side, side, 1))
    x = EvenLight(name="even_light")(picture)
    x = _normalised(layers.Conv2D(widths[0], 3, strides=2, padding="same", use_bias=False)(x))
    x = _block(x, widths[1], stride=2)
    x = _block(x, widths[1])
    eighth = _many(_block(x, widths[2], stride=2), 3)
    sixteenth = _many(_block(eighth, widths[3], stride=2), 4)
    thirty_second = _many(_block(sixteenth, widths[4], stride=2), 3)
    x = _lateral(sixteenth, neck) + _doubled(_lateral(thirty_second, neck))
    x = _block(layers.ReLU()(x), neck)
    x = _lateral(eighth, neck) + _doubled(_lateral(x, neck))
    x = _block(layers.ReLU()(x), neck)
    x = _block(x, neck)
    bias = np.zeros(RAW)
    bias[0], bias[4] = -np.log(1 / RARE - 1), 1.0
    head = layers.Conv2D(RAW, 1, bias_initializer=_Bias(bias.tolist()), name="head")
    return keras.Model(picture, head(x), name="mien_face")


def exported(model: Any) -> Any:
    """Return the network with its raw map decoded, as it ships.

    Returns:
        A Keras model, float32 (1, side, side, 1) → (1, cells, 6): confidence 0–1, centre x, centre y and side in input
        pixels, cosine and sine of the roll (clockwise as seen by the viewer).
    """
    picture = keras.Input(batch_shape=(1, *model.input_shape[1:]))
    return keras.Model(picture, Decode(name="decode")(model(picture)))


@keras.saving.register_keras_serializable("mien")
class EvenLight(layers.Layer):  # type: ignore[misc]
    """Two views of the picture: contrast against the whole of it, and against the surroundings of each pixel.

    The first is the picture minus its mean over its standard deviation; the second the same within windows, so that a
    face in the shade stands out as one in the sun.
    """

    FLOOR = 0.01
    """Standard deviation below which contrast is noise and is not amplified further."""

    WINDOW = 32
    """Pixels that a window is apart from the next; each reaches over its neighbours."""

    def call(self, picture: Any) -> Any:
        ops = keras.ops
        mean = ops.mean(picture, axis=(1, 2), keepdims=True)
        whole = picture - mean
        spread = ops.sqrt(ops.mean(whole * whole, axis=(1, 2), keepdims=True) + self.FLOOR**2)
        side = picture.shape[1]
        contrast = picture - self._blurred(picture, side)
        deviation = ops.sqrt(self._blurred(contrast * contrast, side) + self.FLOOR**2)
        return ops.concatenate([whole / spread, contrast / deviation], axis=-1)

    def _blurred(self, values: Any, side: int) -> Any:
        """Means over windows: pooling, smoothing over 3×3 of them, enlarging."""
        ops = keras.ops
        small = ops.average_pool(values, self.WINDOW, self.WINDOW, padding="valid")
        small = ops.average_pool(small, 3, 1, padding="same")
        return ops.image.resize(small, (side, side), interpolation="bilinear", data_format="channels_last")

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*shape[:-1], 2)


@keras.saving.register_keras_serializable("mien")
class Decode(layers.Layer):  # type: ignore[misc]
    """From the raw map (batch, rows, columns, 6) to one row a cell: confidence, centre, side, cosine, sine."""

    def call(self, raw: Any) -> Any:
        ops = keras.ops
        rows, columns = raw.shape[1:3]
        middles = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1)[np.newaxis] + 0.5
        confidence = ops.sigmoid(raw[..., :1])
        centre = (raw[..., 1:3] + ops.convert_to_tensor(middles.astype(np.float32))) * STRIDE
        side = UNIT * ops.exp(ops.clip(raw[..., 3:4], -LONGEST_LOG, LONGEST_LOG))
        turn = raw[..., 4:6]
        turn = turn / ops.sqrt(ops.sum(turn * turn, axis=-1, keepdims=True) + 1e-6)
        return ops.reshape(ops.concatenate([confidence, centre, side, turn], axis=-1), (-1, rows * columns, RAW))

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        rows, columns = shape[1], shape[2]
        return (shape[0], rows * columns if rows and columns else None, RAW)


@keras.saving.register_keras_serializable("mien")
class _Bias(keras.initializers.Initializer):  # type: ignore[misc]
    """A bias that starts at given values."""

    def __init__(self, values: list[float]) -> None:
        self.values = values

    def __call__(self, shape: Any, dtype: Any = None, **_: Any) -> Any:
        return keras.ops.reshape(keras.ops.convert_to_tensor(np.array(self.values, np.float32), dtype=dtype), shape)

    def get_config(self) -> dict[str, Any]:
        return {"values": self.values}


def _block(x: Any, width: int, stride: int = 1) -> Any:
    """A depthwise 3×3 and a 1×1 convolution, added to its input where both have one shape."""
    before = x
    x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(x)
    x = _normalised(x)
    x = layers.Conv2D(width, 1, use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.97)(x)
    if before.shape[-1] == width and stride == 1:
        x = x + before
    return layers.ReLU()(x)


def _many(x: Any, count: int) -> Any:
    for _ in range(count):
        x = _block(x, x.shape[-1])
    return x


def _normalised(x: Any) -> Any:
    return layers.ReLU()(layers.BatchNormalization(momentum=0.97)(x))


def _lateral(x: Any, width: int) -> Any:
    return layers.BatchNormalization(momentum=0.97)(layers.Conv2D(width, 1, use_bias=False)(x))


def _doubled(x: Any) -> Any:
    return layers.UpSampling2D(2)(x)
