"""From a mood to the ordered targets of a playlist; here a hand-made mapping wins over mien's own idea."""

from __future__ import annotations

from errors import ConfigError
from recommender.mapping import HandMapping
from recommender.target import target_of
from recommender.types import Journey, Mood, Target

LONGEST = 1000
"""Tracks; some 60 hours of music."""


def journey_from(mood: Mood, length: int = 20, mapping: HandMapping | None = None) -> Journey:
    """Return the way through feature space that fits a mood.

    Without a mapping for the emotion the strategy is "match": every target lies at the mood. Mapped features take
    the target's place as a whole, so that features which the user left out do not count. Mapped playlists make the
    strategy "own": they are played instead of the targets.

    Args:
        mood: Where the person is.
        length: Number of tracks.
        mapping: What the user mapped by hand.

    Raises:
        ConfigError: The length is not 1…1000.
    """
    if not 1 <= length <= LONGEST:
        raise ConfigError(f"A playlist cannot have {length} tracks; give a length from 1 to {LONGEST}.")
    choice = mapping.choice(mood.emotion) if mapping else None
    if mapping is None or choice is None:
        return Journey("match", (target_of(mood),) * length, mood)
    if choice.features is not None:
        return Journey("match", (Target(choice.features),) * length, mood, mapped_by=mood.emotion)
    contexts = mapping.playlists(mood.emotion)
    return Journey("own", (target_of(mood),) * length, mood, mapped_by=mood.emotion, contexts=contexts)
