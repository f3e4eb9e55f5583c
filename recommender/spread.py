"""How evenly a catalogue covers the plane of valence and energy: cells of a 6 × 6 grid, beside those of measured music.

Cell (0, 0) is the darkest and calmest, (5, 0) the brightest and calmest, (0, 5) the darkest and liveliest. A cell where
measured music is common has to hold enough tracks that a mood there is not answered with the same few songs; a cell
where next to no music lies (very bright and very calm) may stay empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from recommender.types import Features

STEPS = 6
"""Cells along each axis."""

COMMON = 0.01
"""A cell with at least this share of the measured tracks is asked for."""

ENOUGH = 8
"""Tracks that a cell which is asked for needs."""

Place = tuple[int, int]
"""Column (valence) and row (energy), each 0 … `STEPS` − 1."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid.

    Args:
        place: Column and row.
        share: Part of the measured tracks that lie here, 0–1.
        tracks: Tracks of the catalogue that lie here.
    """

    place: Place
    share: float
    tracks: int

    @property
    def asked(self) -> bool:
        """Whether measured music is common here."""
        return self.share >= COMMON

    @property
    def thin(self) -> bool:
        """Whether the catalogue has too little here."""
        return self.asked and self.tracks < ENOUGH


def spread(ours: Iterable[Features], measured: Iterable[Features]) -> tuple[Cell, ...]:
    """Return all cells, row by row from the calmest, each from dark to bright."""
    here, there = counted(ours), counted(measured)
    total = there.total() or 1
    places = [(column, row) for row in range(STEPS) for column in range(STEPS)]
    return tuple(Cell(place, there[place] / total, here[place]) for place in places)


def counted(sounds: Iterable[Features]) -> Counter[Place]:
    """Return how many sounds lie in each cell; a sound without valence or energy lies in none."""
    return Counter(place for sound in sounds if (place := place_of(sound)) is not None)


def place_of(sound: Features) -> Place | None:
    """Return the cell of a sound; a value on a boundary counts to the higher cell, 1 to the highest."""
    if sound.valence is None or sound.energy is None:
        return None
    return _step(sound.valence), _step(sound.energy)


def _step(share: float) -> int:
    return min(STEPS - 1, int(share * STEPS))
