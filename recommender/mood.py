"""From seven probabilities to a mood, and from a mood to words.

Valence and arousal are −1…1: the pleasure and arousal axes of Russell & Mehrabian (1977), "Evidence for a three-factor
theory of emotions", Journal of Research in Personality 11, 273–294. The whole distribution counts, not only its peak:
a face that is half sad and half neutral is mildly sad, not sad.
"""

from __future__ import annotations

import math

from emotion.types import EMOTIONS, EmotionScores
from errors import ConfigError, lookup
from recommender.types import Mood

CIRCUMPLEX: dict[str, tuple[float, float]] = {
    "angry": (-0.51, 0.59),
    "disgust": (-0.60, 0.35),
    "fear": (-0.64, 0.60),
    "happy": (0.81, 0.51),
    "sad": (-0.63, -0.27),
    "surprise": (0.40, 0.67),
    "neutral": (0.0, 0.0),
}
"""Valence and arousal of each emotion (Russell & Mehrabian 1977, table of 151 terms)."""

EMOJI: dict[str, str] = {
    "angry": "😠",
    "disgust": "🤢",
    "fear": "😨",
    "happy": "😊",
    "sad": "😢",
    "surprise": "😮",
    "neutral": "😐",
}

TORN_MARGIN = 0.15
"""Two emotions that lie closer than this are both in the face."""

UNREADABLE_TOP = 0.30
"""A first emotion below this says little: chance is 0.14."""


def mood_of(scores: EmotionScores) -> Mood:
    """Return the expected point of the circumplex under the scores.

    The certainty is the mean of two views of the distribution, each 0…1: how little it is spread (1 − entropy / log2 7)
    and how far its first emotion is ahead of the second (the margin). All on one emotion gives 1, seven equal
    probabilities give 0, and two emotions at one half each give 0.32.
    """
    valence = math.fsum(p * CIRCUMPLEX[e][0] for e, p in scores.as_dict().items())
    arousal = math.fsum(p * CIRCUMPLEX[e][1] for e, p in scores.as_dict().items())
    focus = 1 - scores.entropy / math.log2(len(EMOTIONS))
    certainty = (focus + scores.margin) / 2
    return Mood(scores.top, _clip(valence, -1), _clip(arousal, -1), _clip(certainty, 0), scores)


def mood_named(emotion: str) -> Mood:
    """Return the mood at an emotion's own point, for a user who says it in a word.

    Raises:
        UnknownName: It is not one of `EMOTIONS`.
    """
    name = emotion.strip().lower()
    valence, arousal = lookup(CIRCUMPLEX, name, "emotion")
    return Mood(name, valence, arousal)


def mood_at(valence: float, arousal: float) -> Mood:
    """Return the mood at a point of the circumplex, with the nearest emotion as its word.

    Args:
        valence: Unpleasant −1 … pleasant 1.
        arousal: Sleepy −1 … aroused 1.

    Raises:
        ConfigError: A value is outside −1…1 or not a number.
    """
    for name, value in (("valence", valence), ("arousal", arousal)):
        if not -1 <= value <= 1:  # also true of nan
            raise ConfigError(f"{name} is {value}; give a number from -1 to 1.")
    nearest = min(EMOTIONS, key=lambda e: math.dist(CIRCUMPLEX[e], (valence, arousal)))
    return Mood(nearest, valence, arousal)


def torn_between(mood: Mood) -> tuple[str, str] | None:
    """Return the two emotions that a reading cannot decide between, the likelier first, or None."""
    if mood.scores is None or mood.scores.margin >= TORN_MARGIN:
        return None
    return _first_two(mood.scores)


def describe(mood: Mood) -> str:
    """Return the mood in a few words for people: "quite happy and awake", "torn between sadness and fear"."""
    if mood.scores is None:
        if (mood.valence, mood.arousal) == CIRCUMPLEX[mood.emotion]:
            return _with_company(ADJECTIVE[mood.emotion], mood)
        return _region(mood)
    share = mood.scores.as_dict()
    first, second = _first_two(mood.scores)
    if share[first] < UNREADABLE_TOP:
        return f"hard to read, perhaps {_NOUN[first]} or {_NOUN[second]}"
    if torn_between(mood):
        if first == "neutral":
            return f"neutral, with more than a touch of {_NOUN[second]}"
        if second == "neutral":
            return f"a little {ADJECTIVE[first]}, close to neutral"
        return f"torn between {_NOUN[first]} and {_NOUN[second]}"
    if first == "neutral":
        return "calm and neutral" if share[second] < 0.2 else f"mostly neutral, with a touch of {_NOUN[second]}"
    return _with_company(f"{_degree(share[first])} {ADJECTIVE[first]}", mood)


ADJECTIVE: dict[str, str] = {
    "angry": "angry",
    "disgust": "disgusted",
    "fear": "afraid",
    "happy": "happy",
    "sad": "sad",
    "surprise": "surprised",
    "neutral": "neutral",
}
_NOUN: dict[str, str] = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "calm",
}


def _first_two(scores: EmotionScores) -> tuple[str, str]:
    share = scores.as_dict()
    first, second = sorted(EMOTIONS, key=lambda emotion: -share[emotion])[:2]
    return first, second


def _degree(probability: float) -> str:
    if probability >= 0.85:
        return "very"
    if probability >= 0.6:
        return "quite"
    return "fairly" if probability >= 0.45 else "a little"


def _with_company(words: str, mood: Mood) -> str:
    """Add what the arousal says, where it says something."""
    pleasant, unpleasant = mood.valence > 0.45, mood.valence < -0.25
    if mood.arousal > 0.45:
        company = "lively" if pleasant else "tense" if unpleasant else "wide awake"
    elif mood.arousal > 0.2:
        company = "awake" if pleasant else "uneasy" if unpleasant else "alert"
    elif mood.arousal < -0.2:
        company = "relaxed" if pleasant else "low" if unpleasant else "drowsy"
    else:
        return words
    return f"{words} and {company}"


def _region(mood: Mood) -> str:
    """Name a point that no emotion word names: three by three regions, and how far out it lies."""
    column = (mood.valence > -0.2) + (mood.valence > 0.2)
    row = (mood.arousal > -0.2) + (mood.arousal > 0.2)
    words = (
        ("gloomy and tired", "sleepy and still", "relaxed and at peace"),
        ("downhearted", "even-tempered", "content"),
        ("tense and upset", "wide awake", "cheerful and lively"),
    )[row][column]
    out = math.hypot(mood.valence, mood.arousal)
    if row == 1 and column == 1:
        return words
    return f"very {words}" if out > 0.85 and words != "wide awake" else f"a little {words}" if out < 0.4 else words


def _clip(value: float, low: float) -> float:
    return min(1.0, max(low, value))
