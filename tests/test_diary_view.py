from __future__ import annotations

import io
from datetime import date

import pytest
from rich.console import Console

from commands import diary_view
from commands.diary_charts import bar, columns, trail
from recommender.diary.period import last_days
from recommender.diary.summary import Part, Point, Share, summarise
from tests.recommender.diary.made_up import entry

TODAY = date(2026, 11, 21)


def test_a_bar_is_as_long_as_its_share_and_marks_its_interval() -> None:
    line = bar(Share(5, 10), 40).plain
    assert len(line) == 40
    assert line[:20].count("█") + line[:20].count("├") == 20
    assert (line.index("├"), line.index("┤")) == (9, 30)  # 24% and 76% of 39
    assert set(line[20:30]) == {"─"}
    assert set(line[31:]) == {"░"}


@pytest.mark.parametrize("share", [Share(0, 0), Share(0, 1), Share(1, 1), Share(500, 1000)])
@pytest.mark.parametrize("width", [10, 11, 34])
def test_every_bar_fills_its_width(share: Share, width: int) -> None:
    assert len(bar(share, width).plain) == width
    assert len(bar(share, width, ascii_only=True).plain) == width


def test_columns_are_as_high_as_their_shares_and_none_at_all_is_seen() -> None:
    parts = [Part("", share, None, None) for share in (Share(1, 1), Share(1, 2), Share(0, 3), Share(0, 0))]
    rows = [row.plain for row in columns(parts, 4, 2, pale=1)]
    assert rows == ["█       ", "█       ", "█ █     ", "█ █ ▁   "]


def test_the_trail_has_a_mark_for_each_point_and_words_that_cover_no_other() -> None:
    points = [Point(f"Mon {day} Nov", 0.1 * day - 0.3, 0.05 * day, 3) for day in range(1, 8)]
    rows = trail(points, 56, 15)
    plain = "\n".join(row.plain for row in rows)
    assert plain.count("●") == 7
    assert all(f"{day} Nov" in plain for day in (1, 4, 7))
    assert "┼" in plain
    assert len(rows) == 17
    assert all(len(row.plain) <= 8 + 56 + 6 for row in rows)


def test_nothing_gives_an_empty_plane() -> None:
    plain = "\n".join(row.plain for row in trail([], 40, 10))
    assert "●" not in plain
    assert "+1.0" in plain


def test_a_terminal_without_unicode_gets_plain_characters() -> None:
    points = [Point("a", -0.5, 0.5, 1), Point("b", 0.5, -0.5, 1)]
    drawn = [*trail(points, 30, 8, ascii_only=True), bar(Share(1, 3), 20, ascii_only=True)]
    assert all(row.plain.isascii() for row in drawn)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("days", [1, 7, 30, 300])
def test_a_summary_fits_its_window(width: int, days: int) -> None:
    entries = [entry(f"2026-{month:02}-{day:02}T{9 + day % 9:02}:00+01:00") for month in (9, 11) for day in (1, 15, 21)]
    console = Console(file=io.StringIO(), width=width)
    diary_view.overview(console, [("today", Share(1, 1)), ("seven days", Share(0, 0))])
    diary_view.summary(console, summarise(entries, last_days(days, TODAY)))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= max(width, 56)
    assert len(lines) > 20


def test_a_period_without_readings_says_so_and_draws_nothing() -> None:
    console = Console(file=io.StringIO(), width=80)
    diary_view.summary(console, summarise([], last_days(7, TODAY)))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "no readings" in shown
    assert "┼" not in shown
