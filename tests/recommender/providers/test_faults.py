"""Whatever the network does to a provider: a clear error, nothing doubled, nothing lost, and the next try succeeds.

Every provider of `subjects.py` does its deed behind a bad network (`tests/fakes/faulty.py`) before its server, which is
a real one where there is one: supysonic and MPD. Each fault strikes at several requests, before or after the server has
done what it was asked. Then the network heals, and the same deed must end as if nothing had been.
"""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from errors import MienError, ProviderError
from recommender.providers.place import Place
from tests.fakes.deezer import Deezer
from tests.fakes.deezer import serving as serving_deezer
from tests.fakes.faulty import AFTER_ONLY, KINDS, LINE_KINDS, Fault, Faulty, from_then_on, one, serving
from tests.recommender.providers.mpd.daemon import Daemon
from tests.recommender.providers.music import mpd_with_music, supysonic_with_music
from tests.recommender.providers.subjects import SUBJECTS, Plug, Subject, hurry
from tests.recommender.providers.subsonic.server import Supysonic

NEXT_STEPS = "try|look|see|log in|start|set|check|say|update|wait|use|give|unset|add"
SLOW_KINDS = {"silence", "drip"}
DAY_S = 86_400.0
POSITIONS = 9
"""Requests among which a fault strikes; the longest deed here has about twenty."""


@pytest.fixture(scope="session")
def supysonic_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supysonic]:
    """One that only this suite changes."""
    with supysonic_with_music(tmp_path_factory.mktemp("supysonic-faults")) as running:
        yield running


@pytest.fixture(scope="session")
def mpd_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """One that only this suite changes."""
    with mpd_with_music(tmp_path_factory.mktemp("mpd-faults")) as running:
        yield running


@pytest.fixture
def deezer() -> Iterator[Deezer]:
    with serving_deezer(Deezer()) as running:
        yield running


class Making:
    """Makes subjects of one kind, each behind the same network and in a folder of its own."""

    def __init__(self, plug: Plug, server: Any, net: Faulty, folder: Path) -> None:
        self._plug, self._server, self.net, self._folder = plug, server, net, folder
        self._made = 0

    def new(self) -> Subject:
        self.net.heal()
        self._made += 1
        subject = self._plug.make(self.net, self._server, self._folder / str(self._made))
        self.net.count = 0  # a login may have asked before
        return subject


@pytest.fixture
def making(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Making]:
    plug = SUBJECTS[request.param]
    server = request.getfixturevalue(plug.fixture)
    address = urlsplit(plug.address(server))
    assert address.hostname is not None
    assert address.port is not None
    with serving(Faulty(address.hostname, address.port, plug.speaks)) as net:
        yield Making(plug, server, net, tmp_path)


def cases() -> Iterator[Any]:
    """Yield every subject with every fault that its protocol knows, before and after its effect."""
    for name, plug in SUBJECTS.items():
        for kind in KINDS if plug.speaks == "http" else LINE_KINDS:
            for after in (True,) if kind in AFTER_ONLY else (False, True):
                fault = Fault(kind, after)
                yield pytest.param(name, fault, id=f"{name}-{kind}-{'after' if after else 'before'}")


def attempt(subject: Subject, place: Place) -> tuple[Any, MienError | None]:
    """Do the deed; anything that is not one of our errors is a failure of the test."""
    try:
        return subject.act(place), None
    except MienError as error:
        assert_clear(str(error), subject)
        return None, error


def assert_clear(message: str, subject: Subject) -> None:
    """A message says what happened and what to do next, in a few plain words, and no secret."""
    assert 20 < len(message) < 500, message
    assert re.search(r"[.!?]$", message), message
    assert not re.search(r"Traceback|Error\(|object at 0x|HTTPConnectionPool|Errno|<html|<!DOCTYPE", message), message
    assert re.search(rf"(?i)\b(?:{NEXT_STEPS})\b", message), message
    assert_silent(message, subject)


def assert_silent(text: str, subject: Subject) -> None:
    told = [secret for secret in subject.secrets if secret and secret in text]
    assert told == [], f"{len(told)} secrets are told"


def healed(subject: Subject) -> None:
    """Do the deed without faults, twice, as listeners do, and look."""
    subject.net.heal()
    for _ in range(2):
        subject.look(subject.act(subject.place))


@pytest.mark.parametrize(("making", "fault"), list(cases()), indirect=["making"])
def test_one_fault_ends_in_a_clear_error_or_well_and_the_next_try_is_whole(
    making: Making, fault: Fault, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    dice = random.Random(str(fault))
    met = 0
    for position in (0, dice.randrange(1, POSITIONS)):
        subject = making.new()
        subject.net.plan = one(fault, position)
        with monkeypatch.context() as patch:
            place = hurry(patch, subject.place) if fault.kind in SLOW_KINDS else subject.place
            result, error = attempt(subject, place)
        met += len(subject.net.met)
        subject.net.met.clear()
        if error is None and fault.kind not in ("repeat", "wrong"):  # what looks right may be short, never doubled
            subject.look(result)
        healed(subject)
    assert met, "the fault struck nothing"
    assert_silent(caplog.text, subject)


@pytest.mark.parametrize("making", SUBJECTS, indirect=True)
@pytest.mark.parametrize("position", [0, 1, 4])
@pytest.mark.parametrize("kind", ["reset", "html", "truncated"])
def test_a_network_that_stays_broken_is_given_up_and_nothing_is_lost(making: Making, kind: str, position: int) -> None:
    subject = making.new()
    subject.net.plan = from_then_on(Fault(kind), position)
    _, error = attempt(subject, subject.place)
    assert isinstance(error, ProviderError) or not subject.net.met
    assert subject.net.count < position + 40  # it does not ask for ever
    healed(subject)


@pytest.mark.parametrize("making", SUBJECTS, indirect=True)
def test_a_server_that_is_not_there_is_named_and_found_again(making: Making) -> None:
    subject = making.new()
    subject.net.down()
    _, error = attempt(subject, subject.place)
    assert isinstance(error, ProviderError)
    assert "reach" in str(error)
    healed(subject)


@pytest.mark.parametrize("making", SUBJECTS, indirect=True)
@pytest.mark.parametrize("days", [-400, -1, -0.05, 0.05, 1, 400])
def test_a_clock_that_is_wrong_does_no_lasting_harm(making: Making, days: float) -> None:
    subject = making.new()
    right = subject.place.clock
    skewed = replace(subject.place, clock=lambda: right() + days * DAY_S)
    result, error = attempt(subject, skewed)
    if error is None:
        subject.look(result)
    healed(subject)


@pytest.mark.parametrize("making", SUBJECTS, indirect=True)
@pytest.mark.parametrize("seed", range(3))
def test_a_stormy_night_ends_as_one_whole_deed(making: Making, seed: int) -> None:
    subject = making.new()
    dice = random.Random(seed)
    kinds = [kind for kind in (KINDS if making.net.speaks == "http" else LINE_KINDS) if kind not in SLOW_KINDS]

    def plan(_number: int, _what: str) -> Fault | None:
        return Fault(dice.choice(kinds), dice.random() < 0.5) if dice.random() < 0.3 else None

    for _ in range(4):
        subject.net.plan = plan
        attempt(subject, subject.place)
    healed(subject)
