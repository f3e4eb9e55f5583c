import numpy as np
import numpy.typing as npt
import pytest

from emotion.preprocessing import from_grey48
from training.inputs import as_inputs


def pictures(*shape: int) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def test_a_grey_face_of_48_is_scaled_as_at_inference() -> None:
    images = pictures(3, 48, 48)
    assert np.array_equal(as_inputs(images, (48, 48, 1)), from_grey48(images))


@pytest.mark.parametrize("shape", [(2, 48, 48), (2, 30, 40, 3), (0, 48, 48), (0, 48, 48, 3)])
@pytest.mark.parametrize("wanted", [(24, 24, 1), (64, 64, 3), (48, 48, 1)])
def test_every_picture_fits_every_network(shape: tuple[int, ...], wanted: tuple[int, int, int]) -> None:
    inputs = as_inputs(pictures(*shape), wanted)
    assert inputs.shape == (shape[0], *wanted)
    assert inputs.dtype == np.float32
    assert inputs.size == 0 or (inputs.min() >= 0 and inputs.max() <= 1)


def test_grey_becomes_three_equal_channels() -> None:
    inputs = as_inputs(pictures(2, 48, 48), (48, 48, 3))
    assert np.array_equal(inputs[..., 0], inputs[..., 1])
    assert np.array_equal(inputs[..., 0], inputs[..., 2])


def test_rgb_becomes_rec_601_luma() -> None:
    red, green, blue = (np.eye(3, dtype=np.uint8) * 255).reshape(3, 1, 1, 3).repeat(8, axis=1).repeat(8, axis=2)
    inputs = as_inputs(np.stack([red, green, blue]), (8, 8, 1))
    assert inputs.mean(axis=(1, 2, 3)) == pytest.approx([0.299, 0.587, 0.114], abs=0.003)


def test_a_flat_picture_stays_flat_at_any_side() -> None:
    for side in (24, 96):
        assert np.allclose(as_inputs(np.full((1, 48, 48), 100, np.uint8), (side, side, 1)), 100 / 255)


def test_another_number_of_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="4 channels"):
        as_inputs(pictures(1, 48, 48), (48, 48, 4))
