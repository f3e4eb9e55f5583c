from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recommender.memory.place import Memory
from tests.recommender.store.postgres import empty

NOW = datetime(2026, 11, 21, 11, 5, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Memory:
    """An empty memory of each kind, at a time that stands still."""
    address = empty(request.getfixturevalue("postgres")) if request.param == "postgresql" else None
    return Memory(tmp_path / "data", address, clock=lambda: NOW)


@pytest.fixture
def file(tmp_path: Path) -> Memory:
    """An empty memory in a file."""
    return Memory(tmp_path / "data", clock=lambda: NOW)


def later(memory: Memory, days: float) -> Memory:
    """Return the same memory, so many days later."""
    return replace(memory, clock=lambda: NOW + timedelta(days=days))


def seconds(memory: Memory) -> float:
    return memory.clock().timestamp()
