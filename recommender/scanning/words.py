"""Words for moods, as people write them into their files, and where they lie in valence and energy.

The places follow the circumplex (Russell 1980, "A circumplex model of affect", JPSP 39, 1161–1178) and Russell &
Mehrabian (1977), on the 0–1 scales of a track's features: 0.5 is neither pleasant nor unpleasant, neither calm nor
lively. Words of music alone ("chill", "epic") are our own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from recommender.identity import plain

PLACES: dict[str, tuple[float, float]] = {
    "happy": (0.85, 0.65),
    "joyful": (0.90, 0.70),
    "cheerful": (0.85, 0.65),
    "euphoric": (0.90, 0.90),
    "excited": (0.80, 0.85),
    "energetic": (0.65, 0.90),
    "lively": (0.75, 0.80),
    "upbeat": (0.80, 0.75),
    "uplifting": (0.80, 0.65),
    "fun": (0.85, 0.75),
    "party": (0.80, 0.85),
    "playful": (0.80, 0.60),
    "triumphant": (0.75, 0.80),
    "confident": (0.70, 0.65),
    "hopeful": (0.70, 0.50),
    "romantic": (0.70, 0.35),
    "tender": (0.65, 0.25),
    "warm": (0.70, 0.35),
    "sensual": (0.65, 0.40),
    "dreamy": (0.60, 0.30),
    "chill": (0.65, 0.35),
    "relaxed": (0.70, 0.25),
    "calm": (0.65, 0.20),
    "peaceful": (0.70, 0.15),
    "serene": (0.70, 0.10),
    "mellow": (0.60, 0.30),
    "meditative": (0.55, 0.10),
    "sleepy": (0.50, 0.10),
    "nostalgic": (0.45, 0.35),
    "bittersweet": (0.40, 0.40),
    "reflective": (0.45, 0.25),
    "melancholic": (0.25, 0.30),
    "melancholy": (0.25, 0.30),
    "wistful": (0.35, 0.30),
    "sad": (0.15, 0.30),
    "lonely": (0.20, 0.25),
    "depressed": (0.10, 0.20),
    "gloomy": (0.20, 0.30),
    "sombre": (0.20, 0.25),
    "somber": (0.20, 0.25),
    "bored": (0.30, 0.20),
    "dark": (0.20, 0.50),
    "mysterious": (0.40, 0.45),
    "eerie": (0.20, 0.45),
    "tense": (0.25, 0.70),
    "anxious": (0.20, 0.70),
    "scary": (0.15, 0.70),
    "dramatic": (0.35, 0.75),
    "epic": (0.55, 0.80),
    "intense": (0.40, 0.85),
    "aggressive": (0.25, 0.92),
    "angry": (0.15, 0.85),
    "furious": (0.10, 0.95),
    "neutral": (0.50, 0.50),
}

WRITTEN = (
    *("happy", "energetic", "lively", "uplifting", "hopeful", "relaxed", "calm", "peaceful", "dreamy", "reflective"),
    *("melancholic", "sad", "dark", "tense", "intense", "aggressive", "neutral"),
)
"""The words that mien itself writes into files."""


def place_of(words: Iterable[str]) -> tuple[float, float] | None:
    """Return valence and energy of the mood words that are known, their mean; None when none is."""
    known = [
        PLACES[word]
        for text in words
        for part in re.split(r"[,;/|&]", text)
        if (word := plain(part).removesuffix(" music").removesuffix(" mood")) in PLACES
    ]
    if not known:
        return None
    return math.fsum(v for v, _ in known) / len(known), math.fsum(e for _, e in known) / len(known)


def word_for(valence: float, energy: float) -> str:
    """Return the word, of those that mien writes, that lies nearest."""
    return min(WRITTEN, key=lambda word: math.dist(PLACES[word], (valence, energy)))
