from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from emotion.opencv import cv2
from errors import UnknownName
from training.augmentation import MOST_ROWS, NONE, OURS, PRESETS, PUBLISHED, Augmentation, augment, from_table


def noise(n: int = 64, side: int = 12, channels: tuple[int, ...] = ()) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (n, side, side, *channels), dtype=np.uint8)


def after(images: np.ndarray, seed: int = 0, side: int | None = None, **fields: Any) -> np.ndarray:
    return augment(images, Augmentation(**fields), np.random.default_rng(seed), side)


def spot(row: int, column: int, n: int = 200, side: int = 41) -> np.ndarray:
    """Black pictures with a bright square of 3×3 pixels."""
    images = np.zeros((n, side, side), np.uint8)
    images[:, row - 1 : row + 2, column - 1 : column + 2] = 240
    return images


def centres(images: np.ndarray) -> np.ndarray:
    """Where the brightness lies, (N, 2) as row and column."""
    weights = images.astype(float) / images.sum(axis=(1, 2), keepdims=True)
    lines = np.arange(images.shape[1])
    return np.stack([weights.sum(axis=2) @ lines, weights.sum(axis=1) @ lines], axis=1)


def half_changed(channels: tuple[int, ...], **fields: Any) -> tuple[np.ndarray, np.ndarray]:
    """Check that about half of 400 pictures change, each whatever the others are; return those, before and after."""
    before = noise(400, 20, channels)
    changed = after(before, **fields)
    hit = (changed != before).any(axis=tuple(range(1, before.ndim)))
    assert 160 < hit.sum() < 240
    others = noise(400, 20, channels)[::-1].copy()
    others[:10] = before[:10]
    assert np.array_equal(after(others, **fields)[:10], changed[:10])
    return before[hit], changed[hit]


# --- where a pixel is taken from -------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "RGB"])
def test_nothing_asked_for_changes_nothing(channels: tuple[int, ...]) -> None:
    before = noise(channels=channels)
    assert np.array_equal(after(before), before)


@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "RGB"])
def test_flips_and_shifts_are_exact_copies_with_repeated_edges(channels: tuple[int, ...]) -> None:
    before, reach = noise(channels=channels), 1
    seen = set()
    for a, b in zip(before, after(before, flip=True, shift=reach / 12), strict=True):
        padded = np.pad(a, [(reach, reach), (reach, reach), *[(0, 0)] * len(channels)], mode="edge")
        moves = {
            (dy, dx, mirrored): (crop[:, ::-1] if mirrored else crop)
            for dy in (-1, 0, 1)
            for dx in (-1, 0, 1)
            for crop in [padded[1 + dy : 13 + dy, 1 + dx : 13 + dx]]
            for mirrored in (False, True)
        }
        matching = [move for move, crop in moves.items() if np.array_equal(crop, b)]
        assert len(matching) == 1
        seen.add(matching[0])
    assert len(seen) > 14


def test_about_half_of_the_images_are_mirrored() -> None:
    before = noise(400)
    mirrored = (after(before, flip=True) == before[:, :, ::-1]).all(axis=(1, 2)).sum()
    assert 160 < mirrored < 240


def test_a_shift_moves_as_far_as_asked_and_both_ways() -> None:
    moved = centres(after(spot(20, 20), shift=0.1, crop=(1, 1), aspect=(1, 1))) - 20
    assert abs(moved).max() == pytest.approx(4, abs=0.1)
    assert moved.min() < -3
    assert abs(moved.mean(axis=0)).max() < 0.8


def test_a_rotation_turns_about_the_centre_as_far_as_asked_and_both_ways() -> None:
    rows, columns = (centres(after(spot(20, 35), rotation_deg=30)) - 20).T
    assert np.hypot(rows, columns) == pytest.approx(15, abs=0.2)
    angles = np.degrees(np.arctan2(rows, columns))
    assert -30.5 < angles.min() < -27
    assert 27 < angles.max() < 30.5


def test_a_crop_enlarges_by_the_square_root_of_its_area() -> None:
    before = spot(20, 20)
    grown = after(before, crop=(0.25, 0.25)).sum(axis=(1, 2), dtype=float) / before[0].sum()
    assert np.median(grown) == pytest.approx(4, rel=0.01)  # a quarter of the picture: each length twice as long
    assert grown.max() < 4.05  # less where the crop cuts the spot


def test_a_crop_lies_anywhere_within_the_picture() -> None:
    where = centres(after(spot(20, 20), crop=(0.25, 0.25)))
    assert where.min() < 4
    assert where.max() > 37
    assert abs(where.mean(axis=0) - 20).max() < 3
    gradient = np.tile(np.arange(41, dtype=np.uint8) * 6, (200, 41, 1))
    cropped = after(gradient, crop=(0.25, 0.25))
    assert (cropped[:, :, -1].astype(int) - cropped[:, :, 0]).min() == pytest.approx(120, abs=3)  # no edge repeated


def test_a_crop_above_one_shows_the_whole_picture_smaller() -> None:
    gradient = np.tile(np.arange(41, dtype=np.uint8) * 6, (50, 41, 1))
    shrunk = after(gradient, crop=(1.21, 1.21))
    assert (shrunk[:, :, 0] == 0).all()
    assert (shrunk[:, :, -1] == 240).all()
    assert np.diff(shrunk.astype(int), axis=2).max() == 7  # steps of 6 × 1.1


def test_an_aspect_stretches_one_way_only() -> None:
    wide = after(spot(20, 20), crop=(0.5, 0.5), aspect=(2, 2))  # the full width, half of the height
    rows, columns = ((wide > 120).any(axis=axis).sum(axis=1) for axis in (2, 1))
    assert rows.max() == pytest.approx(6, abs=1)
    assert set(columns) <= {3}


def test_another_side_is_sampled_in_the_same_step() -> None:
    gradient = np.tile(np.arange(48, dtype=np.uint8) * 5, (3, 48, 1))
    small = after(gradient, side=24)
    assert small.shape == (3, 24, 24)
    assert abs(small[0].astype(float) - (np.arange(24) * 10 + 2.5)).max() <= 0.5
    assert after(noise(2, 20, (3,)), side=30).shape == (2, 30, 30, 3)
    assert after(np.zeros((2, 10, 16), np.uint8), side=8).shape == (2, 8, 8)


def test_pictures_never_bleed_into_their_neighbours_even_in_several_chunks() -> None:
    side = 1200
    values = np.arange(1, 61, dtype=np.uint8) * 4
    assert len(values) * side > 2 * MOST_ROWS
    flat = np.broadcast_to(values[:, None, None], (60, side, 6))
    assert (after(flat, shift=0.3, rotation_deg=180, crop=(0.3, 2.0)) == values[:, None, None]).all()


def test_an_empty_batch_stays_empty() -> None:
    for preset in PRESETS.values():
        assert augment(noise(0), preset, np.random.default_rng(0)).shape == (0, 12, 12)


# --- what becomes of it ----------------------------------------------------------------------------------------------


def test_brightness_multiplies_each_picture_by_one_factor() -> None:
    factors = after(np.full((500, 4, 4), 100, np.uint8), brightness=0.3) / 100
    assert (np.ptp(factors, axis=(1, 2)) == 0).all()
    assert factors.min() == pytest.approx(0.7, abs=0.02)
    assert factors.max() == pytest.approx(1.3, abs=0.02)
    assert factors.mean() == pytest.approx(1, abs=0.03)


def test_contrast_keeps_each_picture_s_mean() -> None:
    before = np.tile(np.array([80, 120], np.uint8), (500, 4, 2))
    changed = after(before, contrast=0.5).astype(float)
    assert changed.mean(axis=(1, 2)) == pytest.approx(100)
    spread = (changed.max(axis=(1, 2)) - changed.min(axis=(1, 2))) / 40
    assert spread.min() == pytest.approx(0.5, abs=0.05)
    assert spread.max() == pytest.approx(1.5, abs=0.05)


def test_noise_has_the_deviation_asked_for_and_no_mean() -> None:
    changed = after(np.full((20, 30, 30, 3), 128, np.uint8), noise=0.05).astype(float) - 128
    assert changed.std() == pytest.approx(0.05 * 255, rel=0.02)
    assert abs(changed.mean()) < 0.3
    assert np.corrcoef(changed[..., 0].ravel(), changed[..., 1].ravel())[0, 1] < 0.05  # each channel its own


def test_values_end_at_black_and_white_instead_of_wrapping_round() -> None:
    black, white = np.zeros((4, 20, 20), np.uint8), np.full((4, 20, 20), 255, np.uint8)
    assert after(black, noise=0.1).max() < 160
    assert after(white, noise=0.1, brightness=0.2).min() > 60


def test_erasing_puts_the_mean_into_a_rectangle_of_half_of_the_pictures() -> None:
    before = np.tile(np.array([[0, 200], [200, 0]], np.uint8), (400, 20, 20))
    changed = after(before, erase=0.3)
    erased = changed != before
    assert (changed[erased] == 100).all()
    hit = erased.any(axis=(1, 2))
    assert 160 < hit.sum() < 240
    rows, columns = erased[hit].any(axis=2), erased[hit].any(axis=1)
    assert np.array_equal(erased[hit], rows[:, :, None] & columns[:, None, :])
    shares = erased[hit].mean(axis=(1, 2))
    assert 0.01 < shares.min() < 0.05
    assert 0.25 < shares.max() < 0.35


@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "RGB"])
def test_half_of_the_pictures_are_blurred_each_by_a_gaussian_of_its_own(channels: tuple[int, ...]) -> None:
    before, changed = half_changed(channels, blur=0.1)
    widths = np.linspace(0, 2, 2001)[1:]
    errors = []
    for one, other in zip(before[:20], changed[:20], strict=True):
        tried = [cv2.GaussianBlur(one, (13, 13), width, borderType=cv2.BORDER_REPLICATE) for width in widths[::20]]
        errors.append(min(np.abs(trial.astype(int) - other).mean() for trial in tried))
    assert max(errors) < 1.5


def test_a_blur_is_as_strong_as_asked_for_at_every_side() -> None:
    for side in (24, 48):
        step = np.zeros((400, side, side), np.uint8)
        step[:, :, side // 2 :] = 255
        softest = np.abs(np.diff(after(step, blur=0.05).astype(int), axis=2)).max(axis=(1, 2)).min()
        assert softest == pytest.approx(255 / (0.05 * side * math.sqrt(2 * math.pi)), rel=0.1)


@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "RGB"])
def test_half_of_the_pictures_are_compressed_each_by_itself(channels: tuple[int, ...]) -> None:
    half_changed(channels, jpeg=20)


def test_low_qualities_are_likelier_than_high_ones() -> None:
    before = noise(40, 16)
    changes = np.abs(np.stack([after(before, seed, jpeg=10) for seed in range(60)]).astype(float) - before)
    by_picture = changes.mean(axis=(2, 3))
    assert np.median(by_picture[by_picture > 0]) > 18  # quality 40, where evenly drawn ones would have 52


def test_worse_compression_changes_pictures_more_and_none_beyond_recognition() -> None:
    before = np.tile(np.linspace(0, 255, 24, dtype=np.uint8), (300, 24, 1))
    before[:, 8:16, 8:16] = 128
    coarse, fine = (np.abs(after(before, jpeg=least).astype(float) - before).mean() for least in (5, 95))
    assert 0 < fine < coarse < 12


# --- whatever is asked for -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "RGB"])
@pytest.mark.parametrize("preset", PRESETS)
def test_a_batch_keeps_its_shape_type_and_roughly_its_mean(preset: str, channels: tuple[int, ...]) -> None:
    before = noise(200, 24, channels)
    copy = before.copy()
    changed = augment(before, PRESETS[preset], np.random.default_rng(3))
    assert changed.shape == before.shape
    assert changed.dtype == np.uint8
    assert changed.mean() == pytest.approx(before.mean(), abs=4)
    assert np.array_equal(before, copy)


EVERYTHING = dataclasses.replace(PUBLISHED, shift=0.1, erase=0.2, blur=0.05, jpeg=30)


def test_the_same_generator_state_gives_the_same_batch_and_another_gives_another() -> None:
    first, again, other = (augment(noise(), EVERYTHING, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_one_change_does_not_move_what_another_draws() -> None:
    alone = after(spot(20, 30), 7, rotation_deg=20)
    together = after(spot(20, 30), 7, rotation_deg=20, contrast=0.2, noise=0.01)
    assert centres(np.where(together > 120, 255, 0)) == pytest.approx(centres(np.where(alone > 120, 255, 0)), abs=0.6)


def test_grey_and_rgb_copies_of_a_picture_change_alike() -> None:
    grey = noise()
    moved = augment(np.repeat(grey[..., None], 3, axis=3), OURS, np.random.default_rng(2))
    assert np.array_equal(moved[..., 1], augment(grey, OURS, np.random.default_rng(2)))


# --- what may be asked for -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"flip": 1}, "flip is 1, neither true nor false"),
        ({"shift": -0.1}, "shift is -0.1, not a number from 0 to 1"),
        ({"shift": True}, "shift is True, not a number"),
        ({"rotation_deg": 200}, "rotation_deg is 200, not a number from 0 to 180"),
        ({"noise": math.nan}, "noise is nan, not a number"),
        ({"brightness": "0.1"}, "brightness is '0.1', not a number"),
        ({"contrast": 2}, "contrast is 2, not"),
        ({"crop": 0.5}, "crop is 0.5, not two numbers"),
        ({"crop": (0.5,)}, "crop is .*, not two numbers"),
        ({"crop": (0, 1)}, "crop is 0, not a number from 0.01 to 4"),
        ({"crop": (1, 0.5)}, r"crop is \(1, 0.5\): the least comes first"),
        ({"aspect": (1, 20)}, "aspect is 20, not a number"),
        ({"jpeg": 99}, "jpeg is 99, not a whole number from 0 to 95"),
        ({"jpeg": 20.0}, "jpeg is 20.0, not a whole number"),
        ({"blur": 0.5}, "blur is 0.5, not a number from 0 to 0.25"),
        ({"erase": 0.001}, "erase is 0.001: give 0, or a share from 0.02 on"),
    ],
)
def test_a_field_out_of_its_range_is_refused_by_name(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Augmentation(**fields)


def test_a_recipe_s_table_may_name_a_preset_and_differ_from_it() -> None:
    assert from_table({}) == NONE
    assert from_table({"preset": "published"}) == PUBLISHED
    assert from_table({"preset": "ours", "crop": [0.5, 1.0]}) == dataclasses.replace(OURS, crop=(0.5, 1.0))
    with pytest.raises(UnknownName, match="no augmentation preset 'theirs'"):
        from_table({"preset": "theirs"})
    with pytest.raises(ValueError, match=r"does not know turn; it has preset, flip, shift"):
        from_table({"turn": 10})
