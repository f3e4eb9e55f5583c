from __future__ import annotations

from pathlib import Path

import pytest

from recommender.library import Library
from recommender.providers.masking import Secret
from recommender.providers.place import Place
from recommender.providers.subsonic.login import log_in
from tests.recommender.providers.subsonic.server import PASSWORD, USER, Supysonic


@pytest.fixture
def place(tmp_path: Path) -> Place:
    data = tmp_path / "data"
    return Place(data, tmp_path / "config", Library(data / "catalogue.db"), {"MIEN_KEYRING": "0", "PATH": ""})


@pytest.fixture
def home(place: Place, server: Supysonic) -> Place:
    """Where somebody is logged in to the server."""
    log_in(place, url=server.url, user=USER, password=Secret(PASSWORD), plain=True)
    return place
