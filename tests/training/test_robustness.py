"""What is left of a network when pictures get worse, with one that goes by brightness."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from emotion.opencv import cv2
from tests.conftest import Mien
from training.robustness import CONDITIONS, Left
from training.robustness_console import markdown, robustness_json, show

FOUND = {
    "one": {"as it is": Left(0.7, 0.85), "30 % brightness": Left(0.65, 0.84), "blur, sigma 1": Left(0.6, 0.8)},
    "two": {"as it is": Left(0.5, None), "30 % brightness": Left(0.51, None), "blur, sigma 1": Left(0.4, None)},
}

RAMP = np.stack([3 * np.arange(48)[None] + 2 * np.arange(48)[:, None]] * 2).astype(np.uint8)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_keeps_the_shape_and_only_the_first_changes_nothing(condition: str) -> None:
    for way in CONDITIONS[condition]:
        worse = way(RAMP.copy())
        assert worse.shape == RAMP.shape
        assert worse.dtype == np.uint8
        assert np.array_equal(worse, RAMP) == (condition == "as it is")


def test_a_box_that_is_off_shows_the_face_moved_by_four_pixels() -> None:
    right, left, down, _ = (way(RAMP)[0, 24] for way in CONDITIONS["box off by 4 px"])
    assert right[24] == RAMP[0, 24, 20]
    assert left[24] == RAMP[0, 24, 28]
    assert np.array_equal(down, RAMP[0, 20])


def test_the_table_for_the_card_has_accuracy_first_and_then_what_is_lost() -> None:
    lines = markdown(FOUND).splitlines()
    assert lines[0] == "| condition | `one` | `two` |"
    assert lines[2] == "| as it is | 70.0% / 85.0% | 50.0% |"
    assert lines[3] == "| 30 % brightness | +5.0 / +1.0 | -1.0 |"


def test_the_terminal_and_the_json_say_the_same() -> None:
    console = Console(width=80, record=True)
    show(console, "Validation", FOUND)
    assert "+10.0" in console.export_text()
    document: Any = json.loads(json.dumps(robustness_json("Validation", FOUND)))
    (one, two) = document["models"]
    assert one["conditions"][2]["points_lost"] == 10
    assert one["conditions"][2]["ferplus_points_lost"] == 5
    assert two["conditions"][1]["ferplus_accuracy"] is None


def test_the_command_measures_a_shipped_model(mien: Mien, tmp_path: Path) -> None:
    for split, label, number in [("train", "happy", n) for n in range(60)] + [("test", "sad", n) for n in range(4)]:
        path = tmp_path / "fer" / split / label / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.random.default_rng(number).integers(0, 256, (48, 48)).astype(np.uint8))
    done = mien("bench", "robustness", "cnn3x3", "--data", tmp_path / "fer", "--split", "Test", "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert [row["condition"] for row in document["models"][0]["conditions"]] == list(CONDITIONS)
    assert document["models"][0]["conditions"][0]["points_lost"] == 0
