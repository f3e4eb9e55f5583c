"""From a mood to the ordered targets of a playlist; here a hand-made mapping wins over mien's own idea."""

from __future__ import annotations

from errors import ConfigError
from recommender.mapping import HandMapping
from recommender.strategies import DEFAULT_STRATEGY, goal_named, goal_of, progress
from recommender.target import target_of
from recommender.types import Journey, Mood, Target

LONGEST = 1000
"""Tracks; some 60 hours of music."""


def journey_from(
    mood: Mood,
    length: int = 20,
    mapping: HandMapping | None = None,
    *,
    strategy: str | None = None,
    goal: str | None = None,
) -> Journey:
    """Return the way through feature space that fits a mood.

    A strategy or a goal that the user asks for now wins. Else what they mapped for the emotion: mapped features take
    the target's place as a whole, so that features which the user left out do not count; mapped playlists make the
    strategy "own", and are played instead of the targets; a mapped strategy or goal is followed. Else "auto".

    Args:
        mood: Where the person is.
        length: Number of tracks.
        mapping: What the user mapped by hand.
        strategy: A name of `STRATEGIES`.
        goal: A destination: an emotion, or "0.6,0.2".

    Raises:
        ConfigError: The length is not 1…1000, both a strategy and a goal are given, or the goal makes no sense.
        UnknownName: There is no such strategy or emotion.
    """
    if not 1 <= length <= LONGEST:
        raise ConfigError(f"A playlist cannot have {length} tracks; give a length from 1 to {LONGEST}.")
    if strategy is not None and goal is not None:
        raise ConfigError("A strategy and a goal are two ways; give --strategy or --goal, not both.")
    if strategy is not None or goal is not None:
        return _way(mood, length, strategy, goal)
    choice = mapping.choice(mood.emotion) if mapping else None
    if mapping is None or choice is None:
        return _way(mood, length, DEFAULT_STRATEGY, None)
    if choice.features is not None:
        return Journey("match", (Target(choice.features),) * length, mood, mapped_by=mood.emotion)
    if choice.playlists:
        contexts = mapping.playlists(mood.emotion)
        return Journey("own", (target_of(mood),) * length, mood, mapped_by=mood.emotion, contexts=contexts)
    return _way(mood, length, choice.strategy, choice.goal)


def _way(mood: Mood, length: int, strategy: str | None, goal: str | None) -> Journey:
    """Walk from the mood to where the strategy or the goal leads, straight across the plane."""
    name, end = ("goal", goal_named(goal)) if goal is not None else goal_of(strategy or DEFAULT_STRATEGY, mood)
    if end is None or length == 1:
        return Journey(name if end else "match", (target_of(mood),) * length, mood, goal=end)
    return Journey(name, tuple(target_of(_between(mood, end, part)) for part in progress(length)), mood, goal=end)


def _between(start: Mood, end: Mood, part: float) -> Mood:
    valence = start.valence + part * (end.valence - start.valence)
    arousal = start.arousal + part * (end.arousal - start.arousal)
    return Mood(start.emotion, valence, arousal)
