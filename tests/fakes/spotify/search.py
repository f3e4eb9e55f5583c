"""How the fake finds things: words and field filters, the best match first, as a listener would see it.

Filters: https://developer.spotify.com/documentation/web-api/reference/search (read 21 November 2026).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from tests.fakes.spotify.world import Playlist, Song

_FILTER = re.compile(r'\b(track|artist|album|isrc|year|genre):(?:"([^"]*)"|(\S+))')
LONGEST_QUERY = 250


def words(text: str) -> list[str]:
    """Return the words of a text without case, accents and punctuation."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c) and (c.isalnum() or c.isspace())).split()


def songs(everything: Iterable[Song], query: str) -> list[Song]:
    """Return the songs that a query finds; at least half of its words must be there, filters must hold."""
    filters = [(name, quoted or bare) for name, quoted, bare in _FILTER.findall(query)]
    asked = words(_FILTER.sub(" ", query))
    found = []
    for place, song in enumerate(everything):
        if all(_holds(song, name, value) for name, value in filters):
            there = _words_of(song)
            share = sum(word in there for word in asked) / len(asked) if asked else 1.0
            if share >= 0.5:
                found.append((-share, place, song))
    return [song for _, _, song in sorted(found, key=lambda one: one[:2])]


def playlists(everything: Iterable[Playlist], query: str) -> list[Playlist]:
    """Return the public playlists with at least one of a query's words in name or description."""
    asked = words(query)
    found = []
    for place, playlist in enumerate(everything):
        there = set(words(f"{playlist.name} {playlist.description or ''}"))
        share = sum(word in there for word in asked) / max(1, len(asked))
        if share and playlist.public:
            found.append((-share, place, playlist))
    return [playlist for _, _, playlist in sorted(found, key=lambda one: one[:2])]


@functools.cache
def _words_of(song: Song) -> frozenset[str]:
    return frozenset(words(f"{song.title} {' '.join(song.artists)} {song.album}"))


def _holds(song: Song, name: str, value: str) -> bool:
    if name == "isrc":
        return (song.isrc or "").upper() == value.upper()
    if name == "year":
        first, _, last = value.partition("-")
        return int(first) <= song.year <= int(last or first)
    texts = {"track": song.title, "artist": " ".join(song.artists), "album": song.album, "genre": ""}
    return set(words(value)) <= set(words(texts[name]))
