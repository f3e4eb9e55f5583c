from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from emotion.models import MODELS, WEIGHTS
from emotion.types import EMOTIONS
from errors import CatalogueError, ModelError, UnknownName
from tests.conftest import Mien
from training import compare
from training.architectures import VARIANTS
from training.evaluate import measure, predictor


def one_hot(predicted: list[int]) -> np.ndarray:
    return np.eye(7, dtype=np.float32)[predicted]


def test_accuracy_f1_and_confusion_of_a_case_worked_by_hand() -> None:
    labels = np.array([3, 3, 3, 4, 4, 6], np.uint8)
    found = measure("by hand", one_hot([3, 3, 4, 4, 3, 6]), labels)
    assert found.n == 6
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.confusion[3][3] == 2
    assert found.confusion[3][4] == 1
    assert found.confusion[4][3] == 1
    assert sum(map(sum, found.confusion)) == 6
    happy = found.per_class["happy"]
    assert happy.precision == pytest.approx(2 / 3)
    assert happy.recall == pytest.approx(2 / 3)
    assert happy.support == 3
    assert found.per_class["sad"].f1 == pytest.approx(0.5)
    assert found.per_class["disgust"].support == 0
    assert found.macro_f1 == pytest.approx((2 / 3 + 0.5 + 1) / 7)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    rows = [
        f"{label},{' '.join(map(str, rng.integers(0, 256, 2304)))},{'PublicTest' if i % 2 else 'Training'}"
        for i, label in enumerate([3, 4, 6, 0, 1, 2, 5, 3])
    ]
    path = tmp_path / "fer2013.csv"
    path.write_text("\n".join(["emotion,pixels,Usage", *rows]) + "\n")
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.tflite"
    path.write_bytes(b"TFL3 or not")
    return path


def test_a_corrupt_model_fails_by_its_name_and_the_others_are_measured(mien: Mien, csv: Path, broken: Path) -> None:
    done = mien("compare", "cnn3x3", broken, "no-such", "--data", csv, "--split", "PublicTest", "--json")
    assert done.code == 0
    document = json.loads(done.out)
    assert (document["split"], document["n"]) == ("PublicTest", 4)
    good, corrupt, unknown = document["models"]
    assert good["error"] is None
    assert 0 <= good["accuracy"] <= 1
    assert list(good["per_class"]) == list(EMOTIONS)
    assert sum(map(sum, good["confusion"])) == 4
    assert "broken.tflite" in corrupt["error"]
    assert corrupt["accuracy"] is None
    assert "no model 'no-such'" in unknown["error"]
    spoken = mien("compare", "cnn3x3", broken, "--data", csv, "--split", "PublicTest").out
    assert "failed" in spoken
    assert "PublicTest, 4 images" in spoken
    assert "disgust" in spoken


def test_nothing_measured_is_an_error(mien: Mien, csv: Path, broken: Path) -> None:
    assert mien("compare", broken, "--data", csv, "--split", "PublicTest").code == 5


def test_a_split_without_images_says_so(csv: Path) -> None:
    with pytest.raises(CatalogueError, match="holds no images of PrivateTest"):
        compare.compare_models([], csv, "PrivateTest")


def test_what_predicts_can_be_a_name_a_litert_file_a_keras_file_or_a_run_folder(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / MODELS["cnn3x3"].file, tmp_path / "mine.tflite")
    VARIANTS["cnn3x3"].build().save(tmp_path / "model.keras")
    inputs = np.random.default_rng(0).random((3, 48, 48, 1), np.float32)
    for what in ("cnn3x3", tmp_path / "mine.tflite", tmp_path / "model.keras", tmp_path):
        probabilities = predictor(str(what))(inputs)
        assert probabilities.shape == (3, 7)
        assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-3)


def test_what_cannot_predict_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"no model 'cnn33'.*Did you mean 'cnn3x3'"):
        predictor("cnn33")
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(ModelError, match="is no model"):
        predictor(str(tmp_path / "notes.txt"))
    with pytest.raises(ModelError, match="does not exist; `mien train` writes it"):
        predictor(str(tmp_path))
    (tmp_path / "model.keras").write_text("no zip")
    with pytest.raises(ModelError, match="no Keras model that can be read"):
        predictor(str(tmp_path))


def test_the_table_prints_every_class(csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = compare.compare_models(["cnn3x3"], csv, "PublicTest")
    compare.show(Console(width=140), "PublicTest", rows)
    out = capsys.readouterr().out
    assert all(emotion in out for emotion in EMOTIONS)
