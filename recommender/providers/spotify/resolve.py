"""Planned tracks as Spotify URIs: what is known costs nothing, the rest is searched for, two searches at a time.

A track is looked for by its ISRC when it has one, else by title and artist; what comes back is scored by
`recommender.matching`. Second tries are few: Spotify counts requests of 30 seconds
(developer.spotify.com/documentation/web-api/concepts/rate-limits, read 2026-11-21). Answers are remembered, also when a
later one fails.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from recommender.matching.match import Candidate, match, queries
from recommender.providers.spotify import translate, uris
from recommender.providers.spotify.client import AT_ONCE, SpotifyClient
from recommender.providers.spotify.transport import NAME
from recommender.resolving import cache
from recommender.resolving.cache import HALF_ASKED_DAYS, NOT_FOUND_DAYS, Known
from recommender.resolving.schema import opened
from recommender.types import Track

MOST_FOUND = 10
"""Of one search: https://developer.spotify.com/documentation/web-api/reference/search (read 2026-11-21)."""

SECOND_TRIES = 0.2
"""Further searches, for each track that is looked for; at least four."""


@dataclass(slots=True)
class _Question:
    """A track that is looked for: what will be asked, and what was found so far."""

    track: Track
    asks: list[str]
    refused: Set[str] = frozenset()
    seen: list[Candidate] = field(default_factory=list)
    known: Known | None = None

    def ask(self, client: SpotifyClient) -> None:
        """Send the next search, and look whether the track is among what was found."""
        query = self.asks.pop(0)
        self.seen += [each for each in _search(client, query) if each.key not in self.refused]
        best = match(self.track, self.seen)
        if best is not None:
            self.known = Known(best.candidate.key, best.score)


def resolve(
    client: SpotifyClient, tracks: Sequence[Track], *, refused: Set[str] = frozenset(), private: bool = False
) -> list[Track | None]:
    """Return each track with its Spotify URI among its identifiers; None where Spotify does not have it.

    Args:
        client: Speaks to Spotify.
        tracks: As they are planned.
        refused: URIs that Spotify does not take any more, besides those that are remembered.
        private: Remember nothing of it.

    Raises:
        ProviderError: Spotify does not answer; what was found until then is remembered.
        MemoryTrouble: What is found cannot be remembered.
    """
    place = client.place
    market = place.environ.get("MIEN_SPOTIFY_MARKET", "")
    songs = [cache.key_of(track) for track in tracks]
    with opened(place.memory) as db:
        refused = refused | cache.refused(db, NAME, now_s=place.clock())
        found = {
            song: Known(uri)
            for song, track in zip(songs, tracks, strict=True)
            if (uri := uris.track_uri(track.identifiers.get("spotify", ""))) is not None and uri not in refused
        }
        asked = [song for song in songs if song not in found]
        known = cache.known(db, NAME, market, asked, now_s=place.clock())
        found |= {song: each for song, each in known.items() if each.uri not in refused}
        questions = {
            song: _Question(track, _asks(track), refused)
            for song, track in zip(songs, tracks, strict=True)
            if song not in found
        }
        if questions:
            try:
                _ask_all(client, list(questions.values()))
            finally:
                new = {song: each.known for song, each in questions.items() if each.known is not None}
                if new and not private:
                    cache.keep(db, NAME, market, new, now_s=place.clock())
            found |= new
    return [_named(track, found[song].uri) for song, track in zip(songs, tracks, strict=True)]


def _ask_all(client: SpotifyClient, questions: list[_Question]) -> None:
    """Ask every question once, and those without a match again as long as second tries are left."""
    tries = max(4, int(SECOND_TRIES * len(questions)))
    _at_once(client, questions)
    while tries > 0 and (again := [each for each in questions if each.known is None and each.asks][:tries]):
        tries -= len(again)
        _at_once(client, again)
    for each in questions:
        if each.known is None:
            each.known = Known(None, days=HALF_ASKED_DAYS if each.asks else NOT_FOUND_DAYS)


def _at_once(client: SpotifyClient, questions: Sequence[_Question]) -> None:
    """Ask some questions, two at a time; after a failure no further one is asked."""
    failed = threading.Event()

    def ask(question: _Question) -> None:
        if failed.is_set():
            return
        try:
            question.ask(client)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            running = [pool.submit(ask, question) for question in questions]
            errors = [error for each in running if (error := each.exception()) is not None]
        except BaseException:  # the user pressed Ctrl-C: let what waits go
            failed.set()
            raise
    if errors:
        raise errors[0]


def _search(client: SpotifyClient, query: str) -> list[Candidate]:
    params = {"q": query, "type": "track", "limit": MOST_FOUND}
    if market := client.place.environ.get("MIEN_SPOTIFY_MARKET", ""):
        params["market"] = market
    answer = client.request("GET", "search", params=params, retry=True)
    if not translate.is_answer_to(answer, "track", query):  # a proxy gave the answer to another question
        answer = client.request("GET", "search", params=params, retry=True)
    return translate.found_tracks(answer, query.removeprefix("isrc:") if query.startswith("isrc:") else None)


def _asks(track: Track) -> list[str]:
    isrc = re.sub(r"[^A-Z0-9]", "", track.identifiers.get("isrc", "").upper())
    by_isrc = [f"isrc:{isrc}"] if len(isrc) == 12 else []
    return by_isrc + queries(track)


def _named(track: Track, uri: str | None) -> Track | None:
    return None if uri is None else replace(track, identifiers={**track.identifiers, "spotify": uri})
