from __future__ import annotations

from collections.abc import Iterator
from importlib import util
from pathlib import Path

import pytest

from recommender.library import Library
from recommender.providers.place import Place
from recommender.providers.secrets import Secret
from recommender.providers.subsonic.login import log_in
from tests.recommender.providers.music import rendered
from tests.recommender.providers.subsonic.server import PASSWORD, USER, Supysonic, supysonic


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supysonic]:
    """A real server with a small library."""
    if util.find_spec("supysonic") is None:
        pytest.skip("no supysonic here: pip install -e '.[dev]'")
    folder = tmp_path_factory.mktemp("supysonic")
    with supysonic(folder, rendered(folder / "music")) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path) -> Place:
    data = tmp_path / "data"
    return Place(data, tmp_path / "config", Library(data / "catalogue.db"), {"MIEN_KEYRING": "0", "PATH": ""})


@pytest.fixture
def home(place: Place, server: Supysonic) -> Place:
    """Where somebody is logged in to the server."""
    log_in(place, url=server.url, user=USER, password=Secret(PASSWORD), plain=True)
    return place
