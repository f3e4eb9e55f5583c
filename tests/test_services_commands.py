"""The commands that go to a service, end to end: the command line, mien, spotipy, HTTP, and the strict fake Spotify."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue import BuiltIn
from tests.conftest import Done, Mien
from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import Device, song_of
from tests.recommender.providers.spotify.listener import log_in, songs

ROOT = Path(__file__).parents[1]


@pytest.fixture
def there(spotify: Spotify, mien: Mien, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spotify:
    """A Spotify that has every song of the built-in table, and a listener who is logged in to it."""
    for name, value in {**spotify.environ(), "MIEN_KEYRING": "0"}.items():
        monkeypatch.setenv(name, value)
    spotify.world.add(map(song_of, BuiltIn().tracks()))
    log_in(spotify, tmp_path / "data")
    return spotify


def said(done: Done) -> Any:
    assert (done.code, done.err) == (0, ""), done
    return json.loads(done.out)


def test_the_whole_mission_is_one_command(there: Spotify, mien: Mien) -> None:
    done = mien("snap", "--photo", ROOT / "samples" / "happy.png", "--to", "spotify", "--seed", 7)
    assert (done.code, done.err) == (0, "")
    (made,) = there.world.mine()
    assert (len(made.uris), made.public, len(set(made.uris))) == (20, False, 20)
    assert f"Saved 20 tracks to Spotify: https://open.spotify.com/playlist/{made.id}" in done.out
    assert all(f"https://open.spotify.com/track/{uri.split(':')[2]}" in done.out for uri in made.uris)
    assert "youtube" not in done.out
    assert len(there.asked("GET", "/search")) <= 24


def test_a_list_is_shown_saved_and_played_in_three_commands(there: Spotify, mien: Mien) -> None:
    assert mien("playlist", "--mood", "happy", "--seed", 7, "-n", 5).code == 0
    first = mien("save", "--to", "spotify", "--name", "Sunny", "--json")
    (made,) = there.world.mine()
    link = f"https://open.spotify.com/playlist/{made.id}"
    assert said(first) == {"service": "spotify", "where": link, "tracks": 5, "missing": []}
    assert made.name == "Sunny"
    asked = len(there.exchanges)
    assert said(mien("save", "--to", "spotify", "--name", "Sunny", "--json")) == said(first)
    assert len(there.exchanges) == asked
    there.world.devices = [Device("d1", "Kitchen"), Device("d2", "Desk", active=True)]
    played = mien("play", "--to", "spotify", "--device", "kitchen")
    assert (played.code, played.out) == (0, "♫ Happy · bright and lively, on Kitchen\n")
    assert there.world.playing == {"device": "d1", "context_uri": made.uri}


def test_a_save_that_breaks_off_keeps_the_list_and_is_finished_later(there: Spotify, mien: Mien) -> None:
    there.faults.add(Fault("status"), "PUT", "/items$", times=20)
    broken = mien("playlist", "--mood", "sad", "-n", 5, "--to", "spotify")
    assert broken.code == 4
    assert "Sad" in broken.out
    assert "finish it: mien save --to spotify" in broken.err
    there.faults.clear()
    assert mien("save", "--to", "spotify").code == 0
    assert [len(made.uris) for made in there.world.mine()] == [5]


def test_what_spotify_lacks_is_said_and_the_list_is_what_is_there(there: Spotify, mien: Mien) -> None:
    planned = said(mien("playlist", "--mood", "happy", "--seed", 7, "-n", 5, "--private", "--json"))["playlist"]
    lacking = planned["tracks"][2]
    there.world.songs = {i: s for i, s in there.world.songs.items() if s.title != lacking["title"]}
    done = mien("playlist", "--mood", "happy", "--seed", 7, "-n", 5, "--to", "spotify", "--json")
    shown = said(done)
    tracks, saved = shown["playlist"]["tracks"], shown["saved"]
    assert [t["title"] for t in tracks[:2]] == [t["title"] for t in planned["tracks"][:2]]
    assert len(tracks) == saved["tracks"] == 5
    assert saved["missing"] == [
        f"{lacking['title']} by {', '.join(lacking['artists'])}"
        f" (instead: {tracks[2]['title']} by {', '.join(tracks[2]['artists'])})"
    ]
    assert tracks[2]["reason"].startswith("instead of")
    (made,) = there.world.mine()
    assert [t["identifiers"]["spotify"] for t in tracks] == made.uris
    liked = mien("like", 3, "--json")
    assert tracks[2]["title"] in liked.out
    asked = len(there.exchanges)
    assert said(mien("save", "--to", "spotify", "--json"))["where"] == saved["where"]
    assert len(there.exchanges) == asked


def test_an_existing_playlist_for_the_mood_is_found_and_played(there: Spotify, mien: Mien) -> None:
    theirs = there.world.new_playlist("Happy hits", "ann", [song_of(track) for track in songs(12)])
    there.world.new_playlist("Happy Mix", "spotify", [song_of(track) for track in songs(12)])
    found = said(mien("find", "playlists", "--mood", "happy", "--on", "spotify", "--json"))
    assert [(each["uri"], each["owner"], each["tracks"]) for each in found] == [(theirs.uri, "Ann", 12)]
    assert found[0]["link"] == f"https://open.spotify.com/playlist/{theirs.id}"
    shown = mien("find", "playlists", "--mood", "happy")
    assert "Happy hits  by Ann, 12 tracks" in shown.out
    assert found[0]["link"] in shown.out
    there.world.devices = [Device("d1", "Kitchen")]
    assert mien("play", found[0]["link"], "--to", "spotify").code == 0
    assert there.world.playing == {"device": "d1", "context_uri": theirs.uri}
    snapped = mien("snap", "--photo", ROOT / "samples" / "happy.png", "--to", "spotify", "--find", "--json")
    assert said(snapped)["playlist"]["contexts"] == [{"playlist": theirs.uri, "link": found[0]["link"]}]
    assert said(snapped)["playlist"]["tracks"] == []
    assert there.world.mine() == []


def test_a_hand_mapped_spotify_playlist_wins_and_is_played(there: Spotify, mien: Mien) -> None:
    mine = there.world.new_playlist("My sunshine", songs=[song_of(track) for track in songs(3)])
    assert mien("map", "set", "happy", mine.uri).code == 0
    there.world.devices = [Device("d1", "Kitchen")]
    assert mien("play", "--to", "spotify", "--mood", "happy").code == 0
    assert there.world.playing == {"device": "d1", "context_uri": mine.uri}
    for more in ((), ("--find",)):
        done = mien("playlist", "--mood", "happy", "--to", "spotify", *more)
        assert (done.code, done.err) == (0, "")
        assert f"https://open.spotify.com/playlist/{mine.id}" in done.out
    assert len(there.world.mine()) == 1


def test_saved_and_top_tracks_come_into_the_catalogue_with_features(there: Spotify, mien: Mien) -> None:
    from tests.fakes.spotify.world import Entry, Song

    known = [song_of(track) for track in songs(60)]
    new = Song("Nobody Knows It", ("Ann Other",), "Unheard", isrc="DEXXX2600001")
    there.world.saved = [Entry(song.uri, song, 0.0) for song in (*known, new)]
    there.world.top = [*known[:5], new]
    done = said(mien("catalogue", "import", "--from", "spotify", "--json"))
    assert done == {
        "service": "spotify", "tracks": 61, "added": 61, "merged": 0, "joined": 60, "asked": 0, "without_mood": 1,
    }  # fmt: skip
    again = said(mien("catalogue", "import", "--from", "spotify", "--what", "saved", "--json"))
    assert (again["added"], again["merged"]) == (0, 61)
    stats = said(mien("catalogue", "search", "Nobody Knows It", "--json"))
    assert [track["identifiers"] for track in stats] == [{"spotify": new.uri, "isrc": "DEXXX2600001"}]
    assert "--features reccobeats" in mien("catalogue", "import", "--from", "spotify", "--what", "top").out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("save",), 2, "Say where"),
        (("save", "--to", "spotify"), 2, "There is no list yet"),
        (("save", "--to", "builtin"), 2, "cannot save playlists. These can: file, spotify, subsonic, mpd"),
        (("save", "--to", "spotfy"), 2, "Did you mean 'spotify'?"),
        (("play",), 2, "mien play --to spotify, or to: subsonic, mpd"),
        (("play", "hello", "--to", "spotify"), 2, "nothing that Spotify plays"),
        (("playlist", "--mood", "happy", "--find"), 2, "say which: --to spotify"),
        (("playlist", "--mood", "happy", "--to", "file"), 2, "--save list.m3u8"),
        (("find", "playlists", "--mood", "happy", "--on", "mpd"), 2, "These can: spotify"),
        (("catalogue", "import"), 2, "--from spotify"),
        (("catalogue", "import", "--from", "spotify", "--what", "tops"), 2, "Did you mean 'top'?"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(
    there: Spotify, mien: Mien, arguments: tuple[Any, ...], code: int, words: str
) -> None:
    done = mien(*arguments)
    assert done.code == code
    assert words in done.err
    assert there.exchanges == []


def test_without_a_login_the_list_is_shown_and_the_way_to_log_in(there: Spotify, mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "data" / "secrets" / "spotify.json").unlink()
    done = mien("playlist", "--mood", "happy", "--to", "spotify", "--json")
    assert done.code == 4
    assert len(json.loads(done.out)["playlist"]["tracks"]) == 20
    assert json.loads(done.out)["saved"] is None
    assert "mien login spotify" in done.err


def test_a_private_list_leaves_nothing_here_once_it_is_saved(there: Spotify, mien: Mien, tmp_path: Path) -> None:
    assert mien("playlist", "--mood", "happy", "-n", 4, "--private", "--to", "spotify").code == 0
    assert len(there.world.mine()[0].uris) == 4
    assert "services" not in mien("erase", "--yes", "--json").out
