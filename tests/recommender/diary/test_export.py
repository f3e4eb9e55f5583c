from __future__ import annotations

import csv
from pathlib import Path

import pytest

from emotion.types import EMOTIONS
from errors import ConfigError
from recommender.diary.export import write_csv
from tests.recommender.diary.made_up import entry, mood


def test_a_row_has_both_times_the_mood_and_all_scores(tmp_path: Path) -> None:
    path = tmp_path / "diary.csv"
    assert write_csv(path, [entry("2026-11-21T00:30:00+02:00", "sad", "watch")]) == 1
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["utc"] == "2026-11-20T22:30:00Z"
    assert row["local"] == "2026-11-21T00:30:00+02:00"
    assert (row["emotion"], row["source"], row["corrected"]) == ("sad", "watch", "0")
    assert sum(float(row[emotion]) for emotion in EMOTIONS) == pytest.approx(1)
    assert float(row["valence"]) == pytest.approx(mood("sad").valence, abs=1e-6)


def test_an_empty_diary_is_a_header(tmp_path: Path) -> None:
    assert write_csv(tmp_path / "diary.csv", []) == 0
    assert (tmp_path / "diary.csv").read_text().startswith("utc,local,emotion,valence,arousal,certainty,angry,")


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no folder"):
        write_csv(tmp_path / "nowhere" / "diary.csv", [])
