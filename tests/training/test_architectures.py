from __future__ import annotations

import numpy as np
import pytest

from training.architectures import VARIANTS, summary, transfer

Rows = list[tuple[str, tuple[int, ...], int]]


def published_rows(convolutions: list[tuple[int, int]], dense: int) -> Rows:
    """The AUEB report's printed summary: maps stay 48×48 through every pool."""
    rows: Rows = []
    for i, (width, parameters) in enumerate(convolutions):
        rows.append(("Conv2D", (48, 48, width), parameters))
        if i % 2:
            rows.append(("MaxPooling2D", (48, 48, width), 0))
            if i < 5:
                rows.append(("Dropout", (48, 48, width), 0))
    width = convolutions[-1][0]
    return [*rows, ("Flatten", (48 * 48 * width,), 0), ("Dense", (1,), dense)]


PUBLISHED = {
    "cnn3x3": (
        published_rows([(48, 480), (48, 20784), (64, 27712), (64, 36928), (124, 71548), (124, 138508)], 285697),
        581657,
    ),
    "cnn4x4": (
        published_rows([(48, 816), (48, 36912), (64, 49216), (64, 65600), (128, 73856), (128, 147584)], 294913),
        668897,
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_form_reproduces_every_number_of_the_reports_summary(name: str) -> None:
    rows, total = PUBLISHED[name]
    model = VARIANTS[name].build("published")
    assert summary(model) == rows
    assert model.count_params() == total == sum(parameters for _, _, parameters in rows)


@pytest.mark.parametrize(("name", "kernels", "widest"), [("cnn3x3", [3] * 6, 124), ("cnn4x4", [4, 4, 4, 4, 3, 3], 128)])
def test_the_trained_form_halves_at_each_pool_and_ends_in_seven_probabilities(
    name: str, kernels: list[int], widest: int
) -> None:
    model = VARIANTS[name].build()
    pools = [shape for kind, shape, _ in summary(model) if kind == "MaxPooling2D"]
    assert pools == [(24, 24, 48), (12, 12, 64), (6, 6, widest)]
    assert [layer.kernel_size[0] for layer in model.layers if "conv" in layer.name] == kernels
    probabilities = np.asarray(model(np.random.default_rng(0).random((3, 48, 48, 1), np.float32)))
    assert probabilities.shape == (3, 7)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_filters_start_with_weights_that_sum_to_zero() -> None:
    for layer in VARIANTS["cnn3x3"].build().layers:
        if "conv" in layer.name:
            kernel = layer.get_weights()[0]
            assert np.abs(kernel.sum(axis=(0, 1, 2))).max() < 1e-3
            assert kernel.std() > 0.01


def test_transfer_to_a_larger_side_copies_filters_and_keeps_the_answer_on_a_flat_picture() -> None:
    small, large = VARIANTS["cnn3x3"].build(side=24), VARIANTS["cnn3x3"].build(side=48)
    transfer(small, large)
    assert np.array_equal(small.get_layer("conv6").get_weights()[0], large.get_layer("conv6").get_weights()[0])
    old, new = small.get_layer("dense").get_weights(), large.get_layer("dense").get_weights()
    assert new[0].shape == (6 * 6 * 124, 7)
    constant_map = np.random.default_rng(0).random(124).astype(np.float32)
    before = np.tile(constant_map, 9) @ old[0] + old[1]
    after = np.tile(constant_map, 36) @ new[0] + new[1]
    assert np.allclose(before, after, atol=1e-4)
