"""From what the network says to faces in the frame, with a fake network that takes white discs for faces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import emotion.mien_face
from emotion.detectors import DETECTORS
from emotion.mien_face import TIGHT, MienFace, one_a_face
from emotion.opencv import cv2
from emotion.types import Frame
from emotion.views import Candidates
from errors import ModelError
from tests.emotion.conftest import MakeModel

SIDE = 96

Look = Callable[[Any], list[list[float]]]


def discs(picture: Any, *, least: float = 4, most: float = 60) -> list[list[float]]:
    """Say that every white disc of a size that the network can see is a face, tilted by 30°."""
    _, _, stats, centres = cv2.connectedComponentsWithStats((picture > 0.8).astype(np.uint8))
    faces = [
        [0.9, x + 0.5, y + 0.5, w, np.cos(np.pi / 6), np.sin(np.pi / 6)]
        for (_, _, w, _, _), (x, y) in zip(stats[1:], centres[1:], strict=True)
        if least <= w <= most
    ]
    unsure, out_in_the_padding = [0.1, 10, 10, 20, 1, 0], [0.99, SIDE + 9, 10, 20, 1, 0]
    return [*faces, unsure, out_in_the_padding]


class FakeInterpreter:
    """Answers with what `look` sees, and remembers what it was shown."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.shown: list[Any] = []

    def get_input_details(self) -> list[dict[str, Any]]:
        return [{"index": 0, "shape": np.array([1, SIDE, SIDE, 1]), "dtype": np.float32}]

    def get_output_details(self) -> list[dict[str, Any]]:
        return [{"index": 1, "shape": np.array([1, 4, 6]), "dtype": np.float32}]

    def set_tensor(self, _index: int, picture: Any) -> None:
        self.shown.append(picture[0, :, :, 0].copy())

    def invoke(self) -> None: ...

    def get_tensor(self, _index: int) -> Any:
        return np.array([self._look(self.shown[-1])], np.float32)


Detecting = Callable[..., tuple[MienFace, FakeInterpreter]]


@pytest.fixture
def detecting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Detecting:
    def make(look: Look = discs) -> tuple[MienFace, FakeInterpreter]:
        path = tmp_path / "fake.tflite"
        path.touch()
        fake = FakeInterpreter(look)
        monkeypatch.setattr(emotion.mien_face, "load_interpreter", lambda _path, _threads: fake)
        return MienFace(path), fake

    return make


def frame_with(*places: tuple[int, int, int], width: int = 384, height: int = 288, level: int = 255) -> Frame:
    pixels = np.full((height, width, 3), level // 8, np.uint8)
    for x, y, diameter in places:
        cv2.circle(pixels, (x, y), diameter // 2, (level, level, level), -1)
    return Frame(pixels)


def test_a_face_is_mapped_back_to_the_frame_with_its_roll(detecting: Detecting) -> None:
    detector, fake = detecting()
    (face,) = detector(frame_with((250, 100, 80)))
    assert face.box.centre == pytest.approx((250, 100), abs=3)
    assert face.framed.w == face.framed.h == pytest.approx(80, abs=6)
    assert face.box.w == pytest.approx(TIGHT * 80, abs=6)
    assert face.framed.centre == pytest.approx(face.box.centre, abs=1)
    assert face.confidence == pytest.approx(0.9)
    assert face.roll_deg == pytest.approx(60, abs=0.1)  # the fake sees 30° again where it was shown upright
    assert len(fake.shown) == 2
    closer = fake.shown[1]
    assert closer[48, 48] == 1
    assert np.count_nonzero(closer[48] > 0.8) == pytest.approx(0.45 * SIDE, abs=3)


def test_what_a_closer_look_does_not_confirm_is_no_face(detecting: Detecting) -> None:
    detector, fake = detecting(lambda picture: discs(picture, most=30))  # 20 pixels in the whole, 43 from near
    assert detector(frame_with((250, 100, 80))) == ()
    assert len(fake.shown) > 2


def test_what_the_first_look_hardly_sees_may_be_sure_from_near(detecting: Detecting) -> None:
    def look(picture: Any) -> list[list[float]]:
        return [[0.98 if row[3] > 30 else 0.25, *row[1:]] for row in discs(picture) if row[0] == 0.9]

    detector, _ = detecting(look)
    (face,) = detector(frame_with((250, 100, 80)))
    assert face.confidence == pytest.approx(0.802, abs=0.01)  # the mean of both in logits


def test_what_is_shown_is_no_larger_than_the_frame_is_wide(detecting: Detecting) -> None:
    detector, _ = detecting(lambda picture: [[0.9, *row[1:3], 1.3 * row[3], 1, 0] for row in discs(picture)[:1]])
    (face,) = detector(frame_with((60, 140, 116), width=120, height=280))
    assert face.framed.w == face.framed.h == 120


def test_the_frame_lies_at_the_top_left_and_the_rest_is_grey(detecting: Detecting) -> None:
    detector, fake = detecting()
    detector(frame_with((250, 100, 80)))
    shown, _ = fake.shown
    assert shown.dtype == np.float32
    assert (shown[72:] == 0.5).all()  # 384×288 fits as 96×72
    assert shown[:72].min() == pytest.approx(31 / 255, abs=0.01)
    assert shown[:72].max() == 1


@pytest.mark.parametrize(("width", "height"), [(40, 31), (96, 96), (200, 533), (1000, 400)])
def test_frames_of_any_size_and_shape_come_back_in_their_own_pixels(
    detecting: Detecting, width: int, height: int
) -> None:
    detector, _ = detecting()
    diameter = min(width, height) // 2
    (face,) = detector(frame_with((width // 2, height // 2, diameter), width=width, height=height))
    assert face.box.centre == pytest.approx((width / 2, height / 2), abs=0.05 * diameter + 1)
    assert face.framed.w == pytest.approx(diameter, rel=0.15)


def test_several_faces_come_largest_first(detecting: Detecting) -> None:
    detector, _ = detecting()
    faces = detector(frame_with((60, 60, 40), (200, 150, 120), (340, 60, 60)))
    assert [round(face.box.centre[0], -1) for face in faces] == [200, 340, 60]


def test_small_faces_are_looked_for_in_quarters_when_the_whole_shows_none(detecting: Detecting) -> None:
    detector, fake = detecting(lambda picture: discs(picture, least=10))
    faces = detector(
        frame_with((300, 220, 36), (192, 144, 30))
    )  # 9 and 7 pixels of the input, half as much again in a quarter
    assert [face.box.centre for face in faces] == [
        pytest.approx((300, 220), abs=3),
        pytest.approx((192, 144), abs=3),  # in all four quarters, and yet once
    ]
    assert len(fake.shown) == 1 + 1 + 2 + 4 + 2


def test_a_face_that_fills_the_frame_is_looked_at_from_afar(detecting: Detecting) -> None:
    detector, fake = detecting(lambda picture: discs(picture, most=56))
    (face,) = detector(frame_with((150, 148, 260), width=300, height=300))
    assert face.box.centre == pytest.approx((150, 148), abs=6)
    assert face.framed.w == pytest.approx(260, abs=12)
    assert len(fake.shown) == 2 + 1


def test_a_tilted_face_is_found_where_the_frame_is_turned(detecting: Detecting) -> None:
    def look(picture: Any) -> list[list[float]]:  # a face is a disc with a smaller one straight above it
        rows = sorted((row for row in discs(picture) if row[0] == 0.9), key=lambda row: row[3])
        nobody = [0.01, 10.0, 10.0, 20.0, 1.0, 0.0]
        if len(rows) < 2 or abs(rows[0][1] - rows[1][1]) > 3 or rows[0][2] > rows[1][2]:
            return [nobody]
        return [[*rows[1][:4], 1, 0], nobody]

    detector, _ = detecting(look)
    tilt = np.radians(30)
    spot = round(190 + 70 * np.sin(tilt)), round(150 - 70 * np.cos(tilt)), 28
    (face,) = detector(frame_with((190, 150, 80), spot))
    assert face.box.centre == pytest.approx((190, 150), abs=4)
    assert face.roll_deg == pytest.approx(30, abs=1)


def test_a_dark_frame_is_looked_at_again_brightened(detecting: Detecting) -> None:
    detector, fake = detecting()
    (face,) = detector(frame_with((250, 100, 80), level=40))
    assert face.box.centre == pytest.approx((250, 100), abs=3)
    assert len(fake.shown) == 2 + 1
    assert fake.shown[0].max() == 0.5
    assert fake.shown[1].max() == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 3), (1, 5000), (5000, 1), (640, 20)])
def test_odd_sizes_have_no_face_and_do_no_harm(detecting: Detecting, width: int, height: int) -> None:
    detector, _ = detecting(lambda picture: discs(picture, most=0))
    assert detector(frame_with(width=width, height=height)) == ()


def found(*rows: tuple[float, float, float, float]) -> Candidates:
    return np.array([(*row, 1, 0) for row in rows], np.float32).reshape(-1, 6)


def test_boxes_that_agree_on_a_face_become_their_mean() -> None:
    (face,) = one_a_face(found((0.5, 110, 100, 50), (0.9, 100, 100, 50), (0.6, 100, 105, 50)), 0.4)
    assert face[0] == np.float32(0.9)
    assert face[1:4] == pytest.approx([102.5, 101.5, 50])


def test_a_box_inside_another_goes_and_moves_nothing() -> None:
    (face,) = one_a_face(found((0.9, 100, 100, 80), (0.8, 110, 95, 20)), 0.4)
    assert face[1:4] == pytest.approx([100, 100, 80])


def test_neighbours_that_hardly_touch_both_stay_the_more_confident_first() -> None:
    faces = one_a_face(found((0.7, 170, 100, 80), (0.9, 100, 100, 80)), 0.4)
    assert faces[:, 1].tolist() == [100, 170]


def test_nothing_stays_nothing() -> None:
    assert one_a_face(found(), 0.4).shape == (0, 6)


def test_missing_weights_name_the_file_and_the_other_detector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emotion.mien_face, "SHIPPED", tmp_path / "gone.tflite")
    with pytest.raises(ModelError, match=r"mien-face are missing: there is no .*gone\.tflite\. .*--detector haar"):
        MienFace(tmp_path / "gone.tflite")


def test_the_file_that_ships_has_to_be_the_one_that_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emotion.mien_face, "SHIPPED", tmp_path / "other.tflite")
    (tmp_path / "other.tflite").write_bytes(b"other weights")
    with pytest.raises(ModelError, match="is not the file that the face detector mien-face was measured with"):
        MienFace(tmp_path / "other.tflite")


def test_a_network_of_another_shape_is_refused(make_model: MakeModel) -> None:
    with pytest.raises(ModelError, match=r"not a face detector: its tensors are \(1, 48, 48, 1\), \(1, 7\)"):
        MienFace(make_model())


def test_the_registry_names_it() -> None:
    assert DETECTORS["mien-face"] is MienFace
