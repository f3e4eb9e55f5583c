from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errors import RateLimited, Unavailable
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.resolve import resolve
from recommender.types import Track
from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import Song, song_of
from tests.recommender.providers.spotify.listener import place_at, songs, stock

DAY_S = 86_400


def uris(found: list[Track | None]) -> list[str | None]:
    return [None if track is None else track.identifiers["spotify"] for track in found]


def test_twenty_songs_among_covers_take_at_most_24_searches_and_none_the_second_time(
    spotify: Spotify, tmp_path: Path
) -> None:
    wanted = songs(20)
    there = stock(spotify, wanted, with_decoys=True)
    with SpotifyClient(place_at(spotify, tmp_path)) as client:
        assert uris(resolve(client, wanted)) == there
    assert len(spotify.exchanges) <= 24
    asked = len(spotify.exchanges)
    with SpotifyClient(place_at(spotify, tmp_path)) as client:
        assert uris(resolve(client, wanted)) == there
    assert len(spotify.exchanges) == asked


def test_what_has_a_spotify_uri_is_not_searched_for(spotify: Spotify, tmp_path: Path) -> None:
    (song,) = songs(1)
    uri = song_of(song).uri
    named = [replace(song, identifiers={"spotify": name}) for name in (uri, uri.rpartition(":")[2])]
    with SpotifyClient(place_at(spotify, tmp_path)) as client:
        assert uris(resolve(client, named[:1])) == uris(resolve(client, named[1:])) == [uri]
    assert spotify.exchanges == []


@pytest.mark.parametrize("said", [True, False])
def test_an_isrc_finds_the_recording_whatever_its_title_there(spotify: Spotify, tmp_path: Path, said: bool) -> None:
    spotify.world.rule(external_ids=said)
    there = Song("Группа крови", ("Кино",), "Группа крови", isrc="RUA1D8800011")
    spotify.world.add([there, Song("Blood Type", ("Viktor Tsoi Tribute",), "Covers")])
    wanted = Track("Blood Type", ("Kino",), identifiers={"isrc": "RU-A1D-88-00011"})
    with SpotifyClient(place_at(spotify, tmp_path)) as client:
        assert uris(resolve(client, [wanted])) == [there.uri]
    assert len(spotify.exchanges) == 1


def test_a_song_that_is_only_there_as_covers_is_not_found(spotify: Spotify, tmp_path: Path) -> None:
    from tests.fakes.spotify.world import decoys

    (song,) = songs(1)
    spotify.world.add(decoys(song))
    with SpotifyClient(place_at(spotify, tmp_path)) as client:
        assert resolve(client, [song]) == [None]
        asked = len(spotify.exchanges)
        assert resolve(client, [song]) == [None]
    assert len(spotify.exchanges) == asked
    spotify.world.add([song_of(song)])
    spotify.world.clock.advance(15 * DAY_S)  # by then it is asked again
    with SpotifyClient(place_at(spotify, tmp_path)) as client:
        assert uris(resolve(client, [song])) == [song_of(song).uri]


def test_what_was_found_before_a_failure_is_remembered(spotify: Spotify, tmp_path: Path) -> None:
    wanted = songs(10)
    there = stock(spotify, wanted)
    spotify.faults.add(Fault("status"), "GET", "/search", times=99, skip=6)
    with SpotifyClient(place_at(spotify, tmp_path)) as client, pytest.raises(Unavailable):
        resolve(client, wanted)
    spotify.faults.clear()
    before = len(spotify.exchanges)
    with SpotifyClient(place_at(spotify, tmp_path)) as client:
        assert uris(resolve(client, wanted)) == there
    assert len(spotify.exchanges) - before < 8


def test_hours_of_waiting_are_reported_and_nothing_more_is_asked(spotify: Spotify, tmp_path: Path) -> None:
    wanted = songs(10)
    stock(spotify, wanted)
    spotify.block(36_000)
    with (
        SpotifyClient(place_at(spotify, tmp_path)) as client,
        pytest.raises(RateLimited, match=r"until .* repeat the command then"),
    ):
        resolve(client, wanted)
    assert len(spotify.exchanges) <= 2


def test_the_answer_to_another_question_is_asked_for_again(spotify: Spotify, tmp_path: Path) -> None:
    wanted = songs(2)
    there = stock(spotify, wanted)
    with SpotifyClient(place_at(spotify, tmp_path)) as client:
        assert uris(resolve(client, wanted[:1])) == there[:1]
        spotify.faults.add(Fault("repeat"), "GET", "/search")
        assert uris(resolve(client, wanted[1:])) == there[1:]


def test_a_private_list_is_not_remembered(spotify: Spotify, tmp_path: Path) -> None:
    wanted = songs(2)
    there = stock(spotify, wanted)
    for _ in range(2):
        with SpotifyClient(place_at(spotify, tmp_path)) as client:
            assert uris(resolve(client, wanted, private=True)) == there
    assert len(spotify.exchanges) == 4


def test_the_market_is_asked_for_and_remembered_apart(spotify: Spotify, tmp_path: Path) -> None:
    wanted = songs(1)
    stock(spotify, wanted)
    place = place_at(spotify, tmp_path)
    for market in ("DE", "JP", "DE"):
        there = replace(place, environ={**place.environ, "MIEN_SPOTIFY_MARKET": market})
        with SpotifyClient(there) as client:
            resolve(client, wanted)
    assert [dict(each.query)["market"] for each in spotify.exchanges] == ["DE", "JP"]
