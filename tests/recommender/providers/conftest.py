from __future__ import annotations

from collections.abc import Iterator
from importlib import util

import pytest

from tests.recommender.providers.mpd.daemon import Daemon, daemon, is_installed
from tests.recommender.providers.music import rendered
from tests.recommender.providers.subsonic.server import Supysonic, supysonic


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supysonic]:
    """A real OpenSubsonic server with a small library."""
    if util.find_spec("supysonic") is None:
        pytest.skip("no supysonic here: pip install -e '.[dev]'")
    folder = tmp_path_factory.mktemp("supysonic")
    with supysonic(folder, rendered(folder / "music")) as running:
        yield running


@pytest.fixture(scope="session")
def mpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A real MPD with a small library."""
    if not is_installed():
        pytest.skip("no MPD here: apt-get install mpd, and pip install -e '.[dev]'")
    folder = tmp_path_factory.mktemp("mpd")
    with daemon(folder / "mpd", rendered(folder / "music")) as running:
        yield running
