from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import ConfigError
from recommender.diary.period import Period, day_in, last_days

TODAY = date(2026, 11, 21)  # a Saturday


def test_periods_have_names_for_people() -> None:
    assert last_days(1, TODAY).words == "Saturday 21 November 2026"
    assert last_days(7, TODAY).words == "15–21 November 2026"
    assert last_days(30, TODAY).words == "23 October – 21 November 2026"
    assert last_days(400, TODAY).words == "18 October 2025 – 21 November 2026"


def test_a_week_is_shown_by_days_half_a_year_by_weeks_a_year_by_months() -> None:
    week, half, year = (last_days(days, TODAY) for days in (7, 180, 365))
    assert [step.label for step in week.steps()][-2:] == ["Fri 20 Nov", "Sat 21 Nov"]
    assert [step.label for step in half.steps()][-2:] == ["9 Nov – 15 Nov", "16 Nov – 21 Nov"]
    assert [step.label for step in year.steps()][-2:] == ["Oct 2026", "Nov 2026"]
    assert half.steps()[1].first.weekday() == 0


@given(st.dates(date(1, 12, 31), date(9999, 11, 1)), st.integers(1, 900))
def test_steps_cover_every_day_once(last: date, days: int) -> None:
    first = max(date.min, last - timedelta(days=min(days - 1, last.toordinal() - 1)))
    period = Period(first, last)
    steps = period.steps()
    covered = [step.first + timedelta(days=n) for step in steps for n in range((step.last - step.first).days + 1)]
    assert covered == [first + timedelta(days=n) for n in range(period.days)]


def test_days_are_read_strictly() -> None:
    assert day_in(" 2026-11-21 ") == TODAY
    for text in ("21.11.2026", "2026-11-31", "20261121", "2026-W47-6", "yesterday", ""):
        with pytest.raises(ConfigError, match="2026-11-21"):
            day_in(text)


def test_a_period_before_all_days_is_said() -> None:
    with pytest.raises(ConfigError, match="too early"):
        last_days(30, date(1, 1, 5))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Period(TODAY, date(2026, 11, 20))
