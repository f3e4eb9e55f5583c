"""What this app may do beyond development mode: asked once, remembered with the date, never required.

Apps of before November 2024, and those with extended quota, still get recommendations for target features, and audio
features of single tracks; for others these answer 404 and 403 (developer.spotify.com/blog/2024-11-27-changes-to-the-
web-api and the February 2026 migration guide, read 2026-11-21).
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from atomic import write_atomically
from errors import ConfigError, Forbidden, RateLimited, Unavailable
from recommender.providers.logins import ABILITIES
from recommender.providers.place import Place
from recommender.providers.spotify.client import NotThere, ShutOut, SpotifyClient

DAYS = 30
TRACK = "11dFghVXANMlKmJXsNCbNl"
"""The track of the Web API's own example of audio features."""

PROBES: dict[str, tuple[str, dict[str, str | int], str]] = {
    "recommendations": ("recommendations", {"limit": 1, "seed_tracks": TRACK}, "tracks"),
    "audio_features": (f"audio-features/{TRACK}", {}, "valence"),
}
"""Ability → path, query, and the field that the answer has where the app has the ability."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What an app has beyond development mode.

    Args:
        recommendations: `GET /recommendations`, with target features.
        audio_features: `GET /audio-features/{id}`.
        asked_at: When Spotify was asked; None when it could not be.
    """

    recommendations: bool = False
    audio_features: bool = False
    asked_at: datetime | None = None


def abilities(client: SpotifyClient, *, again: bool = False) -> Abilities:
    """Return what the app may do: as remembered for a month, else by asking Spotify, which takes two requests.

    Args:
        client: Of this user.
        again: Ask even when it is remembered.

    Raises:
        AuthRequired: There is no login.
    """
    place, app_id = client.place, client.tokens.client_id()
    if not again and (known := remembered(place, app_id)) is not None:
        return known
    found: dict[str, bool] = {}
    for name, (path, params, field) in PROBES.items():
        try:
            answer = client.request("GET", path, params=params, retry=True)
        except (RateLimited, ShutOut, Unavailable):
            return Abilities()  # not known today, and nothing depends on it
        except (Forbidden, NotThere):
            found[name] = False
        else:
            found[name] = isinstance(answer, dict) and field in answer
    now = datetime.fromtimestamp(place.clock(), UTC)
    note = {"client_id": app_id, "asked_at": now.isoformat(timespec="seconds")} | found
    with contextlib.suppress(ConfigError):
        write_atomically(place.data_dir / ABILITIES, json.dumps(note) + "\n")
    return Abilities(found["recommendations"], found["audio_features"], now)


def remembered(place: Place, app_id: str | None) -> Abilities | None:
    """Return what was found within the last month for this app, without asking."""
    try:
        kept = json.loads((place.data_dir / ABILITIES).read_text(encoding="utf-8"))
        asked_at = datetime.fromisoformat(kept["asked_at"])
        age_days = (place.clock() - asked_at.timestamp()) / 86400
        if kept["client_id"] != app_id or not 0 <= age_days < DAYS:
            return None
        return Abilities(kept["recommendations"] is True, kept["audio_features"] is True, asked_at)
    except (OSError, ValueError, TypeError, KeyError):
        return None
