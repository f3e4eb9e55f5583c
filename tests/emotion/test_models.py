"""The registry of networks and the check of their files."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from emotion.models import DEFAULT_MODEL, MODELS, ModelEntry, weights_path
from emotion.types import EMOTIONS
from errors import ModelError


@pytest.fixture
def entry(tmp_path: Path) -> ModelEntry:
    (tmp_path / "net.tflite").write_bytes(b"weights")
    return replace(MODELS["cnn3x3"], file="net.tflite", sha256=hashlib.sha256(b"weights").hexdigest())


def test_the_file_that_was_measured_is_accepted(entry: ModelEntry, tmp_path: Path) -> None:
    assert weights_path(entry, tmp_path) == tmp_path / "net.tflite"


def test_a_changed_file_is_refused(entry: ModelEntry, tmp_path: Path) -> None:
    (tmp_path / "net.tflite").write_bytes(b"weightz")
    with pytest.raises(ModelError, match=r"net\.tflite is not the file that model 'cnn3x3' was measured with"):
        weights_path(entry, tmp_path)


def test_a_missing_file_says_how_to_get_it(entry: ModelEntry, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"are missing: there is no .*other\.tflite.*mien train cnn3x3"):
        weights_path(replace(entry, file="other.tflite"), tmp_path)


def test_a_folder_in_the_place_of_weights_is_refused(entry: ModelEntry, tmp_path: Path) -> None:
    (tmp_path / "folder.tflite").mkdir()
    with pytest.raises(ModelError, match="cannot be read"):
        weights_path(replace(entry, file="folder.tflite"), tmp_path)


def test_every_entry_stands_under_its_own_name() -> None:
    assert DEFAULT_MODEL in MODELS
    for name, shipped in MODELS.items():
        assert shipped.name == name
        assert sorted(shipped.labels) == sorted(EMOTIONS)
        assert shipped.input_shape == (1, 48, 48, 1)


def test_the_registry_loads_neither_a_decoder_nor_an_interpreter() -> None:
    code = "import sys, emotion.models; print([m for m in ('cv2', 'numpy', 'ai_edge_litert') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
