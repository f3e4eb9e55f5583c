"""Tokens, codes and verifiers appear nowhere but in their file: all runs at debug level, and what is said is searched.

Every log record of every library, both outputs, tracebacks with their locals as crash reporters take them, reprs, and
every file that mien writes. The fake Spotify knows every secret that there ever was.
"""

from __future__ import annotations

import gc
import http.client
import io
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue import BuiltIn
from recommender.providers.place import Place
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.tokens import Tokens
from tests.conftest import Done, Mien
from tests.fakes.spotify.accounts import CLIENT_ID, CONSENT_LIFE_S, Accounts
from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Exchange, Spotify
from tests.fakes.spotify.world import Device, Entry, World, song_of
from tests.recommender.providers.spotify.listener import place_at

FORMAT = logging.Formatter("%(asctime)s %(name)s %(levelname)s %(pathname)s %(message)s %(args)s")
THEIRS = (Accounts, World, Spotify, Exchange)
"""What belongs to the fake may know its secrets."""


class Listening:
    """All that is said while a test runs."""

    def __init__(self) -> None:
        self.log = io.StringIO()
        self.outputs: list[str] = []
        self.codes: list[int] = []

    @property
    def text(self) -> str:
        return self.log.getvalue() + "\n".join(self.outputs)


@pytest.fixture
def listening() -> Iterator[Listening]:
    """Hear every logger at its most talkative, also those that were made before and do not pass on what they hear."""
    heard = Listening()
    handler = logging.StreamHandler(heard.log)
    handler.setFormatter(FORMAT)
    handler.addFilter(lambda record: not record.name.startswith("uvicorn"))  # the fake's own server
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    loggers = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    loggers += [logging.getLogger(name) for name in ("spotipy.client", "spotipy.oauth2", "urllib3", "requests")]
    levels = {logger: logger.level for logger in loggers}
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield heard
    for logger, level in levels.items():
        logger.setLevel(level)
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def run(
    listening: Listening, mien: Mien, spotify: Spotify, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Done]:
    """Run mien at debug level, in a folder of its own, with a browser that agrees to everything."""
    settings = {**spotify.environ(), "MIEN_KEYRING": "0", "DISPLAY": ":0", "MIEN_LOG": "debug"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("webbrowser.open", lambda url: spotify.browse(url).status_code == 200)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def command(*arguments: object) -> Done:
        done = mien(*arguments)
        listening.outputs += [done.out, done.err]
        listening.codes.append(done.code)
        return done

    return command


def leaks(spotify: Spotify, text: str) -> list[str]:
    """Return what of a text is a secret, or the better half of one."""
    return [secret[:12] + "…" for secret in spotify.secrets if secret in text or secret[len(secret) // 3 :] in text]


def assert_silent(spotify: Spotify, listening: Listening) -> None:
    assert len(spotify.secrets) >= 2
    assert leaks(spotify, listening.text) == []
    assert "Bearer" not in listening.text.replace("Bearer ***", "")


def files_with_secrets(spotify: Spotify, folder: Path) -> list[str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [str(path.relative_to(folder)) for path in files if leaks(spotify, path.read_bytes().decode("latin-1"))]


def everything(run: Callable[..., Done], spotify: Spotify, photo: Path) -> None:
    """Use every command that speaks to Spotify."""
    spotify.world.devices = [Device("d1", "Kitchen")]
    spotify.world.new_playlist("Happy hits", "ann", list(spotify.world.songs.values())[:12])
    run("login", "spotify", "--port", 0, *(f"--for={purpose}" for purpose in ("save", "publish", "play", "import")))
    run("doctor")
    run("doctor", "--json")
    run("playlist", "--mood", "happy", "--seed", 7, "-n", 5)
    run("save", "--to", "spotify", "--name", "Sunny")
    run("save", "--to", "spotify", "--name", "Sunny", "--replace", "--json")
    run("play", "--to", "spotify")
    run("find", "playlists", "--mood", "happy", "--on", "spotify")
    run("playlist", "--mood", "sad", "-n", 3, "--to", "spotify", "--json")
    run("save", "--to", "spotify", "--name", "For all", "--public")
    run("snap", "--photo", photo, "-n", 3, "--to", "spotify")
    run("snap", "--photo", photo, "--to", "spotify", "--find", "--json")
    run("catalogue", "import", "--from", "spotify", "--json")


@pytest.fixture
def stocked(spotify: Spotify) -> Spotify:
    spotify.world.add(map(song_of, BuiltIn().tracks()))
    spotify.world.saved = [Entry(song.uri, song, 0.0) for song in list(spotify.world.songs.values())[:3]]
    return spotify


def test_the_search_would_find_a_token(stocked: Spotify, listening: Listening) -> None:
    token = stocked.tokens()["access_token"]
    logging.getLogger("anything.at.all").debug("Authorization: %s", f"Bearer {token}")
    with pytest.raises(AssertionError):
        assert_silent(stocked, listening)


def test_nothing_is_said_when_all_goes_well(
    run: Callable[..., Done], stocked: Spotify, listening: Listening, samples: Path, tmp_path: Path
) -> None:
    everything(run, stocked, samples / "happy.png")
    assert listening.codes == [0] * len(listening.codes), listening.outputs
    kept = tmp_path / "data" / "secrets" / "spotify.json"
    assert files_with_secrets(stocked, tmp_path) == ["data/secrets/spotify.json"]
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    run("logout", "--json")
    assert "spotipy" in listening.log.getvalue()  # the library did talk
    assert_silent(stocked, listening)
    assert files_with_secrets(stocked, tmp_path) == []
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize("kind", ["reset", "html", "wrong", "status", "limited", "expired"])
def test_nothing_is_said_when_things_go_wrong(
    run: Callable[..., Done], stocked: Spotify, listening: Listening, kind: str, tmp_path: Path
) -> None:
    run("login", "spotify", "--port", 0, "--for=save", "--for=play")
    run("playlist", "--mood", "happy", "--seed", 7, "-n", 3)
    stocked.faults.plan = lambda _: Fault(kind, retry_after_s=36_000)
    for command in (("save",), ("play",), ("find", "playlists", "--mood", "happy")):
        where = ("--on", "spotify") if command[0] == "find" else ("--to", "spotify")
        assert run(*command, *where).code == 4
    assert_silent(stocked, listening)
    assert files_with_secrets(stocked, tmp_path) == ["data/secrets/spotify.json"]


def test_nothing_is_said_of_a_login_that_has_ended(
    run: Callable[..., Done], stocked: Spotify, listening: Listening, tmp_path: Path
) -> None:
    run("login", "spotify", "--port", 0)
    run("playlist", "--mood", "happy", "--seed", 7, "-n", 3)
    stocked.world.clock.advance(CONSENT_LIFE_S)
    ended = run("save", "--to", "spotify")
    assert (ended.code, "mien login spotify" in ended.err) == (4, True)
    assert files_with_secrets(stocked, tmp_path) == []  # the dead tokens were thrown away
    assert_silent(stocked, listening)


def test_nothing_is_said_of_a_login_that_goes_wrong(
    run: Callable[..., Done], stocked: Spotify, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:

    def parrot(form: dict[str, str]) -> Any:
        stocked.secrets.add(form["code_verifier"])
        return stocked.accounts._refuse("invalid_grant", f"code_verifier={form['code_verifier']} was incorrect")

    stocked.world.rule(refuse_login=True)
    assert run("login", "spotify", "--port", 0).code == 4
    stocked.world.rule(refuse_login=False)
    monkeypatch.setattr(stocked.accounts, "_first", parrot)
    assert run("login", "spotify", "--port", 0).code == 4
    assert_silent(stocked, listening)


def test_nothing_is_said_when_the_http_library_prints_its_headers(
    run: Callable[..., Done], stocked: Spotify, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """http.client prints what it sends when somebody sets its debuglevel: that is the bare wire, and not ours to mask.

    So mien must never set it, whatever its own level is.
    """
    run("login", "spotify", "--port", 0)
    run("find", "playlists", "--mood", "happy", "--on", "spotify")
    assert http.client.HTTPConnection.debuglevel == 0
    assert_silent(stocked, listening)


def test_a_crash_shows_no_token(spotify: Spotify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash in the middle of a request, with the local variables of every frame, as crash reporters have it."""
    place = place_at(spotify, tmp_path)

    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("spotipy.Spotify._internal_call", crash)
    text = ""
    with SpotifyClient(place) as client:
        client.tokens.access()
        try:
            client.request("GET", "me", retry=False)
        except ZeroDivisionError as error:
            whole = traceback.TracebackException.from_exception(error, capture_locals=True)
            text = "".join(whole.format())
            text += repr(client) + repr(client.tokens) + repr(place) + str(vars(client.tokens))
    assert "ZeroDivisionError" in text
    assert leaks(spotify, text) == []


@pytest.mark.parametrize("kind", ["reset", "cut", "html", "status", "limited", "expired"])
def test_an_error_carries_no_token(spotify: Spotify, tmp_path: Path, kind: str) -> None:
    """Its text, its arguments, what it was raised from, and the locals of all the frames that are ours."""
    place = place_at(spotify, tmp_path)
    spotify.faults.plan = lambda _: Fault(kind, retry_after_s=36_000)
    with SpotifyClient(place) as client, pytest.raises(Exception, match="spotify") as caught:
        client.request("GET", "me", retry=False)
    chain: list[BaseException] = [caught.value]
    while (further := chain[-1].__cause__) is not None:
        chain.append(further)
    text = "".join(f"{error!r} {error.args!r} {vars(error)!r}" for error in chain)
    text += "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert leaks(spotify, ours(text)) == []


def ours(text: str) -> str:
    """Leave out the frames of libraries: `requests` has to hold the header that it sends."""
    kept, mine = [], True
    for line in text.splitlines():
        if line.lstrip().startswith('File "'):
            mine = "site-packages" not in line and "/lib/python" not in line
        if mine:
            kept.append(line)
    return "\n".join(kept)


def test_tokens_show_themselves_to_nobody(spotify: Spotify, tmp_path: Path) -> None:
    place: Place = place_at(spotify, tmp_path)
    tokens = Tokens(place)
    token = tokens.access()
    shown = [repr(token), str(token), f"{token}", f"{token:>80}", f"{[token]}", repr(tokens), str(vars(tokens))]
    shown += [repr(tokens.login()), repr(tokens.secrets.load("spotify")), repr(tokens.secrets)]
    assert leaks(spotify, "".join(shown)) == []
    with pytest.raises(TypeError):
        pickle.dumps(token)


def test_the_client_id_is_no_secret_and_may_be_shown(
    run: Callable[..., Done], stocked: Spotify, listening: Listening
) -> None:
    run("login", "spotify", "--port", 0)
    assert CLIENT_ID not in stocked.secrets
    assert_silent(stocked, listening)


def test_no_object_of_ours_shows_a_token(run: Callable[..., Done], stocked: Spotify, listening: Listening) -> None:
    """Whatever is alive in this process afterwards: no repr of an object of mien's modules holds a secret."""
    run("login", "spotify", "--port", 0)
    run("playlist", "--mood", "happy", "-n", 3, "--to", "spotify")
    rooms = ("app", "cli", "commands", "music", "recommender", "errors")
    wrong = []
    for thing in gc.get_objects():
        room = type(thing).__module__.partition(".")[0] if isinstance(type(thing).__module__, str) else ""
        if room in rooms and not isinstance(thing, (type, *THEIRS)) and leaks(stocked, repr(thing)):
            wrong.append(type(thing).__qualname__)
    assert wrong == []
