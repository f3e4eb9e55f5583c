"""Key and mode: how well the notes that are heard fit each of the 24 keys.

The profiles say how well listeners found each of the twelve notes to fit a key: Krumhansl & Kessler (1982), "Tracing
the dynamic changes in perceived tonal organization in a spatial representation of musical keys", Psychological Review
89, 334–368. The key whose profile correlates best with the notes wins (Krumhansl & Schmuckler; Krumhansl 1990,
"Cognitive Foundations of Musical Pitch", chapter 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PROFILES = {
    1: np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]),
    0: np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]),
}
"""Mode (1 major, 0 minor) → fit of the notes from the first of the key upwards, in semitones."""

LEAST_FIT = 0.5
"""A best correlation below this is no key: drums and noise reach 0.4."""


@dataclass(frozen=True, slots=True)
class Key:
    """The key that fits best.

    Args:
        key: Pitch class, C = 0.
        mode: 1 major, 0 minor.
        fit: Its correlation, −1…1.
        majorness: How much better the best major key fits than the best minor one, −2…2.
    """

    key: int
    mode: int
    fit: float
    majorness: float


def key_of(notes: np.ndarray) -> Key | None:
    """Return the key of notes; None when no key fits.

    Args:
        notes: How much of each pitch class is heard, float (12,), C first, any scale.
    """
    if not np.isfinite(notes).all() or np.ptp(notes) <= 1e-9:
        return None
    fits = {
        (key, mode): float(np.corrcoef(notes, np.roll(profile, key))[0, 1])
        for mode, profile in PROFILES.items()
        for key in range(12)
    }
    key, mode = max(fits, key=lambda name: fits[name])
    best = [max(fits[name] for name in fits if name[1] == wanted) for wanted in (0, 1)]
    if fits[key, mode] < LEAST_FIT:
        return None
    return Key(key, mode, fits[key, mode], best[1] - best[0])
