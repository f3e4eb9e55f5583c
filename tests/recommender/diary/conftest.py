from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommender.diary import consent
from recommender.memory.place import Memory
from tests.recommender.store.postgres import server, tool


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL database."""
    if tool("pg_ctl") is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    with server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Memory:
    """An empty memory of each kind, whose owner wants a diary."""
    address = None
    if request.param == "postgresql":
        import psycopg

        address = request.getfixturevalue("postgres")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    consent.give(tmp_path, "me", datetime(2026, 11, 1, tzinfo=UTC))
    return Memory(tmp_path, address)
