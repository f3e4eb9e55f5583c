from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from errors import ConfigError
from recommender.diary import consent

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=1)))


def test_without_a_word_the_diary_is_off(tmp_path: Path) -> None:
    assert consent.since(tmp_path, "me") is None
    assert consent.since(tmp_path / "nowhere", "me") is None


def test_consent_is_given_once_and_withdrawn(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert consent.give(folder, "me", NOW)
    assert not consent.give(folder, "me", NOW + timedelta(days=1))
    assert consent.since(folder, "me") == datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
    assert consent.withdraw(folder, "me")
    assert not consent.withdraw(folder, "me")
    assert consent.since(folder, "me") is None
    assert list(folder.iterdir()) == []


def test_consent_of_one_listener_is_nobody_elses(tmp_path: Path) -> None:
    consent.give(tmp_path, "ann", NOW)
    assert consent.since(tmp_path, "bob") is None
    consent.give(tmp_path, "bob", NOW)
    consent.withdraw(tmp_path, "ann")
    assert consent.since(tmp_path, "ann") is None
    assert consent.since(tmp_path, "bob") is not None


@pytest.mark.parametrize("text", ["", "{", "[]", "true", '{"me": true}', '{"me": "yes"}', '{"me": null}', "\xff\xfe"])
def test_a_file_that_cannot_be_understood_means_no(tmp_path: Path, text: str) -> None:
    (tmp_path / consent.FILE).write_bytes(text.encode("latin-1"))
    assert consent.since(tmp_path, "me") is None
    assert consent.give(tmp_path, "me", NOW)
    assert consent.since(tmp_path, "me") is not None


def test_a_folder_in_the_place_of_the_file_is_said_when_it_is_turned_on(tmp_path: Path) -> None:
    (tmp_path / consent.FILE).mkdir()
    assert consent.since(tmp_path, "me") is None
    with pytest.raises(ConfigError, match=r"diary-consent\.json"):
        consent.give(tmp_path, "me", NOW)


def test_a_data_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="MIEN_DATA_DIR"):
        consent.give(tmp_path / "file" / "data", "me", NOW)


def test_the_file_is_plain_json_for_people_who_look(tmp_path: Path) -> None:
    consent.give(tmp_path, "Zoë", NOW)
    assert json.loads((tmp_path / consent.FILE).read_text("utf-8")) == {"Zoë": "2026-11-21T11:00:00+00:00"}
