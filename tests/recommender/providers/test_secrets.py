import copy
import json
import logging
import os
import pickle
import sys
from pathlib import Path

import pytest

from errors import ConfigError
from recommender.providers.masking import Secret, mask_logs, masked
from recommender.providers.secrets import Kept, Secrets, secrets_in

posix = pytest.mark.skipif(sys.platform == "win32", reason="no such rights there")
TOKEN = "BQDk-very_secret-8361"


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path / "data" / "secrets")


class Ring:
    """A keyring in memory, which may refuse."""

    def __init__(self, *, broken: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = broken

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        if self.broken:
            raise RuntimeError("the collection is locked")
        self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


def test_what_is_stored_is_loaded_until_it_is_deleted(secrets: Secrets) -> None:
    assert secrets.load("spotify") is None
    secrets.store("spotify", {"refresh_token": Secret(TOKEN), "expires_at_s": 17.5, "scopes": ["a", "ü"]})
    assert secrets.load("spotify") == {"refresh_token": TOKEN, "expires_at_s": 17.5, "scopes": ["a", "ü"]}
    assert secrets.load("subsonic") is None
    assert secrets.delete("spotify")
    assert secrets.load("spotify") is None
    assert not secrets.delete("spotify")


@posix
def test_only_the_owner_may_read_the_file_and_enter_the_folder(secrets: Secrets) -> None:
    secrets.store("spotify", {})
    assert secrets.folder.stat().st_mode & 0o777 == 0o700
    assert secrets.path("spotify").stat().st_mode & 0o777 == 0o600


@posix
def test_the_file_is_the_owners_alone_from_its_first_byte(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at every file that is opened for writing at the moment of its making."""
    modes: list[int] = []
    real = os.open

    def watched(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        handle = real(path, flags, mode, dir_fd=dir_fd)
        if flags & os.O_CREAT:
            modes.append(os.fstat(handle).st_mode & 0o777)
        return handle

    monkeypatch.setattr(os, "open", watched)
    old = os.umask(0)
    try:
        secrets.store("spotify", {"refresh_token": TOKEN})
    finally:
        os.umask(old)
    assert modes == [0o600]


@posix
def test_a_file_and_a_folder_that_others_could_read_are_closed(secrets: Secrets) -> None:
    secrets.store("spotify", {"a": 1})
    secrets.path("spotify").chmod(0o644)
    secrets.folder.chmod(0o755)
    assert secrets.load("spotify") == {"a": 1}
    assert secrets.path("spotify").stat().st_mode & 0o777 == 0o600
    secrets.path("spotify").chmod(0o664)
    secrets.store("spotify", {"a": 2})
    assert secrets.path("spotify").stat().st_mode & 0o777 == 0o600
    assert secrets.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("text", ["", "{", '{"refresh_token": "BQDk-very_secret-8361"', "[1]", "null", "\xff"])
def test_a_damaged_document_asks_for_another_login_and_shows_nothing(secrets: Secrets, text: str) -> None:
    secrets.store("spotify", {})
    secrets.path("spotify").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"spotify\.json is damaged\. Log in again: mien login spotify\.") as caught:
        secrets.load("spotify")
    assert TOKEN not in repr(caught.value) + repr(caught.value.__cause__)
    secrets.store("spotify", {"a": 1})
    assert secrets.load("spotify") == {"a": 1}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ConfigError, match=r"data/secrets cannot be made: .*\. Set MIEN_DATA_DIR\."):
        Secrets(tmp_path / "data" / "secrets").store("spotify", {})


def test_a_keyring_keeps_it_and_no_file_is_left(secrets: Secrets) -> None:
    secrets.store("spotify", {"a": 1})
    ringed = Secrets(secrets.folder, Ring())
    assert ringed.load("spotify") == {"a": 1}
    ringed.store("spotify", {"a": 2})
    assert not ringed.path("spotify").exists()
    assert ringed.load("spotify") == {"a": 2}
    assert ringed.where("spotify") == "the keyring of this system"
    assert ringed.delete("spotify")
    assert ringed.load("spotify") is None


def test_a_keyring_that_refuses_leaves_the_work_to_the_file(secrets: Secrets) -> None:
    ringed = Secrets(secrets.folder, Ring(broken=True))
    ringed.store("spotify", {"a": 2})
    assert ringed.load("spotify") == {"a": 2}
    assert ringed.where("spotify") == str(ringed.path("spotify"))


def test_the_keyring_can_be_left_out(tmp_path: Path) -> None:
    assert secrets_in(tmp_path, {"MIEN_KEYRING": "0"}).vault is None


@posix
def test_another_mien_waits_for_the_lock(secrets: Secrets) -> None:
    import fcntl

    with secrets.alone("spotify"):
        handle = os.open(secrets.folder / ".spotify.lock", os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)


def test_a_secret_shows_itself_only_when_it_is_asked() -> None:
    secret = Secret(TOKEN)
    assert [repr(secret), str(secret), f"{secret}", f"{secret!r:>5}"] == ["***", "***", "***", "  ***"]
    assert repr({"token": [secret]}) == "{'token': [***]}"
    assert secret.reveal() == TOKEN
    assert copy.deepcopy(secret) == secret == Secret(TOKEN) != Secret("other")
    assert not Secret("")
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)


def test_a_document_shows_its_keys_only() -> None:
    kept = Kept({"refresh_token": TOKEN, "url": "x"})
    assert f"{kept} {kept!r}" == " ".join(["{'refresh_token': ***, 'url': ***}"] * 2)
    assert kept.secret("refresh_token") == Secret(TOKEN)
    assert kept.secret("missing") is None


@pytest.mark.parametrize(
    "text",
    [
        f"Headers: {{'Authorization': 'Bearer {TOKEN}', 'Content-Type': 'application/json'}} and Body: None",
        f"GET https://music.example/rest/ping.view?u=anna&t={TOKEN}&s=1&v=1.16 failed",
        f"http://127.0.0.1:8080/callback?code={TOKEN}&state=x",
        json.dumps({"access_token": TOKEN, "expires_in": 3600}),
        f"grant_type=refresh_token&refresh_token={TOKEN}&client_id=abc",
        f"authorization: Basic {TOKEN}",
        f"password='{TOKEN}'",
        f"nothing names this: {TOKEN}",
    ],
)
def test_foreign_texts_lose_the_secret_and_nothing_else(text: str) -> None:
    clean = masked(text, Secret(TOKEN), None)
    assert TOKEN not in clean
    assert "***" in clean
    if "nothing names" not in text:
        assert TOKEN not in masked(text)
    assert masked("The playlist 'Code of t=s' has 3 tracks.") == "The playlist 'Code of t=s' has 3 tracks."


def test_what_a_library_logs_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    mask_logs("some.library", "some.library")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("some.library").debug(
            "Sending %s with Headers: %s", "GET", {"Authorization": f"Bearer {TOKEN}"}
        )
    assert caplog.messages == ["Sending GET with Headers: {'Authorization': '***'}"]
    assert len(logging.getLogger("some.library").filters) == 1


def test_a_library_that_logs_wrongly_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    mask_logs("some.library")
    logging.getLogger("some.library").error("%d requests with Bearer abc", "many")
    assert caplog.messages == ["%d requests with Bearer ***"]
