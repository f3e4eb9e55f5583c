from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.library import Library
from recommender.providers.place import Place
from tests.recommender.providers.mpd.daemon import Daemon, daemon, is_installed
from tests.recommender.providers.music import rendered


@pytest.fixture(scope="session")
def mpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A real MPD with a small library."""
    if not is_installed():
        pytest.skip("no MPD here: apt-get install mpd, and pip install -e '.[dev]'")
    folder = tmp_path_factory.mktemp("mpd")
    with daemon(folder / "mpd", rendered(folder / "music")) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, mpd: Daemon) -> Place:
    return Place(tmp_path / "data", tmp_path / "config", Library(tmp_path / "data" / "catalogue.db"), mpd.environ)
