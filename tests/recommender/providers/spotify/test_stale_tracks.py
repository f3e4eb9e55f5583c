"""Tracks that Spotify had when they were looked up, and has no more when the list is saved."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from errors import MienError, ProviderError, Unavailable
from recommender.providers import PROVIDERS, SaveWish
from recommender.providers.place import Place
from recommender.providers.spotify import contents
from recommender.resolving import cache
from recommender.resolving.keeper import keeper
from recommender.resolving.schema import opened
from recommender.types import Playlist, Saved, Track
from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Exchange, Spotify
from tests.fakes.spotify.world import Song, song_of
from tests.recommender.providers.spotify.listener import place_at, playlist_of, songs, stock

DAY_S = 86_400


@pytest.fixture
def place(spotify: Spotify, tmp_path: Path) -> Place:
    return place_at(spotify, tmp_path)


def save(place: Place, playlist: Playlist, name: str = "List", **wish: object) -> Saved:
    sink = PROVIDERS["spotify"].sink
    assert sink is not None
    return sink(place, playlist, SaveWish(name, **wish))  # type: ignore[arg-type]


def known_since_long(place: Place, spotify: Spotify, wanted: Sequence[Track]) -> None:
    """Let tracks have been found some weeks ago."""
    found = {cache.key_of(track): cache.Known(song_of(track).uri) for track in wanted}
    with opened(place.memory) as db:
        cache.keep(db, "spotify", "", found, now_s=spotify.world.clock() - 20 * DAY_S)


def released_again(spotify: Spotify, track: Track) -> str:
    """Take a song down and offer it again under another identifier, as labels do; returns its URI."""
    old = song_of(track)
    spotify.world.take_down(old)
    new = replace(old, album=f"{old.album} (Reissue)")
    spotify.world.add([new])
    return new.uri


def writes(spotify: Spotify) -> list[Exchange]:
    return [each for each in spotify.exchanges if each.method in ("PUT", "POST") and each.path.endswith("/items")]


@pytest.mark.parametrize("names_unknown", [False, True])
@pytest.mark.parametrize("at", [0, 7, 19])
def test_a_track_with_a_new_name_at_spotify_is_found_by_halves_and_looked_up_anew(
    spotify: Spotify, place: Place, at: int, names_unknown: bool
) -> None:
    spotify.world.rule(names_unknown=names_unknown)
    wanted = songs(20)
    there = stock(spotify, wanted)
    known_since_long(place, spotify, wanted)
    there[at] = released_again(spotify, wanted[at])
    saved = save(place, playlist_of(wanted))
    assert (saved.placed, saved.missing) == (20, ())
    assert [made.uris for made in spotify.world.mine()] == [there]
    assert len(spotify.asked("GET", "/search$")) == 1
    assert len(writes(spotify)) <= (3 if names_unknown else 8)
    assert saved.playlist is not None
    assert [pick.track.identifiers["spotify"] for pick in saved.playlist.picks] == there
    asked = len(spotify.exchanges)
    assert save(place, playlist_of(wanted)).where == saved.where
    assert len(spotify.exchanges) == asked
    assert save(place, playlist_of(wanted), "Another name").placed == 20
    assert len(spotify.exchanges) == asked + 2  # one to make it, one to fill it: the new name is remembered


def test_a_track_that_is_gone_for_good_gets_a_stand_in_and_is_told(spotify: Spotify, place: Place) -> None:
    from recommender.catalogue import BuiltIn

    wanted = songs(6)
    spotify.world.add(song_of(track) for track in BuiltIn().tracks())
    known_since_long(place, spotify, wanted)
    gone = wanted[2]
    spotify.world.take_down(song_of(gone))
    saved = save(place, playlist_of(wanted))
    assert saved.playlist is not None
    stood_in = saved.playlist.picks[2]
    assert saved.missing == (
        f"{gone.title} by {gone.artist} (instead: {stood_in.track.title} by {stood_in.track.artist})",
    )
    assert stood_in.reason == f"instead of {gone.title} by {gone.artist}"
    (made,) = spotify.world.mine()
    assert made.uris == [pick.track.identifiers["spotify"] for pick in saved.playlist.picks]
    assert len(set(made.uris)) == 6


def test_the_users_own_list_goes_on_without_a_track_that_is_gone(spotify: Spotify, place: Place) -> None:
    wanted = songs(4)
    there = stock(spotify, wanted)
    known_since_long(place, spotify, wanted)
    spotify.world.take_down(song_of(wanted[1]))
    own = playlist_of(wanted)
    saved = save(place, Playlist(own.title, own.strategy, own.picks, "happy", ("/music/sunny.m3u8",)))
    assert (saved.placed, saved.missing) == (3, (f"{wanted[1].title} by {wanted[1].artist}",))
    assert [made.uris for made in spotify.world.mine()] == [[there[0], *there[2:]]]


def test_when_everything_is_gone_the_next_save_goes_on_with_the_same_playlist(spotify: Spotify, place: Place) -> None:
    wanted = songs(2)
    stock(spotify, wanted)
    known_since_long(place, spotify, wanted)
    for track in wanted:
        spotify.world.take_down(song_of(track))
    own = playlist_of(wanted)
    listed = Playlist(own.title, own.strategy, own.picks, "happy", ("/music/sunny.m3u8",))
    assert save(place, listed) == Saved("", 0, tuple(f"{track.title} by {track.artist}" for track in wanted))
    there = [released_again(spotify, track) for track in wanted]
    spotify.world.clock.advance(15 * DAY_S)
    assert save(place, listed).placed == 2
    assert [made.uris for made in spotify.world.mine()] == [there]


@pytest.mark.parametrize("at", [0, 99, 100, 129])
def test_long_lists_keep_what_was_appended_before(spotify: Spotify, place: Place, at: int) -> None:
    listed = [Song(f"Number {n}", (f"Singer {n}",), "Record") for n in range(130)]
    spotify.world.add(listed)
    tracks = [Track(s.title, s.artists, identifiers={"spotify": s.uri}, duration_s=200) for s in listed]
    there = [song.uri for song in listed]
    there[at] = released_again(spotify, replace(tracks[at], album="Record", year=2000))
    assert save(place, playlist_of(tracks)).placed == 130
    assert [made.uris for made in spotify.world.mine()] == [there]
    assert len(writes(spotify)) <= 18
    assert all(len(each.json["uris"]) <= 100 for each in writes(spotify))


def test_when_several_are_stale_all_the_rest_is_looked_up_at_once(spotify: Spotify, place: Place) -> None:
    wanted = songs(20)
    stock(spotify, wanted)
    known_since_long(place, spotify, wanted)
    there = [released_again(spotify, track) for track in wanted]
    assert save(place, playlist_of(wanted)).placed == 20
    assert [made.uris for made in spotify.world.mine()] == [there]
    assert len(writes(spotify)) <= 20
    assert len(spotify.asked("GET", "/search$")) <= 24


def test_a_name_that_a_catalogue_has_and_spotify_refuses_is_not_sent_again(spotify: Spotify, place: Place) -> None:
    wanted = songs(3)
    there = stock(spotify, wanted)
    named = [replace(track, identifiers={"spotify": song_of(track).uri}) for track in wanted]
    there[1] = released_again(spotify, wanted[1])
    assert save(place, playlist_of(named)).placed == 3
    asked = len(writes(spotify))
    assert save(place, playlist_of(named), "Another name").placed == 3
    assert len(writes(spotify)) == asked + 1
    assert [made.uris for made in spotify.world.mine()] == [there, there]


def test_a_search_that_still_shows_what_is_refused_is_not_believed(
    spotify: Spotify, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = songs(3)
    there = stock(spotify, wanted)
    other = replace(song_of(wanted[1]), album="Another Record")
    spotify.world.add([other])
    refused = song_of(wanted[1]).uri
    real = spotify.world.song_of
    monkeypatch.setattr(spotify.world, "song_of", lambda uri: None if uri == refused else real(uri))
    assert save(place, playlist_of(wanted)).placed == 3
    assert [made.uris for made in spotify.world.mine()] == [[there[0], other.uri, there[2]]]


def test_a_private_save_remembers_nothing_of_a_refusal(spotify: Spotify, place: Place) -> None:
    wanted = songs(3)
    there = stock(spotify, wanted)
    known_since_long(place, spotify, wanted)
    there[2] = released_again(spotify, wanted[2])
    assert save(place, playlist_of(wanted), private=True).placed == 3
    assert [made.uris for made in spotify.world.mine()] == [there]
    assert list(keeper(place.memory).what()) == ["2 songs looked up at services"]


def test_a_refusal_that_is_not_about_tracks_is_told_and_forgets_nothing(
    spotify: Spotify, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recommender.providers.spotify.client import Misunderstood, SpotifyClient

    wanted = songs(3)
    there = stock(spotify, wanted)
    real = SpotifyClient.request

    def request(self: SpotifyClient, method: str, path: str, **more: object) -> object:
        if path.endswith("/items") and method == "PUT":
            raise Misunderstood("Spotify did not understand this.", "Malformed json")
        return real(self, method, path, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(SpotifyClient, "request", request)
        with pytest.raises(Unavailable, match="did not understand"):
            save(place, playlist_of(wanted))
    asked = len(spotify.asked("GET", "/search$"))
    assert save(place, playlist_of(wanted)).placed == 3
    assert [made.uris for made in spotify.world.mine()] == [there]
    assert len(spotify.asked("GET", "/search$")) == asked


def test_refusals_without_end_are_given_up(spotify: Spotify, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = songs(8)
    stock(spotify, wanted)
    monkeypatch.setattr(contents, "REFUSALS", 6)
    with monkeypatch.context() as patch:
        patch.setattr(spotify.world, "song_of", lambda _: None)
        with pytest.raises(ProviderError, match=r"refuses track after track of this list\. Save it again"):
            save(place, playlist_of(wanted))
    assert len(spotify.asked("PUT", "/items$")) == 7
    spotify.world.clock.advance(100 * DAY_S)
    save(place, playlist_of(wanted))
    assert len(spotify.world.mine()) == 1
    assert len(set(spotify.world.mine()[0].uris)) == len(spotify.world.mine()[0].uris)


def test_a_list_that_answers_404_for_a_moment_loses_no_track(
    spotify: Spotify, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recommender.providers.spotify.client import NotThere, SpotifyClient

    wanted = songs(5)
    there = stock(spotify, wanted)
    real = SpotifyClient.request
    refused: list[str] = []

    def request(self: SpotifyClient, method: str, path: str, **more: object) -> object:
        if path.endswith("/items") and method == "PUT" and len(refused) < 2:
            refused.append(path)
            raise NotThere("there is nothing there.")
        return real(self, method, path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(SpotifyClient, "request", request)
    assert save(place, playlist_of(wanted)).placed == 5
    assert [made.uris for made in spotify.world.mine()] == [there]


def test_a_track_that_is_refused_as_not_found_is_told_from_a_playlist_that_is_gone(
    spotify: Spotify, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recommender.providers.spotify.client import Misunderstood, NotThere, SpotifyClient

    wanted = songs(5)
    there = stock(spotify, wanted)
    known_since_long(place, spotify, wanted)
    there[3] = released_again(spotify, wanted[3])
    real = SpotifyClient.request

    def request(self: SpotifyClient, method: str, path: str, **more: object) -> object:
        try:
            return real(self, method, path, **more)  # type: ignore[arg-type]
        except Misunderstood as error:
            raise NotThere("there is nothing there.") from error

    monkeypatch.setattr(SpotifyClient, "request", request)
    assert save(place, playlist_of(wanted)).placed == 5
    assert [made.uris for made in spotify.world.mine()] == [there]


def test_a_half_made_playlist_that_the_user_deleted_is_made_anew(spotify: Spotify, place: Place) -> None:
    wanted = songs(5)
    there = stock(spotify, wanted)
    spotify.faults.add(Fault("limited", retry_after_s=9999), "PUT", "/items$")
    with pytest.raises(ProviderError, match="repeat the command then"):
        save(place, playlist_of(wanted))
    (half,) = spotify.world.mine()
    del spotify.world.playlists[half.id]
    spotify.world.clock.advance(10_000)
    assert save(place, playlist_of(wanted)).placed == 5
    assert [made.uris for made in spotify.world.mine()] == [there]


@pytest.mark.parametrize("seed", range(20))
def test_stale_tracks_and_random_faults_end_as_one_whole_playlist(spotify: Spotify, place: Place, seed: int) -> None:
    dice = random.Random(seed)
    count = dice.choice([1, 7, 20, 104])
    listed = [Song(f"Number {n} of it", (f"Singer {n}",), f"Record {n}") for n in range(count)]
    spotify.world.add(listed)
    tracks = [Track(s.title, s.artists, s.year, album=s.album, duration_s=200) for s in listed]
    known_since_long(place, spotify, tracks)
    there = [song.uri for song in listed]
    for at in dice.sample(range(count), min(count, dice.choice([1, 1, 2, 5]))):
        there[at] = released_again(spotify, tracks[at])
    kinds = ("reset", "cut", "html", "empty", "status", "limited", "expired", "half")

    def plan(exchange: Exchange) -> Fault | None:
        if dice.random() > 0.25:
            return None
        kind = dice.choice(kinds if exchange.method != "GET" else kinds[:-1])
        after = dice.random() < 0.5 and kind not in ("limited", "expired", "half")
        return Fault(kind, after, retry_after_s=dice.choice([1, 600]))

    spotify.faults.plan = plan
    for _ in range(4):
        try:
            save(place, playlist_of(tracks))
            break
        except MienError:
            spotify.world.clock.advance(1000)
    spotify.faults.clear()
    done = save(place, playlist_of(tracks))
    assert (done.placed, done.missing) == (count, ())
    assert [made.uris for made in spotify.world.mine()] == [there]
