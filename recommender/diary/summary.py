"""What a span of the diary comes to: shares of happy readings, the trail of moods, the best hours.

A share says how many readings it rests on, and the interval in which the true share lies with 95 % confidence: Wilson's
score interval (E. B. Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22,
209–212), which holds for few readings too, where the usual ± would claim certainty after three happy ones. It takes the
readings for independent; those of one hour are not quite, so intervals of a dense watch are rather too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from emotion.types import EMOTIONS
from recommender.diary.entry import Entry
from recommender.diary.period import Period

Z = 1.959963984540054
"""Normal quantile of 95 % confidence."""

HOUR_NEEDS = 5
"""Readings below which an hour is not compared with others."""

DOUBT = 0.05
"""How likely chance may be, for all compared hours together, where an hour is called clearly better."""

BEST = 3
POINTS_OF_A_DAY = 24
"""A day with more readings than this draws its trail by the hour."""

CAVEAT = "A reading says what a face seemed to show at a moment. It does not measure feelings, or health."


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some readings were happy."""

    happy: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0–1; None without readings."""
        return self.happy / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval, 0–1; None without readings."""
        if not self.of:
            return None
        p, n = self.happy / self.of, self.of
        centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        low = 0.0 if self.happy == 0 else max(0.0, centre - half)
        high = 1.0 if self.happy == n else min(1.0, centre + half)
        return low, high


@dataclass(frozen=True, slots=True)
class Part:
    """A day, a week, a month or an hour of the day: its share, and its mean mood if it has readings."""

    label: str
    share: Share
    valence: float | None
    arousal: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the trail: where the mood was on average."""

    label: str
    valence: float
    arousal: float
    readings: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a period comes to.

    Args:
        period: The days.
        share: Over all readings.
        parts: Day by day, or in longer steps, those without readings too.
        hours: The 24 hours of the clock, over all days.
        best: Hours by how surely they are happy, the best first; only such with enough readings, and some happy one.
        clearly_best: Those of them that chance does not explain: Fisher's exact test against all other readings, one
            side, 5 % for all hours together (Bonferroni).
        trail: Mean moods in order of time.
        emotions: How often each emotion was the likeliest.
    """

    period: Period
    share: Share
    parts: tuple[Part, ...]
    hours: tuple[Part, ...]
    best: tuple[int, ...]
    clearly_best: frozenset[int]
    trail: tuple[Point, ...]
    emotions: dict[str, int]


def summarise(entries: Iterable[Entry], period: Period) -> Summary:
    """Count the readings of a period; entries of other days are left out."""
    kept = sorted((e for e in entries if period.first <= e.day <= period.last), key=lambda e: e.when.timestamp())
    parts = _by_step(kept, period)
    hours = tuple(_part(f"{hour:02}:00", [e for e in kept if e.when.hour == hour]) for hour in range(24))
    best, clearly = _best(hours)
    counts = {emotion: sum(e.mood.emotion == emotion for e in kept) for emotion in EMOTIONS}
    trail = _trail_of_a_day(kept, hours) if period.days == 1 else _trail(parts)
    return Summary(period, share_of(kept), parts, hours, best, clearly, trail, counts)


def share_of(entries: Sequence[Entry]) -> Share:
    """Count the happy ones."""
    return Share(sum(entry.happy for entry in entries), len(entries))


def summary_json(found: Summary) -> dict[str, Any]:
    """Return a summary as plain dicts, in the shape that docs/diary.md promises."""
    return {
        "first": found.period.first.isoformat(),
        "last": found.period.last.isoformat(),
        "unit": found.period.unit,
        "happy": share_json(found.share),
        "parts": [
            {"label": part.label, "first": step.first.isoformat(), "last": step.last.isoformat()} | _part_json(part)
            for part, step in zip(found.parts, found.period.steps(), strict=True)
        ],
        "hours": [{"hour": hour} | _part_json(part) for hour, part in enumerate(found.hours)],
        "best_hours": [{"hour": hour, "clear": hour in found.clearly_best} for hour in found.best],
        "trail": [
            {
                "label": point.label,
                "valence": round(point.valence, 4),
                "arousal": round(point.arousal, 4),
                "n": point.readings,
            }
            for point in found.trail
        ],
        "emotions": found.emotions,
        "note": CAVEAT,
    }


def share_json(share: Share) -> dict[str, Any]:
    """Return `{"happy": k, "n": n, "share": k/n, "low": …, "high": …}`, fractions 0–1 or None."""
    low, high = share.interval or (None, None)
    return {"happy": share.happy, "n": share.of, "share": _short(share.value), "low": _short(low), "high": _short(high)}


def _part_json(part: Part) -> dict[str, Any]:
    return share_json(part.share) | {"valence": _short(part.valence), "arousal": _short(part.arousal)}


def _by_step(entries: Sequence[Entry], period: Period) -> tuple[Part, ...]:
    steps = period.steps()
    inside: list[list[Entry]] = [[] for _ in steps]
    number_of = {}
    for number, step in enumerate(steps):
        for day in range(step.first.toordinal(), step.last.toordinal() + 1):
            number_of[day] = number
    for entry in entries:
        inside[number_of[entry.day.toordinal()]].append(entry)
    return tuple(_part(step.label, some) for step, some in zip(steps, inside, strict=True))


def _part(label: str, entries: Sequence[Entry]) -> Part:
    if not entries:
        return Part(label, Share(0, 0), None, None)
    moods = [entry.mood for entry in entries]
    return Part(label, share_of(entries), fmean(m.valence for m in moods), fmean(m.arousal for m in moods))


def _best(hours: Sequence[Part]) -> tuple[tuple[int, ...], frozenset[int]]:
    """Rank hours by the lower end of their interval, so that two lucky readings do not beat twenty good ones."""
    low = {h: p.share.interval[0] for h, p in enumerate(hours) if p.share.interval and p.share.of >= HOUR_NEEDS}
    if len(low) < 2:  # nothing to compare with
        return (), frozenset()
    ranked = sorted((h for h in low if hours[h].share.happy), key=lambda h: (-low[h], h))[:BEST]
    happy, readings = sum(p.share.happy for p in hours), sum(p.share.of for p in hours)
    clearly = {h for h in ranked if _by_chance(hours[h].share, Share(happy, readings)) * len(low) < DOUBT}
    return tuple(ranked), frozenset(clearly)


def _by_chance(some: Share, everything: Share) -> float:
    """Return how likely so many happy readings or more would fall into `some` by chance: Fisher's exact test."""
    draws, hits, total = some.of, everything.happy, everything.of
    all_ways = _log_ways(total, draws)
    return math.fsum(
        math.exp(_log_ways(hits, k) + _log_ways(total - hits, draws - k) - all_ways)
        for k in range(some.happy, min(draws, hits) + 1)
        if draws - k <= total - hits
    )


def _log_ways(n: int, k: int) -> float:
    """Natural logarithm of the binomial coefficient."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _trail(parts: Iterable[Part]) -> tuple[Point, ...]:
    return tuple(
        Point(part.label, part.valence, part.arousal, part.share.of)
        for part in parts
        if part.valence is not None and part.arousal is not None
    )


def _trail_of_a_day(entries: Sequence[Entry], hours: Iterable[Part]) -> tuple[Point, ...]:
    if len(entries) > POINTS_OF_A_DAY:
        return _trail(hours)
    return tuple(Point(f"{e.when:%H:%M}", e.mood.valence, e.mood.arousal, 1) for e in entries)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
