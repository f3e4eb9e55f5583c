"""Whatever goes wrong while a playlist is saved: never a second playlist, never a missing or a doubled track.

One hundred seeds, each with faults of its own, in any request and before or after its effect: the connection may be
torn, the answer may be nonsense, the token may run out, writes may be done by half. Every run may break off with one of
our errors only; the run without faults must finish the one playlist.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from errors import ProviderError
from recommender.providers import PROVIDERS, SaveWish
from recommender.providers.place import Place
from recommender.providers.spotify import transport
from recommender.types import Playlist, Saved, Track
from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Exchange, Spotify
from tests.fakes.spotify.world import Song
from tests.recommender.providers.spotify.listener import place_at, playlist_of

LOST = ("reset", "cut", "truncated", "html", "wrong", "empty", "status")
NOT_DONE = ("limited", "expired")
LENGTHS = (1, 7, 20, 60, 100, 101, 170, 230)
RUNS = 4
"""Broken runs before the one in which everything works."""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for an answer that never comes for a second, not for ten."""
    monkeypatch.setattr(transport, "PATIENCE", transport.Patience(2.0, 1.0, 3.0))


def planned(spotify: Spotify, count: int, *, to_look_up: int = 0) -> Playlist:
    """Return a list of songs that the service has; some of them have to be searched for."""
    tracks = []
    for n in range(count):
        song = Song(f"Number {n} of the List", (f"Singer {n}",), f"Record {n}", 1990 + n % 30)
        spotify.world.add([song])
        known = {} if n < to_look_up else {"spotify": song.uri}
        tracks.append(Track(song.title, song.artists, identifiers=known, duration_s=song.duration_ms / 1000))
    return playlist_of(tracks)


def saved(place: Place, playlist: Playlist) -> Saved:
    sink = PROVIDERS["spotify"].sink
    assert sink is not None
    return sink(place, playlist, SaveWish(playlist.title))


def storm(dice: random.Random, chance: float) -> Callable[[Exchange], Fault | None]:
    """Return what lets each request go wrong with a chance."""

    def plan(exchange: Exchange) -> Fault | None:
        return fault(dice, exchange.method) if dice.random() < chance else None

    return plan


def fault(dice: random.Random, method: str) -> Fault:
    if method != "GET" and dice.random() < 0.2:
        return Fault("half")
    if method == "GET" and dice.random() < 0.15:
        return Fault("repeat")
    if dice.random() < 0.2:
        return Fault(dice.choice(NOT_DONE), retry_after_s=dice.choice([None, 1, 5, 600, 40_000]))
    return Fault(dice.choice(LOST), after=dice.random() < 0.5, status=dice.choice([500, 502, 503, 504]))


def one_at(number: int, what: Callable[[str], Fault]) -> Callable[[Exchange], Fault | None]:
    """Return what lets exactly one request go wrong, counted from 0."""
    seen = [0]

    def plan(exchange: Exchange) -> Fault | None:
        seen[0] += 1
        return what(exchange.method) if seen[0] == number + 1 else None

    return plan


def until_done(spotify: Spotify, place: Place, playlist: Playlist, runs: int = RUNS) -> None:
    """Save while things go wrong, then once more while they do not, and look at what is there."""
    for _ in range(runs):
        try:
            saved(place, playlist)
            break
        except ProviderError:
            pass
        spotify.world.clock.advance(41_000)  # the listener comes back when the service has said to, or the next day
    spotify.faults.clear()
    done = saved(place, playlist)
    assert_whole(spotify, playlist, done)
    assert saved(place, playlist) == done  # and once more, since listeners do that
    assert_whole(spotify, playlist, done)


def assert_whole(spotify: Spotify, playlist: Playlist, done: Saved) -> None:
    mine = spotify.world.mine()
    assert len(mine) == 1, [(each.name, len(each.entries)) for each in mine]
    wanted = [pick.track for pick in playlist.picks]
    there = [entry.song for entry in mine[0].entries]
    assert [song and song.title for song in there] == [track.title for track in wanted]
    assert (done.placed, done.missing) == (len(wanted), ())
    assert done.where.endswith(mine[0].id)
    assert mine[0].public is False


@pytest.mark.parametrize("seed", range(100))
def test_a_save_with_random_faults_ends_as_one_whole_playlist(spotify: Spotify, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    length = dice.choice(LENGTHS)
    playlist = planned(spotify, length, to_look_up=min(length, dice.choice([0, 0, 3])))
    place = place_at(spotify, tmp_path)
    if dice.random() < 0.3:
        spotify.world.rule(list_lag_s=dice.choice([1.0, 3.0]))
    if seed % 2:
        spotify.faults.plan = storm(dice, dice.choice([0.2, 0.4, 0.7]))
    else:
        requests = 2 if length <= 100 else 3  # at least: POST, PUT, and POST of what is beyond 100
        spotify.faults.plan = one_at(dice.randrange(requests), lambda method: fault(dice, method))
    until_done(spotify, place, playlist)
    assert spotify.faults.met or seed % 2  # a storm may pass a short list by


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_service_that_falls_silent_is_given_up_and_finished_later(
    spotify: Spotify, tmp_path: Path, number: int, after: bool
) -> None:
    playlist, place = planned(spotify, 130), place_at(spotify, tmp_path)
    spotify.faults.plan = one_at(number, lambda _: Fault("silence", after))
    until_done(spotify, place, playlist)
    assert [met.kind for met in spotify.faults.met] == ["silence"]


def test_a_listener_with_many_playlists_gets_no_second_one(spotify: Spotify, tmp_path: Path) -> None:
    for n in range(120):
        spotify.world.new_playlist(f"My list {n}", public=False)
    spotify.world.new_playlist(f"{planned(spotify, 1).title}", public=False)  # the listener's own, of the same name
    before = len(spotify.world.mine())
    playlist, place = planned(spotify, 20), place_at(spotify, tmp_path)
    spotify.faults.add(Fault("cut", after=True), "POST", "/me/playlists$")
    saved(place, playlist)
    assert len(spotify.world.mine()) == before + 1
    assert len(spotify.world.mine()[0].entries) == 20


@pytest.mark.parametrize("names", ["old", "new", "both"])
def test_a_broken_save_is_finished_whatever_the_service_calls_its_items(
    spotify: Spotify, tmp_path: Path, names: str
) -> None:
    spotify.world.rule(names=names)
    playlist, place = planned(spotify, 150), place_at(spotify, tmp_path)
    spotify.faults.add(Fault("half"), "POST", "/items$")
    until_done(spotify, place, playlist)


def test_two_different_lists_are_two_playlists(spotify: Spotify, tmp_path: Path) -> None:
    place = place_at(spotify, tmp_path)
    saved(place, planned(spotify, 5))
    saved(place, planned(spotify, 6))
    assert [len(each.entries) for each in spotify.world.mine()] == [6, 5]
