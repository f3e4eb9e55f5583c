"""Where a playlist goes: each strategy turns a mood into a goal on the plane of valence and arousal.

The iso principle of music therapy (Altshuler 1948): music first meets the mood that someone is in and then changes it
in small steps. Starcke, Mayr & von Georgi (2021, IJERPH 18:12486) found that sad people who heard sad music first and
happy music then felt better afterwards than those who heard the other orders, though not every difference was
significant. docs/journeys.md says more.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from errors import ConfigError, lookup
from recommender.mood import CIRCUMPLEX, mood_at, mood_named
from recommender.types import Mood

Point = tuple[float, float]
"""Valence and arousal, −1…1 each."""

LIFT_GOAL: Point = (0.65, 0.35)
CALM_GOAL: Point = (0.35, -0.55)
ENERGISE_GOAL: Point = (0.45, 0.75)
"""Pleasant and awake; pleasant and at rest; pleasant and wide awake."""

NEGATIVE_BELOW = -0.15
TENSE_FROM = 0.25
"""A mood whose valence is below the first is negative; if its arousal is also at least the second, it is tense."""


def _lift(mood: Mood) -> Point:
    """Never less pleasant than where it began."""
    return max(mood.valence, LIFT_GOAL[0]), LIFT_GOAL[1]


def _calm(mood: Mood) -> Point:
    """Never less pleasant, and never more awake, than where it began."""
    return max(mood.valence, CALM_GOAL[0]), min(mood.arousal, CALM_GOAL[1])


def _energise(mood: Mood) -> Point:
    return max(mood.valence, ENERGISE_GOAL[0]), max(mood.arousal, ENERGISE_GOAL[1])


STRATEGIES: dict[str, Callable[[Mood], Point | None]] = {
    "auto": lambda mood: STRATEGIES[auto(mood)](mood),
    "match": lambda _: None,
    "lift": _lift,
    "calm": _calm,
    "energise": _energise,
}
"""Name → the goal for a mood; None stays where the mood is."""

DEFAULT_STRATEGY = "auto"


def auto(mood: Mood) -> str:
    """Return the strategy that suits a mood: tense → calm, else negative → lift, else match."""
    if mood.valence >= NEGATIVE_BELOW:
        return "match"
    return "calm" if mood.arousal >= TENSE_FROM else "lift"


def goal_named(words: str) -> Mood:
    """Return a destination: an emotion, or valence and arousal as "0.6,0.2".

    Raises:
        UnknownName: There is no such emotion.
        ConfigError: A number is outside −1…1.
    """
    if numbers := re.fullmatch(r"\s*([-+\d.]+)\s*,\s*([-+\d.]+)\s*", words):
        try:
            return mood_at(float(numbers[1]), float(numbers[2]))
        except ValueError as error:
            raise ConfigError(f"The goal {words!r} is no pair of numbers; write it like 0.6,0.2.") from error
    lookup(CIRCUMPLEX, words.strip().lower(), "goal")
    return mood_named(words)


def goal_of(strategy: str, mood: Mood) -> tuple[str, Mood | None]:
    """Return the strategy that is meant ("auto" decides) and where it goes, None when it stays.

    Raises:
        UnknownName: There is no such strategy.
    """
    find = lookup(STRATEGIES, strategy.strip().lower(), "strategy")
    name = auto(mood) if strategy.strip().lower() == "auto" else strategy.strip().lower()
    point = find(mood)
    return name, None if point is None else mood_at(*point)


def progress(length: int) -> list[float]:
    """Return how far along the way each track is, 0 … 1: two at the mood, even steps, two at the goal.

    Args:
        length: Tracks; with three or fewer there is one at each end.
    """
    ends = 2 if length >= 4 else 1
    steps = max(1, length - 2 * ends + 1)
    return [min(1.0, max(0, place - ends + 1) / steps) for place in range(length)]
