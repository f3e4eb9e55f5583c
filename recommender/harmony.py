"""Which keys go together: the Camelot wheel, DJs' way to write the circle of fifths (Mark Davis, Mixed In Key).

The 24 keys stand at 1–12 round a clock, minor keys as A and major keys as B. The same place is the same key; the other
letter of a number is the relative key, with the same seven notes; a neighbour on the ring is a fifth away and shares
six. Farther apart, more notes clash.
"""

from __future__ import annotations

import numpy as np

GAP_OF_STEPS = (0.0, 0.1, 0.4, 0.6, 0.8, 1.0, 1.0, 1.0)
"""Gap between two keys by steps on the wheel: places round the clock, and one for another letter. One step, the
relative key or a fifth, is what DJs call compatible; the rest is our own grading."""


def camelot(key: int, mode: int) -> str:
    """Return a key's place on the wheel: C major is 8B, A minor 8A.

    Args:
        key: Pitch class, C = 0.
        mode: 1 major, 0 minor.
    """
    return f"{_hour(key, mode)}{'AB'[mode]}"


def key_gap(key: int, mode: int, other_key: int, other_mode: int) -> float:
    """Return how much two keys clash, 0 (the same) … 1."""
    round_the_clock = abs(_hour(key, mode) - _hour(other_key, other_mode))
    return GAP_OF_STEPS[min(round_the_clock, 12 - round_the_clock) + (mode != other_mode)]


def _hour(key: int, mode: int) -> int:
    major = key if mode else key + 3  # the relative major lies three semitones above a minor key
    return (major * 7 + 7) % 12 + 1  # a fifth, seven semitones, is one hour; C is at eight


UNKNOWN_KEY = 24
"""Code of a key that is not known; known ones are key + 12 × mode."""

KEY_GAPS = np.array(
    [
        [np.nan if UNKNOWN_KEY in (a, b) else key_gap(a % 12, a // 12, b % 12, b // 12) for b in range(UNKNOWN_KEY + 1)]
        for a in range(UNKNOWN_KEY + 1)
    ]
)
"""Gaps of all pairs of codes, (25, 25), nan where one is not known."""
