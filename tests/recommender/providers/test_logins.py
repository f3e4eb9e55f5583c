import sys
from pathlib import Path

import pytest

from errors import ConfigError
from recommender.library import Library
from recommender.memory.keepers import erase, kept
from recommender.providers.logins import ABILITIES, BLOCKED, SERVICES, forget, keeper
from recommender.providers.place import Place
from recommender.providers.secrets import Secrets, secrets_in


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data", tmp_path, Library(tmp_path / "none"), {"MIEN_KEYRING": "0"})


@pytest.fixture
def secrets(place: Place) -> Secrets:
    found = secrets_in(place.data_dir, place.environ)
    for name in SERVICES:
        found.store(name, {"secret": name})
    return found


def test_one_login_is_forgotten_and_the_other_stays(place: Place, secrets: Secrets) -> None:
    assert forget(place, ["subsonic"]) == ["subsonic"]
    assert (secrets.has("spotify"), secrets.has("subsonic")) == (True, False)
    assert forget(place) == ["spotify"]
    assert forget(place) == []


def test_what_the_app_may_do_goes_with_the_login_and_a_block_stays(place: Place, secrets: Secrets) -> None:
    for file in (ABILITIES, BLOCKED):
        (place.data_dir / file).write_text("{}")
    forget(place, ["spotify"])
    assert [(place.data_dir / file).exists() for file in (ABILITIES, BLOCKED)] == [False, True]


def test_erasing_tells_of_logins_and_leaves_nothing(place: Place, secrets: Secrets) -> None:
    for file in (ABILITIES, BLOCKED):
        (place.data_dir / file).write_text("{}")
    secrets.path("spotify").write_text("damaged")
    ((_, lines),) = kept([keeper(place)])
    assert lines == (
        f"a login for Spotify, in {secrets.path('spotify')}",
        f"a login for your own server, in {secrets.path('subsonic')}",
        str(place.data_dir / ABILITIES),
        str(place.data_dir / BLOCKED),
    )
    (done,) = erase([keeper(place)])
    assert done.trouble is None
    assert kept([keeper(place)]) == []
    assert [path for path in place.data_dir.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such rights there")
def test_what_cannot_be_removed_is_named(place: Place, secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(
        ConfigError, match=r"spotify-abilities\.json cannot be removed: Permission denied\. Make .* writable"
    ):
        forget(place)
    with pytest.raises(ConfigError, match=r"subsonic\.json cannot be removed: Permission denied\. Make .* writable"):
        forget(place, ["subsonic"])
