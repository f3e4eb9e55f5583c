"""The whole way from the command line, with a real server and a real MPD: log in, import, plan, save, play."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.conftest import Mien
from tests.recommender.providers.mpd.daemon import Daemon
from tests.recommender.providers.subsonic.server import PASSWORD, SONGS, USER, Supysonic


@pytest.fixture
def logged_in(mien: Mien, server: Supysonic, monkeypatch: pytest.MonkeyPatch) -> Mien:
    """Somebody who is logged in to the server and knows how its songs sound."""
    monkeypatch.setenv("MIEN_KEYRING", "0")
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    done = mien("login", "subsonic", "--url", server.url, "--user", USER, "--plain", "--stdin")
    assert (done.code, done.err) == (0, "")
    return mien


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """A table that says how the songs sound: bright and lively."""
    path = tmp_path / "sounds.csv"
    rows = [f'"{title.replace(chr(34), chr(34) * 2)}",{artist},0.9,0.8,120' for title, artist, *_ in SONGS]
    path.write_text("\n".join(["title,artist,valence,energy,tempo", *rows]) + "\n", encoding="utf-8")
    return path


def test_from_login_to_a_saved_playlist(logged_in: Mien, server: Supysonic, sounds: Path) -> None:
    done = logged_in("catalogue", "import", "--from", "subsonic", "--json")
    assert (json.loads(done.out)["tracks"], json.loads(done.out)["added"]) == (len(SONGS), len(SONGS))
    assert logged_in("catalogue", "import", sounds).code == 0
    done = logged_in(
        "playlist", "--mood", "happy", "--length", "6", "--seed", "1", "--to", "subsonic", "--name", "Lively"
    )
    assert done.code == 0, done.err
    assert "to your own server (OpenSubsonic): 'Lively' on http" in done.out
    listed = server.ask("getPlaylists")["playlists"]
    assert isinstance(listed, dict)
    (made,) = [one for one in listed["playlist"] if one["name"] == "Lively"]
    assert 1 <= made["songCount"] <= 6
    # the list that is remembered is the one that is there: saving it again changes nothing
    again = logged_in("save", "--to", "subsonic", "--name", "Lively", "--json")
    assert json.loads(again.out)["tracks"] == made["songCount"]
    assert json.loads(again.out)["missing"] == []


def test_songs_that_the_server_lacks_get_stand_ins_from_it(logged_in: Mien, server: Supysonic, sounds: Path) -> None:
    logged_in("catalogue", "import", sounds)
    logged_in("catalogue", "import", "--from", "subsonic")
    done = logged_in(
        "playlist", "--valence", "0.8", "--arousal", "0.6", "-n", "4", "--to", "subsonic", "--name", "In", "--json"
    )
    tracks = json.loads(done.out)["playlist"]["tracks"]
    assert len(tracks) == 4
    assert {track["title"] for track in tracks} <= {title for title, *_ in SONGS}


def test_a_server_without_any_of_it_says_so(logged_in: Mien) -> None:
    done = logged_in("playlist", "--mood", "happy", "--to", "subsonic")
    assert "nothing was saved: your own server (OpenSubsonic) has none of these tracks" in done.err


def test_the_doctor_asks_only_when_told(
    logged_in: Mien, server: Supysonic, mpd: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in mpd.environ.items():
        if name.startswith("MPD"):
            monkeypatch.setenv(name, value)

    def words(*options: str) -> dict[str, tuple[bool | None, str]]:
        return {
            row["what"]: (row["ok"], row["words"]) for row in json.loads(logged_in("doctor", *options, "--json").out)
        }

    silent, asked = words(), words("--online")
    assert silent["subsonic"] == (True, f"{USER} at {server.url} (password), not asked; mien doctor --online asks it")
    assert asked["subsonic"] == (True, f"{USER} at {server.url} (password): The server (Subsonic 1.12.0) answers")
    assert silent["mpd"] == (True, f"MPD at 127.0.0.1:{mpd.port}, not asked; mien doctor --online asks it")
    assert "output Silence" in asked["mpd"][1]
    assert {"spotify", "subsonic", "mpd", "deezer"} <= silent.keys()


def test_mpd_plays_what_the_server_streams(
    logged_in: Mien, mpd: Daemon, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in mpd.environ.items():
        if name.startswith("MPD"):
            monkeypatch.setenv(name, value)
    logged_in("catalogue", "import", sounds)
    logged_in("catalogue", "import", "--from", "subsonic")
    wanted = (
        "--valence",
        "0.8",
        "--arousal",
        "0.6",
        "-n",
        "3",
        "--seed",
        "2",
        "--to",
        "subsonic",
        "--name",
        "Streamed",
    )
    assert logged_in("playlist", *wanted).code == 0
    done = logged_in("play", "--to", "subsonic", "--device", "mpd")
    assert done.code == 0, done.err
    assert f"on MPD at 127.0.0.1:{mpd.port}" in done.out
    queue = mpd.ask("playlistinfo")
    assert len(queue) == 3
    assert {song["title"] for song in queue} <= {title for title, *_ in SONGS}
    assert all(song["file"].startswith("http://127.0.0.1:") for song in queue)
    status = mpd.ask("status")
    assert (status["state"], status.get("error")) == ("play", None)
    done = logged_in("play", "--to", "mpd", "--json")
    assert (done.code, json.loads(done.out)["service"]) == (0, "mpd")
    assert not any(song["file"].startswith("http") for song in mpd.ask("playlistinfo"))


def test_a_jukebox_needs_the_right_to_it(logged_in: Mien, sounds: Path) -> None:
    logged_in("catalogue", "import", sounds)
    logged_in("catalogue", "import", "--from", "subsonic")
    done = logged_in("play", "--mood", "happy", "--to", "subsonic", "--device", "jukebox")
    assert (done.code, "does not let you do jukeboxControl" in done.err) == (4, True)


def test_the_password_is_nowhere_to_be_seen(logged_in: Mien, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_DEBUG", "1")
    hexadecimal = PASSWORD.encode().hex()
    for command in (["doctor", "--online"], ["catalogue", "import", "--from", "subsonic"], ["logout", "subsonic"]):
        done = logged_in(*command)
        assert PASSWORD not in done.out + done.err
        assert hexadecimal not in done.out + done.err
    held = [path for path in tmp_path.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    assert held == []
