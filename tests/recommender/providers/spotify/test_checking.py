from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from recommender.providers import PROVIDERS, Health
from recommender.providers.place import Place
from tests.fakes.spotify.service import Spotify
from tests.recommender.providers.spotify.listener import place_at

DAY_S = 86_400.0


def check(place: Place, *, online: bool = False) -> Health:
    asked = PROVIDERS["spotify"].check
    assert asked is not None
    return asked(place, online=online)


def test_who_is_not_logged_in_hears_how(spotify: Spotify, tmp_path: Path) -> None:
    health = check(replace(place_at(spotify, tmp_path), data_dir=tmp_path / "new"), online=True)
    assert (health.state, "mien login spotify" in health.remedy) == ("not set up", True)
    assert spotify.exchanges == []


def test_a_login_is_asked_about_only_when_that_is_wanted(spotify: Spotify, tmp_path: Path) -> None:
    place = place_at(spotify, tmp_path)
    assert check(place).state == "ready"
    assert spotify.exchanges == []
    assert check(place, online=True).state == "ready"
    assert len(spotify.exchanges) == 1


def test_a_login_that_ended_is_said(spotify: Spotify, tmp_path: Path) -> None:
    place = place_at(spotify, tmp_path)
    spotify.world.clock.advance(200 * DAY_S)
    health = check(place)
    assert (health.state, "six months" in health.message) == ("broken", True)
    assert "mien login spotify" in health.remedy


def test_a_service_that_wants_no_requests_needs_no_new_login(spotify: Spotify, tmp_path: Path) -> None:
    place = place_at(spotify, tmp_path)
    spotify.block(5 * 3600)
    health = check(place, online=True)
    assert (health.state, "takes no requests from you until" in health.message) == ("broken", True)
    assert "login" not in health.remedy
    assert "login" not in check(place).remedy
