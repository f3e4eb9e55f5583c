"""What the network should answer to a scene, cell by cell, and what a wrong answer costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from training.detection.network import STRIDE, UNIT
from training.detection.pieces import Scene

F32 = npt.NDArray[np.float32]

CHANNELS = 8
"""Of a target: heat, whether the cell counts, weight of the box, centre x and y (cells from the cell's middle), log of
side over `UNIT`, cosine and sine of the roll."""

SPREAD = 0.11
"""Standard deviation of a face's heat, in sides; and at least `LEAST_SPREAD` cells."""

LEAST_SPREAD = 0.55

NEAR = 0.25
"""Heat from which on a cell learns the box too."""

IGNORED = 0.6
"""Cells within this many sides of a face that is neither right nor wrong do not count."""

BOX_WEIGHT, ROLL_WEIGHT = 2.0, 2.0
"""Of the box's and the roll's loss beside that of the confidence."""

ROLL_BEND = 0.5
"""Errors of the roll count by their square up to here (29°): by their size alone, the many upright faces would make 0°
the best guess wherever the network is in doubt."""


def targets(scenes: Sequence[Scene], side: int) -> F32:
    """Return the targets of scenes, float32 (N, side / 8, side / 8, 8)."""
    cells = side // STRIDE
    made = np.zeros((len(scenes), cells, cells, CHANNELS), np.float32)
    made[..., 1] = 1
    rows = [(i, *face) for i, scene in enumerate(scenes) for face in scene.faces]
    if not rows:
        return made
    table = np.array(rows, np.float64)
    number = table[:, 0].astype(int)
    x, y, length, roll, trust = table[:, 1:].T
    x, y, length = x / STRIDE, y / STRIDE, length / STRIDE
    middles = np.arange(cells) + 0.5
    right, down = x[:, None] - middles, y[:, None] - middles  # (faces, cells): from a cell's middle to the centre
    spread = np.maximum(SPREAD * length, LEAST_SPREAD)[:, None]
    heat = np.exp(-0.5 * (down / spread) ** 2)[:, :, None] * np.exp(-0.5 * (right / spread) ** 2)[:, None, :]
    far = np.maximum(np.abs(down)[:, :, None], np.abs(right)[:, None, :]) > IGNORED * length[:, None, None]
    for i in np.argsort(-length):  # a small face before a large one keeps its cells
        target = made[number[i]]
        if trust[i] < 0:
            target[..., 1] = np.minimum(target[..., 1], far[i])
            continue
        row, column = min(int(y[i]), cells - 1), min(int(x[i]), cells - 1)
        heat[i, row, column] = 1
        near = (heat[i] >= NEAR) & (heat[i] >= target[..., 0])
        np.maximum(target[..., 0], heat[i], out=target[..., 0])
        box = np.stack(
            np.broadcast_arrays(
                max(trust[i], 0.0), right[i][None, :], down[i][:, None], np.log(length[i] * STRIDE / UNIT),
                np.cos(roll[i]), np.sin(roll[i]),
            ),
            axis=-1,
        )  # fmt: skip
        target[near, 2:] = box[near] * np.stack([heat[i][near], *[np.ones(near.sum())] * 5], axis=-1)
    made[..., 1] = np.maximum(made[..., 1], made[..., 0] == 1)  # a face beside one that does not count still does
    return made


def loss(target: Any, raw: Any) -> Any:
    """Return the loss of a batch: focal for the confidence, smooth L1 for the box and for the roll's cosine and sine.

    The vector of the roll is asked for as it is, not scaled to length 1 first: its gradient would fade as it grows.

    The confidence follows CornerNet (Law & Deng 2018, arXiv:1808.01244, equation 1): cells near a centre cost less when
    they are confident too.

    Args:
        target: float32 (N, rows, columns, 8).
        raw: float32 (N, rows, columns, 6), as the network gives it.
    """
    ops = keras.ops
    heat, counts, weight = target[..., 0], target[..., 1], target[..., 2]
    logit = raw[..., 0]
    p = ops.sigmoid(logit)
    log_p, log_q = -ops.softplus(-logit), -ops.softplus(logit)
    is_face = ops.cast(heat >= 1.0, "float32")
    focal = is_face * (1 - p) ** 2 * log_p + (1 - is_face) * (1 - heat) ** 4 * p**2 * log_q
    faces = ops.maximum(ops.sum(is_face * counts), 1.0)
    confidence = -ops.sum(focal * counts) / faces
    # In sides of the face, as what is cut out by the box depends on it: half a cell matters little to a large face.
    side_in_cells = UNIT / STRIDE * ops.exp(target[..., 5])
    off = _smooth((raw[..., 1:3] - target[..., 3:5]) / ops.expand_dims(side_in_cells, -1))
    size = _smooth(raw[..., 3] - target[..., 5])
    angle = ops.sum(_smooth(raw[..., 4:6] - target[..., 6:8], ROLL_BEND), axis=-1)
    total = ops.maximum(ops.sum(weight), 1.0)
    box = ops.sum(weight * (ops.sum(off, axis=-1) + size)) / total
    roll = ops.sum(weight * angle) / total
    return confidence + BOX_WEIGHT * box + ROLL_WEIGHT * roll


def _smooth(difference: Any, bend: float = 0.05) -> Any:
    """Huber's loss over its bend: square below it, straight above."""
    size = keras.ops.abs(difference)
    return keras.ops.where(size < bend, size * size / (2 * bend), size - bend / 2)
