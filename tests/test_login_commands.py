"""`mien login` and `mien logout`, as a user runs them, against the fake Spotify and a server that knows one user."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Mien
from tests.fakes.spotify.accounts import CLIENT_ID
from tests.fakes.spotify.service import Spotify

SAVE = {"playlist-modify-private", "playlist-read-private"}


class Terminal(io.StringIO):
    """A person who answers; what they are asked is on standard error."""

    def isatty(self) -> bool:
        return True


class Answering(Terminal):
    """A person who looks at what they were told before they answer."""

    def __init__(self, answer: Callable[[], str]) -> None:
        super().__init__()
        self.answer = answer

    def readline(self, *_: Any) -> str:  # type: ignore[override]
        return self.answer() + "\n"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, spotify: Spotify) -> Spotify:
    """A desktop whose browser agrees to everything, with no client ID set."""
    for name, value in {**spotify.environ(), "MIEN_KEYRING": "0", "DISPLAY": ":0"}.items():
        monkeypatch.setenv(name, value)
    for name in ("MIEN_SPOTIFY_CLIENT_ID", "SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("webbrowser.open", lambda url: spotify.browse(url).status_code == 200)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return spotify


def tokens(tmp_path: Path) -> Path:
    return tmp_path / "data" / "secrets" / "spotify.json"


def test_logging_in_to_spotify_and_out_again(mien: Mien, at: Spotify, tmp_path: Path) -> None:
    done = mien("login", "spotify", "--client-id", CLIENT_ID, "--port", 0)
    assert done.code == 0, done.err
    assert done.out == (
        f"Logged in to Spotify as The Listener, to find and save. Kept in {tokens(tmp_path)}, for six months at most.\n"
    )
    assert "Agree in the browser" in done.err
    assert at.accounts.asked_scopes == [SAVE]
    assert tokens(tmp_path).stat().st_mode & 0o777 == 0o600
    assert not any(secret in done.out + done.err for secret in at.secrets)
    out = mien("logout")
    assert out.out == (
        "Logged out of Spotify.\nTo take the right away at Spotify too: https://www.spotify.com/account/apps\n"
    )
    assert not tokens(tmp_path).exists()
    assert mien("logout", "spotify").out == "You were not logged in.\n"


def test_the_port_may_be_any_and_purposes_add_up(mien: Mien, at: Spotify) -> None:
    first = mien("login", "spotify", "--client-id", CLIENT_ID, "--port", 0, "--for", "play", "--json")
    document = json.loads(first.out)
    assert document["service"] == "spotify"
    assert document["purposes"] == ["find", "play"]
    assert document["message"].startswith("Logged in to Spotify as ")
    assert document["ends_at"] > "2026"
    second = json.loads(mien("login", "spotify", "--port", 0, "--for", "import", "--for", "save", "--json").out)
    assert second["purposes"] == ["find", "save", "play", "import"]
    assert at.accounts.asked_scopes[1].issuperset(SAVE)


def test_without_a_browser_the_address_is_pasted(
    mien: Mien, at: Spotify, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The listener agrees on another device, whose browser ends at an address where nothing answers."""
    import httpx

    def paste() -> str:
        told = capfd.readouterr().err
        page = next(line for line in told.splitlines() if "/authorize?" in line)
        return httpx.get(page, trust_env=False).headers["location"]

    monkeypatch.setenv("SSH_CONNECTION", "1 2 3 4")
    monkeypatch.setattr("sys.stdin", Answering(paste))
    done = mien("login", "spotify", "--client-id", CLIENT_ID)
    assert done.code == 0, done.err
    assert done.out.startswith("Logged in to Spotify as ")


def test_who_gives_up_is_told_that_nothing_changed(mien: Mien, at: Spotify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    done = mien("login", "spotify")
    assert done.code == 2
    assert "Client ID of your Spotify app" in done.err
    assert done.err.endswith("mien: Nothing was given, so nothing was changed.\n")


def test_without_a_client_id_and_somebody_to_ask_the_way_is_shown(mien: Mien, at: Spotify) -> None:
    done = mien("login", "spotify")
    assert done.code == 2
    assert "Which app? Make one at developer.spotify.com/dashboard (docs/spotify.md)" in done.err


def test_who_declines_is_not_logged_in(mien: Mien, at: Spotify, tmp_path: Path) -> None:
    at.world.rule(refuse_login=True)
    done = mien("login", "spotify", "--client-id", CLIENT_ID, "--port", 0)
    assert done.code == 4
    assert "spotify: you declined. When you change your mind: mien login spotify." in done.err
    assert not tokens(tmp_path).exists()


def test_an_unknown_purpose_or_service_is_refused(mien: Mien, at: Spotify) -> None:
    done = mien("login", "spotify", "--client-id", CLIENT_ID, "--for", "plai")
    assert (done.code, "Did you mean 'play'?" in done.err) == (2, True)
    done = mien("logout", "spotfy")
    assert (done.code, "Did you mean 'spotify'?" in done.err) == (2, True)


# --- your own server


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect what a login to a server is called with, instead of asking one."""
    calls: list[dict[str, Any]] = []

    def log_in(_: object, **wanted: Any) -> str:
        calls.append(wanted)
        return "Logged in."

    monkeypatch.setenv("MIEN_KEYRING", "0")
    monkeypatch.setattr("recommender.providers.subsonic.login.log_in", log_in)
    monkeypatch.setattr("sys.stdin", io.StringIO("open sesame\nrest\n"))
    return calls


def test_a_password_comes_from_standard_input_and_is_not_shown(mien: Mien, given: list[dict[str, Any]]) -> None:
    done = mien("login", "subsonic", "--url", "https://music.example", "--user", "anna", "--stdin", "--plain", "--json")
    assert json.loads(done.out) == {"service": "subsonic", "message": "Logged in."}
    (call,) = given
    assert call["password"].reveal() == "open sesame"
    assert "sesame" not in repr(call) + done.out + done.err
    assert call | {"password": None} == {
        "url": "https://music.example",
        "user": "anna",
        "password": None,
        "plain": True,
    }


def test_an_api_key_goes_without_a_name(mien: Mien, given: list[dict[str, Any]]) -> None:
    mien("login", "subsonic", "--url", "https://music.example", "--api-key", "--stdin")
    assert given[0].keys() == {"url", "plain", "api_key"}
    assert given[0]["api_key"].reveal() == "open sesame"


def test_a_person_is_asked_for_what_is_missing(
    mien: Mien, given: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def hidden(question: str, stream: object) -> str:
        asked.append(question)
        return "open sesame"

    monkeypatch.setattr("getpass.getpass", hidden)
    monkeypatch.setattr("sys.stdin", Terminal("https://music.example\nanna\n"))
    done = mien("login", "subsonic")
    assert (done.code, asked) == (0, ["Password of anna: "])
    assert done.err == "Address of your server: Your name there: "
    assert (given[0]["url"], given[0]["user"]) == ("https://music.example", "anna")


def test_what_is_known_of_the_server_is_not_asked_again(
    mien: Mien, given: list[dict[str, Any]], tmp_path: Path
) -> None:
    from recommender.providers.secrets import Secrets

    kept = {"url": "https://kept.example", "user": "bea", "mode": "token", "secret": "t", "salt": "s"}
    Secrets(tmp_path / "data" / "secrets").store("subsonic", kept)
    mien("login", "subsonic", "--plain", "--stdin")
    assert (given[0]["url"], given[0]["user"], given[0]["plain"]) == ("https://kept.example", "bea", True)
    assert json.loads(mien("logout", "--json").out) == {"logged_out": ["subsonic"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--user", "anna", "--stdin"], "Nobody is here to be asked. Give --url."),
        (["--url", "https://music.example", "--stdin"], "Nobody is here to be asked. Give --user."),
        (
            ["--url", "https://music.example", "--user", "anna"],
            "Give --stdin, and the password or key on standard input.",
        ),
    ],
)
def test_a_script_is_told_which_option_is_missing(
    mien: Mien, given: list[dict[str, Any]], arguments: list[str], message: str
) -> None:
    done = mien("login", "subsonic", *arguments)
    assert done.code == 2
    assert message in done.err
    assert given == []


def test_an_empty_password_is_no_password(
    mien: Mien, given: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    done = mien("login", "subsonic", "--url", "https://music.example", "--user", "anna", "--stdin")
    assert (done.code, given) == (2, [])
    assert "Nothing was given, so nothing was changed." in done.err


def test_erasing_takes_the_logins_along(mien: Mien, at: Spotify, tmp_path: Path) -> None:
    mien("login", "spotify", "--client-id", CLIENT_ID, "--port", 0)
    done = mien("erase", "--yes")
    assert f"logins: a login for Spotify, in {tokens(tmp_path)}" in done.out
    assert "Erased: logins" in done.out
    assert not tokens(tmp_path).exists()
