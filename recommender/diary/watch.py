"""A reading at intervals, for a while: the day's moods without a hand on the keyboard.

Looks are due at even steps from the first one, by the clock on the wall: a machine that slept looks when it wakes, and
what was missed is not made up for. Consent is asked for before every look, so that `mien diary off` ends a watch that
runs elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from emotion.types import EmotionScores
from errors import ConfigError, FrameError
from recommender.types import Mood

LEAST_S, MOST_S = 10, 30 * 86400
"""Shortest interval, and the longest interval or watch, seconds."""

NAP_S = 5.0
"""Longest sleep in one piece, so that a machine that was suspended is soon on time again."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


Sight = tuple[Mood, EmotionScores]
"""The mood of a face, and the network's scores that it came from."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look came to.

    Args:
        when: When it began.
        mood: Of the face; None without a face, or when there was trouble with the picture.
        kept: Whether it is in the diary.
        trouble: What went wrong, for people.
    """

    when: datetime
    mood: Mood | None
    kept: bool
    trouble: str | None = None


def watch(
    sights: Iterable[Callable[[], Sight | None]],
    keep: Callable[[Sight, datetime], tuple[bool, str | None]],
    *,
    every_s: float,
    for_s: float | None,
    allowed: Callable[[], bool],
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    looking: Callable[[datetime], None],
) -> Iterator[Look]:
    """Look, keep, wait, until time is up, the sights have ended, or the user withdraws the consent.

    Args:
        sights: Each takes a picture and returns what is in it, or None without a face; then the picture is gone.
        keep: Writes to the diary: returns whether it did, and a sentence about trouble.
        every_s: Seconds from one look to the next.
        for_s: Seconds after which no look begins any more.
        allowed: Whether the diary is on.
        clock: The moment, with the offset of local time.
        sleep: Waits so many seconds.
        looking: Told before every look.

    Raises:
        FrameError: There is no picture at the first look; later trouble is part of a `Look`, and the watch goes on.
    """

    def now() -> datetime:
        return clock().astimezone(UTC)  # differences in local time would be an hour off where summer time ends

    start = now()
    due, end = start, None if for_s is None else start + timedelta(seconds=for_s)
    first = True
    for sight in sights:
        while (wait_s := (due - now()).total_seconds()) > 0:
            sleep(min(wait_s, NAP_S))
        if (end is not None and not first and now() >= end) or not allowed():
            return
        when = clock()
        looking(when)
        try:
            seen = sight()
        except FrameError as error:
            if first:
                raise
            yield Look(when, None, False, str(error))
        else:
            kept, trouble = (False, None) if seen is None else keep(seen, when)
            yield Look(when, None if seen is None else seen[0], kept, trouble)
        first = False
        steps = int((now() - start).total_seconds() // every_s) + 1
        due = start + timedelta(seconds=steps * every_s)
        if end is not None and due >= end:
            return


def seconds_in(text: str) -> float:
    """Read a length of time as 15m, 8h, 90s, 1h30m or 2d.

    Raises:
        ConfigError: It is none, or shorter than 10 seconds, or longer than 30 days.
    """
    found = re.findall(r"(\d+(?:\.\d+)?)([smhd])", text.strip().lower())
    if not found or "".join(n + unit for n, unit in found) != text.strip().lower():
        raise ConfigError(f"{text!r} is no length of time. Write it as 15m, 8h, 90s or 1h30m.")
    total = sum(float(n) * _UNITS[unit] for n, unit in found)
    if not LEAST_S <= total <= MOST_S:
        raise ConfigError(f"{text!r} is too {'short' if total < LEAST_S else 'long'}. Give 10s to 30d.")
    return total


def words_of(seconds: float) -> str:
    """Return a length of time for people: "15 min", "8 h", "1 h 30 min", "45 s"."""
    left, words = round(seconds), []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        many, left = divmod(left, size)
        if many:
            words.append(f"{many} {unit}")
    return " ".join(words) or "0 s"
