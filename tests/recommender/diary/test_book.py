from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.diary import book
from recommender.diary.entry import Entry
from recommender.memory.place import Memory
from tests.recommender.diary.made_up import entry, mood

NEW_YORK = ZoneInfo("America/New_York")


def test_a_reading_comes_back_as_it_was_kept(memory: Memory) -> None:
    kept = Entry(datetime(2026, 11, 21, 9, 30, 15, 123457, timezone(timedelta(hours=5, minutes=45))), mood(), "watch")
    with memory.open() as db:
        book.add(db, kept)
    with memory.open() as db:
        (found,) = book.readings(db)
    assert found == kept
    assert found.when.utcoffset() == timedelta(hours=5, minutes=45)


def test_readings_come_in_order_of_time_whatever_their_order_or_zone(memory: Memory) -> None:
    moments = ["2026-11-21T09:00+09:00", "2026-11-21T01:30+01:00", "2026-11-20T20:00-05:00"]
    with memory.open() as db:
        for moment in moments:
            book.add(db, entry(moment))
        found = [e.when.isoformat(timespec="minutes") for e in book.readings(db)]
    assert found == [moments[0], moments[1], moments[2]]  # 00:00, 00:30 and 01:00 UTC


def test_a_day_is_the_day_that_the_clock_on_the_wall_showed(memory: Memory) -> None:
    late_in_tokyo, early_in_honolulu = "2026-11-21T23:30+09:00", "2026-11-21T00:30-10:00"
    others = ["2026-11-20T23:59-10:00", "2026-11-22T00:01+14:00"]
    with memory.open() as db:
        book.add(db, *map(entry, [late_in_tokyo, early_in_honolulu, *others]))
        found = book.readings(db, date(2026, 11, 21), date(2026, 11, 21))
        assert {e.when.isoformat(timespec="minutes") for e in found} == {late_in_tokyo, early_in_honolulu}
        assert len(book.readings(db)) == 4
        assert len(book.readings(db, first=date(2026, 11, 22))) == 1
        assert len(book.readings(db, last=date(2026, 11, 20))) == 1
        assert book.first_day(db) == date(2026, 11, 20)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)])
def test_days_on_which_summer_time_begins_or_ends_keep_all_their_readings(
    memory: Memory, day: date, hours: int
) -> None:
    first = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK).astimezone(UTC)
    every = [(first + timedelta(minutes=30 * n)).astimezone(NEW_YORK) for n in range(-2, 2 * hours + 2)]
    with memory.open() as db:
        book.add(db, *(Entry(when, mood(), "watch") for when in every))
        found = book.readings(db, day, day)
    assert len(found) == 2 * hours
    gaps = {later.when.timestamp() - sooner.when.timestamp() for sooner, later in itertools.pairwise(found)}
    assert gaps == {1800}
    in_the_hour = [e.when for e in found if e.when.hour == 1]
    assert len({when.utcoffset() for when in in_the_hour}) == (2 if hours == 25 else 1)


def test_listeners_have_diaries_of_their_own(memory: Memory) -> None:
    other = replace(memory, listener="ann")
    with memory.open() as db, other.open() as hers:
        book.add(db, entry("2026-11-21T09:00+01:00"))
        book.add(hers, entry("2026-11-21T10:00+01:00"), entry("2026-11-21T11:00+01:00"))
        assert (book.count(db), book.count(hers)) == (1, 2)
        assert book.erase(db) == 1
        assert (book.count(db), book.count(hers)) == (0, 2)


def test_an_empty_memory_has_an_empty_diary(memory: Memory) -> None:
    with memory.open() as db:
        assert book.readings(db) == []
        assert book.first_day(db) is None
        assert book.count(db) == 0
        assert book.erase(db) == 0
        assert not book.correct_snap(db, mood(), datetime(2026, 11, 21, tzinfo=UTC))


def test_several_readings_are_kept_together_or_not_at_all(memory: Memory) -> None:
    broken = entry("2026-11-21T10:00+01:00")
    object.__setattr__(broken, "source", None)  # what no database takes
    with memory.open() as db:
        with pytest.raises(Exception, match=r"(?i)null"):
            book.add(db, entry("2026-11-21T09:00+01:00"), broken)
        assert book.count(db) == 0


def test_a_correction_changes_the_mood_of_that_snap_and_leaves_its_scores(memory: Memory) -> None:
    moments = ["2026-11-21T09:00:00+01:00", "2026-11-21T09:10:00+01:00"]
    with memory.open() as db:
        book.add(db, *map(entry, moments), entry("2026-11-21T09:10:01+01:00", source="watch"))
        assert book.correct_snap(db, mood("sad"), datetime.fromisoformat(moments[1]) + timedelta(seconds=1))
        assert not book.correct_snap(db, mood("sad"), datetime.fromisoformat(moments[1]) + timedelta(minutes=5))
        found = book.readings(db)
    assert [(e.mood.emotion, e.corrected) for e in found] == [("happy", False), ("sad", True), ("happy", False)]
    assert found[1].scores == mood("happy").scores
    assert found[1].mood.valence == pytest.approx(mood("sad").valence)


def test_what_is_erased_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    memory, secret = Memory(tmp_path), "a-word-that-stands-nowhere-else"
    with memory.open() as reader, memory.open() as db:  # a second connection keeps the log from going by itself
        book.add(db, *(entry(f"2026-11-21T09:{minute:02}+01:00", source=secret) for minute in range(60)))
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert secret.encode() in held
        assert book.erase(db) == 60
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert secret.encode() not in held
        assert book.count(reader) == 0


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(-12 * 60, 14 * 60))
def test_moments_survive_to_the_microsecond(moment: datetime, offset_min: int) -> None:
    when = moment.replace(tzinfo=timezone(timedelta(minutes=offset_min)))
    assert book._moment(book._seconds(when), offset_min * 60) == when
