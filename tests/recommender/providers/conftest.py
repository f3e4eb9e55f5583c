from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.recommender.providers.mpd.daemon import Daemon
from tests.recommender.providers.music import mpd_with_music, supysonic_with_music
from tests.recommender.providers.subsonic.server import Supysonic


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supysonic]:
    """A real OpenSubsonic server with a small library."""
    with supysonic_with_music(tmp_path_factory.mktemp("supysonic")) as running:
        yield running


@pytest.fixture(scope="session")
def mpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A real MPD with a small library."""
    with mpd_with_music(tmp_path_factory.mktemp("mpd")) as running:
        yield running
