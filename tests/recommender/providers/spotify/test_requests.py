"""How many requests it takes, and how long they would take at 100 ms each: counted and simulated, never measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errors import RateLimited
from recommender.catalogue import BuiltIn
from recommender.providers import PROVIDERS, SaveWish
from recommender.providers.place import Place
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.resolve import resolve
from recommender.types import Track
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import Song, song_of
from tests.recommender.providers.spotify.listener import place_at, playlist_of, songs, stock

MOST_REQUESTS, MOST_S = 24, 2.0


@pytest.fixture
def place(spotify: Spotify, tmp_path: Path) -> Place:
    return place_at(spotify, tmp_path)


def found(place: Place, tracks: list[Track]) -> list[str | None]:
    with SpotifyClient(place) as client:
        return [None if track is None else track.identifiers["spotify"] for track in resolve(client, tracks)]


def as_shops_write(song: Song, n: int) -> Song:
    """Return a song as its listing might be: remastered, with guests, in capitals."""
    titles = (song.title, f"{song.title} - Remastered 2011", f"{song.title} (feat. Somebody)", song.title.upper())
    return replace(song, title=titles[n % 4], album="The Very Best")


@pytest.mark.parametrize("start", [0, 100, 200, 300])
def test_twenty_tracks_cold_take_at_most_24_requests_and_two_seconds_and_warm_none(
    spotify: Spotify, place: Place, start: int
) -> None:
    tracks = songs(20, start)
    uris = stock(spotify, tracks, with_decoys=True)
    spotify.world.add(map(song_of, BuiltIn().tracks()))
    spotify.line.start(0.1)
    assert found(place, tracks) == uris
    cold = len(spotify.exchanges)
    assert cold <= MOST_REQUESTS
    assert spotify.line.now_s < MOST_S
    assert found(place, tracks) == uris
    assert len(spotify.exchanges) == cold


def test_listings_of_other_spellings_take_no_more(spotify: Spotify, place: Place) -> None:
    tracks = songs(20, 400)
    listed = [as_shops_write(song_of(track), n) for n, track in enumerate(tracks)]
    spotify.world.add(listed)
    spotify.line.start(0.1)
    assert found(place, tracks) == [song.uri for song in listed]
    assert len(spotify.exchanges) <= MOST_REQUESTS
    assert spotify.line.now_s < MOST_S


def test_tracks_that_are_not_there_take_no_more_and_are_not_asked_for_again(spotify: Spotify, place: Place) -> None:
    tracks = songs(20, 500)
    stock(spotify, tracks[5:])
    spotify.line.start(0.1)
    assert [uri is None for uri in found(place, tracks)] == [True] * 5 + [False] * 15
    cold = len(spotify.exchanges)
    assert cold <= MOST_REQUESTS
    assert spotify.line.now_s < MOST_S
    found(place, tracks)
    assert len(spotify.exchanges) == cold


def test_tracks_with_an_isrc_take_one_request_each(spotify: Spotify, place: Place) -> None:
    tracks = [replace(t, identifiers={"isrc": f"GBAAA26000{n:02}"}) for n, t in enumerate(songs(20))]
    uris = stock(spotify, tracks, with_decoys=True)
    assert found(place, tracks) == uris
    assert len(spotify.exchanges) == 20


def test_never_more_than_two_searches_are_under_way(spotify: Spotify, place: Place) -> None:
    tracks = songs(12)
    stock(spotify, tracks)
    spotify.line.start(0.1, at_once=100)  # nobody is answered as long as anybody else may come
    found(place, tracks)
    assert spotify.line.most_under_way == 2


def test_a_save_takes_two_requests_beyond_looking_up_and_none_when_it_is_there(spotify: Spotify, place: Place) -> None:
    tracks = songs(20)
    stock(spotify, tracks)
    sink = PROVIDERS["spotify"].sink
    assert sink is not None
    done = sink(place, playlist_of(tracks), SaveWish("Mood"))
    cold = len(spotify.exchanges)
    assert [(e.method, e.template) for e in spotify.exchanges[-2:]] == [
        ("POST", "/me/playlists"),
        ("PUT", "/playlists/{id}/items"),
    ]
    assert cold <= MOST_REQUESTS + 2
    assert sink(place, playlist_of(tracks), SaveWish("Mood")) == done
    assert len(spotify.exchanges) == cold


def test_a_small_quota_is_kept_to_and_what_was_found_is_not_asked_for_again(spotify: Spotify, place: Place) -> None:
    tracks = songs(30)
    uris = stock(spotify, tracks)
    spotify.world.rule(quota=12)
    for _ in range(5):
        try:
            assert found(place, tracks) == uris
            break
        except RateLimited as limited:
            spotify.world.clock.advance(limited.retry_after_s)
    else:
        pytest.fail("never done")
    searches = [exchange.query[0] for exchange in spotify.exchanges if exchange.status == 200]
    again = len(searches) - len(set(searches))  # at most what was under way, or half asked, when it broke off
    assert len(set(searches)) <= 36
    assert again <= 2 * 3


def test_hours_of_waiting_are_said_and_kept_to_by_every_run_without_asking(spotify: Spotify, place: Place) -> None:
    tracks = songs(4)
    uris = stock(spotify, tracks)
    spotify.block(36_000)
    with pytest.raises(RateLimited, match="no requests from you until") as first:
        found(place, tracks)
    assert 35_000 < first.value.retry_after_s <= 36_000
    asked = len(spotify.exchanges)
    assert asked <= 2
    with pytest.raises(RateLimited):
        found(place, tracks)  # another run: its client is new
    assert len(spotify.exchanges) == asked
    spotify.world.clock.advance(36_001)
    assert found(place, tracks) == uris
