"""From the network's rows to faces, for validation: what the runtime does too, in NumPy and in input pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

FAINTEST = 0.03
"""Confidence below which nothing is looked at."""

MOST = 100
"""Rows that are looked at, the most confident first."""

OVERLAP = 0.4
"""Share of the smaller square's area from which on two rows are one face."""


def strongest(rows: F32) -> F32:
    """Keep the most confident of any rows that overlap (non-maximum suppression).

    Args:
        rows: float32 (cells, 6): confidence, centre x, centre y, side, cosine, sine.

    Returns:
        The rows that are kept, the most confident first.
    """
    rows = rows[rows[:, 0] >= FAINTEST]
    rows = rows[np.argsort(-rows[:, 0], kind="stable")[:MOST]]
    kept: list[int] = []
    half = rows[:, 3] / 2
    for i in range(len(rows)):
        if kept:
            reach = half[kept] + half[i]
            sides = np.minimum(
                np.clip(reach[:, None] - np.abs(rows[kept, 1:3] - rows[i, 1:3]), 0, None),
                2 * np.minimum(half[kept], half[i])[:, None],
            )
            if (sides.prod(axis=1) > OVERLAP * (2 * np.minimum(half[kept], half[i])) ** 2).any():
                continue
        kept.append(i)
    return rows[kept]


@dataclass(frozen=True, slots=True)
class Rule:
    """When a row is a face: how far its centre may be off, in sides; how many times too large or small it may be."""

    off: float = 0.35
    times: float = 2.0

    def hit(self, rows: F32, face: Any) -> npt.NDArray[np.bool_]:
        """Mark the rows that are on a face (centre x, centre y, side, …)."""
        x, y, side = face[:3]
        near = np.maximum(np.abs(rows[:, 1] - x), np.abs(rows[:, 2] - y)) <= self.off * side
        alike: npt.NDArray[np.bool_] = near & (rows[:, 3] <= self.times * side) & (side <= self.times * rows[:, 3])
        return alike


HIT = Rule()
