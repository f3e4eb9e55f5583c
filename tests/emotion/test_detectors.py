"""Where the faces are: on drawn faces, so that the tests need no photo of anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emotion import frames
from emotion.detectors import DEFAULT_DETECTOR, DETECTORS
from emotion.haar import Haar, without_overlaps
from emotion.opencv import cv2
from emotion.types import Box, Face, Frame
from errors import ModelError, UnknownName, lookup
from tests.emotion.conftest import drawn_face
from training.detection_conditions import Place, is_hit
from training.faceless import faceless

MUXSPACE = Path(__file__).parents[2].parent / "shared" / "data" / "muxspace" / "images"


def picture(*places: tuple[int, int, int], width: int = 640, height: int = 480) -> Any:
    """A grey canvas with drawn faces at (x, y, side)."""
    canvas = np.full((height, width), 90, np.uint8)
    for x, y, side in places:
        canvas[y : y + side, x : x + side] = drawn_face(side)
    return canvas


def frame_of(grey: Any) -> Frame:
    return Frame(np.repeat(grey[..., None], 3, axis=2))


@pytest.fixture(scope="module")
def haar() -> Haar:
    return Haar()


@pytest.mark.parametrize("side", [60, 120, 240, 440])
def test_a_face_is_found_where_it_is(haar: Haar, side: int) -> None:
    faces = haar(frame_of(picture((70, 20, side))))
    assert len(faces) == 1
    x, y = faces[0].box.centre
    assert abs(x - (70 + side / 2)) < 0.12 * side
    assert abs(y - (20 + side / 2)) < 0.15 * side
    assert 0.7 * side < faces[0].box.w < 1.1 * side
    assert 0.5 <= faces[0].confidence <= 1


def test_several_faces_come_largest_first(haar: Haar) -> None:
    faces = haar(frame_of(picture((20, 20, 100), (180, 100, 300), (520, 50, 70))))
    sides = [face.box.w for face in faces]
    assert len(sides) == 3
    assert sides == sorted(sides, reverse=True)


def test_boxes_of_a_large_photo_are_in_its_own_pixels(haar: Haar) -> None:
    (face,) = haar(frame_of(picture((1200, 600, 900), width=3000, height=2000)))
    assert abs(face.box.centre[0] - 1650) < 100
    assert 650 < face.box.w < 1000


def test_a_photo_smaller_than_the_cascade_likes_is_enlarged(haar: Haar) -> None:
    small = cv2.resize(picture((100, 60, 360)), (53, 40), interpolation=cv2.INTER_AREA)
    (face,) = haar(frame_of(small))
    assert 15 < face.box.w < 40
    assert is_hit(face, Place.whole(frame_of(small)))


def test_a_dark_photo_still_finds_the_face(haar: Haar) -> None:
    dark = (picture((150, 80, 300)) * 0.15).astype(np.uint8)
    assert len(haar(frame_of(dark))) == 1


@pytest.mark.parametrize("tilt", [-30, 30])
def test_the_second_pass_finds_a_tilted_face_that_the_first_does_not(haar: Haar, tilt: int) -> None:
    turn = cv2.getRotationMatrix2D((320, 240), tilt, 1)
    tilted = np.asarray(cv2.warpAffine(picture((200, 120, 240)), turn, (640, 480), borderValue=(90,)), np.uint8)
    assert haar._first_pass(tilted) == []
    (face,) = haar(frame_of(tilted))
    assert is_hit(face, Place.whole(frame_of(tilted)))


def test_the_second_pass_finds_a_face_that_fills_the_photo(haar: Haar) -> None:
    tight = drawn_face(240)[35:213, 35:205]
    assert haar._first_pass(tight) == []
    (face,) = haar(frame_of(tight))
    assert face.box.w > 120


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 3), (1, 5000), (5000, 1), (19, 19), (640, 20)])
def test_odd_sizes_have_no_face_and_do_no_harm(haar: Haar, width: int, height: int) -> None:
    assert haar(frame_of(np.full((height, width), 128, np.uint8))) == ()


def test_pictures_without_a_face_hardly_ever_show_one(haar: Haar) -> None:
    assert sum(len(haar(frame)) for frame in faceless(20, seed=11)) <= 2


def test_of_two_boxes_on_one_face_the_more_confident_stays() -> None:
    face, shifted, inside = Box(100, 100, 100, 100), Box(120, 110, 100, 100), Box(130, 130, 30, 30)
    other = Face(Box(300, 100, 50, 50), 0.6)
    kept = without_overlaps([Face(shifted, 0.7), Face(face, 0.9), Face(inside, 0.8), other])
    assert kept == [Face(face, 0.9), other]


def test_neighbours_that_hardly_touch_both_stay() -> None:
    kept = without_overlaps([Face(Box(0, 0, 100, 100), 0.9), Face(Box(80, 0, 100, 100), 0.8)])
    assert len(kept) == 2


def test_a_cascade_that_is_missing_or_damaged_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.xml is missing or damaged.*opencv-python"):
        Haar(tmp_path / "gone.xml")
    damaged = tmp_path / "damaged.xml"
    damaged.write_text("<not-a-cascade/>")
    with pytest.raises(ModelError, match=r"damaged\.xml is missing or damaged"):
        Haar(damaged)


def test_the_registry_knows_its_detectors() -> None:
    assert isinstance(lookup(DETECTORS, "haar", "detector")(), Haar)
    assert DEFAULT_DETECTOR in DETECTORS
    with pytest.raises(UnknownName, match=r"no detector 'harr'\. Did you mean 'haar'"):
        lookup(DETECTORS, "harr", "detector")


@pytest.mark.skipif(not MUXSPACE.is_dir(), reason="needs the photos of ../shared/data/muxspace")
def test_on_photos_nine_of_ten_faces_are_found(haar: Haar) -> None:
    paths = sorted(MUXSPACE.iterdir())[::80]
    found = [(haar(frame), frame) for frame in map(frames.from_path, paths)]
    hits = sum(any(is_hit(face, Place.whole(frame)) for face in faces) for faces, frame in found)
    assert hits >= 0.85 * len(paths)  # 40 photos; `mien bench detectors` measures all
    assert sum(len(faces) for faces, _ in found) <= 1.2 * len(paths)
