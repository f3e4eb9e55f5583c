from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from errors import ConfigError, FrameError
from recommender.diary.watch import Look, Sight, seconds_in, watch, words_of
from tests.recommender.diary.made_up import mood

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class World:
    """A clock that goes on while somebody sleeps, and a diary."""

    def __init__(self, start: datetime = NOON, zone: ZoneInfo | None = None) -> None:
        self.at, self.zone, self.on, self.kept = start, zone, True, 0
        self.events: list[str] = []
        self.suspended = timedelta()

    def clock(self) -> datetime:
        return self.at.astimezone(self.zone)

    def sleep(self, seconds: float) -> None:
        assert 0 < seconds <= 5
        self.at += timedelta(seconds=seconds) + self.suspended
        self.suspended = timedelta()

    def keep(self, _sight: Sight, _when: datetime) -> tuple[bool, str | None]:
        self.events.append("keep")
        self.kept += 1
        return True, None

    def look(self, takes_s: float = 2) -> Sight | None:
        self.events.append("look")
        self.at += timedelta(seconds=takes_s)
        face = mood()
        assert face.scores is not None
        return face, face.scores

    def watch(
        self, sights: Iterable[Callable[[], Sight | None]], every_s: float = 900, for_s: float | None = None
    ) -> Iterable[Look]:
        return watch(
            sights,
            self.keep,
            every_s=every_s,
            for_s=for_s,
            allowed=lambda: self.on,
            clock=self.clock,
            sleep=self.sleep,
            looking=lambda when: self.events.append(f"{when:%H:%M}"),
        )


def test_looks_come_at_even_steps_however_long_one_takes() -> None:
    world = World()
    looks = list(world.watch(itertools.repeat(world.look), for_s=3600))
    assert [f"{look.when:%H:%M:%S}" for look in looks] == ["12:00:00", "12:15:00", "12:30:00", "12:45:00"]
    assert all(look.kept for look in looks)
    assert world.events[:4] == ["12:00", "look", "keep", "12:15"]  # it is said before it is done


def test_looks_that_were_missed_are_not_made_up_for() -> None:
    world = World()
    slow = iter([lambda: world.look(40), *[world.look] * 3])
    looks = list(world.watch(slow, every_s=15))
    assert [look.when - NOON for look in looks] == [timedelta(seconds=s) for s in (0, 45, 60, 75)]


def test_a_machine_that_slept_looks_when_it_wakes() -> None:
    world = World()
    looks = iter(world.watch(itertools.repeat(world.look)))
    next(looks)
    world.suspended = timedelta(hours=3, minutes=5)
    assert f"{next(looks).when:%H:%M}" == "15:05"
    assert f"{next(looks).when:%H:%M}" == "15:15"


def test_when_summer_time_ends_the_steps_stay_even() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    world = World(datetime(2026, 10, 24, 23, 50, tzinfo=UTC), berlin)  # 01:50, the change is at 01:00 UTC
    looks = list(world.watch(itertools.repeat(world.look), every_s=1800, for_s=7200))
    assert [f"{look.when:%H:%M%z}" for look in looks] == ["01:50+0200", "02:20+0200", "02:50+0200", "02:20+0100"]


def test_turning_the_diary_off_ends_the_watch_before_the_next_look() -> None:
    world = World()
    for _look in world.watch(itertools.repeat(world.look)):
        world.on = world.kept < 2
    assert world.events.count("look") == 2


def test_with_the_diary_off_nothing_is_looked_at() -> None:
    world = World()
    world.on = False
    assert list(world.watch(itertools.repeat(world.look))) == []
    assert world.events == []


def test_without_a_camera_there_is_no_watch() -> None:
    def none() -> Sight | None:
        raise FrameError("There is no camera 0.")

    with pytest.raises(FrameError, match="no camera 0"):
        list(World().watch(itertools.repeat(none)))


def test_later_trouble_with_the_camera_is_told_and_the_watch_goes_on() -> None:
    world = World()

    def unplugged() -> Sight | None:
        raise FrameError("There is no camera 0.")

    looks = list(world.watch([world.look, unplugged, lambda: None, world.look]))
    assert [(look.kept, look.trouble) for look in looks] == [
        (True, None),
        (False, "There is no camera 0."),
        (False, None),
        (True, None),
    ]
    assert looks[2].mood is None


def test_a_reading_that_could_not_be_kept_says_why() -> None:
    world = World()
    world.keep = lambda _sight, _when: (False, "the disk is full")  # type: ignore[method-assign]
    (look,) = world.watch([world.look])
    assert (look.kept, look.trouble) == (False, "the disk is full")
    assert look.mood is not None


def test_after_the_last_picture_nobody_waits() -> None:
    world = World()
    assert len(list(world.watch([world.look]))) == 1
    assert world.at == NOON + timedelta(seconds=2)


@pytest.mark.parametrize(
    ("text", "seconds"), [("15m", 900), ("8h", 28800), ("1h30m", 5400), (" 90S ", 90), ("0.5h", 1800)]
)
def test_lengths_of_time_are_read(text: str, seconds: float) -> None:
    assert seconds_in(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "15 minutes", "-15m", "1e3s", "nan", "15mm3"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="Write it as 15m"):
        seconds_in(text)


@pytest.mark.parametrize(("text", "why"), [("9s", "too short"), ("0m", "too short"), ("31d", "too long")])
def test_lengths_of_time_that_make_no_sense_are_refused(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        seconds_in(text)


def test_lengths_of_time_have_words() -> None:
    assert [words_of(s) for s in (900, 28800, 5400, 45, 90061)] == [
        "15 min",
        "8 h",
        "1 h 30 min",
        "45 s",
        "1 d 1 h 1 min 1 s",
    ]
