from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from emotion.models import HEADS
from errors import ConfigError
from training import recipes
from training.faces import Faces
from training.networks import open_network
from training.recipes import Recipe, Stage
from training.teachers import answers
from training.train import train
from training.votes import VOTED

N = 120
RNG = np.random.default_rng(0)
FACES = Faces(
    RNG.integers(0, 256, (N, 48, 48), dtype=np.uint8),
    RNG.integers(0, 7, N).astype(np.uint8),
    np.zeros(N, np.uint8),
    source="fer2013.csv",
)


def recipe(**changes: object) -> Recipe:
    small = {"stem": (8, 8), "widths": (8,), "depths": (1,)}
    tiny = {"batch": 32, "warmup_steps": 1, "stages": (Stage(16, 1, 0.01),), "build": small}
    return dataclasses.replace(recipes.named("mien-emotion"), **tiny | changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def votes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("votes") / "votes.csv"
    counts = RNG.multinomial(10, [0.1] * 10, N)
    rows = [f"{i},{','.join(map(str, row))}" for i, row in enumerate(counts)]
    path.write_text("\n".join([f"row,{','.join(VOTED)}", *rows]) + "\n")
    return path


@pytest.fixture(scope="module")
def teacher(votes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "teacher"
    train(recipe(), FACES, run, votes=votes)
    return run


def test_both_heads_are_trained_validated_and_calibrated(teacher: Path) -> None:
    row = json.loads((teacher / "history.jsonl").read_text())
    assert {"val_accuracy", "val_votes_accuracy"} <= row.keys()
    said = json.loads((teacher / "run.json").read_text())
    assert said["best"]["val_votes_accuracy"] == row["val_votes_accuracy"]
    for head in HEADS:
        assert 0.2 <= said["calibration"][f"{head}_temperature"] <= 5
        assert 0 <= said["calibration"][f"{head}_ece_after"] <= 1
    assert open_network(str(teacher)).heads == HEADS


def test_a_student_learns_from_a_teacher_that_is_asked_once(teacher: Path, votes: Path, tmp_path: Path) -> None:
    taught = recipe(teachers=(str(teacher),), teaching=0.7, temperature=2.0)
    train(taught, FACES, tmp_path / "student", votes=votes)
    (kept,) = teacher.glob("answers-*.npz")
    said = answers(taught, FACES.split("Train"), HEADS)
    assert said.shape == (len(FACES.split("Train")), 2, 7)
    assert said.sum(axis=2) == pytest.approx(1, abs=1e-5)
    assert list(teacher.glob("answers-*.npz")) == [kept]
    saved = dataclasses.replace(taught, teachers=(str(kept),))
    assert answers(saved, FACES.split("Train"), HEADS) == pytest.approx(said)
    with pytest.raises(ConfigError, match="has no answer to row"):
        answers(saved, FACES, HEADS)


def test_two_heads_need_votes_and_one_head_has_no_use_for_them(votes: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Give --votes"):
        train(recipe(), FACES, tmp_path / "run")
    with pytest.raises(ConfigError, match="leave --votes out"):
        train(dataclasses.replace(recipes.named("cnn3x3"), batch=16), FACES, tmp_path / "run", votes=votes)
    assert not (tmp_path / "run").exists()


def test_a_run_goes_on_only_with_the_same_votes(teacher: Path, tmp_path: Path) -> None:
    others = tmp_path / "others.csv"
    others.write_text("\n".join([f"row,{','.join(VOTED)}", *(f"{i},9,0,0,0,0,0,0,0,1,0" for i in range(N))]) + "\n")
    with pytest.raises(ConfigError, match="another recipe or other data"):
        train(recipe(), FACES, teacher, votes=others)


def test_teachers_without_a_share_are_refused() -> None:
    with pytest.raises(ValueError, match="teachers and teaching belong together"):
        recipe(teachers=("runs/one",))
