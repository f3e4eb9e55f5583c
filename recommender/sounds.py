"""The features of many tracks as NumPy columns, and the two distances that the planner needs of thousands of pairs.

`misses` is `distance.distance` to a target, for all tracks at once. `roughness` is how hard the step from one track to
the next is felt: the root of the weighted mean of squared gaps in valence, energy, tempo (in octaves, half and double
time nearly the same), acousticness, mode and key (Camelot wheel). A feature that one of two tracks lacks counts
`UNKNOWN_GAP`; one that no track at all has does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.harmony import KEY_GAPS, UNKNOWN_KEY
from recommender.types import Features
from recommender.weights import FIT, HALF_TIME_GAP, SLOWEST_BPM, TRANSITION, UNKNOWN_GAP

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sounds:
    """Columns of N tracks, nan where not known: 0–1 each, `tempo` in octaves (log2 of bpm), `keys` as codes."""

    valence: Numbers
    energy: Numbers
    tempo: Numbers
    acousticness: Numbers
    mode: Numbers
    keys: NDArray[np.int64]

    @classmethod
    def of(cls, features: Sequence[Features]) -> Sounds:
        """Collect the features of tracks."""
        bpm = _column(f.tempo_bpm for f in features)
        bpm[bpm < SLOWEST_BPM] = np.nan  # 0 is how some exports write "not known"
        return cls(
            _column(f.valence for f in features),
            _column(f.energy for f in features),
            np.log2(bpm),
            _column(f.acousticness for f in features),
            _column(f.mode for f in features),
            np.array([_code(f) for f in features], dtype=np.int64),
        )

    def take(self, rows: NDArray[np.int64]) -> Sounds:
        """Return the columns of some tracks."""
        return Sounds(
            self.valence[rows],
            self.energy[rows],
            self.tempo[rows],
            self.acousticness[rows],
            self.mode[rows],
            self.keys[rows],
        )

    def misses(self, goal: Features) -> Numbers:
        """Return each track's distance to a goal, (N,), 0 … 1; features that the goal leaves open do not count."""
        total = np.zeros(len(self.valence))
        counted = 0.0
        tempo = np.log2(goal.tempo_bpm) if goal.tempo_bpm else None
        goals = (goal.valence, goal.energy, tempo, goal.acousticness, goal.mode)
        columns = (self.valence, self.energy, self.tempo, self.acousticness, self.mode)
        for name, weight, column, wanted in zip("vetam", FIT, columns, goals, strict=True):
            if wanted is not None:
                gap = np.abs(column - wanted)
                total += weight * np.square(_known(_octaves(gap) if name == "t" else gap))
                counted += weight
        return np.sqrt(total / counted) if counted else total

    def roughness(self) -> Numbers:
        """Return how rough the step between any two tracks is, (N, N), 0 … 1, the same both ways."""
        count = len(self.valence)
        total = np.zeros((count, count))
        counted = 0.0
        columns = (self.valence, self.energy, self.tempo, self.acousticness, self.mode)
        for name, weight, column in zip("vetam", TRANSITION, columns, strict=False):
            if not np.isnan(column).all():
                gap = np.abs(column[:, None] - column)
                total += weight * np.square(_known(_octaves(gap) if name == "t" else gap))
                counted += weight
        if (self.keys != UNKNOWN_KEY).any():
            total += TRANSITION[5] * np.square(_known(KEY_GAPS[self.keys[:, None], self.keys]))
            counted += TRANSITION[5]
        return np.sqrt(total / counted) if counted else total


def _column(values: Iterable[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _code(features: Features) -> int:
    if features.key is None or features.mode is None or not 0 <= features.key <= 11:
        return UNKNOWN_KEY
    return features.key + 12 * features.mode


def _octaves(gap: Numbers) -> Numbers:
    """Fold octaves: the nearest of straight, half and double time; at most 1."""
    folded = np.abs(gap - np.rint(gap)) + HALF_TIME_GAP
    result: Numbers = np.minimum(np.minimum(gap, folded), 1.0)
    return result


def _known(gap: Numbers) -> Numbers:
    unknown = np.isnan(gap)
    return np.where(unknown, UNKNOWN_GAP, gap) if unknown.any() else gap
