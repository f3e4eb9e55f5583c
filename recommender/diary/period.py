"""A span of local days, and the steps in which it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from errors import ConfigError

DAYS_ONE_BY_ONE = 31
"""Up to so many days each day is shown; longer spans go by weeks."""

DAYS_BY_WEEK = 200
"""Longer spans than this go by months."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a period: a day, a week or a month.

    Args:
        first: Its first local day.
        last: Its last one.
        label: Its name for people.
    """

    first: date
    last: date
    label: str


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from the first to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def unit(self) -> str:
        """What one step is: "day", "week" or "month"."""
        return "day" if self.days <= DAYS_ONE_BY_ONE else "week" if self.days <= DAYS_BY_WEEK else "month"

    @property
    def words(self) -> str:
        """The period for people: "Saturday 21 November 2026", "15–21 November 2026"."""
        first, last = self.first, self.last
        end = f"{last.day} {last:%B %Y}"
        if first == last:
            return f"{first:%A} {end}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{end}"
        return f"{first.day} {first:%B}{'' if first.year == last.year else f' {first.year}'} – {end}"

    def steps(self) -> tuple[Step, ...]:
        """Return its parts in order; weeks begin on Monday, and the outer ones may be cut."""
        found: list[Step] = []
        day = self.first
        while day <= self.last:
            end = min(_end(day, self.unit), self.last)
            found.append(Step(day, end, _label(day, end, self.unit)))
            day = end + timedelta(days=1)
        return tuple(found)


def last_days(count: int, last: date) -> Period:
    """Return the period of so many days that ends with `last`."""
    try:
        return Period(last - timedelta(days=count - 1), last)
    except OverflowError as error:
        raise ConfigError(f"{last} is too early to look back {count} days.") from error


def day_in(text: str) -> date:
    """Read a day as 2026-11-21.

    Raises:
        ConfigError: It is none.
    """
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            raise ValueError
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ConfigError(f"{text!r} is no day. Write it as 2026-11-21.") from None


def _end(day: date, unit: str) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _label(first: date, last: date, unit: str) -> str:
    if unit == "day":
        return f"{first:%a} {first.day} {first:%b}"
    if unit == "month":
        return f"{first:%b %Y}"
    return f"{first.day} {first:%b}" if first == last else f"{first.day} {first:%b} – {last.day} {last:%b}"
