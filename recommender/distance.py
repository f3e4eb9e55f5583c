"""How far a sound is from a target.

A distance is the root of the weighted mean of the squared gaps, 0 (the same) … 1. Each gap is 0–1:

- valence, energy, acousticness: their difference;
- tempo: octaves between the two, where half and double time are nearly the same pulse, since that is how people move
  to it and where tempo estimates err;
- mode: 1 when one is major and the other minor.

A feature that the goal leaves open does not count; one that only the track lacks counts as `UNKNOWN_GAP`, more than a
good fit and less than a bad one.
"""

from __future__ import annotations

import math

from recommender.types import Features
from recommender.weights import FIT as FIT
from recommender.weights import HALF_TIME_GAP, SLOWEST_BPM, UNKNOWN_GAP

FEATURES = ("valence", "energy", "tempo", "acousticness", "mode")
"""The order of weights and gaps."""


def distance(track: Features, goal: Features, weights: tuple[float, ...] = FIT) -> float:
    """Return how far a track is from a goal, 0 … 1; 0 when the goal leaves everything open."""
    total = counted = 0.0
    for weight, gap in zip(weights, gaps(track, goal), strict=True):
        if gap is not None:
            total += weight * gap * gap
            counted += weight
    return math.sqrt(total / counted) if counted else 0.0


def gaps(track: Features, goal: Features) -> tuple[float | None, ...]:
    """Return track minus goal for each of `FEATURES`, −1 … 1; None where the goal leaves the feature open."""
    return (
        _difference(track.valence, goal.valence),
        _difference(track.energy, goal.energy),
        tempo_gap(track.tempo_bpm, goal.tempo_bpm),
        _difference(track.acousticness, goal.acousticness),
        _difference(track.mode, goal.mode),
    )


def tempo_gap(tempo_bpm: float | None, goal_bpm: float | None) -> float | None:
    """Return the octaves from a goal to a tempo, −1 … 1, the nearest of straight, half and double time."""
    if not goal_bpm:
        return None
    if not tempo_bpm or tempo_bpm < SLOWEST_BPM:  # 0 is how some exports write "not known"
        return UNKNOWN_GAP
    straight = math.log2(tempo_bpm / goal_bpm)
    if -0.5 < straight < 0.5:
        return straight
    folded = straight - round(straight)
    if abs(folded) + HALF_TIME_GAP < abs(straight):
        return math.copysign(abs(folded) + HALF_TIME_GAP, folded)
    return min(1.0, max(-1.0, straight))


def _difference(value: float | None, goal: float | None) -> float | None:
    if goal is None:
        return None
    return UNKNOWN_GAP if value is None else value - goal
