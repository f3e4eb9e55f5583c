from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.memory.database import Database
from recommender.memory.migrations import migrate
from recommender.memory.place import Memory
from recommender.resolving import cache
from recommender.resolving.cache import FOUND_DAYS, NOT_FOUND_DAYS, Known, key_of
from recommender.resolving.keeper import keeper
from recommender.resolving.schema import PART, STEPS, opened
from recommender.types import Track

DAY_S = 86_400.0
NOW_S = 1_795_000_000.0


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with opened(Memory(tmp_path)) as found:
        yield found


def test_spellings_of_a_song_are_one_and_its_versions_are_not() -> None:
    song = key_of(Track("Wuthering Heights", ("Kate Bush",)))
    assert key_of(Track("WUTHERING  HEIGHTS!", ("Kate Bush", "Guest"))) == song
    assert key_of(Track("Wuthering Heights (Live)", ("Kate Bush",))) != song
    assert key_of(Track("Wuthering Heights", ("Pat Benatar",))) != song


def test_what_was_found_and_what_was_not_is_believed_for_a_while(db: Database) -> None:
    found = {"a": Known("spotify:track:a", 0.9), "b": Known(None, days=NOT_FOUND_DAYS)}
    cache.keep(db, "spotify", "", found, now_s=NOW_S)
    for days, left in ((0, {"a", "b"}), (NOT_FOUND_DAYS + 1, {"a"}), (FOUND_DAYS + 1, set())):
        known = cache.known(db, "spotify", "", ["a", "b", "c"], now_s=NOW_S + days * DAY_S)
        assert set(known) == left
    assert cache.known(db, "spotify", "", ["a"], now_s=NOW_S)["a"] == Known("spotify:track:a", 0.9)


def test_services_markets_and_listeners_are_apart(db: Database, tmp_path: Path) -> None:
    cache.keep(db, "spotify", "DE", {"a": Known("x")}, now_s=NOW_S)
    assert cache.known(db, "spotify", "", ["a"], now_s=NOW_S) == {}
    assert cache.known(db, "deezer", "DE", ["a"], now_s=NOW_S) == {}
    with opened(Memory(tmp_path, listener="ann")) as hers:
        assert cache.known(hers, "spotify", "DE", ["a"], now_s=NOW_S) == {}


def test_what_a_wrong_clock_wrote_is_not_believed_for_ever(db: Database) -> None:
    cache.keep(db, "spotify", "", {"a": Known("x")}, now_s=NOW_S + 9999 * DAY_S)
    assert cache.known(db, "spotify", "", ["a"], now_s=NOW_S) == {}


def test_the_last_word_counts(db: Database) -> None:
    for uri in ("x", None, "y"):
        cache.keep(db, "spotify", "", {"a": Known(uri)}, now_s=NOW_S)
    assert cache.known(db, "spotify", "", ["a"], now_s=NOW_S)["a"].uri == "y"


def test_what_was_found_under_a_name_is_forgotten_with_it_and_nothing_else(db: Database) -> None:
    cache.keep(db, "spotify", "", {"a": Known("x"), "b": Known("x"), "c": Known("y")}, now_s=NOW_S)
    cache.keep(db, "deezer", "", {"a": Known("x")}, now_s=NOW_S)
    cache.forget(db, "spotify", ["x"])
    assert set(cache.known(db, "spotify", "", ["a", "b", "c"], now_s=NOW_S)) == {"c"}
    assert set(cache.known(db, "deezer", "", ["a"], now_s=NOW_S)) == {"a"}


def test_a_name_that_was_refused_is_distrusted_for_a_while(db: Database, tmp_path: Path) -> None:
    cache.keep(db, "spotify", "", {"a": Known("x")}, now_s=NOW_S)
    for _ in range(2):
        cache.refuse(db, "spotify", "x", now_s=NOW_S)
    assert cache.known(db, "spotify", "", ["a"], now_s=NOW_S) == {}
    assert cache.refused(db, "spotify", now_s=NOW_S) == {"x"}
    assert cache.refused(db, "deezer", now_s=NOW_S) == frozenset()
    with opened(Memory(tmp_path, listener="ann")) as hers:
        assert cache.refused(hers, "spotify", now_s=NOW_S) == frozenset()
    for days in (-1, FOUND_DAYS + 1):  # a clock that was wrong; the end
        assert cache.refused(db, "spotify", now_s=NOW_S + days * DAY_S) == frozenset()


def test_a_memory_of_an_older_mien_is_told_erased_and_brought_up_to_date(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    with memory.open() as old:
        migrate(old, PART, STEPS[:1])
        cache.keep(old, "spotify", "", {"a": Known("x")}, now_s=NOW_S)
    assert list(keeper(memory).what()) == ["1 song looked up at a service"]
    with opened(memory) as db:
        cache.refuse(db, "spotify", "y", now_s=NOW_S)
    assert list(keeper(memory).what()) == ["1 song looked up at a service", "1 track that a service took no more"]
    keeper(memory).erase()
    assert list(keeper(memory).what()) == []
