from __future__ import annotations

from pathlib import Path

import pytest

from recommender.library import Library
from recommender.providers.place import Place
from tests.recommender.providers.mpd.daemon import Daemon


@pytest.fixture
def place(tmp_path: Path, mpd: Daemon) -> Place:
    return Place(tmp_path / "data", tmp_path / "config", Library(tmp_path / "data" / "catalogue.db"), mpd.environ)
