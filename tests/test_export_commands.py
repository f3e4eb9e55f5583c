"""`mien export`, `mien model card` and `mien model sizes` as they are typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from emotion.models import MODELS, WEIGHTS
from tests.conftest import Mien
from tests.training.exporting import small


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return small.write_csv(tmp_path / "fer2013.csv", small.faces(300))


def test_an_export_says_what_it_changed(mien: Mien, csv: Path, tmp_path: Path) -> None:
    out = tmp_path / "elu.onnx"
    done = mien("export", "elu", "--out", out, "--data", csv)
    assert done.code == 0
    assert f"{out}: onnx, float32 weights" in done.out
    assert "same class on" in done.out
    assert "accuracy on them:" in done.out
    assert "Checked with cv2.dnn" in done.out
    card = mien("model", "card", out)
    assert card.code == 0
    assert "# elu" in card.out
    assert "| licence | MIT |" in card.out


def test_a_network_with_two_heads_goes_out_and_says_so(mien: Mien, csv: Path, tmp_path: Path) -> None:
    small.two_headed().save(tmp_path / "two.keras")
    faces = small.faces(300)
    votes = small.write_votes(tmp_path / "votes.csv", faces)
    out = tmp_path / "two.tflite"
    given = ("--data", csv, "--votes", votes)
    done = mien("export", tmp_path / "two.keras", "--out", out, "--quantize", "dynamic", *given)
    assert done.code == 0
    assert f"{out}: tflite, 8-bit weights" in done.out
    assert "answers fer2013 and votes, two outputs of these names" in done.out
    assert "agreement with the FER+ majority:" in done.out
    results = tmp_path / "report"
    assert mien("compare", out, *given, "--split", "Validation", "--out", results).code == 0
    card = mien("model", "card", out)
    assert "`votes` says how a crowd would vote" in card.out
    assert "| weights | 8 bits |" in card.out
    assert mien("model", "card", out, "--results", results, "--out", tmp_path / "card.md").code == 0
    text = (tmp_path / "card.md").read_text()
    assert "FER+ by `votes` and all else by `fer2013`" in text
    assert "calibration error against the FER+ votes" in text


def test_programs_get_a_document(mien: Mien, csv: Path, tmp_path: Path) -> None:
    done = mien("export", "mobile", "--out", tmp_path / "mobile.keras", "--data", csv, "--json")
    document = json.loads(done.out)
    assert document["format"] == "keras"
    assert document["facts"]["labels"] == list(MODELS["mobile"].labels)
    assert document["check"]["images"] == document["check"]["same"] > 0
    assert document["bytes"] == (tmp_path / "mobile.keras").stat().st_size


def test_every_mistake_is_named_in_one_line(mien: Mien, csv: Path, tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / "elu.tflite", tmp_path / "mine.tflite")
    (tmp_path / "page.keras").write_text("<html>")
    for arguments, code, words in (
        (("cnn3x3", "--out", tmp_path / "a.bin"), 2, "does not tell its format"),
        (("cnn3x3", "--out", tmp_path / "a.onnx", "--quantize", "int8"), 2, "For int8 choose --format tflite"),
        (("cnn33", "--out", tmp_path / "a.onnx"), 2, "Did you mean 'cnn3x3'"),
        ((tmp_path / "mine.tflite", "--out", tmp_path / "a.onnx"), 5, "made to be run"),
        ((tmp_path / "page.keras", "--out", tmp_path / "a.onnx"), 5, "it is a web page"),
    ):
        done = mien("export", *arguments, "--data", csv)
        assert done.code == code
        assert words in done.err
    done = mien("export", "elu", "--out", tmp_path / "a.onnx", "--data", tmp_path / "no.csv")
    assert (done.code, "does not exist" in done.err) == (5, True)
    assert not (tmp_path / "a.onnx").exists()


@pytest.mark.parametrize("name", MODELS)
def test_a_card_is_written_from_the_entry(mien: Mien, name: str) -> None:
    done = mien("model", "card", name)
    assert done.code == 0
    assert done.out.startswith(f"# {name}\n")
    assert f"{MODELS[name].parameters:,}" in done.out
    assert f"{MODELS[name].metrics['public_test_accuracy']:.1%}" in done.out
    assert ("how a crowd would vote" in done.out) == (len(MODELS[name].heads) > 1)
    assert "Regulation (EU) 2024/1689" in done.out


def test_a_card_has_what_was_compared(mien: Mien, csv: Path, tmp_path: Path) -> None:
    assert mien("compare", "elu", "--data", csv, "--split", "Validation", "--out", tmp_path / "report").code == 0
    done = mien("model", "card", "elu", "--results", tmp_path / "report", "--out", tmp_path / "card.md")
    assert done.code == 0
    text = (tmp_path / "card.md").read_text()
    assert "`mien compare` on Validation" in text
    assert "read as disgust" in text
    rows = [line for line in text.splitlines() if line.startswith("| surprise |")]
    assert len(rows) == 1
    assert len(rows[0].split("|")) == 14
    other = mien("model", "card", "mobile", "--results", tmp_path / "report")
    assert (other.code, "has no figures of mobile, only of: elu" in other.err) == (5, True)
    assert mien("model", "card", "elu", "--results", csv).code == 5


def test_a_card_of_what_says_nothing_is_refused(mien: Mien, tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / "elu.tflite", tmp_path / "mine.tflite")
    done = mien("model", "card", tmp_path / "mine.tflite")
    assert (done.code, "says nothing of itself" in done.err) == (5, True)
    (tmp_path / "cut.keras").write_bytes(b"PK")
    done = mien("model", "card", tmp_path / "cut.keras")
    assert (done.code, "cut.keras cannot be read" in done.err) == (5, True)
    assert mien("model", "card", "elu3").code == 2


def test_summaries_exist_for_every_shipped_network(mien: Mien) -> None:
    done = mien("model", "summary", "mobile", "--json")
    assert json.loads(done.out)["parameters"] == MODELS["mobile"].parameters
