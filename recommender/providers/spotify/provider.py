"""Spotify's abilities, put together: each opens a client for the place it is called with, and closes it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from recommender.providers import Found, Health, Played, PlayWish, SaveWish
from recommender.providers.place import Place
from recommender.providers.spotify.client import SpotifyClient
from recommender.types import Playlist, Saved, Track


def find(place: Place, mood_word: str, limit: int) -> Sequence[Found]:
    """Return existing playlists for a mood; see `finding.find`."""
    from recommender.providers.spotify import finding

    with SpotifyClient(place) as client:
        return finding.find(client, mood_word, limit)


def sink(place: Place, playlist: Playlist, wish: SaveWish) -> Saved:
    """Save a playlist, or finish what was begun of it; see `saving.save`."""
    from recommender.providers.spotify import saving

    with SpotifyClient(place) as client:
        return saving.save(client, playlist, wish)


def player(place: Place, what: Playlist | str, wish: PlayWish) -> Played:
    """Play a list, or what a URI names; see `playing.play`."""
    from recommender.providers.spotify import playing

    with SpotifyClient(place) as client:
        return playing.play(client, what, wish)


def source(place: Place, what: tuple[str, ...]) -> Iterator[Track]:
    """Yield the user's tracks; see `importing.tracks`."""
    from recommender.providers.spotify import importing

    with SpotifyClient(place) as client:
        yield from importing.tracks(client, what)


def check(place: Place, *, online: bool = False) -> Health:
    """Say whether Spotify can be used; see `checking.check`."""
    from recommender.providers.spotify import checking

    return checking.check(place, online=online)


def login(place: Place, **wanted: Any) -> str:
    """Log in; see `login.login`."""
    from recommender.providers.spotify.login import login as log_in

    return log_in(place, **wanted)
