from __future__ import annotations

from recommender.diary import book, consent
from recommender.diary.keeper import keeper
from recommender.memory.place import Memory
from tests.recommender.diary.made_up import entry


def test_the_keeper_says_what_there_is_and_erases_it(memory: Memory) -> None:
    with memory.open() as db:
        book.add(db, entry("2026-11-20T09:00+01:00"), entry("2026-11-21T09:00+01:00"))
    diary = keeper(memory)
    assert diary.what() == ["2 readings since 2026-11-20", "that the diary is on"]
    diary.erase()
    assert diary.what() == []
    assert consent.since(memory.data_dir, "me") is None
    diary.erase()  # again, with nothing there
