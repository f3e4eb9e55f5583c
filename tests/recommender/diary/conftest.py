from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommender.diary import consent
from recommender.memory.place import Memory
from tests.recommender.store.postgres import empty


@pytest.fixture(params=["sqlite", "postgresql"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Memory:
    """An empty memory of each kind, whose owner wants a diary."""
    address = empty(request.getfixturevalue("postgres")) if request.param == "postgresql" else None
    consent.give(tmp_path, "me", datetime(2026, 11, 1, tzinfo=UTC))
    return Memory(tmp_path, address)
