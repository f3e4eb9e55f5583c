from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.memory.database import Database
from recommender.memory.place import Memory
from recommender.resolving import cache
from recommender.resolving.cache import FOUND_DAYS, NOT_FOUND_DAYS, Known, key_of
from recommender.resolving.schema import opened
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
