"""Valence and energy from what was measured: estimates, since no measurement says how music feels.

Mode, tempo, register and dynamics, in this order, are what listeners go by (Eerola, Friberg & Bresin 2013, "Emotional
expression in music: contribution, linearity, and additivity of primary musical cues", Frontiers in Psychology 4:487):
200 variations of four pieces, rated as happy, sad, peaceful and scary. Cues add up, nearly linearly, and do not
interact, so each estimate here is a weighted sum. The paper's ranking fixes the order of the weights; their sizes and
the ranges over which a cue counts are ours. How awake music sounds goes by dynamics, tempo and brightness (Schubert
2004, "Modeling perceived emotion with continuous musical features", Music Perception 21, 561–585; Gabrielsson &
Lindström 2010, "The role of structure in the musical expression of emotions", Handbook of Music and Emotion).

A cue that could not be measured counts as neither.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from recommender.scanning.measuring import Measures

VALENCE_WEIGHTS = {"mode": 0.40, "tempo": 0.28, "register": 0.18, "dynamics": 0.14}
ENERGY_WEIGHTS = {"dynamics": 0.45, "tempo": 0.35, "brightness": 0.20}

CLEAR_MODE = 0.20
"""So much better must the best major key fit than the best minor one, or the other way, for the mode to count fully."""

SLOW_TO_FAST = (60.0, 120.0, 200.0)
"""Beats per minute at which the tempo counts −1, 0 and 1 (on a logarithmic scale)."""

SPARSE_TO_BUSY = (0.75, 3.0, 9.0)
"""Onsets in a second at which the pace counts −1, 0 and 1; Eerola et al. give tempo as notes in a second."""

SOFT_TO_LOUD = (-30.0, -15.0, -6.0)
"""Loudness in LUFS at which the dynamics count −1, 0 and 1."""

LOW_TO_HIGH = (-2.0, -0.5, 1.0)
"""Mean pitch in octaves above C4 at which the register counts −1, 0 and 1."""

DULL_TO_BRIGHT = (500.0, 1700.0, 4000.0)
"""Centre of the spectrum in Hz at which the brightness counts −1, 0 and 1 (on a logarithmic scale)."""


@dataclass(frozen=True, slots=True)
class Cues:
    """What listeners go by, −1…1 each; 0 also where it could not be measured."""

    mode: float = 0.0
    tempo: float = 0.0
    register: float = 0.0
    dynamics: float = 0.0
    brightness: float = 0.0


def cues_of(measures: Measures, tempo_bpm: float | None = None, mode: int | None = None) -> Cues:
    """Return the cues of a recording.

    Args:
        measures: What was measured.
        tempo_bpm: What is known better, from a tag.
        mode: What is known better, from a tag.
    """
    beat = tempo_bpm or measures.tempo_bpm
    pace = [_on(math.log(beat), *map(math.log, SLOW_TO_FAST))] if beat else []
    if measures.onsets_per_s:  # also makes up for a beat that is off by an octave
        pace.append(_on(math.log(measures.onsets_per_s), *map(math.log, SPARSE_TO_BUSY)))
    if mode is not None:
        major = 1.0 if mode else -1.0
    else:
        major = max(-1.0, min((measures.majorness or 0.0) / CLEAR_MODE, 1.0))
    return Cues(
        mode=major,
        tempo=math.fsum(pace) / len(pace) if pace else 0.0,
        register=0.0 if measures.register_octaves is None else _on(measures.register_octaves, *LOW_TO_HIGH),
        dynamics=0.0 if measures.loudness_lufs is None else _on(measures.loudness_lufs, *SOFT_TO_LOUD),
        brightness=_on(math.log(measures.centroid_hz), *map(math.log, DULL_TO_BRIGHT)) if measures.centroid_hz else 0.0,
    )


def mood_of(cues: Cues) -> tuple[float, float]:
    """Return valence and energy, 0–1."""
    valence = math.fsum(weight * getattr(cues, name) for name, weight in VALENCE_WEIGHTS.items())
    energy = math.fsum(weight * getattr(cues, name) for name, weight in ENERGY_WEIGHTS.items())
    return round(0.5 + valence / 2, 3), round(0.5 + energy / 2, 3)


def _on(value: float, low: float, middle: float, high: float) -> float:
    """Return where a value lies on a scale of two straight pieces, −1…1."""
    share = (value - middle) / (high - middle if value > middle else middle - low)
    return max(-1.0, min(share, 1.0))
