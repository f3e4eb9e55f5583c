"""The tracks of a store that lie nearest to a target: cell by cell around it, ring by ring.

A ring is read when something in it could still be nearer than what is known: nothing beyond the rings that were read is
nearer than their edge.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from recommender.sounds import Sounds
from recommender.store.cells import COARSE, LEVELS, Box, place_of
from recommender.store.engine import fetched
from recommender.types import Features
from recommender.weights import FIT, SLOWEST_BPM

RINGS = 4
"""After so many rings the cells were too small, and larger ones are taken."""

LOOK = 1.5
"""Rings that the first look should reach at least; more of smaller cells hold less that is not needed."""

SPARE = 1.2
"""How many times as many as are wanted the first look should hold, since music lies unevenly."""

SOUND = "id, valence, energy, tempo_bpm, acousticness, mode"
"""What the index `tracks_mood` holds of a track."""

Table = NDArray[np.float64]
"""(N, 6), the columns of `SOUND`, nan where not known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One look into the store: all that is read of it is of one moment.

    Args:
        connection: In a transaction.
        condition: The part of the rules that SQL can hold, to be put behind another condition.
        values: Of the condition.
        density: Coarse cell → tracks.
    """

    connection: Connection
    condition: str
    values: tuple[Any, ...]
    density: Mapping[int, int]


def nearest(reading: Reading, goal: Features, breadth: int) -> tuple[list[int], bool]:
    """Return the ids of the nearest in valence and energy by their whole distance, and whether these are all."""
    if goal.valence is None or goal.energy is None:
        table = _table(reading, "1 = 1", ())
        is_all = len(table) <= breadth
    else:
        table, is_all = _nearest_on_plane(reading, goal.valence, goal.energy, breadth)
    bpm = np.where(table[:, 3] < SLOWEST_BPM, np.nan, table[:, 3])
    no_keys = np.zeros(0, dtype=np.int64)
    sounds = Sounds(table[:, 1], table[:, 2], np.log2(bpm), table[:, 4], table[:, 5], no_keys)
    order = np.lexsort((table[:, 0], sounds.misses(goal)))[:breadth]
    return table[order, 0].astype(np.int64).tolist(), is_all


def _nearest_on_plane(reading: Reading, valence: float, energy: float, breadth: int) -> tuple[Table, bool]:
    """Return the `breadth` nearest in valence and energy, and whether that is all there is."""
    level, reach = _first_look(reading, valence, energy, breadth)
    inner, table = -1, np.empty((0, 6))
    while True:
        box = Box(level, valence, energy, reach)
        table = np.concatenate([table, _inside(reading, box, inner, breadth)])
        gaps = FIT[0] * (table[:, 1] - valence) ** 2 + FIT[1] * (table[:, 2] - energy) ** 2
        edge = min(FIT[0] * box.gaps()[0] ** 2, FIT[1] * box.gaps()[1] ** 2)
        if edge == math.inf:
            rest = _table(reading, "cell IS NULL", (), f" ORDER BY id LIMIT {breadth + 1}")
            table, gaps = np.concatenate([table, rest]), np.concatenate([gaps, np.full(len(rest), math.inf)])
            break
        if np.count_nonzero(gaps < edge) >= breadth:
            break
        inner, reach = reach, reach + 1
        if reach > RINGS:
            level, reach, inner, table = level - 1, 2, -1, table[:0]
    if edge == math.inf and len(table) <= breadth:
        return table, True
    return table[np.lexsort((table[:, 0], gaps))[:breadth]], False


def _first_look(reading: Reading, valence: float, energy: float, breadth: int) -> tuple[int, int]:
    """Return level and reach of the box in which, as crowded as it is around a point, the nearest probably are."""
    part = 2 * (LEVELS - COARSE)
    ranges = Box(COARSE, valence, energy, 1).ranges()
    around = sum(
        reading.density.get(cell, 0) for low, high in ranges for cell in range(low >> part, (high >> part) + 1)
    )
    side = 1 << COARSE
    across = [min(side, place_of(share, side) + 2) - max(0, place_of(share, side) - 1) for share in (valence, energy)]
    level, cell = COARSE, around / (across[0] * across[1])
    wanted = SPARE * breadth / math.pi / LOOK**2
    while cell > wanted and level < LEVELS:
        level, cell = level + 1, cell / 4
    while cell <= wanted / 4 and level > 0:
        level, cell = level - 1, cell * 4
    fitting = (reach for reach in range(1, RINGS) if math.pi * reach**2 * cell >= SPARE * breadth)
    return level, next(fitting, RINGS)


def _inside(reading: Reading, box: Box, inner: int, breadth: int) -> Table:
    """Return the nearest of the rings beyond `inner`, one more than `breadth` at most."""
    ranges = box.ranges(inner)
    if not ranges:
        return np.empty((0, 6))
    valence, energy = (f"({name} - {float(at)!r})" for name, at in (("valence", box.valence), ("energy", box.energy)))
    if reading.connection.dialect.name == "sqlite":  # which reads the index only when each range is its own search
        pairs = ", ".join(f"({low}, {high})" for low, high in ranges)
        cells = f"(SELECT column1 AS low, column2 AS high FROM (VALUES {pairs})) AS r CROSS JOIN tracks"
        inside = "cell BETWEEN r.low AND r.high"
    else:  # which has to see the ranges to know how few rows they hold
        cells, inside = "tracks", " OR ".join(f"cell BETWEEN {low} AND {high}" for low, high in ranges)
    query = (
        f"SELECT {SOUND} FROM {cells} WHERE ({inside}){reading.condition}"
        f" ORDER BY {FIT[0]} * {valence} * {valence} + {FIT[1]} * {energy} * {energy}, id LIMIT {breadth + 1}"
    )
    return _numbers(fetched(reading.connection, query, reading.values))


def _table(reading: Reading, what: str, values: Sequence[Any], end: str = "") -> Table:
    query = f"SELECT {SOUND} FROM tracks WHERE {what}{reading.condition}{end}"
    return _numbers(fetched(reading.connection, query, (*values, *reading.values)))


def _numbers(rows: Sequence[tuple[Any, ...]]) -> Table:
    return np.array(rows, dtype=np.float64).reshape(-1, 6)  # None becomes nan
