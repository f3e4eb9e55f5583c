"""A face goes the whole way and is read at its end; with a detector that knows where it was put."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from rich.console import Console

from emotion.opencv import cv2
from emotion.types import EMOTIONS, Box, EmotionScores, Face, Frame
from tests.conftest import Mien
from tests.training.exporting import small
from training.data import Faces
from training.end_to_end import FRAME, Passage, in_a_frame, is_on, passages, passages_json
from training.end_to_end_console import as_voted, show

HAPPY, SAD = EMOTIONS.index("happy"), EMOTIONS.index("sad")


def picture(label: int) -> npt.NDArray[np.uint8]:
    """A face is bright at its top when happy, and at its bottom when sad."""
    face = np.full((48, 48), 60, np.uint8)
    face[: 24 if label == HAPPY else 48, :] = 220
    if label == SAD:
        face[:24] = 60
    return face


class TopAndBottom:
    """Reads those pictures."""

    def predict(self, face: npt.NDArray[np.float32]) -> EmotionScores:
        top, bottom = float(face[:20].mean()), float(face[28:].mean())
        return EmotionScores.of({"happy" if top > bottom else "sad": 1})


class Knows:
    """Finds the frame's sharpest square: told beforehand, as a detector that is never wrong."""

    def __init__(self, roll_deg: float = 0.0) -> None:
        self.answers: list[tuple[Face, ...]] = []
        self.roll_deg = roll_deg

    def __call__(self, _frame: Frame, /) -> tuple[Face, ...]:
        return self.answers.pop(0)


def faces(n: int = 6) -> Faces:
    labels = [HAPPY if i % 2 else SAD for i in range(n)]
    return Faces(np.stack([picture(label) for label in labels]), np.array(labels, np.uint8), np.full(n, 3, np.uint8))


def knowing(of: Faces, *, rolls: bool = True, misses: tuple[int, ...] = ()) -> Knows:
    """A detector that knows where every face of both tilts will be."""
    detector = Knows()
    for angles in ((0.0,), (-20.0, 20.0)):
        for number, image in enumerate(of.images):
            roll = angles[number % len(angles)]
            _, truth = in_a_frame(image, np.random.default_rng((0, number)), roll)
            found = (Face(truth, 0.9, roll_deg=roll if rolls else 0.0),)
            detector.answers.append(() if number in misses else found)
    return detector


def test_a_perfect_detector_loses_nothing() -> None:
    upright, tilted = passages(knowing(faces()), TopAndBottom(), faces())
    for passage in (upright, tilted):
        assert (passage.faces, passage.found) == (6, 6)
        assert passage.direct == passage.after == passage.agree == 1
        assert passage.lost == 0


def test_with_votes_right_is_what_the_crowd_saw_where_it_could_tell(tmp_path: Path) -> None:
    labels = np.array([SAD, 6, HAPPY, SAD], np.uint8)
    given = Faces(np.stack([picture(label) for label in labels]), labels, np.full(4, 3, np.uint8), source="fer2013.csv")
    voted = as_voted(given, small.write_votes(tmp_path / "votes.csv", given))  # it sees happiness, but not in the 6
    assert voted.rows.tolist() == [0, 2, 3]
    assert voted.labels.tolist() == [HAPPY] * 3
    upright, _ = passages(knowing(voted), TopAndBottom(), voted)
    assert upright.direct == upright.after == pytest.approx(1 / 3)


def test_faces_that_are_missed_are_counted_and_not_read() -> None:
    upright, _ = passages(knowing(faces(), misses=(0, 3)), TopAndBottom(), faces())
    assert (upright.found, upright.after) == (4, 1)
    assert upright.found_share == pytest.approx(2 / 3)


def test_nothing_found_is_a_result_too() -> None:
    upright, _ = passages(knowing(faces(), misses=tuple(range(6))), TopAndBottom(), faces())
    assert (upright.found, upright.direct, upright.after) == (0, 0, 0)


@pytest.mark.parametrize("roll_deg", [0.0, 20.0, -20.0])
def test_the_face_lies_where_it_is_said_to_be_and_clockwise(roll_deg: float) -> None:
    face = np.full((48, 48), 40, np.uint8)
    face[2:10, 20:28] = 255  # a mark at its top
    frame, truth = in_a_frame(face, np.random.default_rng(3), roll_deg)
    assert (frame.width, frame.height) == FRAME
    assert 96 <= truth.w <= 320
    x, y = truth.centre
    rows, columns = np.nonzero(frame.pixels[..., 0] > 225)
    inside = np.hypot(columns - x, rows - y) < truth.w / 2  # the blurred copy around it has the mark too
    rows, columns = rows[inside], columns[inside]
    angle = np.degrees(np.arctan2(columns.mean() - x, y - rows.mean()))
    assert angle == pytest.approx(roll_deg, abs=3)


def test_a_box_on_the_face_counts_however_it_is_framed() -> None:
    truth = Box(100, 100, 100, 100)
    assert is_on(Face(Box(110, 90, 80, 80), 0.9), truth)
    assert not is_on(Face(Box(160, 100, 100, 100), 0.9), truth)
    assert not is_on(Face(Box(135, 135, 30, 30), 0.9), truth)


def test_the_table_and_the_json_say_what_was_lost() -> None:
    passage = Passage("upright", 200, 184, 0.7, 0.69, 0.65, 0.9)
    console = Console(width=80, record=True)
    show(console, "Validation", "mien-face", "cnn3x3", [passage])
    text = console.export_text()
    assert "92.0% ✔" in text
    assert "+1.0 ✔" in text
    document: Any = passages_json("Validation", "mien-face", "cnn3x3", [passage])
    assert document["tilts"][0]["found_share"] == 0.92
    assert document["tilts"][0]["lost"] == 0.01
    assert json.dumps(document)


def test_the_command_goes_the_whole_way(mien: Mien, tmp_path: Path) -> None:
    for split, label, number in [("train", "happy", n) for n in range(60)] + [("test", "sad", n) for n in range(4)]:
        path = tmp_path / "fer" / split / label / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.random.default_rng(number).integers(0, 256, (48, 48)).astype(np.uint8))
    common = ("--data", tmp_path / "fer", "--split", "Test", "--detector", "haar", "--every", "2")
    done = mien("bench", "end-to-end", *common, "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document["detector"] == "haar"
    assert [row["tilt"] for row in document["tilts"]] == ["upright", "tilted ±20°"]
    assert [row["faces"] for row in document["tilts"]] == [2, 2]
    assert [row["found"] for row in document["tilts"]] == [0, 0]  # noise is nobody
