from __future__ import annotations

import numpy as np

from training.augmentation import flip_and_shift


def images(n: int = 64, side: int = 12) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (n, side, side), dtype=np.uint8)


def test_each_image_is_a_shifted_and_perhaps_mirrored_copy_with_repeated_edges() -> None:
    before, reach = images(), 1
    after = flip_and_shift(before, np.random.default_rng(0), flip=True, shift=reach / 12)
    seen = set()
    for a, b in zip(before, after, strict=True):
        padded = np.pad(a, reach, mode="edge")
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
    assert len(seen) > 10


def test_nothing_asked_for_changes_nothing() -> None:
    before = images()
    assert np.array_equal(flip_and_shift(before, np.random.default_rng(0), flip=False, shift=0), before)


def test_the_same_generator_state_gives_the_same_batch_and_another_gives_another() -> None:
    first, again, other = (
        flip_and_shift(images(), np.random.default_rng(seed), flip=True, shift=0.1) for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_about_half_of_the_images_are_mirrored() -> None:
    before = images(400)
    after = flip_and_shift(before, np.random.default_rng(3), flip=True, shift=0)
    mirrored = sum(np.array_equal(a[:, ::-1], b) for a, b in zip(before, after, strict=True))
    assert 150 < mirrored < 250
