"""Readings that nobody had, for tests."""

from __future__ import annotations

from datetime import datetime

from emotion.types import EMOTIONS, EmotionScores
from recommender.diary.entry import Entry
from recommender.mood import mood_of
from recommender.types import Mood


def mood(emotion: str = "happy", certain: float = 0.76) -> Mood:
    """A face that shows one emotion, and a little of the others."""
    rest = (1 - certain) / (len(EMOTIONS) - 1)
    return mood_of(EmotionScores.of({e: certain if e == emotion else rest for e in EMOTIONS}))


def entry(moment: str, emotion: str = "happy", source: str = "snap") -> Entry:
    """A reading at "2026-11-21T09:30+01:00"."""
    return Entry(datetime.fromisoformat(moment), mood(emotion), source)
