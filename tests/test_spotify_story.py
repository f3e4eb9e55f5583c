"""From nothing to the first playlist, and through every trouble that Spotify has: each command, as it is typed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.catalogue import BuiltIn
from tests.conftest import Done, Mien
from tests.fakes import contract
from tests.fakes.spotify.accounts import CONSENT_LIFE_S
from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import Device, Entry, song_of

USED = {
    ("GET", "/me"),
    ("GET", "/search"),
    ("POST", "/me/playlists"),
    ("PUT", "/playlists/{id}/items"),
    ("GET", "/me/playlists"),
    ("GET", "/playlists/{id}/items"),
    ("GET", "/me/player/devices"),
    ("PUT", "/me/player/play"),
    ("GET", "/me/tracks"),
    ("GET", "/me/top/tracks"),
    ("GET", "/recommendations"),
    ("GET", "/audio-features/{id}"),
}
"""What the story below asks of Spotify (the last two once, to see whether they are there); a list of more than 100
tracks also POSTs to its items."""


@pytest.fixture
def home(spotify: Spotify, mien: Mien, monkeypatch: pytest.MonkeyPatch) -> Spotify:
    """A desktop whose browser agrees to everything, and a Spotify that has every song of the built-in table."""
    for name, value in {**spotify.environ(), "MIEN_KEYRING": "0", "DISPLAY": ":0"}.items():
        monkeypatch.setenv(name, value)
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("webbrowser.open", lambda url: spotify.browse(url).status_code == 200)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    spotify.world.add(map(song_of, BuiltIn().tracks()))
    spotify.world.devices = [Device("d1", "Kitchen", active=True)]
    return spotify


def well(done: Done) -> str:
    assert done.code == 0, done.err
    return done.out


def test_the_whole_story_from_the_first_login_to_the_last(home: Spotify, mien: Mien, samples: Path) -> None:
    world = home.world
    known = list(world.songs.values())
    world.saved, world.top = [Entry(song.uri, song, 0.0) for song in known[:60]], known[:5]
    theirs = world.new_playlist("Feel good hits", "ann", known[:12])
    well(mien("login", "spotify", "--port", 0, "--for", "save", "--for", "play", "--for", "import"))
    well(mien("snap", "--photo", samples / "happy.png", "-n", 6, "--seed", 3, "--to", "spotify"))
    (made,) = world.mine()
    assert (len(made.uris), made.public) == (6, False)
    assert made.id in well(mien("save", "--to", "spotify"))
    well(mien("save", "--to", "spotify", "--name", made.name, "--replace"))
    well(mien("play", "--to", "spotify"))
    assert world.playing is not None
    assert world.playing["context_uri"] == made.uri
    found = json.loads(well(mien("find", "playlists", "--mood", "happy", "--json")))
    assert [each["uri"] for each in found] == [theirs.uri]
    well(mien("play", theirs.uri, "--to", "spotify"))
    assert json.loads(well(mien("catalogue", "import", "--from", "spotify", "--json")))["tracks"] == 60
    assert [each.id for each in world.mine()] == [made.id]
    well(mien("logout", "spotify"))
    assert mien("save", "--to", "spotify", "--name", "Once more").code == 4
    asked = {(exchange.method, exchange.template) for exchange in home.exchanges}
    assert asked == USED
    if contract.SPEC.exists():
        assert asked <= contract.described()


def hours(home: Spotify) -> None:
    home.block(36_000)


def ended(home: Spotify) -> None:
    home.world.clock.advance(CONSENT_LIFE_S)


def revoked(home: Spotify) -> None:
    home.accounts.revoke()


def broken(home: Spotify) -> None:
    home.faults.plan = lambda _: Fault("status", status=502)


def not_among_the_users(home: Spotify) -> None:
    home.faults.plan = lambda _: Fault("status", status=403)


def a_hotel(home: Spotify) -> None:
    home.faults.plan = lambda _: Fault("html")


TROUBLES: list[tuple[Callable[[Spotify], None], str]] = [
    (hours, "no requests from you until"),
    (ended, "mien login spotify"),
    (revoked, "mien login spotify"),
    (broken, "Try again later"),
    (not_among_the_users, "docs/spotify.md"),
    (a_hotel, "log in to its network first"),
]
COMMANDS: list[tuple[str, ...]] = [
    ("save", "--to", "spotify"),
    ("play", "--to", "spotify"),
    ("find", "playlists", "--mood", "happy"),
    ("catalogue", "import", "--from", "spotify"),
    ("playlist", "--mood", "sad", "-n", "3", "--to", "spotify"),
]


@pytest.mark.parametrize(("trouble", "words"), TROUBLES, ids=lambda value: getattr(value, "__name__", ""))
def test_in_every_trouble_every_command_says_what_to_do_and_works_afterwards(
    home: Spotify, mien: Mien, trouble: Callable[[Spotify], None], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    purposes = ("--for", "save", "--for", "play", "--for", "import")
    well(mien("login", "spotify", "--port", 0, *purposes))
    well(mien("playlist", "--mood", "happy", "--seed", 7, "-n", 3))
    trouble(home)
    for command in COMMANDS:
        done = mien(*command)
        assert done.code == 4, command
        assert any(each in done.err for each in (words, "mien login spotify")), (command, done.err)
    assert home.world.mine() == []
    assert [exchange for exchange in home.exchanges if exchange.method in ("POST", "PUT")] == []


def test_a_token_that_runs_out_early_is_renewed_without_a_word(home: Spotify, mien: Mien) -> None:
    well(mien("login", "spotify", "--port", 0))
    home.world.clock.advance(3601)  # our own clock does not know
    assert mien("playlist", "--mood", "happy", "-n", 3, "--to", "spotify").err == ""
    assert home.accounts.refreshes == 1
    home.world.rule(rotates=True)
    for _ in range(2):
        home.world.clock.advance(3601)
        well(mien("find", "playlists", "--mood", "happy"))
    assert home.accounts.refreshes == 3


def test_a_login_for_less_says_how_to_extend_it(home: Spotify, mien: Mien) -> None:
    well(mien("login", "spotify", "--port", 0, "--for", "find"))
    well(mien("playlist", "--mood", "happy", "-n", 3))
    for command, purpose in ((("save", "--to", "spotify"), "save"), (("play", "--to", "spotify"), "play")):
        done = mien(*command)
        assert (done.code, f"--for {purpose}" in done.err) == (4, True)
    assert home.accounts.asked_scopes == [frozenset()]


@pytest.mark.parametrize("devices", [[], [Device("d1", "Kitchen"), Device("d2", "Desk")]])
def test_no_device_or_no_premium_is_said(home: Spotify, mien: Mien, devices: list[Device]) -> None:
    well(mien("login", "spotify", "--port", 0, "--for", "play", "--for", "save"))
    theirs = home.world.new_playlist("Feel good hits", "ann")
    home.world.devices = devices
    done = mien("play", theirs.uri, "--to", "spotify")
    assert done.code == 4
    assert "device" in done.err
    home.world.devices = [Device("d1", "Kitchen", active=True)]
    home.world.rule(premium=False)
    done = mien("play", theirs.uri, "--to", "spotify")
    assert (done.code, "Premium" in done.err) == (4, True)
