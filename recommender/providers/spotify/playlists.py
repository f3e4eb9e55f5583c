"""Playlists in Spotify's JSON: the user's own, those of a search, and what is in them. Pure, as `translate` is."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from recommender.providers import Found
from recommender.providers.spotify import uris
from recommender.providers.spotify.translate import Json, Page, inner_of, nonsense, object_in, page_of, text_of


@dataclass(frozen=True, slots=True)
class Own:
    """One of the user's own playlists, as the list of them shows it."""

    id: str
    name: str
    description: str
    tracks: int | None


def found_playlists(answer: Any, why: str) -> list[Found]:
    """Return the playlists of a search; those that Spotify hides come as holes.

    Raises:
        Unavailable: It is no answer to a search.
    """
    page = page_of(object_in(answer, "playlists").get("playlists"), offset=0, what="playlists")
    found = []
    for item in page.items:
        uri = uris.playlist_uri(str(item.get("uri"))) if isinstance(item, dict) else None
        if uri is not None and text_of(item.get("name")):
            owner = item.get("owner") if isinstance(item.get("owner"), dict) else {}
            who = text_of(owner.get("display_name")) or text_of(owner.get("id")) or "somebody"
            found.append(Found(uri, text_of(item["name"]), who, uris.link_of(uri), _total(item), why))
    return found


def made_playlist(answer: Any) -> str:
    """Return the id of a playlist that was made.

    Raises:
        Unavailable: The answer does not say it.
    """
    uri = uris.playlist_uri(str(object_in(answer, "a new playlist").get("uri")))
    if uri is None:
        raise nonsense("a new playlist")
    return uri.rpartition(":")[2]


def own_playlists(page: Page) -> list[Own]:
    """Return the playlists of a page of the user's list; descriptions come with HTML's entities."""
    return [
        Own(item["id"], text_of(item.get("name")), html.unescape(text_of(item.get("description"))), _total(item))
        for item in page.items
        if isinstance(item, dict) and isinstance(item.get("id"), str)
    ]


def entries_of(page: Page) -> list[str | None]:
    """Return the URI of each place of a page of a playlist; None where the track was taken down."""
    return [
        track.get("uri") if isinstance(track := inner_of(item), dict) and isinstance(track.get("uri"), str) else None
        for item in page.items
    ]


def _total(item: Json) -> int | None:
    for name in ("items", "tracks"):
        inside = item.get(name)
        if isinstance(inside, dict) and isinstance(inside.get("total"), int):
            return int(inside["total"])
    return None
