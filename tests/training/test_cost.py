from __future__ import annotations

import os

import keras
import pytest
from keras import layers

from emotion.models import MODELS, weights_path
from training import cost
from training.architectures import VARIANTS
from training.cost import latencies_ms, of_keras, of_litert, one_core


def converted(model: keras.Model) -> bytes:
    import tensorflow as tf

    return bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())


@pytest.mark.parametrize("name", ["cnn3x3", "cnn4x4"])
def test_the_shipped_file_and_its_keras_network_cost_the_same(name: str) -> None:
    model = VARIANTS[name].build()
    parameters, macs = of_litert(weights_path(MODELS[name]).read_bytes())
    assert macs == of_keras(model)
    assert parameters == model.count_params() == MODELS[name].parameters


def test_the_operations_of_cnn3x3_are_those_counted_by_hand() -> None:
    by_hand = 48**2 * 9 * (1 * 48 + 48 * 48) + 24**2 * 9 * (48 * 64 + 64 * 64) + 12**2 * 9 * (64 * 124 + 124 * 124)
    assert of_keras(VARIANTS["cnn3x3"].build()) == by_hand + 6 * 6 * 124 * 7


def test_depthwise_transposed_and_nested_layers_count_and_normalisation_does_not() -> None:
    inner = keras.Sequential([keras.Input((8, 8, 4)), layers.DepthwiseConv2D(3, padding="same")])
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(1, 8, 8, 1)),
            layers.Conv2D(4, 3, padding="same"),
            layers.BatchNormalization(),
            inner,
            layers.Conv2DTranspose(2, 2, strides=2),
            layers.Flatten(),
            layers.Dense(7, "softmax"),
        ]
    )
    by_hand = 64 * 9 * 4 + 64 * 9 * 4 + 64 * (4 * 4 * 2) + 16 * 16 * 2 * 7
    assert of_keras(model) == by_hand
    assert of_litert(converted(model))[1] == by_hand


def test_separable_convolutions_count_both_of_their_kernels() -> None:
    model = keras.Sequential([keras.Input((8, 8, 4)), layers.SeparableConv2D(5, 3, padding="same")])
    assert of_keras(model) == 64 * (9 * 4 + 4 * 5)


def test_a_network_of_no_fixed_size_has_no_count() -> None:
    assert of_keras(keras.Sequential([keras.Input((None, None, 1)), layers.Conv2D(4, 3)])) is None


def test_a_batch_in_the_file_counts_as_one_picture() -> None:
    def dense(batch: int) -> keras.Model:
        return keras.Sequential([keras.Input(batch_shape=(batch, 10)), layers.Dense(7)])

    assert of_litert(converted(dense(4)))[1] == of_litert(converted(dense(1)))[1] == 70


def test_models_take_turns_and_the_median_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    now, order = [0.0], []
    monkeypatch.setattr(cost, "ROUNDS", (3, 3))
    seconds = {"a": iter([9.0, 0.001, 0.003, 0.5]), "b": iter([9.0, 0.01, 0.01, 0.02])}

    def run(name: str) -> None:
        order.append(name)
        now[0] += next(seconds[name])

    found = latencies_ms({"a": lambda: run("a"), "b": lambda: run("b")}, clock=lambda: now[0])
    assert order == ["a", "b"] * 4  # the first round warms up and does not count
    assert found == {"a": pytest.approx(3), "b": pytest.approx(10)}


def test_slow_models_are_timed_for_few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    now, calls = [0.0], []

    def run() -> None:
        calls.append(1)
        now[0] += 5.0

    assert latencies_ms({"slow": run}, clock=lambda: now[0]) == {"slow": pytest.approx(5000)}
    assert len(calls) == 1 + cost.ROUNDS[0]


def test_nothing_to_time_is_fine() -> None:
    assert latencies_ms({}) == {}


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system does not keep processes on cores")
def test_the_process_stays_on_one_core_and_gets_its_cores_back() -> None:
    before = os.sched_getaffinity(0)
    with one_core():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before
