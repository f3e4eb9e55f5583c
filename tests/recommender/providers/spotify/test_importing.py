from __future__ import annotations

from pathlib import Path

import pytest

from errors import AuthRequired, UnknownName
from recommender.providers import PROVIDERS
from recommender.providers.place import Place
from recommender.types import Features, Track
from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import Entry, Song
from tests.recommender.providers.spotify.listener import place_at

SONGS = [
    Song(f"Song {n}", (f"Singer {n}",), "Record", features=Features(valence=n / 200, energy=0.5)) for n in range(120)
]


def source(place: Place, *what: str) -> list[Track]:
    listed = PROVIDERS["spotify"].source
    assert listed is not None
    return list(listed(place, what))


@pytest.fixture
def full(spotify: Spotify) -> Spotify:
    spotify.world.add(SONGS)
    spotify.world.saved = [Entry(song.uri, song, 0.0) for song in SONGS]
    spotify.world.top = [*SONGS[:3], Song("Only played", ("Ann",), "Live")]
    return spotify


def test_saved_and_top_tracks_come_once_each(full: Spotify, tmp_path: Path) -> None:
    found = source(place_at(full, tmp_path))
    assert [track.title for track in found] == [*(song.title for song in SONGS), "Only played"]
    assert all(track.features == Features() for track in found)
    assert len(full.asked("GET", "/me/tracks$")) == 3


def test_a_part_can_be_named_and_a_wrong_one_is_refused(full: Spotify, tmp_path: Path) -> None:
    place = place_at(full, tmp_path)
    assert len(source(place, "top")) == 4
    assert full.asked("GET", "/me/tracks$") == []
    with pytest.raises(UnknownName, match="Did you mean 'saved'"):
        source(place, "save")


def test_apps_with_extended_quota_are_told_how_tracks_sound(full: Spotify, tmp_path: Path) -> None:
    full.world.rule(extended=True)
    full.world.add([Song("Cut To The Feeling", ("Carly Rae Jepsen",), "E•MO•TION")])
    found = source(place_at(full, tmp_path), "saved")
    sounds = [track.features.valence for track in found]
    known = full.asked("GET", "/audio-features/")[0].status == 200
    assert sounds == ([song.features.valence for song in SONGS] if known else [None] * 120)


def test_a_page_that_comes_twice_is_asked_for_again(full: Spotify, tmp_path: Path) -> None:
    place = place_at(full, tmp_path)
    full.faults.add(Fault("repeat"), "GET", "/me/tracks$", skip=1)
    assert len(source(place, "saved")) == 120


def test_a_login_that_is_not_for_importing_is_told(full: Spotify, tmp_path: Path) -> None:
    with pytest.raises(AuthRequired, match="import"):
        source(place_at(full, tmp_path, "playlist-modify-private"))
    assert full.exchanges == []


def test_a_right_to_hear_how_tracks_sound_may_be_taken_away(full: Spotify, tmp_path: Path) -> None:
    full.world.rule(extended=True)
    full.world.add([Song("Cut To The Feeling", ("Carly Rae Jepsen",), "E•MO•TION")])
    place = place_at(full, tmp_path)
    source(place, "top")
    full.world.rule(extended=False)
    found = source(place, "saved")
    assert [track.title for track in found] == [song.title for song in SONGS]
    assert all(track.features == Features() for track in found)
    assert len(full.asked("GET", "/audio-features$")) <= 2  # and it is not asked for page by page
