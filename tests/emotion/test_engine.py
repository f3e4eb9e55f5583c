"""One face in, seven probabilities out, and what is said of files that cannot do that."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emotion.engine import Engine
from emotion.models import MODELS
from emotion.types import EMOTIONS
from errors import ModelError
from tests.emotion.conftest import MakeModel

FACE = np.full((48, 48, 1), 0.5, np.float32)


def test_a_face_becomes_seven_probabilities(make_model: MakeModel) -> None:
    scores = Engine(make_model(favourite="sad")).predict(FACE)
    assert scores.top == "sad"
    assert sum(scores.probabilities) == pytest.approx(1)
    assert scores.as_dict()["sad"] == pytest.approx(np.exp(3) / (np.exp(3) + 6), abs=1e-5)


def test_an_engine_answers_again_and_again(make_model: MakeModel) -> None:
    engine = Engine(make_model())
    assert engine.predict(FACE) == engine.predict(FACE)


def test_labels_in_another_order_are_put_right(make_model: MakeModel) -> None:
    path = make_model(favourite="angry")  # which is output 0
    entry = replace(
        MODELS["cnn3x3"],
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        labels=("neutral", *EMOTIONS[:-1]),
    )
    assert Engine(entry, folder=path.parent).predict(FACE).top == "neutral"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model file .*gone\.tflite"):
        Engine(tmp_path / "gone.tflite")


@pytest.mark.parametrize("content", [b"", b"not a model at all", b"\x1c\0\0\0TFL3" + bytes(range(256)) * 8])
def test_a_damaged_file_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"bad\.tflite is not a LiteRT model that can run here"):
        Engine(path)


def test_a_file_that_was_cut_off_is_refused(make_model: MakeModel) -> None:
    path = make_model()
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ModelError, match="not a LiteRT model"):
        Engine(path)


def test_another_input_size_is_named(make_model: MakeModel) -> None:
    with pytest.raises(
        ModelError, match=r"its input is float32 \(1, 64, 64, 3\), and has to be float32 \(1, 48, 48, 1\)"
    ):
        Engine(make_model(input_shape=(1, 64, 64, 3)))


def test_another_number_of_classes_is_named(make_model: MakeModel) -> None:
    with pytest.raises(ModelError, match=r"its output is float32 \(1, 5\), and has to be float32 \(1, 7\)"):
        Engine(make_model(outputs=5))


def test_outputs_that_are_no_probabilities_are_refused(make_model: MakeModel) -> None:
    engine = Engine(make_model(softmax=False))
    with pytest.raises(ModelError, match=r"does not give probabilities.*softmax"):
        engine.predict(FACE)


def test_loading_says_nothing_on_the_terminal(make_model: MakeModel) -> None:
    code = "import sys, pathlib; from emotion.engine import Engine; Engine(pathlib.Path(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(make_model())], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout + done.stderr == ""
