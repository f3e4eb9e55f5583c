from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recommender.store.engine import engine_at, engine_of
from recommender.store.migrations import migrate
from tests.recommender.store.postgres import empty, server, tool


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL database."""
    if tool("pg_ctl") is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    with server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        made = engine_at(tmp_path / "catalogue.db")
    else:
        made = engine_of(empty(request.getfixturevalue("postgres")))
    migrate(made)
    yield made
    made.dispose()
