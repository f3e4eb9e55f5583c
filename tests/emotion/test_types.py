"""What the frozen types hold to."""

from __future__ import annotations

import math

import numpy as np
import pytest

from emotion.types import EMOTIONS, Box, EmotionScores, Face, Frame, Reading


def test_scores_know_their_top_their_margin_and_their_entropy() -> None:
    scores = EmotionScores.of({"happy": 0.5, "neutral": 0.3, "sad": 0.2})
    assert scores.top == "happy"
    assert scores.margin == pytest.approx(0.2)
    assert scores.entropy == pytest.approx(-(0.5 * math.log2(0.5) + 0.3 * math.log2(0.3) + 0.2 * math.log2(0.2)))
    assert EmotionScores((1 / 7,) * 7).entropy == pytest.approx(math.log2(7))


@pytest.mark.parametrize("bad", [(0.5,) * 7, (1.0,), (1.5, -0.5, 0, 0, 0, 0, 0)])
def test_scores_that_are_no_probabilities_are_refused(bad: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="7 probabilities that sum to 1"):
        EmotionScores(bad)


def test_an_emotion_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="not emotions"):
        EmotionScores.of({"joy": 1})


def test_the_mean_of_two_readings_lies_between_them() -> None:
    mean = EmotionScores.mean([EmotionScores.of({"happy": 1}), EmotionScores.of({"sad": 1})])
    assert mean.as_dict() == {e: 0.5 if e in ("happy", "sad") else 0 for e in EMOTIONS}


def test_boxes_overlap_by_the_area_that_they_share() -> None:
    box = Box(10, 10, 20, 20)
    assert box.overlap(box) == box.area == 400
    assert box.overlap(Box(20, 25, 100, 100)) == 10 * 5
    assert box.overlap(Box(30, 10, 20, 20)) == 0
    assert Box(-3, 4, 5, 6).enlarged(2) == Box(-6, 8, 10, 12)


def test_a_frame_is_rgb_of_eight_bits() -> None:
    frame = Frame(np.zeros((3, 5, 3), np.uint8))
    assert (frame.width, frame.height, frame.reduction) == (5, 3, 1)
    for bad in (np.zeros((3, 5), np.uint8), np.zeros((3, 5, 4), np.uint8), np.zeros((3, 5, 3), np.float32)):
        with pytest.raises(ValueError, match="a frame is uint8"):
            Frame(bad)  # type: ignore[arg-type]


def test_a_reading_chooses_one_of_its_faces() -> None:
    face = Face(Box(0, 0, 1, 1), 1)
    assert Reading((face,), 0).face is face
    assert Reading((), None).face is None
    for faces, chosen in (((face,), 1), ((face,), None), ((), 0)):
        with pytest.raises(ValueError, match="chosen is"):
            Reading(faces, chosen)
