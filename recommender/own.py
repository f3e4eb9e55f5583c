"""The tracks of the playlists that a user mapped by hand.

Only files can be looked into without asking a service; playlists behind a URI or a URL are passed on whole.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from errors import CatalogueError, ConfigError
from recommender.choice import kind_of
from recommender.constraints import Constraints
from recommender.identity import recognised
from recommender.links import context_link, links_for
from recommender.reasons import own_reason
from recommender.types import Journey, Pick, Track


def own_picks(
    journey: Journey, known: Sequence[Track], rng: random.Random, rules: Constraints | None = None
) -> tuple[tuple[Pick, ...], tuple[str, ...]]:
    """Return the tracks of the mapped files in their own order, and notes.

    Files that hold more than the journey's length give a part of them, another one for another seed.

    Args:
        journey: One with contexts.
        known: Tracks whose features are known; entries that are the same song take theirs.
        rng: Chooses the part.
        rules: Tracks that break them are left out; playlists behind an address cannot be looked into.

    Raises:
        ConfigError: A file is missing, unreadable or empty; names the emotion and the remedy.
    """
    found: list[tuple[Track, str]] = []
    notes: list[str] = []
    for playlist in journey.contexts:
        if kind_of(playlist) == "file":
            found += [(track, playlist) for track in recognised(_tracks_in(playlist, journey.mapped_by), known)]
        else:
            notes.append(f"You mapped {journey.mapped_by} to this playlist: {context_link(playlist)}")
    if rules is not None and not rules.is_open:
        keeping = [(track, source) for track, source in found if rules.admits(track)]
        said = ", ".join(rules.rules().values())
        if len(keeping) < len(found):
            gone = f"{len(found) - len(keeping)} of the {len(found)} tracks in your files"
            notes.append(f"{gone} are left out; those that stay are {said}.")
        if any(kind_of(playlist) != "file" for playlist in journey.contexts):
            notes.append(f"Nobody here can look into that playlist, so it may hold what is not {said}.")
        found = keeping
    length = len(journey.targets)
    if len(found) > length:
        notes.append(f"{length} of the {len(found)} tracks in your files; --length or --seed gives others.")
        found = [found[i] for i in sorted(rng.sample(range(len(found)), length))]
    return tuple(Pick(track, own_reason(track, source), links_for(track)) for track, source in found), tuple(notes)


def _tracks_in(playlist: str, emotion: str) -> tuple[Track, ...]:
    from recommender.providers.file.reading import read

    try:
        tracks = read(Path(playlist)).tracks
    except CatalogueError as trouble:
        remedy = f"Map {emotion} to another file with `mien map set`, or give it back with `mien map unset {emotion}`."
        raise ConfigError(f"{emotion} is mapped to {playlist}: {trouble.reason} {remedy}") from trouble
    if not tracks:
        raise ConfigError(f"{emotion} is mapped to {playlist}, which holds no tracks. Add some or map another file.")
    return tracks
