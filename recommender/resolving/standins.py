"""The next best for a song that a service does not have: what sounds most like it and keeps every rule of the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from recommender.catalogue import Catalogue
from recommender.constraints import Constraints
from recommender.identity import artist_key, song_key
from recommender.types import Features, Target, Track
from recommender.weights import ARTIST_WINDOW

AROUND = 60
"""Tracks that are looked at: the nearest ones may be by artists who are in the list already."""


def stand_in(
    tracks: Sequence[Track | None],
    place: int,
    missing: Track,
    catalogue: Catalogue,
    rules: Constraints,
    refused: Collection[str],
) -> Track | None:
    """Return what takes the place of a track, or None where nothing does.

    Args:
        tracks: The list as it is now, None where nothing is found yet.
        place: Of the missing track, from 0.
        missing: The track that the service does not have.
        catalogue: What there is to choose from.
        rules: That every track keeps.
        refused: Keys of `identity.song_key` that do not come into question: those that are known to be missing too.
    """
    goal = _sound(missing.features)
    if goal == Features():
        return None
    taken = {song_key(t.title, t.artists[0]) for t in tracks if t is not None} | set(refused)
    taken.add(song_key(missing.title, missing.artists[0]))
    near = [t for i, t in enumerate(tracks) if t is not None and i != place and abs(i - place) < ARTIST_WINDOW]
    artists = {artist_key(artist) for track in near for artist in track.artists}
    allowed = None if rules.is_open else rules
    fitting = [
        track
        for track in catalogue.near(Target(goal), AROUND, allowed)
        if rules.admits(track)
        and song_key(track.title, track.artists[0]) not in taken
        and artists.isdisjoint(map(artist_key, track.artists))
    ]
    # sorted() is stable: among those in the same language the nearest stays first
    return next(iter(sorted(fitting, key=lambda track: not _speaks_like(track, missing))), None)


def _sound(features: Features) -> Features:
    """Return what of a track's sound decides where a mood has it; key and loudness do not."""
    return Features(
        valence=features.valence,
        energy=features.energy,
        tempo_bpm=features.tempo_bpm,
        acousticness=features.acousticness,
        mode=features.mode,
        instrumentalness=features.instrumentalness,
    )


def _speaks_like(track: Track, missing: Track) -> bool:
    return missing.language is None or track.language in (None, missing.language)
