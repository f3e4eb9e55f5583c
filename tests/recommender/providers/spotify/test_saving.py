from __future__ import annotations

from pathlib import Path

import pytest

from errors import AuthRequired, ConfigError, ProviderError
from recommender.constraints import Constraints
from recommender.identity import artist_key
from recommender.providers import PROVIDERS, SaveWish
from recommender.providers.place import Place
from recommender.types import Playlist, Saved
from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import Song, song_of
from tests.recommender.providers.spotify.listener import place_at, playlist_of, songs, stock

DAY_S = 86_400
TITLE = "Happy · bright and lively"


def save(place: Place, playlist: Playlist, **wish: object) -> Saved:
    sink = PROVIDERS["spotify"].sink
    assert sink is not None
    return sink(place, playlist, SaveWish(**{"name": playlist.title, **wish}))  # type: ignore[arg-type]


@pytest.fixture
def place(spotify: Spotify, tmp_path: Path) -> Place:
    return place_at(spotify, tmp_path)


def test_a_new_list_takes_two_writes_and_is_private(spotify: Spotify, place: Place) -> None:
    wanted = songs(5)
    there = stock(spotify, wanted)
    saved = save(place, playlist_of(wanted))
    (made,) = spotify.world.mine()
    assert (made.uris, made.name, made.public) == (there, TITLE, False)
    assert [(each.method, each.path) for each in spotify.exchanges if each.method != "GET"] == [
        ("POST", "/me/playlists"),
        ("PUT", f"/playlists/{made.id}/items"),
    ]
    assert saved.where == f"https://open.spotify.com/playlist/{made.id}"
    assert saved.playlist is not None
    links = [dict(pick.links) for pick in saved.playlist.picks]
    assert links == [{"spotify": f"https://open.spotify.com/track/{uri.rpartition(':')[2]}"} for uri in there]


def test_a_list_that_is_there_is_neither_made_nor_filled_again(spotify: Spotify, place: Place) -> None:
    wanted = songs(3)
    stock(spotify, wanted)
    first = save(place, playlist_of(wanted))
    (made,) = spotify.world.mine()
    made.entries.pop()  # the listener did not like the last one
    assert save(place, playlist_of(wanted)).where == first.where
    spotify.world.clock.advance(DAY_S)
    assert save(place, playlist_of(wanted)).where == first.where
    assert (len(spotify.world.mine()), len(made.uris)) == (1, 2)


def test_a_list_that_the_listener_deleted_is_made_anew(spotify: Spotify, place: Place) -> None:
    wanted = songs(3)
    stock(spotify, wanted)
    save(place, playlist_of(wanted))
    spotify.world.mine()[0].followed = False
    spotify.world.clock.advance(DAY_S)
    save(place, playlist_of(wanted))
    assert len(spotify.world.listed()) == 1
    assert len(spotify.world.mine()) == 2


def test_another_name_makes_another_playlist(spotify: Spotify, place: Place) -> None:
    wanted = songs(3)
    stock(spotify, wanted)
    for name in ("One", "Two", " Two "):
        save(place, playlist_of(wanted), name=name)
    assert [made.name for made in spotify.world.mine()] == ["Two", "One"]


def test_replacing_fills_the_playlist_of_that_name_and_no_other(spotify: Spotify, place: Place) -> None:
    there = stock(spotify, songs(8))
    own = spotify.world.new_playlist("Evening", songs=[song_of(track) for track in songs(1)])
    save(place, playlist_of(songs(4)), name="Evening")
    save(place, playlist_of(songs(4, 4)), name="Evening", replace=True)
    made = next(each for each in spotify.world.mine() if each is not own)
    assert made.uris == there[4:]
    assert own.uris == there[:1]
    assert len(spotify.world.mine()) == 2
    save(place, playlist_of(songs(4)), name="Evening")  # what it held before is there no more: it is made again
    assert len(spotify.world.mine()) == 3


def test_long_lists_are_appended_a_hundred_at_a_time(spotify: Spotify, place: Place) -> None:
    from recommender.types import Track

    listed = [Song(f"Number {n}", (f"Singer {n}",), "Record") for n in range(230)]
    spotify.world.add(listed)
    tracks = [Track(song.title, song.artists, identifiers={"spotify": song.uri}) for song in listed]
    spotify.faults.add(Fault("half"), "POST", "/items$")
    spotify.faults.add(Fault("cut", after=True), "POST", "/items$", skip=1)
    assert save(place, playlist_of(tracks)).placed == 230
    assert spotify.world.mine()[0].uris == [song.uri for song in listed]
    assert all(len(each.json["uris"]) <= 100 for each in spotify.asked("POST", "/items$"))


@pytest.mark.parametrize("lag_s", [0.0, 3.0])
def test_a_playlist_whose_making_was_never_answered_is_found_again(
    spotify: Spotify, place: Place, lag_s: float
) -> None:
    wanted = songs(3)
    stock(spotify, wanted)
    spotify.world.rule(list_lag_s=lag_s)
    spotify.faults.add(Fault("cut", after=True), "POST", "/me/playlists$")
    assert save(place, playlist_of(wanted)).placed == 3
    assert len(spotify.world.mine()) == 1


def test_an_empty_playlist_whose_description_was_lost_is_taken_for_ours(spotify: Spotify, place: Place) -> None:
    wanted = songs(3)
    stock(spotify, wanted)
    spotify.faults.add(Fault("cut", after=True), "POST", "/me/playlists$")
    spotify.faults.add(Fault("limited", retry_after_s=9999), "GET", "/me/playlists$")
    with pytest.raises(ProviderError):
        save(place, playlist_of(wanted))
    spotify.world.mine()[0].description = None
    spotify.world.clock.advance(10_000)
    assert save(place, playlist_of(wanted)).placed == 3
    assert len(spotify.world.mine()) == 1


def test_what_is_lacking_is_said_and_the_next_best_keeps_the_rules(spotify: Spotify, place: Place) -> None:
    from recommender.catalogue import BuiltIn

    wanted = songs(6)
    gone = wanted[2]
    spotify.world.add(song_of(track) for track in BuiltIn().tracks() if track.title != gone.title)
    first = save(place, playlist_of(wanted), name="first")
    assert first.playlist is not None
    stood_in = first.playlist.picks[2].track
    assert first.missing == (f"{gone.title} by {gone.artist} (instead: {stood_in.title} by {stood_in.artist})",)
    assert first.playlist.picks[2].reason == f"instead of {gone.title} by {gone.artist}"
    assert len({artist_key(pick.track.artists[0]) for pick in first.playlist.picks}) == 6
    rules = Constraints(banned_artists=frozenset({artist_key(stood_in.artists[0])}))
    second = save(place, playlist_of(wanted), name="second", rules=rules)
    assert second.playlist is not None
    assert second.playlist.picks[2].track.artists != stood_in.artists
    again = save(place, second.playlist, name="second")  # the list as it was shown last is the same list
    assert len(spotify.world.mine()) == 2
    assert again.where == second.where


def test_the_users_own_list_gets_no_stand_ins(spotify: Spotify, place: Place) -> None:
    wanted = songs(4)
    stock(spotify, [*wanted[1:], *songs(50, 4)])
    own = playlist_of(wanted)
    saved = save(place, Playlist(own.title, own.strategy, own.picks, "happy", ("/music/sunny.m3u8",)))
    assert (saved.placed, saved.missing) == (3, (f"{wanted[0].title} by {wanted[0].artist}",))


def test_when_nothing_is_there_nothing_is_made(spotify: Spotify, place: Place) -> None:
    assert save(place, playlist_of(songs(2))) == Saved("", 0, tuple(f"{t.title} by {t.artist}" for t in songs(2)))
    assert spotify.asked("POST") == []


def test_two_songs_that_are_one_at_spotify_come_once(spotify: Spotify, place: Place) -> None:
    from dataclasses import replace

    (song,) = songs(1)
    (uri,) = stock(spotify, [song])
    twice = [song, replace(song, title=f"{song.title} (Remastered 2011)")]
    named = [replace(each, identifiers={"spotify": uri}) for each in twice]
    assert save(place, playlist_of(named)).placed == 1
    assert spotify.world.mine()[0].uris == [uri]


def test_a_hand_mapped_playlist_is_where_it_is(spotify: Spotify, place: Place) -> None:
    own = Playlist("Happy", "own", (), "happy", ("spotify:playlist:abc",))
    assert save(place, own) == Saved("https://open.spotify.com/playlist/abc", 0)
    with pytest.raises(ConfigError, match="elsewhere"):
        save(place, Playlist("Happy", "own", (), "happy", ("https://example.com/x",)))
    with pytest.raises(ConfigError, match="no tracks"):
        save(place, Playlist("Happy", "match", ()))
    assert spotify.exchanges == []


def test_a_login_for_less_is_told_before_anything_is_sent(spotify: Spotify, tmp_path: Path) -> None:
    less = place_at(spotify, tmp_path, "user-top-read")
    with pytest.raises(AuthRequired, match="mien login spotify"):
        save(less, playlist_of(songs(2)))
    private = place_at(spotify, tmp_path, "playlist-modify-private", "playlist-read-private")
    with pytest.raises(AuthRequired, match="publish"):
        save(private, playlist_of(songs(2)), public=True)
    assert spotify.exchanges == []


def test_names_and_lists_too_long_for_spotify_are_cut(spotify: Spotify, place: Place) -> None:
    wanted = songs(1)
    stock(spotify, wanted)
    save(place, playlist_of(wanted), name="x " * 200)
    assert len(spotify.world.mine()[0].name) <= 100


def test_a_private_save_leaves_no_trace_here(spotify: Spotify, place: Place) -> None:
    from recommender.resolving.keeper import keeper

    wanted = songs(2)
    stock(spotify, wanted)
    save(place, playlist_of(wanted), private=True)
    assert list(keeper(place.memory).what()) == []
    save(place, playlist_of(wanted))
    kept = keeper(place.memory)
    assert list(kept.what()) == ["2 songs looked up at services", "1 playlist that was saved to a service"]
    kept.erase()
    assert list(kept.what()) == []


def test_apps_with_extended_quota_take_what_spotify_recommends(spotify: Spotify, place: Place) -> None:
    from recommender.providers.spotify.abilities import abilities
    from recommender.providers.spotify.client import SpotifyClient
    from recommender.types import Features

    spotify.world.rule(extended=True)
    wanted = songs(3)
    stock(spotify, wanted[1:])
    sound = wanted[0].features
    alike = Song(
        "Alike", ("Ann",), "Record", features=Features(sound.valence, sound.energy, 100, sound.acousticness, 1, 0.0)
    )
    spotify.world.add([Song("Cut To The Feeling", ("Carly Rae Jepsen",), "E•MO•TION"), alike])
    with SpotifyClient(place) as client:
        if not abilities(client).recommendations:
            pytest.skip("this fake recommends nothing")
    saved = save(place, playlist_of(wanted))
    assert saved.placed == 3
    (asked, *_) = spotify.asked("GET", "/recommendations$")[1:]
    assert dict(asked.query)["target_valence"] == str(sound.valence)


class Killed(BaseException):
    """What nothing here catches, like a process that is killed."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_process_that_is_killed_at_any_request_leaves_one_playlist_to_finish(
    spotify: Spotify, place: Place, monkeypatch: pytest.MonkeyPatch, number: int, after: bool
) -> None:
    from recommender.providers.spotify.client import SpotifyClient

    wanted = songs(1)
    there = stock(spotify, wanted)
    real, asked = SpotifyClient.request, [0]

    def request(self: SpotifyClient, method: str, path: str, **more: object) -> object:
        asked[0] += 1
        if asked[0] == number + 1 and not after:
            raise Killed
        answer = real(self, method, path, **more)  # type: ignore[arg-type]
        if asked[0] == number + 1:
            raise Killed
        return answer

    own = playlist_of(wanted)
    monkeypatch.setattr(SpotifyClient, "request", request)
    with pytest.raises(Killed):
        save(place, own)
    monkeypatch.setattr(SpotifyClient, "request", real)
    assert save(place, own).placed == 1
    assert [made.uris for made in spotify.world.mine()] == [there]
