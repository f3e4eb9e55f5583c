"""What the fault suite does with each provider, behind a bad network: a whole deed, and whether it is whole.

A new provider plugs in with a class of these five, and a line in `SUBJECTS`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from recommender.library import Library
from recommender.providers import PROVIDERS, PlayWish, SaveWish
from recommender.providers.deezer import client as deezer_client
from recommender.providers.masking import Secret
from recommender.providers.mpd.provider import player
from recommender.providers.place import Place
from recommender.providers.spotify import transport
from recommender.providers.subsonic import client as subsonic_client
from recommender.providers.subsonic.login import log_in
from recommender.types import Playlist, Track
from tests.fakes.deezer import Deezer, song
from tests.fakes.faulty import Faulty
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import Entry, Song
from tests.recommender.providers.mpd.daemon import Daemon
from tests.recommender.providers.spotify.listener import place_at, playlist_of
from tests.recommender.providers.subsonic.server import PASSWORD, SONGS, USER, Supysonic

PATIENCE_S = 1.0
"""How long a silent server is waited for here."""

names = (f"Happy & “lively” {number}" for number in itertools.count(1))


class Subject(Protocol):
    """One deed with one provider.

    Args:
        net: The bad network before its server.
        place: Leads through it.
        secrets: What no message may say.
    """

    net: Faulty
    place: Place
    secrets: tuple[str, ...]

    def act(self, place: Place) -> Any:
        """Do it, or raise one of our errors."""

    def look(self, result: Any) -> None:
        """Assert that everything is there once, as after a deed without faults."""


def _quickly(place: Place) -> Place:
    return replace(place, sleep=lambda _: None)


def _listed(name: str, tracks: list[Track]) -> Playlist:
    return replace(playlist_of(tracks), title=name)


SAVED = [Song(f"Number {n} of the List", (f"Singer {n}",), f"Record {n}", 1990 + n) for n in range(8)]
KNOWN = [Track(title, (artist,)) for title, artist, *_ in SONGS]


@dataclass
class SpotifySave:
    net: Faulty
    spotify: Spotify
    folder: Path
    secrets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.spotify.url = self.net.url
        self.spotify.world.add(SAVED)
        self.place = place_at(self.spotify, self.folder)
        tracks = []
        for number, each in enumerate(SAVED):
            known = {} if number < 3 else {"spotify": each.uri}
            tracks.append(Track(each.title, each.artists, identifiers=known, duration_s=each.duration_ms / 1000))
        self.playlist = _listed(next(names), tracks)

    def act(self, place: Place) -> Any:
        self.secrets = tuple(self.spotify.secrets)
        sink = PROVIDERS["spotify"].sink
        assert sink is not None
        return sink(place, self.playlist, SaveWish(self.playlist.title))

    def look(self, result: Any) -> None:
        mine = [each for each in self.spotify.world.mine() if each.name == self.playlist.title]
        assert len(mine) == 1
        there = [entry.song.title for entry in mine[0].entries if entry.song is not None]
        assert there == [each.title for each in SAVED]
        assert (result.placed, result.missing) == (len(SAVED), ())


@dataclass
class SpotifyImport:
    net: Faulty
    spotify: Spotify
    folder: Path
    secrets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.spotify.url = self.net.url
        self.songs = [Song(f"Saved {n}", (f"Singer {n}",), "Record") for n in range(120)]
        self.spotify.world.add(self.songs)
        self.spotify.world.saved = [Entry(each.uri, each, self.spotify.world.clock()) for each in self.songs]
        self.place = place_at(self.spotify, self.folder)

    def act(self, place: Place) -> Any:
        self.secrets = tuple(self.spotify.secrets)
        source = PROVIDERS["spotify"].source
        assert source is not None
        return [track.title for track in source(place, ("saved",))]

    def look(self, result: Any) -> None:
        assert sorted(result) == sorted(each.title for each in self.songs)


@dataclass
class SubsonicSave:
    net: Faulty
    server: Supysonic
    folder: Path
    secrets: tuple[str, ...] = (PASSWORD, PASSWORD.encode().hex())

    def __post_init__(self) -> None:
        for left in self._lists():  # every list makes the server slower
            self.server.ask("deletePlaylist", id=left["id"])
        data = self.folder / "data"
        place = Place(data, self.folder, Library(data / "catalogue.db"), {"MIEN_KEYRING": "0", "PATH": ""})
        log_in(place, url=self.net.url, user=USER, password=Secret(PASSWORD), plain=True)
        self.place, self.name = _quickly(place), next(names)

    def act(self, place: Place) -> Any:
        sink = PROVIDERS["subsonic"].sink
        assert sink is not None
        return sink(place, _listed(self.name, KNOWN), SaveWish(self.name))

    def look(self, result: Any) -> None:
        mine = [each["id"] for each in self._lists() if each["name"] == self.name]
        assert len(mine) == 1
        there: Any = self.server.ask("getPlaylist", id=mine[0])["playlist"]
        assert [entry["title"] for entry in there["entry"]] == [track.title for track in KNOWN]
        assert (result.placed, result.missing) == (len(KNOWN), ())

    def _lists(self) -> list[Any]:
        listed: Any = self.server.ask("getPlaylists")["playlists"]
        return list(listed.get("playlist", []))


class SubsonicImport(SubsonicSave):
    def act(self, place: Place) -> Any:
        source = PROVIDERS["subsonic"].source
        assert source is not None
        return [(track.title, track.artists[0]) for track in source(place, ())]

    def look(self, result: Any) -> None:
        assert sorted(result) == sorted((track.title, track.artists[0]) for track in KNOWN)


@dataclass
class MpdStore:
    net: Faulty
    daemon: Daemon
    folder: Path
    secrets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        environ = {**self.daemon.environ, "MPD_PORT": str(self.net.port)}
        library = Library(self.folder / "data" / "catalogue.db")
        self.place, self.name = Place(self.folder / "data", self.folder, library, environ), next(names)

    def act(self, place: Place) -> Any:
        sink = PROVIDERS["mpd"].sink
        assert sink is not None
        return sink(place, _listed(self.name, KNOWN), SaveWish(self.name))

    def look(self, result: Any) -> None:
        stored = [each["playlist"] for each in self.daemon.ask("listplaylists")]
        assert [name for name in stored if name.startswith(self.name)] == [self.name]
        assert len(self.daemon.ask("listplaylist", self.name)) == len(KNOWN)
        assert (result.placed, result.missing) == (len(KNOWN), ())


class MpdPlay(MpdStore):
    def act(self, place: Place) -> Any:
        return player(place, _listed(self.name, KNOWN), PlayWish())

    def look(self, result: Any) -> None:
        assert [each["title"] for each in self.daemon.ask("playlistinfo")] == [track.title for track in KNOWN]


@dataclass
class DeezerLookUp:
    net: Faulty
    deezer: Deezer
    folder: Path
    secrets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.tracks = [Track(f"Song Number {n}", ("Somebody",), duration_s=200.0 + n) for n in range(3)]
        self.deezer.songs = [song(n + 1, t.title, t.artists[0], 200 + n) for n, t in enumerate(self.tracks)]
        environ = {"MIEN_DEEZER_API": self.net.url}
        self.place = _quickly(Place(self.folder, self.folder, Library(self.folder / "none.db"), environ))

    def act(self, place: Place) -> Any:
        from recommender.providers.deezer.provider import look_up

        with deezer_client.Client(place) as client:
            return [look_up(client, track) for track in self.tracks]

    def look(self, result: Any) -> None:
        assert [shown and shown.title for shown in result] == [track.title for track in self.tracks]


@dataclass(frozen=True)
class Plug:
    """How a subject is made: which fixture has its server, where that is, and what it speaks."""

    make: Callable[[Faulty, Any, Path], Subject]
    fixture: str
    address: Callable[[Any], str]
    speaks: str = "http"


def _url(server: Any) -> str:
    return str(server.url)


SUBJECTS: dict[str, Plug] = {
    "spotify save": Plug(SpotifySave, "spotify", _url),
    "spotify import": Plug(SpotifyImport, "spotify", _url),
    "subsonic save": Plug(SubsonicSave, "supysonic_server", _url),
    "subsonic import": Plug(SubsonicImport, "supysonic_server", _url),
    "mpd store": Plug(MpdStore, "mpd_daemon", lambda daemon: f"http://127.0.0.1:{daemon.port}", "mpd"),
    "mpd play": Plug(MpdPlay, "mpd_daemon", lambda daemon: f"http://127.0.0.1:{daemon.port}", "mpd"),
    "deezer preview": Plug(DeezerLookUp, "deezer", _url),
}


def hurry(monkeypatch: pytest.MonkeyPatch, place: Place) -> Place:
    """Wait for an answer that never comes for a second, not for many."""
    monkeypatch.setattr(transport, "PATIENCE", transport.Patience(2.0, PATIENCE_S, 1.5))
    for module in (subsonic_client, deezer_client):
        monkeypatch.setattr(module, "TIMEOUT_S", PATIENCE_S)
        monkeypatch.setattr(module, "LONGEST_S", 1.5)
    return replace(place, environ={**place.environ, "MPD_TIMEOUT": str(PATIENCE_S)})
