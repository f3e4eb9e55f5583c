"""Training and data reports through the command line, on data small enough for a test."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.conftest import Mien


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    usage = [*["Training"] * 108, *["PublicTest"] * 12]
    rows = [f"{rng.integers(7)},{' '.join(map(str, rng.integers(0, 256, 2304)))},{name}" for name in usage]
    path = tmp_path / "small.csv"
    path.write_text("\n".join(["emotion,pixels,Usage", *rows, "9,1 2,Training"]) + "\n")
    return path


@pytest.mark.slow
def test_one_command_trains_exports_and_says_how_to_measure(mien: Mien, csv: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    done = mien("train", "cnn3x3", "--data", csv, "--run", run, "--epochs", 1)
    assert done.code == 0, done.err
    said = " ".join(done.err.split())
    assert "left out: line 122" in said
    assert "epoch 1/1" in said
    assert "327,215 parameters" in said
    assert "mien compare" in said
    assert len((run / "history.jsonl").read_text().splitlines()) == 1
    measured = mien("compare", run, run / "model.tflite", "--data", csv, "--split", "PublicTest", "--json")
    keras, litert = json.loads(measured.out)["models"]
    assert keras["confusion"] == litert["confusion"]
    refused = mien("train", "cnn3x3", "--data", csv, "--run", run, "--epochs", 2)
    assert refused.code == 2
    assert "another recipe" in refused.err


def test_a_data_report_counts_names_bad_rows_and_writes_the_average_face(mien: Mien, csv: Path, tmp_path: Path) -> None:
    picture = tmp_path / "mean.png"
    document = json.loads(mien("data", "report", csv, "--json", "--mean-image", picture).out)
    assert document["images"] == 120
    assert sum(document["counts"]["PublicTest"].values()) == 12
    assert document["duplicates_across"]["Training/PublicTest"] == 0
    (bad,) = document["bad_rows"]
    assert bad["where"] == "line 122"
    mean = cv2.imdecode(np.frombuffer(picture.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert mean is not None
    assert mean.shape == (48, 48)
    spoken = mien("data", "report", csv).out
    assert "PublicTest" in spoken
    assert "left out: line 122" in spoken
