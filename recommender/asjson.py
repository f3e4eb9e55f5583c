"""Moods and playlists as plain dicts: the stable JSON shape that `docs/json.md` describes.

Keys are only ever added. Probabilities and features are rounded to four digits, which is more than they are worth.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from recommender.links import context_link
from recommender.mood import EMOJI, describe
from recommender.types import Mood, Pick, Playlist, Track


def mood_json(mood: Mood) -> dict[str, Any]:
    """Return a mood as `docs/json.md` describes it."""
    return {
        "emotion": mood.emotion,
        "valence": round(mood.valence, 4),
        "arousal": round(mood.arousal, 4),
        "certainty": round(mood.certainty, 4),
        "words": describe(mood),
        "emoji": EMOJI[mood.emotion],
    }


def playlist_json(playlist: Playlist) -> dict[str, Any]:
    """Return a playlist as `docs/json.md` describes it."""
    return {
        "title": playlist.title,
        "strategy": playlist.strategy,
        "mapped_by": playlist.mapped_by,
        "contexts": [{"playlist": context, "link": context_link(context)} for context in playlist.contexts],
        "notes": list(playlist.notes),
        "tracks": [_track_json(pick) for pick in playlist.picks],
        "goal": None if playlist.goal is None else mood_json(playlist.goal),
    }


def track_json(track: Track) -> dict[str, Any]:
    """Return a track as `docs/json.md` describes it, without what only a place in a playlist has."""
    sound = {name: value if value is None else round(value, 4) for name, value in asdict(track.features).items()}
    return {
        "title": track.title,
        "artists": list(track.artists),
        "year": track.year,
        "genre": track.genre,
        "language": track.language,
        "features": sound,
        "estimated": track.estimated,
        "duration_s": track.duration_s,
        "album": track.album,
        "explicit": track.explicit,
        "identifiers": dict(track.identifiers),
    }


def _track_json(pick: Pick) -> dict[str, Any]:
    return {**track_json(pick.track), "links": dict(pick.links), "reason": pick.reason}
