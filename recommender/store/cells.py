"""Cells of the valence–energy plane: one number a cell, so that any SQL index finds what lies near a mood.

The unit square is cut into 1024 × 1024 cells. A cell's number is its Morton code (Morton 1966, "A computer oriented
geodetic data base"): the bits of its column and its row interleaved. Its first 2 × L bits are then the number of the
cell of a coarser 2^L × 2^L grid that holds it, so that one column serves every size of catalogue: a coarse cell is one
range of numbers, and neighbours often share one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = 10
SIDE = 1 << LEVELS

COARSE = 5
"""The level at which the store counts its tracks, 32 × 32 cells."""


def _spread(number: int) -> int:
    return sum((number >> bit & 1) << 2 * bit for bit in range(LEVELS))


SPREAD = tuple(_spread(number) for number in range(SIDE))
"""A number's bits with a gap behind each."""

_SPREAD = np.array(SPREAD, dtype=np.int64)


def cell_of(valence: float | None, energy: float | None) -> int | None:
    """Return the cell of a sound, or None when valence or energy is not known."""
    if valence is None or energy is None:
        return None
    return SPREAD[place_of(valence, SIDE)] | SPREAD[place_of(energy, SIDE)] << 1


def cells_of(valence: NDArray[np.float64], energy: NDArray[np.float64]) -> list[int | None]:
    """Return the cell of each sound; nan is not known."""
    unknown = np.isnan(valence) | np.isnan(energy)
    across, up = (
        np.clip(np.where(unknown, 0.0, shares) * SIDE, 0, SIDE - 1).astype(np.int64) for shares in (valence, energy)
    )
    found: list[int | None] = (_SPREAD[across] | _SPREAD[up] << 1).tolist()
    for place in np.flatnonzero(unknown).tolist():
        found[place] = None
    return found


def place_of(share: float, side: int) -> int:
    """Return in which of `side` equal parts of 0…1 a number lies, the ends included."""
    return min(side - 1, max(0, int(share * side)))


@dataclass(frozen=True, slots=True)
class Box:
    """A square of (2 × reach + 1)² cells of one level around a point, as far as the plane goes.

    Args:
        level: 0 (one cell) … `LEVELS`.
        valence: Of the point, 0–1.
        energy: Of the point, 0–1.
        reach: Cells to each side; the ring of this number and all within it.
    """

    level: int
    valence: float
    energy: float
    reach: int

    @property
    def is_everything(self) -> bool:
        """Say whether no cell lies outside."""
        return self.gaps() == (math.inf, math.inf)

    def gaps(self) -> tuple[float, float]:
        """Return how far the nearest point outside is in valence and in energy; infinite where the plane ends."""
        return self._gap(self.valence), self._gap(self.energy)

    def ranges(self, inner: int = -1) -> list[tuple[int, int]]:
        """Return the ranges of cell numbers, both ends included, of the rings beyond `inner` up to `reach`."""
        side, shift = 1 << self.level, 2 * (LEVELS - self.level)
        x, y = place_of(self.valence, side), place_of(self.energy, side)
        codes = sorted(
            SPREAD[column] | SPREAD[row] << 1
            for column in range(max(0, x - self.reach), min(side, x + self.reach + 1))
            for row in range(max(0, y - self.reach), min(side, y + self.reach + 1))
            if max(abs(column - x), abs(row - y)) > inner
        )
        merged: list[tuple[int, int]] = []
        for code in codes:
            low, high = code << shift, (code + 1 << shift) - 1
            if merged and merged[-1][1] == low - 1:
                merged[-1] = (merged[-1][0], high)
            else:
                merged.append((low, high))
        return merged

    def _gap(self, share: float) -> float:
        side = 1 << self.level
        place = place_of(share, side)
        low, high = place - self.reach, place + self.reach + 1
        below = share - low / side if low > 0 else math.inf
        above = high / side - share if high < side else math.inf
        return min(below, above)
