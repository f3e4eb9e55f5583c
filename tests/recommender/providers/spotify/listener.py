"""A listener who is logged in to the fake Spotify, and lists of songs that it has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from recommender.catalogue import BuiltIn
from recommender.library import Library
from recommender.links import links_for
from recommender.providers.place import Place
from recommender.providers.secrets import secrets_in
from recommender.types import Pick, Playlist, Track
from tests.fakes.spotify.accounts import CLIENT_ID, SCOPES
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import decoys, song_of


def place_at(spotify: Spotify, folder: Path, *scopes: str) -> Place:
    """Return a place whose user is logged in, for some scopes or all; waiting moves the fake's clock."""
    environ = {**spotify.environ(), "MIEN_KEYRING": "0"}
    clock = spotify.world.clock
    log_in(spotify, folder / "data", *scopes)
    return Place(folder / "data", folder / "config", Library(folder / "catalogue.db"), environ, clock, clock.advance)


def log_in(spotify: Spotify, data_dir: Path, *scopes: str) -> None:
    """Keep tokens as a login would."""
    made, now_s = spotify.tokens(*scopes), spotify.world.clock()
    secrets_in(data_dir, {"MIEN_KEYRING": "0"}).store(
        "spotify",
        {
            "client_id": CLIENT_ID,
            "access_token": made["access_token"],
            "refresh_token": made["refresh_token"],
            "scope": " ".join(scopes or SCOPES),
            "expires_at_s": now_s + made["expires_in"],
            "consented_at_s": now_s,
        },
    )


def songs(count: int, start: int = 0) -> list[Track]:
    """Return songs of the built-in table, each by another artist."""
    one_each = {track.artists[0]: track for track in reversed(BuiltIn().tracks())}
    return list(one_each.values())[start : start + count]


def stock(spotify: Spotify, tracks: Sequence[Track], *, with_decoys: bool = False) -> list[str]:
    """Put songs into the fake's catalogue and return their URIs."""
    for track in tracks:
        if with_decoys:
            spotify.world.add(decoys(track))
        spotify.world.add([song_of(track)])
    return [song_of(track).uri for track in tracks]


def playlist_of(tracks: Sequence[Track], title: str = "Happy · bright and lively") -> Playlist:
    return Playlist(title, "match", tuple(Pick(track, f"because {track.title}", links_for(track)) for track in tracks))
