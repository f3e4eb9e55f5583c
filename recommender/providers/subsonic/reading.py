"""What is on the server, as tracks: the whole library, or a part of it that words name.

OpenSubsonic servers list everything for an empty search (docs/endpoints/search3, read 2026-11-21); older ones find
nothing then, and are asked album by album. A page that brings nothing new ends the list, since there are servers that
do not know offsets and would send the first page for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from errors import ConfigError, Unavailable
from recommender.providers.subsonic.account import NAME
from recommender.providers.subsonic.client import NOT_FOUND, Client, Refused
from recommender.providers.subsonic.translate import objects_in, song_in, tracks_in
from recommender.types import Track

PAGE = 500
"""The most that any server gives at once (docs/endpoints/getalbumlist2, getsongsbygenre, getrandomsongs)."""

WORDS = "all, saved, random, genre:NAME, similar:TITLE"


def library(client: Client, what: tuple[str, ...]) -> Iterator[Track]:
    """Yield tracks of the server, each once.

    Args:
        client: Of the server.
        what: Some of `WORDS`; none means all.

    Raises:
        ConfigError: There is no such word.
        ProviderError: The server cannot be asked.
    """
    parts = [_part(client, word) for word in what or ("all",)]
    seen: set[str] = set()
    for part in parts:
        for track in part:
            if track.identifiers["subsonic"] not in seen:
                seen.add(track.identifiers["subsonic"])
                yield track


def _part(client: Client, word: str) -> Iterator[Track]:
    kind, _, name = word.strip().partition(":")
    parts: dict[str, Callable[[], Iterator[Track]]] = {
        "all": lambda: _all(client),
        "saved": lambda: _inner(client, "getStarred2", "starred2"),
        "starred": lambda: _inner(client, "getStarred2", "starred2"),
        "random": lambda: _inner(client, "getRandomSongs", "randomSongs", ("size", str(PAGE))),
    }
    if name.strip():
        parts = {"genre": lambda: _of_genre(client, name.strip()), "similar": lambda: _similar(client, name.strip())}
    part = parts.get(kind.strip().lower())
    if part is None:
        raise ConfigError(f"{word!r} names no part of your server's music; choose from {WORDS}.")
    return part()


def _all(client: Client) -> Iterator[Track]:
    empty = True
    for track in _paged(client, "search3", "searchResult3", _search_page):
        empty = False
        yield track
    if empty:
        for album in _albums(client):
            yield from _inner(client, "getAlbum", "album", ("id", album))


def _search_page(offset: int) -> list[tuple[str, str]]:
    count = [("artistCount", "0"), ("albumCount", "0"), ("songCount", str(PAGE))]
    return [("query", ""), *count, ("songOffset", str(offset))]


def _of_genre(client: Client, genre: str) -> Iterator[Track]:
    def page(offset: int) -> list[tuple[str, str]]:
        return [("genre", genre), ("count", str(PAGE)), ("offset", str(offset))]

    yield from _paged(client, "getSongsByGenre", "songsByGenre", page)


def _similar(client: Client, title: str) -> Iterator[Track]:
    """Yield what the server holds for similar to a song of it."""
    count = [("artistCount", "0"), ("albumCount", "0"), ("songCount", "1")]
    found = client.ask("search3", [("query", title), *count]).get("searchResult3")
    first = next(_songs(client, found), None)
    if first is None:
        return
    song = song_in(first.identifiers["subsonic"])[0]
    try:
        yield from _inner(client, "getSimilarSongs", "similarSongs", ("id", song), ("count", str(PAGE)))
    except Refused as refused:
        if refused.code == NOT_FOUND:
            return
        reason = f"{client.account.url} does not know similar songs. Ask for another part: {WORDS}."
        raise Unavailable(NAME, reason) from refused


def _albums(client: Client) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        page = [("type", "alphabeticalByName"), ("size", str(PAGE)), ("offset", str(len(seen)))]
        listed = client.ask("getAlbumList2", page).get("albumList2")
        albums = objects_in(listed.get("album", [])) if isinstance(listed, dict) else []
        fresh = [number for one in albums if (number := str(one.get("id") or "")) and number not in seen]
        if not fresh:
            return
        seen.update(fresh)
        yield from dict.fromkeys(fresh)


def _paged(client: Client, method: str, name: str, page: Callable[[int], list[tuple[str, str]]]) -> Iterator[Track]:
    seen: set[str] = set()
    offset = 0
    while True:
        inner = client.ask(method, page(offset)).get(name)
        entries = objects_in(inner.get("song", [])) if isinstance(inner, dict) else []
        numbers = {str(one.get("id")) for one in entries}
        if numbers <= seen:
            return
        for track in tracks_in(entries, client.account.server):
            if song_in(track.identifiers["subsonic"])[0] not in seen:
                yield track
        seen |= numbers
        offset += len(entries)


def _inner(client: Client, method: str, name: str, *parameters: tuple[str, str]) -> Iterator[Track]:
    yield from _songs(client, client.ask(method, parameters).get(name))


def _songs(client: Client, inner: Any) -> Iterator[Track]:
    if isinstance(inner, dict):
        yield from tracks_in(inner.get("song", []), client.account.server)
