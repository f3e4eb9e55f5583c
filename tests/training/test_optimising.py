from __future__ import annotations

import dataclasses
from typing import Any

import keras
import numpy as np
import pytest

from training import recipes
from training.optimising import averaged, compiled, learning_rate, to_half_precision
from training.recipes import Stage

STAGE = Stage(16, 2, 0.1)


def network(**changes: object) -> Any:
    recipe = dataclasses.replace(recipes.named("cnn3x3"), warmup_steps=10, **changes)  # type: ignore[arg-type]
    return compiled(recipe, STAGE, 50)


def rates(schedule: str, *steps: int) -> list[float]:
    model, found = network(schedule=schedule), []
    for step in steps:
        model.optimizer.iterations.assign(step)
        found.append(learning_rate(model))
    return found


@pytest.mark.parametrize(
    ("schedule", "after"),
    [("cosine", [0.1, 0.051, 0.002]), ("constant", [0.1, 0.1, 0.1]), ("step", [0.1, 0.01, 0.001])],
)
def test_the_rate_warms_up_and_follows_its_schedule(schedule: str, after: list[float]) -> None:
    # 100 steps, 10 of them warm-up: the middle of the rest is step 55.
    assert rates(schedule, 0, 5, 10, 55, 100) == pytest.approx([0.005, 0.0525, *after], rel=1e-4)


def test_the_first_weights_are_the_same_each_time() -> None:
    pairs = zip(network().get_weights(), network().get_weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


def test_averaged_weights_stand_in_only_for_as_long_as_they_are_asked_for() -> None:
    model = network(average=0.9, schedule="constant")
    rng = np.random.default_rng(0)
    for _ in range(4):
        model.train_on_batch(rng.random((8, 16, 16, 1), np.float32), np.eye(7, dtype=np.float32)[rng.integers(0, 7, 8)])
    optimizer = [np.array(keras.ops.convert_to_numpy(v)) for v in model.optimizer.variables]
    last = model.get_weights()
    for _ in range(2):
        with averaged(model):
            inside = model.get_weights()
            model.predict_on_batch(rng.random((2, 16, 16, 1), np.float32))
        assert any(not np.array_equal(a, b) for a, b in zip(inside, last, strict=True))
        assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), last, strict=True))
    after = [keras.ops.convert_to_numpy(v) for v in model.optimizer.variables]
    assert all(np.array_equal(a, b) for a, b in zip(optimizer, after, strict=True))


def test_averaged_weights_get_statistics_of_their_own_and_the_last_ones_keep_theirs() -> None:
    model = network(variant="mobile", average=0.9, schedule="constant", build={"dropout": (0.0, 0.0)})
    rng = np.random.default_rng(0)
    for _ in range(3):
        model.train_on_batch(rng.random((8, 16, 16, 1), np.float32), np.eye(7, dtype=np.float32)[rng.integers(0, 7, 8)])
    (norm,) = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    before, momentum = model.get_weights(), norm.momentum
    samples = [rng.random((16, 16, 16, 1), np.float32) for _ in range(3)]
    with averaged(model, lambda: samples):
        inside = keras.Model(model.inputs[0], norm.input)
        seen = [keras.ops.convert_to_numpy(inside(batch, training=False)) for batch in samples]
        axes = tuple(range(seen[0].ndim - 1))
        means = keras.ops.convert_to_numpy(norm.moving_mean)
        assert means == pytest.approx(np.mean([s.mean(axis=axes) for s in seen], axis=0), rel=1e-3, abs=1e-4)
        assert any(not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert norm.momentum == momentum
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_without_an_average_nothing_is_exchanged() -> None:
    model = network(average=0.0)
    last = model.get_weights()
    with averaged(model):
        assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), last, strict=True))


def test_weight_decay_leaves_biases_alone() -> None:
    model = network(optimizer="sgd", weight_decay=0.5, schedule="constant")
    model.optimizer.iterations.assign(50)
    for variable in model.trainable_variables:
        variable.assign(np.ones(variable.shape, np.float32))
    model.optimizer.apply([keras.ops.zeros(v.shape) for v in model.trainable_variables])
    for variable in model.trainable_variables:
        mean = float(keras.ops.convert_to_numpy(variable).mean())
        assert mean == pytest.approx(1.0 if variable.name == "bias" else 0.95)


def test_half_precision_changes_nothing_twice() -> None:
    model = network()
    to_half_precision(model)
    once = model.get_weights()
    assert all(np.array_equal(w, w.astype(np.float16).astype(np.float32)) for w in once)
    assert {w.dtype for w in once} == {np.dtype(np.float32)}
