from __future__ import annotations

import numpy as np

from training.detection.backgrounds import KINDS, SIDE, drawn


def test_every_kind_draws_a_grey_picture_that_is_not_one_colour() -> None:
    for number, kind in enumerate(KINDS):
        picture = kind(np.random.default_rng(number))
        assert picture.shape == (SIDE, SIDE)
        assert picture.dtype == np.uint8
        assert picture.std() > 1


def test_the_same_seed_draws_the_same_pictures_and_another_one_others() -> None:
    first, again, other = (np.stack(list(drawn(5, seed))) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
