"""Deezer put together: what it shows of a song, found by its number, its ISRC or a search.

Every call sends a title and an artist to Deezer, so that nothing here runs unless the user asked for it by name.
"""

from __future__ import annotations

from urllib.parse import quote

from errors import MienError
from recommender.matching.match import match, queries
from recommender.matching.score import isrc
from recommender.providers import Health
from recommender.providers.deezer.client import NAME, Client, address
from recommender.providers.deezer.translate import Shown, candidate, candidates, shown
from recommender.providers.place import Place
from recommender.types import Track

LIMIT = 25
"""Songs of a search that are looked at, Deezer's own page."""

SEARCHES = 2


def look_up(client: Client, track: Track) -> Shown | None:
    """Return what Deezer shows of a song; None when it does not have it.

    Field searches (`artist:"…"`) find nothing without a login any more (apify.com/naimurhasanrwd/deezer-music-scraper,
    read 2026-11-21), so plain words are sent, and our own matcher chooses. `track/isrc:…` is not documented, but widely
    used; what it finds is checked like everything else.

    Raises:
        ProviderError: Deezer cannot be asked, or refuses.
    """
    number, code = track.identifiers.get(NAME, ""), isrc(track.identifiers.get("isrc"))
    if number.isascii() and number.isdigit():
        item = client.ask(f"track/{number}")
        if item is not None and (song := candidate(item)) is not None:
            return shown(song, item, "the number that it has at Deezer")
    if code is not None:
        item = client.ask(f"track/isrc:{code}")
        song = candidate(item)
        if item is not None and song is not None and (found := match(track, [song])) is not None:
            return shown(song, item, found.why)
    for words in queries(track)[:SEARCHES]:
        answer = client.ask("search/track", {"q": words, "limit": str(LIMIT)})
        songs = candidates(answer)
        if (found := match(track, [song for song, _ in songs])) is not None:
            made_from = next(item for song, item in songs if song is found.candidate)
            return shown(found.candidate, made_from, found.why)
    return None


def search_page(track: Track) -> str:
    """Return the address of Deezer's own search page, which sends nothing until it is opened."""
    words = queries(track)
    return f"https://www.deezer.com/search/{quote(words[0] if words else track.title, safe='')}"


def check(place: Place, *, online: bool = False) -> Health:  # noqa: ARG001
    """Say whether Deezer can be used; it needs no login, and is asked nothing here even when others are.

    Args:
        place: Its environment may name another address.
        online: Makes no difference.
    """
    try:
        address(place)
    except MienError as error:
        return Health("broken", str(error))
    return Health("ready", "needs no login; asked only by mien preview, which sends titles there")
