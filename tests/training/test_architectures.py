from __future__ import annotations

import numpy as np
import pytest

from errors import ConfigError
from training.architectures import VARIANTS, summary, transfer
from training.photo_networks import IMAGENET_MEAN, copy_imagenet_weights

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
    "mobile": (
        [
            ("Conv2D", (48, 48, 128), 1280),
            ("MaxPooling2D", (24, 24, 128), 0),
            ("Conv2D", (24, 24, 128), 147584),
            ("MaxPooling2D", (12, 12, 128), 0),
            ("Dropout", (12, 12, 128), 0),
            ("BatchNormalization", (12, 12, 128), 512),
            ("Flatten", (18432,), 0),
            ("Dense", (64,), 1179712),
            ("Dropout", (64,), 0),
            ("Dense", (7,), 455),
        ],
        1329543,
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


def counts(name: str, **options: object) -> list[int]:
    """Parameters of the layers that have any."""
    return [n for _, _, n in summary(VARIANTS[name].build("published", side=VARIANTS[name].side, **options)) if n]


def test_mobile_has_the_reports_trainable_parameters_and_the_texts_pool_gives_another_network() -> None:
    model = VARIANTS["mobile"].build("published")
    assert sum(int(np.prod(w.shape)) for w in model.trainable_variables) == 1_329_287
    assert VARIANTS["mobile"].build(pool=4).count_params() == 223_623


def test_elu_starts_with_16_filters_and_ends_in_512_units_without_another_activation() -> None:
    model = VARIANTS["elu"].build()
    widths = [shape[-1] for kind, shape, _ in summary(model) if kind == "Conv2D"]
    assert widths[0] == 16
    assert widths == sorted(widths)
    assert model.get_layer("dense1").units == 512
    assert model.get_layer("dropout").rate == 0.2
    activations = [layer.activation.__name__ for layer in model.layers if hasattr(layer, "activation")]
    assert activations == ["elu"] * 4 + ["softmax"]


def test_fournet_takes_the_capstones_pictures_through_its_layers() -> None:
    model = VARIANTS["fournet"].build("published", side=224)
    shapes = [shape for kind, shape, _ in summary(model) if kind in ("Conv2D", "MaxPooling2D")]
    assert shapes == [
        (110, 110, 32), (55, 55, 32), (53, 53, 64), (26, 26, 64), (24, 24, 128), (12, 12, 128), (10, 10, 64), (5, 5, 64)
    ]  # fmt: skip
    convolutions, norms, dense = [2432, 18496, 73856, 73792], [128, 256, 512, 256], [1639424, 524800, 65664, 903]
    assert counts("fournet") == [n for pair in zip(convolutions, norms, strict=True) for n in pair] + dense
    rates = [layer.rate for layer in model.layers if "dropout" in layer.name]
    assert rates == [0.25, 0.15, 0.15, 0.15, 0.2, 0.2, 0.2]


def test_fournet_in_grey_has_one_channel() -> None:
    assert VARIANTS["fournet"].build(side=96, channels=1).input_shape == (None, 96, 96, 1)


ALEXNET = [23296, 307392, 663936, 884992, 590080]
"""torchvision's AlexNet, its features layer by layer."""


def test_alexnet_has_torchvisions_features_and_the_capstones_head() -> None:
    assert counts("alexnet") == [*ALEXNET, 37752832, 4195328, 524800, 3591]


def test_alexnet_at_227_has_the_classic_head() -> None:
    model = VARIANTS["alexnet"].build("published", side=227, head="classic")
    assert [n for _, _, n in summary(model) if n] == [*ALEXNET, 37752832, 16781312, 28679]
    assert model.get_layer("flatten").input.shape[1:] == (6, 6, 256)


@pytest.mark.parametrize(("name", "small", "large"), [("alexnet", 64, 112), ("vgg16", 32, 64)])
def test_a_photo_network_takes_a_smaller_picture_in_a_compiled_step_and_hands_on_its_weights(
    name: str, small: int, large: int
) -> None:
    pictures = np.random.default_rng(0).random((2, small, small, 3), np.float32)
    first, second = VARIANTS[name].build(side=small), VARIANTS[name].build(side=large)
    first.compile(optimizer="sgd", loss="categorical_crossentropy")
    first.train_on_batch(pictures, np.eye(7, dtype=np.float32)[:2])
    transfer(first, second)
    kernel, stretched = (model.get_layer("dense1").kernel for model in (first, second))
    assert np.allclose(np.sum(stretched, axis=0), np.sum(kernel, axis=0), rtol=1e-3, atol=1e-3)


def test_another_head_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match=r"no head 'big'.*capstone.*classic"):
        VARIANTS["alexnet"].build(side=64, head="big")


VGG16 = [1792, 36928, 73856, 147584, 295168, 590080, 590080, 1180160, *[2359808] * 5]


@pytest.mark.slow
def test_vgg16_has_the_papers_thirteen_convolutions_and_the_capstones_head() -> None:
    assert sum(VGG16) == 14_714_688
    assert counts("vgg16") == [*VGG16, 102764544, 4195328, 524800, 3591]


def test_imagenet_weights_give_the_features_of_keras_applications() -> None:
    import keras

    source = keras.applications.VGG16(include_top=False, weights=None, input_shape=(32, 32, 3))
    ours = keras.Sequential(VARIANTS["vgg16"].build("published", side=32).layers[:19])
    ours.build((None, 32, 32, 3))
    copy_imagenet_weights(source, ours)
    photo = np.random.default_rng(0).random((2, 32, 32, 3), np.float32)
    # Caffe's mean is ImageNet's to a hundredth of a grey level; take ours, so that only the weights are compared.
    caffe = (photo[..., ::-1] - np.array(IMAGENET_MEAN[::-1], np.float32)) * 255
    expected = np.asarray(source(caffe))
    assert np.allclose(np.asarray(ours(photo)), expected, atol=1e-3 * np.abs(expected).max())


def test_vgg16_says_what_to_do_when_imagenet_weights_cannot_be_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    def offline(**_: object) -> None:
        raise Exception("URL fetch failure: no network")

    monkeypatch.setattr(keras.applications, "VGG16", offline)
    with pytest.raises(ConfigError, match=r"cannot be fetched.*no network.*without `pretrained`"):
        VARIANTS["vgg16"].build(side=32, pretrained=True)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_gives_seven_probabilities_at_a_small_side(name: str) -> None:
    side = {"fournet": 96, "alexnet": 64, "vgg16": 32}.get(name, 24)
    channels, heads = VARIANTS[name].channels, len(VARIANTS[name].heads)
    model = VARIANTS[name].build(side=side)
    probabilities = np.asarray(model(np.random.default_rng(0).random((2, side, side, channels), np.float32)))
    assert probabilities.shape == ((2, 7) if heads == 1 else (2, heads, 7))
    assert np.allclose(probabilities.sum(axis=-1), 1, atol=1e-5)
