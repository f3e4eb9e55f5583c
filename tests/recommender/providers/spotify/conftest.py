"""A place whose Spotify is a scripted server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.library import Library
from recommender.providers.place import Place
from recommender.providers.secrets import secrets_in
from tests.recommender.providers.spotify.scripted import Clock, Scripted


@pytest.fixture
def server() -> Iterator[Scripted]:
    scripted = Scripted()
    thread = threading.Thread(target=scripted.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield scripted
    scripted.stopped.set()
    scripted.server.shutdown()
    scripted.server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path: Path, server: Scripted, clock: Clock) -> Place:
    """Whose Spotify is the scripted server, for the Web API (/v1) and the accounts service."""
    environ = {"MIEN_SPOTIFY_API": server.address + "/v1", "MIEN_SPOTIFY_ACCOUNTS": server.address, "MIEN_KEYRING": "0"}
    return Place(tmp_path / "data", tmp_path, Library(tmp_path / "none"), environ, clock, clock.sleep)


@pytest.fixture
def logged_in(place: Place, clock: Clock) -> Place:
    """The same with tokens that are good for an hour."""
    secrets_in(place.data_dir, place.environ).store(
        "spotify",
        {
            "client_id": "app",
            "access_token": "access-1",
            "refresh_token": "refresh-1",
            "scope": "playlist-modify-private playlist-read-private",
            "expires_at_s": clock.now_s + 3600,
            "consented_at_s": clock.now_s - 86400,
        },
    )
    return place
