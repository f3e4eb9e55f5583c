from __future__ import annotations

import csv as csv_module
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from emotion.models import MODELS, WEIGHTS, weights_path
from emotion.types import EMOTIONS
from errors import CatalogueError
from tests.conftest import ROOT, Mien
from training import compare
from training.compare_console import show
from training.data import Faces
from training.votes import VOTED

KEYS = [
    "name", "accuracy", "accuracy_ci95", "accuracy_without_train_duplicates", "balanced_accuracy", "macro_precision",
    "macro_recall", "macro_f1", "log_loss", "ece", "ferplus_accuracy", "parameters", "macs", "bytes", "latency_ms",
    "confusion", "error",
]  # fmt: skip


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """Eight faces, by turns of Training and PublicTest; the last of PublicTest repeats the first of Training."""
    rng = np.random.default_rng(0)
    pixels = [" ".join(map(str, rng.integers(0, 256, 2304))) for _ in range(7)]
    rows = [
        f"{label},{(pixels * 2)[i]},{'PublicTest' if i % 2 else 'Training'}"
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


def test_the_document_has_the_keys_that_are_promised_in_their_order(mien: Mien, csv: Path, broken: Path) -> None:
    done = mien("compare", "cnn3x3", broken, "no-such", "--data", csv, "--split", "PublicTest", "--json")
    assert done.code == 0
    document = json.loads(done.out)
    assert list(document)[:3] == ["split", "n", "models"]
    assert (document["split"], document["n"]) == ("PublicTest", 4)
    assert all(list(model)[: len(KEYS)] == KEYS for model in document["models"])
    good, corrupt, unknown = document["models"]
    assert [model["name"] for model in document["models"]] == ["cnn3x3", str(broken), "no-such"]
    assert good["error"] is None
    assert good["accuracy_ci95"][0] <= good["accuracy"] <= good["accuracy_ci95"][1]
    assert list(good["per_class"]) == list(EMOTIONS)
    assert sum(map(sum, good["confusion"])) == 4
    assert good["parameters"] == MODELS["cnn3x3"].parameters
    assert good["bytes"] == weights_path(MODELS["cnn3x3"]).stat().st_size
    assert good["latency_ms"] > 0
    assert good["ferplus_accuracy"] is None
    assert "broken.tflite" in corrupt["error"]
    assert "no model 'no-such'" in unknown["error"]
    for failed in (corrupt, unknown):
        assert all(failed[key] is None for key in KEYS if key not in ("name", "error"))


def test_the_measures_are_those_of_the_predictions(mien: Mien, csv: Path) -> None:
    document = json.loads(mien("compare", "cnn3x3", "--data", csv, "--split", "PublicTest", "--json").out)
    confusion = np.array(document["models"][0]["confusion"])
    assert confusion.sum(axis=1).tolist() == [1, 0, 1, 1, 1, 0, 0]  # the labels 4, 0, 2, 3
    assert document["models"][0]["accuracy"] == pytest.approx(np.trace(confusion) / 4)


def test_a_table_for_people_fits_and_names_what_failed(
    mien: Mien, csv: Path, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = mien("compare", "cnn3x3", "cnn4x4", broken, "--data", csv, "--split", "PublicTest")
    assert "failed" in done.out
    assert "PublicTest, 4 images, 1 of them also in Training" in done.out
    assert "cnn3x3 and cnn4x4: not told apart" in done.out
    assert all(emotion in done.out for emotion in EMOTIONS)
    assert max(len(line) for line in done.out.splitlines() if str(broken) not in line) <= 80


def test_nothing_measured_is_an_error_and_still_a_report(mien: Mien, csv: Path, broken: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert mien("compare", broken, "--data", csv, "--split", "PublicTest", "--out", out).code == 5
    assert "broken.tflite" in (out / "report.html").read_text()


def test_a_folder_gets_the_report_the_table_and_the_document(
    mien: Mien, csv: Path, broken: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "folder"
    done = mien("compare", "cnn3x3", broken, "--data", csv, "--split", "PublicTest", "--out", out, "--json")
    assert sorted(path.name for path in out.iterdir()) == ["compare.json", "models.csv", "report.html"]
    assert json.loads((out / "compare.json").read_text()) == json.loads(done.out)
    with (out / "models.csv").open() as file:
        good, failed = csv_module.DictReader(file)
    assert float(good["accuracy"]) == json.loads(done.out)["models"][0]["accuracy"]
    assert float(good["accuracy_ci95_low"]) < float(good["accuracy_ci95_high"])
    assert failed["accuracy"] == ""
    assert "broken.tflite" in failed["error"]


@pytest.mark.parametrize("kind", ["a file", "in a file"])
def test_a_folder_that_cannot_be_made_is_named_before_anything_is_predicted(
    mien: Mien, csv: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.compare_console.compare_models", lambda *a, **k: pytest.fail("predicted"))
    (tmp_path / "taken").write_text("")
    out = tmp_path / "taken" / ("inside" if kind == "in a file" else "")
    done = mien("compare", "cnn3x3", "--data", csv, "--out", out)
    assert done.code == 2
    assert "The report cannot be written to" in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(mien: Mien, csv: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    done = mien("compare", "cnn3x3", "--data", csv, "--out", tmp_path / "locked")
    assert done.code == 2
    assert "Permission denied" in done.err


def test_a_full_disk_leaves_the_old_report(csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from errors import ConfigError
    from training.report import write_report

    found = compare.compare_models(["cnn3x3"], csv, "PublicTest")
    report = write_report(tmp_path / "out", found)
    before = report.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left on device"):
        write_report(tmp_path / "out", found)
    assert report.read_bytes() == before
    assert sorted(path.name for path in report.parent.iterdir()) == ["compare.json", "models.csv", "report.html"]


def test_votes_are_another_truth(mien: Mien, csv: Path, tmp_path: Path) -> None:
    first = json.loads(mien("compare", "cnn3x3", "--data", csv, "--split", "PublicTest", "--json").out)
    taken = int(np.argmax(first["models"][0]["confusion"][4]))  # what the first face of PublicTest (row 1) is read as
    column = next(i for i, name in enumerate(VOTED) if name[:3] == {"angry": "ang", "happy": "hap"}.get(
        EMOTIONS[taken], EMOTIONS[taken][:3]))  # fmt: skip
    votes = tmp_path / "votes.csv"
    counts = ["9" if i == column else "0" for i in range(10)]
    votes.write_text(f"row,{','.join(VOTED)}\n1,{','.join(counts)}\n3,0,0,0,0,0,0,0,0,10,0\n")
    done = mien("compare", "cnn3x3", "--data", csv, "--split", "PublicTest", "--votes", votes, "--json")
    document = json.loads(done.out)
    assert document["models"][0]["ferplus_accuracy"] == 1
    assert document["ferplus_n"] == 1


@pytest.mark.parametrize(("split", "n"), [("all", 8), ("Test", 4), ("PublicTest", 4)])
def test_every_split_is_measured(csv: Path, split: str, n: int) -> None:
    assert len(compare.compare_models(["no-such"], csv, split).faces) == n


def test_a_split_without_images_says_so(csv: Path) -> None:
    with pytest.raises(CatalogueError, match="holds no images of PrivateTest"):
        compare.compare_models([], csv, "PrivateTest")


def test_only_test_images_count_as_repeats_of_training() -> None:
    images = np.zeros((4, 8, 8), np.uint8)
    images[2:] += np.arange(1, 3, dtype=np.uint8)[:, None, None]
    faces = Faces(images, np.zeros(4, np.uint8), np.array([0, 1, 1, 0], np.uint8))
    assert compare.repeats(faces, "PublicTest").tolist() == [True, False]
    assert compare.repeats(faces, "all").tolist() == [False, True, False, False]


def test_the_same_model_given_twice_has_two_names(csv: Path, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        shutil.copy(WEIGHTS / MODELS["cnn3x3"].file, tmp_path / folder / "model.tflite")
    paths = [str(tmp_path / folder / "model.tflite") for folder in ("a", "b", "b")]
    found = compare.compare_models(paths, csv, "PublicTest")
    assert [row.name for row in found.rows] == [*paths[:2], f"{paths[2]} (2)"]
    assert [(test.a_only, test.b_only, test.p) for test in found.tests] == [(0, 0, 1.0)] * 3


def test_shipped_models_are_compared_without_keras_tensorflow_or_matplotlib(csv: Path, tmp_path: Path) -> None:
    arguments = ["mien", "compare", "cnn3x3", "--data", str(csv), "--split", "all", "--out", str(tmp_path / "out")]
    code = (
        f"import cli, sys\nsys.argv = {arguments!r}\ntry: cli.main()\nexcept SystemExit as end: assert not end.code\n"
        "assert not {'tensorflow', 'keras', 'matplotlib', 'jax', 'torch'} & set(sys.modules)"
    )
    environ = os.environ | {"MIEN_CACHE_DIR": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, check=True, capture_output=True)


def test_the_table_prints_every_class(csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(Console(width=140), compare.compare_models(["cnn3x3"], csv, "PublicTest"))
    out = capsys.readouterr().out
    assert all(emotion in out for emotion in EMOTIONS)
