"""The service's JSON objects, from our world. Pure: what a development-mode app gets, or one with extended quota.

Which fields are gone: https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide
(read 21 November 2026); preview_url since https://developer.spotify.com/blog/2024-11-27-changes-to-the-web-api.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tests.fakes.spotify.world import ME, Device, Entry, Playlist, Rules, Song, spotify_id

Json = dict[str, Any]


def when(seconds: float) -> str:
    """Return a time as the service writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def thing(base: str, kind: str, identifier: str) -> Json:
    """Return what every object has."""
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{identifier}"},
        "href": f"{base}/{kind}s/{identifier}",
        "id": identifier,
        "type": kind,
        "uri": f"spotify:{kind}:{identifier}",
    }


def artist(base: str, name: str) -> Json:
    return thing(base, "artist", spotify_id(f"artist {name}")) | {"name": name}


def full_artist(base: str, name: str, rules: Rules) -> Json:
    whole = artist(base, name) | {"genres": [], "images": []}
    return whole | ({"popularity": 50, "followers": {"href": None, "total": 1000}} if rules.extended else {})


def album(base: str, song: Song) -> Json:
    name = song.album
    return thing(base, "album", spotify_id(f"album {name} {song.artists[0]}")) | {
        "album_type": "album",
        "artists": [artist(base, song.artists[0])],
        "available_markets": [],
        "images": [{"url": f"https://i.scdn.co/image/{spotify_id(name)}", "height": 640, "width": 640}],
        "name": name,
        "release_date": f"{song.year:04}",
        "release_date_precision": "year",
        "total_tracks": 1,
    }


def track(base: str, song: Song, rules: Rules, market: str | None = None) -> Json:
    whole = thing(base, "track", song.id) | {
        "album": album(base, song),
        "artists": [artist(base, name) for name in song.artists],
        "disc_number": 1,
        "duration_ms": song.duration_ms,
        "explicit": song.explicit,
        "is_local": False,
        "name": song.title,
        "track_number": 1,
    }
    if rules.external_ids or rules.extended:
        whole["external_ids"] = {} if song.isrc is None else {"isrc": song.isrc}
    if rules.extended:
        whole |= {"popularity": 50, "preview_url": None, "available_markets": ["DE", "US"]}
    if market is not None:
        whole["is_playable"] = song.playable
    if market is not None and not song.playable:
        whole["restrictions"] = {"reason": "market"}
    return whole


def owner(base: str, name: str) -> Json:
    shown = "The Listener" if name == ME else name.title()
    return thing(base, "user", name) | {"display_name": shown}


def entry(base: str, place: Entry, rules: Rules, market: str | None = None) -> Json:
    """Return a place of a playlist; `item` since February 2026, `track` before."""
    song = None if place.song is None else track(base, place.song, rules, market)
    whole: Json = {"added_at": when(place.added_at_s), "added_by": thing(base, "user", ME), "is_local": False}
    if rules.names in ("new", "both"):
        whole["item"] = song
    if rules.names in ("old", "both"):
        whole["track"] = song
    return whole


def page(url: str, asked: Json, whole: Sequence[Any], offset: int, limit: int, show: Callable[[Any], Any]) -> Json:
    """Return one page of a list."""

    def address(start: int) -> str:
        return f"{url}?{urlencode(asked | {'offset': start, 'limit': limit})}"

    return {
        "href": address(offset),
        "items": [None if one is None else show(one) for one in whole[offset : offset + limit]],
        "limit": limit,
        "next": address(offset + limit) if offset + limit < len(whole) else None,
        "offset": offset,
        "previous": address(max(0, offset - limit)) if offset else None,
        "total": len(whole),
    }


def playlist(base: str, made: Playlist, rules: Rules) -> Json:
    """Return a playlist as lists and searches show it; its description comes back with HTML entities."""
    whole = thing(base, "playlist", made.id) | {
        "collaborative": made.collaborative,
        "description": html.escape(made.description or "", quote=True),
        "images": [],
        "name": made.name,
        "owner": owner(base, made.owner),
        "public": made.public,
        "snapshot_id": made.snapshot,
    }
    inside = {"href": f"{base}/playlists/{made.id}/items", "total": len(made.entries)}
    return whole | _named(rules, inside)


def full_playlist(base: str, made: Playlist, rules: Rules, market: str | None = None) -> Json:
    """Return a playlist as it is asked for by itself; somebody else's shows nothing of what is in it."""
    whole = playlist(base, made, rules)
    for name in ("items", "tracks"):
        whole.pop(name, None)
    whole["description"] = whole["description"] or None
    if rules.extended:
        whole["followers"] = {"href": None, "total": 0}
    if made.owner != ME and not rules.extended:
        return whole
    url = f"{base}/playlists/{made.id}/items"
    first = page(url, {}, made.entries, 0, 100, lambda place: entry(base, place, rules, market))
    return whole | _named(rules, first)


def device(one: Device) -> Json:
    return {
        "id": one.id,
        "is_active": one.active,
        "is_private_session": False,
        "is_restricted": one.restricted,
        "name": one.name,
        "supports_volume": True,
        "type": one.kind,
        "volume_percent": 50,
    }


def features(base: str, song: Song) -> Json:
    """Return audio features; development mode never sees them."""
    known = song.features
    return {
        "acousticness": known.acousticness or 0.0,
        "analysis_url": f"{base}/audio-analysis/{song.id}",
        "danceability": known.danceability or 0.5,
        "duration_ms": song.duration_ms,
        "energy": known.energy or 0.0,
        "id": song.id,
        "instrumentalness": known.instrumentalness or 0.0,
        "key": -1 if known.key is None else known.key,
        "liveness": 0.1,
        "loudness": known.loudness_db if known.loudness_db is not None else -8.0,
        "mode": known.mode or 0,
        "speechiness": 0.05,
        "tempo": known.tempo_bpm or 120.0,
        "time_signature": 4,
        "track_href": f"{base}/tracks/{song.id}",
        "type": "audio_features",
        "uri": song.uri,
        "valence": known.valence or 0.0,
    }


def _named(rules: Rules, inside: Json) -> Json:
    return {
        **({"items": inside} if rules.names in ("new", "both") else {}),
        **({"tracks": inside} if rules.names in ("old", "both") else {}),
    }
