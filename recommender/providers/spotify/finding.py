"""Playlists that Spotify has already for a mood: a few searches, what several of them find comes first.

The service's own lists come as holes since November 2024
(developer.spotify.com/blog/2024-11-27-changes-to-the-web-api, read 2026-11-21).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from errors import ConfigError
from recommender.identity import plain
from recommender.providers import Found
from recommender.providers.spotify import playlists
from recommender.providers.spotify.client import SpotifyClient

QUERIES: dict[str, tuple[str, ...]] = {
    "angry": ("angry", "rage", "anger release", "angry metal rock"),
    "disgust": ("disgusted", "sarcastic", "fed up", "grunge bad mood"),
    "fear": ("calm down anxiety", "comforting", "anxious", "soothing music"),
    "happy": ("happy", "feel good", "good mood", "happy hits"),
    "sad": ("sad", "sad songs", "melancholy", "heartbreak"),
    "surprise": ("surprise me", "euphoric", "unexpected", "wow songs"),
    "neutral": ("chill", "everyday music", "background music", "easy listening"),
}
"""Emotion → what its listeners name their playlists, the plainest first."""

MOST_FOUND = 10
"""Of one search: https://developer.spotify.com/documentation/web-api/reference/search (read 2026-11-21)."""

RANK_OFFSET = 10.0
"""Reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009): small here, as the lists are short."""

IN_TITLE = 0.08
"""What it counts that the mood's own word stands in the title: less than being among the first of another search."""

FEWEST, MOST = 10, 1000
"""Tracks of a playlist that somebody made for listening; others come last."""


def find(client: SpotifyClient, mood_word: str, limit: int) -> list[Found]:
    """Return playlists for a mood, the best first.

    Args:
        client: Of a user who is logged in.
        mood_word: One of the seven emotions, or any words.
        limit: The most to return.

    Raises:
        ConfigError: There are no words.
        ProviderError: Spotify does not answer.
    """
    words = " ".join(mood_word.split())
    if not words:
        raise ConfigError("Say which mood: mien find playlists --mood happy.")
    client.tokens.need("find")
    found: list[Sequence[Found]] = []
    for query in QUERIES.get(words.lower(), (words, f"{words} music", f"{words} mood")):
        params = {"q": query, "type": "playlist", "limit": MOST_FOUND}
        answer = client.request("GET", "search", params=params, retry=True)
        found.append(playlists.found_playlists(answer, f"found by “{query}”"))
    return ranked(found, words)[:limit]


def ranked(found: Sequence[Sequence[Found]], words: str) -> list[Found]:
    """Return what several searches found as one list, each playlist once.

    Args:
        found: What each search found, the best first.
        words: The mood's.
    """
    worth: dict[str, float] = {}
    first: dict[str, Found] = {}
    times: dict[str, int] = {}
    for each in found:
        for rank, playlist in enumerate({one.uri: one for one in each}.values()):
            first.setdefault(playlist.uri, playlist)
            times[playlist.uri] = times.get(playlist.uri, 0) + 1
            worth[playlist.uri] = worth.get(playlist.uri, 0.0) + 1 / (RANK_OFFSET + rank)
    for uri, playlist in first.items():
        worth[uri] += IN_TITLE * (f" {plain(words)} " in f" {plain(playlist.title)} ")
        if times[uri] > 1:
            first[uri] = replace(playlist, why=f"found by {times[uri]} of {len(found)} searches")
    usable = [uri for uri in first if first[uri].tracks != 0]
    return [first[uri] for uri in sorted(usable, key=lambda uri: (not _is_for_listening(first[uri]), -worth[uri]))]


def _is_for_listening(playlist: Found) -> bool:
    return playlist.tracks is None or FEWEST <= playlist.tracks <= MOST
