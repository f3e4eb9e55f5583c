"""How fast the memory fades: every constant of it, in one place. docs/memory.md explains them to listeners.

Ages are whole days, so that the same list can be asked for again a minute later.
"""

from __future__ import annotations

import math

LIKE_HALF_LIFE_DAYS = 180.0
SKIP_HALF_LIFE_DAYS = 30.0
"""After so long an opinion counts half: a song stays loved longer than it annoys."""

LIKE, SKIP = 1.0, 0.5
"""What an opinion counts when it is new: a skip may be due to the moment."""

DOUBT = 2.0
"""How many new likes it takes to be as sure of a taste as of knowing nothing: what the prior of "nothing" weighs."""

REGION = 0.12
"""How far a taste reaches on the plane of valence and energy: the standard deviation of a bell around each track."""

REST_LEFT_A_DAY = 0.9
"""What is left of a track's tiredness after a day; `mien bench recommend` measures repetition with the same figure."""

REST_DAYS = 30
"""After so many days a track is as fresh as if it had never been played (0.9 to the 30th is 0.04)."""

FORGOTTEN_DAYS = 1800
"""Opinions older than this are forgotten: ten half-lives of a like."""

PLAYLISTS_KEPT_DAYS = 90
"""Playlists older than this are forgotten: long after their tracks have rested."""

CORRECTION_HALF_LIFE_DAYS = 180.0
"""Faces change: beards, glasses, years, and the light at the desk."""

DAY_S = 86_400.0


def age_days(at_s: float, now_s: float) -> int:
    """Return how many whole days ago something was; what lies in the future is of today."""
    return max(0, math.floor((now_s - at_s) / DAY_S))


def left(age: float, half_life: float) -> float:
    """Return what counts after so many days, 1 … 0."""
    return float(0.5 ** (age / half_life))


def tiredness_after(age: int) -> float:
    """Return how tired a track is that was played so many days ago, 1 … 0."""
    return 0.0 if age >= REST_DAYS else float(REST_LEFT_A_DAY**age)
