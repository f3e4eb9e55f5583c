from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from training import recipes
from training.batches import Batches, class_weights, shrunk
from training.faces import Faces
from training.recipes import Recipe


def faces(n: int = 64, side: int = 48) -> Faces:
    """Three of four faces are happy, the others sad; fear has none."""
    rng = np.random.default_rng(1)
    labels = np.where(np.arange(n) % 4, 3, 4).astype(np.uint8)
    return Faces(rng.integers(0, 256, (n, side, side), dtype=np.uint8), labels, np.zeros(n, np.uint8))


def recipe(**changes: object) -> Recipe:
    return dataclasses.replace(recipes.named("cnn3x3"), batch=16, **changes)  # type: ignore[arg-type]


def test_a_batch_is_the_same_whether_the_epoch_starts_at_it_or_before() -> None:
    batches = Batches(recipe(augmentation={"rotation_deg": 20, "noise": 0.1}), faces(), (48, 48, 1))
    whole = list(batches.of_epoch(3))
    assert len(whole) == batches.steps == 4
    for early, late in zip(whole[2:], batches.of_epoch(3, 2), strict=True):
        assert np.array_equal(early.inputs, late.inputs)
        assert np.array_equal(early.targets, late.targets)
    assert not np.array_equal(whole[0].inputs, next(batches.of_epoch(4)).inputs)


def test_without_balance_every_face_comes_once_an_epoch() -> None:
    order = Batches(recipe(), faces(), (48, 48, 1)).order(0)
    assert sorted(order) == list(range(64))


def test_sampling_shows_classes_alike_and_the_same_ones_each_time() -> None:
    batches = Batches(recipe(balance="sampling"), faces(4000, 8), (8, 8, 1))
    order = batches.order(0)
    assert np.array_equal(order, batches.order(0))
    assert (faces(4000, 8).labels[order] == 4).mean() == pytest.approx(0.5, abs=0.04)


def test_weights_are_inverse_to_the_frequency_and_one_on_average() -> None:
    labels = faces().labels
    weights = class_weights(labels)
    assert weights[4] == pytest.approx(3 * weights[3])
    assert weights[labels].mean() == pytest.approx(1)
    assert weights[2] == 1
    batch = next(Batches(recipe(balance="weights"), faces(), (48, 48, 1)).of_epoch(0))
    assert batch.weights is not None
    assert np.array_equal(batch.weights, weights[batch.targets.argmax(axis=1)])


@pytest.mark.parametrize("shape", [(24, 24, 1), (48, 48, 3), (64, 64, 3)])
@pytest.mark.parametrize("augmentation", [{}, {"rotation_deg": 10}])
def test_a_batch_has_the_networks_shape_whatever_the_pictures(
    shape: tuple[int, int, int], augmentation: dict[str, float]
) -> None:
    batch = next(Batches(recipe(augmentation=augmentation), faces(), shape).of_epoch(0))
    assert batch.inputs.shape == (16, *shape)
    assert batch.inputs.dtype == np.float32
    assert 0 <= batch.inputs.min() < batch.inputs.max() <= 1
    assert batch.weights is None


def test_only_larger_pictures_are_shrunk_beforehand() -> None:
    images = faces().images
    assert shrunk(images, 64) is images
    assert shrunk(images, 24).shape == (64, 24, 24)
