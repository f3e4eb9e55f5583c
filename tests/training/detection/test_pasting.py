from __future__ import annotations

import math

import numpy as np
import pytest

from training.detection.pasting import fitting, move, oval_mask, paste, square_mask


def test_a_point_of_the_source_comes_to_lie_on_its_goal() -> None:
    for flip in (False, True):
        where = move((10, 20), (50, 60), 1.5, 0.7, flip=flip)
        assert where @ (10, 20, 1) == pytest.approx((50, 60))


def test_a_roll_turns_clockwise_as_the_viewer_sees_it() -> None:
    where = move((0, 0), (0, 0), 1.0, math.radians(90))
    assert where @ (0, -1, 1) == pytest.approx((1, 0))  # what was above is now on the right


def test_a_mirrored_picture_is_turned_the_same_way() -> None:
    where = move((0, 0), (0, 0), 1.0, math.radians(90), flip=True)
    assert where @ (0, -1, 1) == pytest.approx((1, 0))
    assert where @ (1, 0, 1) == pytest.approx((0, -1))


def test_a_smaller_size_of_a_picture_lands_on_the_same_place() -> None:
    picture = np.zeros((64, 64), np.uint8)
    picture[32:48, 16:32] = 255
    half = picture[::2, ::2]
    canvases = []
    for sizes in ((picture,), (picture, half)):
        canvas = np.zeros((40, 40), np.uint8)
        paste(canvas, *fitting(sizes, move((32, 32), (20, 20), 0.5, 0.2)))
        canvases.append(canvas.astype(float))
    middles = [np.array(np.nonzero(canvas > 128)).mean(axis=1) for canvas in canvases]
    assert middles[0] == pytest.approx(middles[1], abs=0.3)


def test_a_mask_lets_the_canvas_through_and_what_lies_outside_stays() -> None:
    canvas = np.full((60, 60), 10, np.uint8)
    paste(canvas, np.full((20, 20), 200, np.uint8), move((10, 10), (30, 30), 1.0, 0.0), oval_mask(20, 0.8, 0.8, 0.1))
    assert canvas[30, 30] == 200
    assert canvas[21, 21] == 10  # a corner of the square
    assert (canvas[:15] == 10).all()


def test_a_picture_beyond_the_canvas_changes_nothing() -> None:
    canvas = np.full((20, 20), 10, np.uint8)
    paste(canvas, np.full((8, 8), 200, np.uint8), move((4, 4), (100, 5), 1.0, 0.0))
    assert (canvas == 10).all()


def test_a_matched_picture_takes_on_the_brightness_below_it() -> None:
    rng = np.random.default_rng(0)
    canvas = rng.normal(50, 5, (60, 60)).astype(np.uint8)
    paste(canvas, rng.normal(200, 40, (30, 30)).astype(np.uint8), move((15, 15), (30, 30), 1.0, 0.0), match=1.0)
    assert abs(float(canvas[20:40, 20:40].mean()) - 50) < 6


def test_a_feathered_square_fades_towards_its_rim_only() -> None:
    mask = square_mask(20, 0.2)
    assert mask[10, 10] == 255
    assert mask[0, 10] < 60
    assert (square_mask(20, 0) == 255).all()
