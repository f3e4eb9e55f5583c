"""The one way from a box to what a network sees."""

from __future__ import annotations

import numpy as np
import pytest

from emotion.opencv import cv2
from emotion.preprocessing import SCALE, SHIFT, TURN_FROM_DEG, crop, cut, framing, from_grey48
from emotion.types import Box, Frame


def grey_face(side: int = 48) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    rows, columns = np.mgrid[:side, :side]
    return np.asarray((rows * 3 + columns * 2) * 240 // (5 * side), np.uint8)


def framed(grey: np.ndarray[tuple[int, int], np.dtype[np.uint8]], margin: int = 0) -> Frame:
    wide = np.pad(grey, margin, constant_values=77)
    return Frame(np.repeat(wide[..., None], 3, axis=2))


def test_dataset_images_are_divided_by_255() -> None:
    images = np.arange(2 * 48 * 48, dtype=np.uint32).reshape(2, 48, 48).astype(np.uint8)
    scaled = from_grey48(images)
    assert scaled.shape == (2, 48, 48, 1)
    assert scaled.dtype == np.float32
    assert (scaled[..., 0] == images.astype(np.float32) / 255).all()


def test_a_face_of_48_pixels_arrives_as_training_saw_it() -> None:
    face = grey_face()
    found = crop(framed(face, 20), Box(20, 20, 48, 48), scale=1, shift=0)
    assert (found == from_grey48(face[None])[0]).all()


def test_colours_become_luma_as_rec_601_weighs_them() -> None:
    for colour, luma in (((255, 0, 0), 0.299), ((0, 255, 0), 0.587), ((0, 0, 255), 0.114)):
        frame = Frame(np.full((60, 60, 3), colour, np.uint8))
        assert crop(frame, Box(5, 5, 50, 50)).mean() == pytest.approx(luma, abs=0.003)


def test_a_large_face_is_shrunk_by_areas() -> None:
    fine = np.tile(np.array([[0, 255], [255, 0]], np.uint8), (120, 120))
    found = crop(framed(fine), Box(0, 0, 240, 240), scale=1, shift=0)
    assert np.abs(found - 0.5).max() < 0.03  # a chequerboard is grey from afar; sampling would leave black or white


def test_a_small_face_is_enlarged_to_the_same_shape() -> None:
    small = np.asarray(cv2.resize(grey_face(), (20, 20), interpolation=cv2.INTER_AREA), np.uint8)
    found = crop(framed(small), Box(0, 0, 20, 20), scale=1, shift=0)
    assert found.shape == (48, 48, 1)
    assert found.min() >= 0
    assert found.max() <= 1
    assert np.abs(found[..., 0] * 255 - grey_face()).mean() < 4


@pytest.mark.parametrize(
    "box", [Box(-30, -30, 60, 60), Box(70, 70, 60, 60), Box(-500, 10, 40, 40), Box(20, 20, 400, 400)]
)
def test_over_the_edge_the_outermost_pixels_are_repeated(box: Box) -> None:
    frame = framed(grey_face(100))
    wanted = np.pad(frame.pixels, ((600, 600), (600, 600), (0, 0)), mode="edge")
    found = cut(frame.pixels, box)
    assert (found == wanted[600 + box.y : 600 + box.y + box.h, 600 + box.x : 600 + box.x + box.w]).all()


def test_the_framing_rule_is_a_square_around_a_shifted_centre() -> None:
    square = framing(Box(100, 100, 200, 200), scale=1.5, shift=0.1)
    assert square == Box(50, 70, 300, 300)
    by_rule = framing(Box(100, 100, 200, 200))
    assert by_rule.w == by_rule.h == round(200 * SCALE)
    assert by_rule.centre[1] == pytest.approx(200 + 200 * SHIFT, abs=1)


def test_a_frame_of_one_pixel_can_be_cropped() -> None:
    frame = Frame(np.full((1, 1, 3), 51, np.uint8))
    assert crop(frame, Box(0, 0, 1, 1)) == pytest.approx(0.2, abs=1e-6)


def soft_pattern(side: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Blurred blotches that look different from every side."""
    noise = np.random.default_rng(4).integers(0, 256, (side, side)).astype(np.float32)
    blurred = cv2.GaussianBlur(noise, (0, 0), 8)
    return np.asarray(cv2.normalize(blurred, np.empty_like(blurred), 0, 255, cv2.NORM_MINMAX), np.uint8)


@pytest.mark.parametrize("side", [40, 120, 200])
@pytest.mark.parametrize("roll_deg", [-35, 20, 90, 180])
def test_a_tilted_face_is_turned_upright(side: int, roll_deg: float) -> None:
    upright, centre, box = soft_pattern(300), (140.0, 155.0), Box(140 - side // 2, 155 - side // 2, side, side)
    clockwise = cv2.getRotationMatrix2D((centre[0] - 0.5, centre[1] - 0.5), -roll_deg, 1)  # OpenCV turns the other way
    tilted = np.asarray(cv2.warpAffine(upright, clockwise, (300, 300), flags=cv2.INTER_CUBIC), np.uint8)
    wanted = crop(framed(upright), box)
    found = crop(framed(tilted), box, roll_deg)
    assert np.abs(found - wanted).mean() < 0.01
    assert np.abs(crop(framed(tilted), box) - wanted).mean() > 0.05


def test_a_face_that_is_hardly_tilted_stays_as_it_is() -> None:
    frame, box = framed(soft_pattern(100)), Box(20, 30, 55, 55)
    assert (crop(frame, box, 0.9 * TURN_FROM_DEG) == crop(frame, box)).all()
    assert (crop(frame, box, -1.1 * TURN_FROM_DEG) != crop(frame, box)).any()


def test_turning_shrinks_a_large_face_by_areas_too() -> None:
    fine = np.tile(np.array([[0, 255], [255, 0]], np.uint8), (240, 240))
    found = crop(framed(fine), Box(120, 120, 240, 240), 90, scale=1, shift=0)
    assert np.abs(found - 0.5).max() < 0.03


def test_over_the_edge_a_tilted_face_repeats_the_outermost_pixels_too() -> None:
    frame = framed(soft_pattern(100))
    wide = Frame(np.pad(frame.pixels, ((200, 200), (200, 200), (0, 0)), mode="edge"))
    found = crop(frame, Box(-20, 40, 80, 80), 25)
    assert np.abs(found - crop(wide, Box(180, 240, 80, 80), 25)).max() < 1e-6
