"""How Spotify names things: URIs, addresses and ids, made one of the other. Pure."""

from __future__ import annotations

import re

ID = r"[0-9A-Za-z]{22}"
"""https://developer.spotify.com/documentation/web-api/concepts/spotify-uris-ids (read 2026-11-21): base 62."""


def track_uri(text: str) -> str | None:
    """Return the URI of a track that is named by its URI, address or id; None when it is none of them."""
    found = re.fullmatch(rf"(?:spotify:track:|https?://open\.spotify\.com/(?:intl-\w+/)?track/)?({ID})(?:\?.*)?", text)
    return f"spotify:track:{found[1]}" if found else None


def playlist_uri(text: str) -> str | None:
    """Return the URI of a playlist that is named by its URI or address; None when it is none."""
    short = re.fullmatch(r"spotify:(?:user:[^:]+:)?playlist:(\w+)", text)
    found = short or re.fullmatch(r"https?://open\.spotify\.com/(?:intl-\w+/)?playlist/(\w+)/?(?:\?.*)?", text)
    return f"spotify:playlist:{found[1]}" if found else None


def link_of(uri: str) -> str:
    """Return the address that opens a URI at Spotify, which every item that is shown must have."""
    _, kind, identifier = uri.split(":")
    return f"https://open.spotify.com/{kind}/{identifier}"
