"""Random flips and shifts of a batch, in one gather and without a loop over images."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]


def flip_and_shift(images: U8, rng: np.random.Generator, *, flip: bool, shift: float) -> U8:
    """Mirror half of the images left-right and move each by a random whole number of pixels.

    Args:
        images: uint8 (N, side, side).
        rng: Draws everything; the same state gives the same batch.
        flip: Whether to mirror.
        shift: Furthest move as a fraction of the side; the edge pixels are repeated.

    Returns:
        uint8 (N, side, side).
    """
    n, side, _ = images.shape
    reach = round(shift * side)
    moves = rng.integers(-reach, reach + 1, (2, n, 1))
    line = np.arange(side)
    rows = np.clip(line + moves[0], 0, side - 1)
    columns = np.clip(line + moves[1], 0, side - 1)
    if flip:
        mirrored = rng.random((n, 1)) < 0.5
        columns = np.where(mirrored, columns[:, ::-1], columns)
    moved: U8 = images[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]
    return moved
