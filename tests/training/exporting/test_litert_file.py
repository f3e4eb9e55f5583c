from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion.engine import Engine
from emotion.models import MODELS, weights_path
from errors import ModelError
from training.exporting import litert_file
from training.exporting.sizes import activation_bytes

FACE = np.random.default_rng(0).random((48, 48, 1), dtype=np.float32)


def test_metadata_go_into_a_file_and_come_out_again_and_change_no_answer(tmp_path: Path) -> None:
    model = litert_file.read_file(weights_path(MODELS["cnn3x3"]))
    assert litert_file.metadata_of(model) is None
    litert_file.add_metadata(model, '{"licence": "MIT", "é": 1}', "first")
    litert_file.add_metadata(model, '{"licence": "MIT", "é": 2}', "a line for people")
    path = tmp_path / "with.tflite"
    path.write_bytes(litert_file.packed(model))
    again = litert_file.read_file(path)
    assert litert_file.metadata_of(again) == '{"licence": "MIT", "é": 2}'
    assert again.description == b"a line for people"
    assert Engine(path).predict(FACE) == Engine(MODELS["cnn3x3"]).predict(FACE)
    assert litert_file.packed(again) == path.read_bytes()


def test_weights_begin_at_multiples_of_16_bytes(tmp_path: Path) -> None:
    packed = litert_file.packed(litert_file.read_file(weights_path(MODELS["elu"])))
    model = litert_file.parsed(packed)
    whole = np.frombuffer(packed, np.uint8)
    places = [
        buffer.data.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
        for buffer in model.buffers
        if buffer.data is not None and len(buffer.data) > 64
    ]
    assert len(places) >= 6
    assert all(place % 16 == 0 for place in places)


@pytest.mark.parametrize("content", [b"", b"short", b"\x1c\0\0\0TFL3", b"\x1c\0\0\0TFL3" + bytes(range(256)) * 8])
def test_what_is_no_litert_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"bad\.tflite is no LiteRT file"):
        litert_file.read_file(path)
    with pytest.raises(ModelError, match=r"no model file .*gone\.tflite"):
        litert_file.read_file(tmp_path / "gone.tflite")


def test_the_memory_of_a_picture_is_that_of_its_largest_maps() -> None:
    # cnn3x3: the second convolution takes and gives 48×48×48 floats.
    assert activation_bytes(litert_file.read_file(weights_path(MODELS["cnn3x3"]))) == 2 * 48 * 48 * 48 * 4
