from __future__ import annotations

from pathlib import Path

import pytest

from errors import AuthRequired, ConfigError, Forbidden, Unavailable
from recommender.providers import PROVIDERS, Played, PlayWish, SaveWish
from recommender.providers.place import Place
from recommender.types import Playlist
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import Device
from tests.recommender.providers.spotify.listener import place_at, playlist_of, songs, stock

KITCHEN, DESK = Device("d1", "Kitchen speaker"), Device("d2", "Desk", active=True)


def play(place: Place, what: Playlist | str, device: str | None = None) -> Played:
    player = PROVIDERS["spotify"].player
    assert player is not None
    return player(place, what, PlayWish(device))


@pytest.fixture
def place(spotify: Spotify, tmp_path: Path) -> Place:
    return place_at(spotify, tmp_path)


def test_a_list_that_was_not_saved_plays_track_by_track(spotify: Spotify, place: Place) -> None:
    wanted = songs(3)
    there = stock(spotify, wanted)
    spotify.world.devices = [KITCHEN, DESK]
    assert play(place, playlist_of(wanted, "Sunny")) == Played("Desk", "Sunny")
    assert spotify.world.playing == {"device": "d2", "uris": there}


def test_a_list_that_was_saved_plays_as_its_playlist(spotify: Spotify, place: Place) -> None:
    wanted, sink = songs(3), PROVIDERS["spotify"].sink
    assert sink is not None
    stock(spotify, wanted)
    spotify.world.devices = [KITCHEN]
    sink(place, playlist_of(wanted), SaveWish("Sunny"))
    play(place, playlist_of(wanted))
    assert spotify.world.playing == {"device": "d1", "context_uri": spotify.world.mine()[0].uri}


@pytest.mark.parametrize("name", ["d1", "kitchen speaker", "Kitchen", "speak"])
def test_a_device_is_named_by_its_id_name_or_part_of_it(spotify: Spotify, place: Place, name: str) -> None:
    (uri,) = stock(spotify, songs(1))
    spotify.world.devices = [KITCHEN, DESK]
    assert play(place, uri, name).where == "Kitchen speaker"
    assert spotify.world.playing == {"device": "d1", "uris": [uri]}


@pytest.mark.parametrize(
    ("devices", "wanted", "error", "words"),
    [
        ([], None, Unavailable, "no device of yours is awake. Start Spotify"),
        ([Device("a", "A"), Device("b", "B")], None, Unavailable, "Name one with --device: A, B"),
        ([KITCHEN, DESK], "bath", ConfigError, "'bath' is not awake. Awake are: Kitchen speaker, Desk"),
        ([KITCHEN, Device("d3", "Kitchen TV")], "kitchen", ConfigError, "means several"),
    ],
)
def test_without_a_device_it_is_said_what_to_do(
    spotify: Spotify, place: Place, devices: list[Device], wanted: str | None, error: type[Exception], words: str
) -> None:
    spotify.world.devices = devices
    with pytest.raises(error, match=words.replace(".", r"\.")):
        play(place, "spotify:playlist:abc", wanted)
    assert spotify.asked("PUT") == []


def test_a_free_account_is_told_about_premium(spotify: Spotify, place: Place) -> None:
    spotify.world.rule(premium=False)
    (uri,) = stock(spotify, songs(1))
    spotify.world.devices = [DESK]
    with pytest.raises(Forbidden, match="Premium"):
        play(place, uri)


def test_what_is_no_music_is_refused_before_anything_is_sent(spotify: Spotify, place: Place) -> None:
    for odd in ("hello", "spotify:artist:4iV5W9uYEdYUVa79Axb7Rh", "https://example.com/playlist/a"):
        with pytest.raises(ConfigError, match="nothing that Spotify plays"):
            play(place, odd)
    assert spotify.exchanges == []


def test_an_empty_list_and_one_that_spotify_lacks_are_refused(spotify: Spotify, place: Place) -> None:
    spotify.world.devices = [DESK]
    with pytest.raises(ConfigError, match="no tracks"):
        play(place, Playlist("Happy", "match", ()))
    with pytest.raises(ConfigError, match="none of these"):
        play(place, playlist_of(songs(1)))
    assert spotify.asked("PUT") == []


def test_a_login_that_is_not_for_playing_is_told(spotify: Spotify, tmp_path: Path) -> None:
    with pytest.raises(AuthRequired, match="play"):
        play(place_at(spotify, tmp_path, "playlist-modify-private"), "spotify:playlist:abc")
    assert spotify.exchanges == []
