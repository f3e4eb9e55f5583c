from __future__ import annotations

import itertools
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from recommender.diary.drawing import HEIGHT, WIDTH, draw
from recommender.diary.entry import Entry
from recommender.diary.period import last_days
from recommender.diary.summary import summarise
from recommender.diary.svg import element, text
from tests.recommender.diary.made_up import entry

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 11, 21)


def year() -> list[Entry]:
    """Two readings every day of a year, happy in the evening on three days of four."""
    days = [TODAY - timedelta(days=n) for n in range(365)]
    return [
        entry(f"{day}T{hour:02}:10+01:00", "happy" if hour == 19 and day.day % 4 else "sad")
        for day in days
        for hour in (8, 19)
    ]


def drawn(days: int, entries: list[Entry]) -> ElementTree.Element:
    return ElementTree.fromstring(draw(summarise(entries, last_days(days, TODAY))))


@pytest.mark.parametrize("days", [1, 7, 30, 31, 32, 200, 365])
@pytest.mark.parametrize("many", [True, False])
def test_every_period_is_well_formed_and_stays_within_its_page(days: int, many: bool) -> None:
    root = drawn(days, year() if many else [])
    for shape in root.iter():
        for name, limit in (("x", WIDTH), ("y", HEIGHT), ("x1", WIDTH), ("x2", WIDTH), ("y1", HEIGHT), ("y2", HEIGHT)):
            assert 0 <= float(shape.get(name, 0)) <= limit or shape.get("transform"), shape.attrib
        assert float(shape.get("width", 1)) > 0
        assert float(shape.get("height", 1)) > 0


def test_a_picture_needs_nothing_but_itself() -> None:
    words = draw(summarise(year(), last_days(30, TODAY)))
    assert re.findall(r"(?:href|src|url|@import|<script)", words) == []
    assert re.findall(r"https?://[^\"\s]+", words) == ["http://www.w3.org/2000/svg"]


def test_a_week_shows_every_day_with_its_interval_and_how_many_readings_it_rests_on() -> None:
    entries = [entry("2026-11-20T09:00+01:00"), entry("2026-11-20T10:00+01:00", "sad"), entry("2026-11-21T09:00+01:00")]
    words = "".join(drawn(7, entries).itertext())
    assert "15–21 November 2026" in words
    assert "67% of 3 readings happy (95% interval 21% to 94%)" in words
    assert "Fri 20 Nov: 1 of 2, 9% to 91%" in words
    assert "does not measure feelings" in words


def test_the_trail_goes_through_every_day_that_has_readings() -> None:
    root = drawn(7, [entry(f"2026-11-{day}T09:00+01:00") for day in (16, 18, 21)])
    marks = [mark for mark in root.iter(f"{SVG}circle") if mark.get("class") == "mark"]
    lines = [path for path in root.iter(f"{SVG}path") if path.get("class") == "trail"]
    assert (len(marks), len(lines)) == (3, 2)
    assert [mark[0].text.split(":")[0] for mark in marks if mark[0].text] == ["Mon 16 Nov", "Wed 18 Nov", "Sat 21 Nov"]


def test_labels_do_not_cover_each_other() -> None:
    root = drawn(30, year())
    below = [t for t in root.iter(f"{SVG}text") if t.get("class") == "small" and t.get("y") == "482"]
    places = sorted((float(t.get("x", 0)), len(t.text or "")) for t in below)
    assert len(places) >= 4
    assert all(later[0] - sooner[0] > 6.6 * max(sooner[1], later[1]) for sooner, later in itertools.pairwise(places))


def test_words_are_escaped() -> None:
    assert (
        text(0, 0, "<b> & c", "small") == '<text x="0" y="0" class="small" text-anchor="start">&lt;b&gt; &amp; c</text>'
    )
    assert element("a", name='"<&') == "<a name='\"&lt;&amp;'/>"
