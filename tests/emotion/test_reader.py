"""Detector, crop and network together, with fakes for what is slow or random."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from emotion.reader import Reader
from emotion.types import EMOTIONS, Box, EmotionScores, Face, Frame
from errors import ConfigError

TILT_DEG = 90.0
HAPPY, SAD = EmotionScores.of({"happy": 1}), EmotionScores.of({"sad": 1})
BIG, SMALL = Box(10, 10, 60, 60), Box(120, 10, 30, 30)


class FakeDetector:
    """Finds, frame by frame, what it is told to."""

    def __init__(self, *by_frame: tuple[Box, ...]) -> None:
        self._by_frame = iter(by_frame)

    def __call__(self, frame: Frame, /) -> tuple[Face, ...]:
        return tuple(Face(box, 0.9, roll_deg=TILT_DEG) for box in next(self._by_frame))


class BrightnessEngine:
    """Takes bright faces for happy and dark ones for sad, as far as they are bright or dark."""

    def predict(self, face: npt.NDArray[np.float32]) -> EmotionScores:
        assert face.shape == (48, 48, 1)
        share = float(face.mean())
        return EmotionScores.of({"happy": share, "sad": 1 - share})


def frame(*painted: tuple[Box, int], reduction: int = 1) -> Frame:
    pixels = np.full((100, 200, 3), 128, np.uint8)
    for box, level in painted:
        pixels[box.y - 4 : box.y + box.h + 4, box.x - 4 : box.x + box.w + 4] = level
    return Frame(pixels, "photo.jpg", reduction)


def reader(*by_frame: tuple[Box, ...]) -> Reader:
    return Reader(FakeDetector(*by_frame), BrightnessEngine())


def test_every_face_is_read_and_the_largest_counts() -> None:
    reading = reader((BIG, SMALL)).read(frame((BIG, 255), (SMALL, 0)))
    assert [face.scores and face.scores.top for face in reading.faces] == ["happy", "sad"]
    assert reading.chosen == 0
    assert reading.source == "photo.jpg"


def test_the_network_is_shown_the_square_and_the_user_both_in_pixels_of_the_photo() -> None:
    found = Face(SMALL, 0.9, square=BIG)
    reading = Reader(lambda _frame: (found,), BrightnessEngine()).read(frame((BIG, 255), (SMALL, 0), reduction=2))
    (face,) = reading.faces
    assert face.scores is not None
    assert face.scores.top == "happy"  # the box alone is dark
    assert face.box == SMALL.enlarged(2)
    assert face.framed == BIG.enlarged(2)


def test_another_face_can_be_chosen() -> None:
    reading = reader((BIG, SMALL)).read(frame((BIG, 255), (SMALL, 0)), face=1)
    assert reading.face is not None
    assert reading.face.scores == SAD


def test_without_a_face_the_reading_is_empty() -> None:
    for face in ("largest", 3):
        reading = reader(()).read(frame(), face=face)
        assert (reading.faces, reading.chosen, reading.face) == ((), None, None)


@pytest.mark.parametrize("face", [2, -1])
def test_a_face_that_is_not_there_lists_those_that_are(face: int) -> None:
    with pytest.raises(
        ConfigError, match=rf"no face {face} in photo\.jpg\. .*: 0 at \(10, 10\) 60 .*, 1 at \(120, 10\) 30"
    ):
        reader((BIG, SMALL)).read(frame(), face=face)


def test_boxes_are_in_pixels_of_the_photo_as_it_was_taken() -> None:
    reading = reader((BIG,)).read(frame((BIG, 255), reduction=4))
    assert reading.faces[0].box == Box(40, 40, 240, 240)


def test_a_burst_averages_the_scores_of_the_face_that_moves_a_little() -> None:
    moved = Box(14, 12, 60, 60)
    reading = reader((BIG,), (moved,)).read_burst([frame((BIG, 255)), frame((moved, 51))])
    assert len(reading.faces) == 1
    assert reading.face is not None
    assert reading.face.scores is not None
    assert reading.face.scores.as_dict()["happy"] == pytest.approx((1 + 0.2) / 2, abs=0.02)


def test_a_tilted_face_is_read_upright_and_keeps_its_roll() -> None:
    class TopEngine:
        """Takes faces that are bright at the top for happy."""

        def predict(self, face: npt.NDArray[np.float32]) -> EmotionScores:
            return HAPPY if face[:16].mean() > 0.9 else SAD

    tilted = frame((BIG, 0))
    tilted.pixels[:, 45:75] = 255  # bright on the right: the top of a face that leans a quarter turn clockwise
    reader = Reader(FakeDetector((BIG,), (BIG,)), TopEngine())
    for reading in (reader.read(tilted), reader.read_burst([tilted])):
        assert reading.face is not None
        assert reading.face.scores == HAPPY
        assert reading.face.roll_deg == TILT_DEG


def test_a_burst_keeps_two_people_apart() -> None:
    bright = frame((BIG, 255), (SMALL, 0))
    reading = reader((BIG, SMALL), (BIG, SMALL), (BIG, SMALL)).read_burst([bright] * 3, face=1)
    assert [face.scores for face in reading.faces] == [HAPPY, SAD]
    assert reading.chosen == 1


def test_a_false_face_in_one_frame_of_a_burst_does_not_count() -> None:
    bright = frame((BIG, 255))
    reading = reader((BIG, SMALL), (BIG,), (), (BIG,)).read_burst([bright] * 4)
    assert [face.box for face in reading.faces] == [BIG]


def test_a_burst_in_which_nobody_is_seen_is_empty() -> None:
    assert reader((), ()).read_burst([frame(), frame()]).chosen is None


def test_the_labels_of_a_reading_are_those_of_the_product() -> None:
    reading = reader((BIG,)).read(frame((BIG, 255)))
    assert reading.faces[0].scores is not None
    assert tuple(reading.faces[0].scores.as_dict()) == EMOTIONS
