from __future__ import annotations

import math
import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from recommender.diary.entry import Entry
from recommender.diary.period import Period, last_days
from recommender.diary.summary import (
    HOUR_NEEDS,
    POINTS_OF_A_DAY,
    Share,
    _by_chance,
    summarise,
    summary_json,
)
from tests.recommender.diary.made_up import entry, mood

TODAY = date(2026, 11, 21)
WEEK = last_days(7, TODAY)


@pytest.mark.parametrize(
    ("happy", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_that_newcombe_printed(happy: int, of: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17:857–872, table I, score method without continuity correction."""
    assert Share(happy, of).interval == pytest.approx((low, high), abs=5e-5)


def test_the_interval_is_right_about_as_often_as_it_says() -> None:
    rng, right = random.Random(4), 0
    for _ in range(2000):
        share = Share(sum(rng.random() < 0.4 for _ in range(12)), 12)
        assert share.interval is not None
        right += share.interval[0] <= 0.4 <= share.interval[1]
    assert 0.92 < right / 2000 < 0.98


def test_three_happy_readings_are_not_certainty() -> None:
    share = Share(3, 3)
    assert share.value == 1
    assert share.interval is not None
    assert share.interval[0] == pytest.approx(0.4385, abs=1e-4)
    assert share.interval[1] == 1


def test_nothing_has_no_share() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


def test_a_week_is_counted_day_by_day_and_days_without_readings_are_there() -> None:
    entries = [
        entry("2026-11-19T09:00+01:00", "sad"),
        entry("2026-11-19T10:00+01:00", "happy"),
        entry("2026-11-21T23:59+01:00", "happy"),
        entry("2026-11-22T00:01+01:00", "happy"),  # tomorrow
    ]
    found = summarise(entries, WEEK)
    assert found.share == Share(2, 3)
    assert [part.share for part in found.parts] == [Share(0, 0)] * 4 + [Share(1, 2), Share(0, 0), Share(1, 1)]
    assert [point.label for point in found.trail] == ["Thu 19 Nov", "Sat 21 Nov"]
    assert found.trail[0].valence == pytest.approx((mood("sad").valence + mood("happy").valence) / 2)
    assert found.emotions["happy"] == 2
    assert found.emotions["sad"] == 1


def test_the_trail_of_a_day_is_its_readings_unless_there_are_many() -> None:
    few = [entry("2026-11-21T14:05+01:00"), entry("2026-11-21T09:30+01:00", "sad")]
    found = summarise(few, last_days(1, TODAY))
    assert [(point.label, point.readings) for point in found.trail] == [("09:30", 1), ("14:05", 1)]
    many = [entry(f"2026-11-21T{9 + n // 20:02}:{n % 20:02}+01:00") for n in range(POINTS_OF_A_DAY + 1)]
    found = summarise(many, last_days(1, TODAY))
    assert [(point.label, point.readings) for point in found.trail] == [("09:00", 20), ("10:00", 5)]


def test_the_hour_that_comes_twice_when_summer_time_ends_is_one_hour_of_the_clock_in_the_order_of_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1))
    entries = [Entry(second, mood("sad"), "snap"), Entry(first + timedelta(minutes=5), mood("happy"), "snap")]
    found = summarise(entries, Period(date(2026, 10, 25), date(2026, 10, 25)))
    assert found.hours[2].share == Share(1, 2)
    assert [point.label for point in found.trail] == ["02:35", "02:30"]  # 00:35 and 01:30 UTC


def test_hours_with_few_readings_are_not_called_best() -> None:
    lucky = [entry(f"2026-11-21T08:0{n}+01:00") for n in range(HOUR_NEEDS - 1)]
    good = [entry(f"2026-11-2{n % 2}T18:{n:02}+01:00", "happy" if n < 9 else "sad") for n in range(10)]
    usual = [entry(f"2026-11-2{n % 2}T12:{n:02}+01:00", "happy" if n < 4 else "neutral") for n in range(10)]
    found = summarise(lucky + good + usual, WEEK)
    assert found.best == (18, 12)
    assert summarise(lucky + good, WEEK).best == ()  # one hour has nothing to be compared with


def test_an_hour_is_clearly_better_only_where_chance_is_out_of_the_question() -> None:
    def day(happy_at_18: int) -> list[Entry]:
        evening = [entry(f"2026-11-21T18:{n:02}+01:00", "happy" if n < happy_at_18 else "sad") for n in range(20)]
        noon = [entry(f"2026-11-21T12:{n:02}+01:00", "happy" if n < 8 else "sad") for n in range(20)]
        return evening + noon

    assert summarise(day(18), WEEK).clearly_best == {18}
    assert summarise(day(11), WEEK).clearly_best == frozenset()


def test_with_no_difference_hours_are_hardly_ever_called_clearly_better() -> None:
    rng, wrong = random.Random(8), 0
    for _ in range(100):
        many = [
            entry(f"2026-11-21T{hour:02}:{n:02}+01:00", "happy" if rng.random() < 0.4 else "sad")
            for hour in range(8, 20)
            for n in range(8)
        ]
        wrong += bool(summarise(many, WEEK).clearly_best)
    assert wrong <= 10  # 5 expected at most


def test_chance_is_counted_as_fisher_did() -> None:
    """Fisher (1935), The Design of Experiments: the lady tasting tea, four of four right: 1 in 70."""
    assert _by_chance(Share(4, 4), Share(4, 8)) == pytest.approx(1 / 70)
    assert _by_chance(Share(3, 4), Share(4, 8)) == pytest.approx(17 / 70)
    assert _by_chance(Share(0, 4), Share(4, 8)) == pytest.approx(1)
    assert math.isclose(_by_chance(Share(0, 3), Share(0, 9)), 1)


def test_the_document_has_fractions_and_the_caveat() -> None:
    document = summary_json(summarise([entry("2026-11-21T09:00+01:00")], last_days(1, TODAY)))
    assert document["happy"] == {"happy": 1, "n": 1, "share": 1.0, "low": 0.2065, "high": 1.0}
    assert document["hours"][9]["n"] == 1
    assert document["parts"][0]["first"] == "2026-11-21"
    assert "does not measure feelings" in document["note"]
