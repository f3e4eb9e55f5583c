from __future__ import annotations

import json
from pathlib import Path

import pytest

from errors import ConfigError
from tests.conftest import Mien
from training.recipes import Recipe, Stage
from training.run import Row, write_history
from training.runs import differences, duration, listed
from training.store import write_json


def row(epoch: int, accuracy: float, side: int = 48) -> Row:
    return {"epoch": epoch, "side": side, "loss": 1.0, "val_loss": 1.0, "val_accuracy": accuracy, "seconds": 60.0}


def make(folder: Path, *, finished: bool = True, seed: int = 1, **build: float) -> Path:
    recipe = Recipe("cnn3x3", (Stage(24, 1, 1e-3), Stage(48, 3, 1e-3)), seed=seed, build=build)
    kept = {
        "recipe": recipe.as_table(),
        "data": {},
        "started": "2026-01-01",
        "finished": "2026-01-02" if finished else None,
    }
    facts = {"backend": "jax", "device": "2 × CPU", "commit": "abcdef0123", "dirty": True, "resumed": []}
    write_json(folder / "run.json", kept | facts)
    write_history(folder, [row(1, 0.9, 24), row(2, 0.5), row(3, 0.6)])
    return folder


def test_a_run_is_listed_with_the_best_epoch_of_its_last_stage(tmp_path: Path) -> None:
    make(tmp_path / "a", finished=False)
    (run,) = listed([tmp_path])
    assert (run.variant, run.state, run.epochs_done, run.epochs) == ("cnn3x3", "unfinished", 3, 4)
    assert (run.best_accuracy, run.best_epoch, run.side, run.seconds) == (0.6, 3, 48, 180)


def test_what_differs_between_recipes_is_named_key_by_key(tmp_path: Path) -> None:
    runs = listed([make(tmp_path / "a"), make(tmp_path / "b", seed=2, dropout=0.5)])
    assert differences(runs) == {"seed": [1, 2], "build.dropout": [None, 0.5]}


def test_a_torn_last_line_of_history_is_left_out(tmp_path: Path) -> None:
    with (make(tmp_path / "a") / "history.jsonl").open("a") as file:
        file.write('{"epoch": 4, "si')
    assert listed([tmp_path])[0].epochs_done == 3


def test_runs_are_listed_and_compared_on_the_command_line(mien: Mien, tmp_path: Path) -> None:
    a, b = make(tmp_path / "a"), make(tmp_path / "b", finished=False, seed=2)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{}")
    done = mien("runs", tmp_path)
    assert done.code == 0
    assert "3/4 …" in done.out
    assert "60.00%" in done.out
    assert "abcdef0+" in done.out
    assert "broken: " in done.out
    assert "differs in" not in done.out
    both = mien("runs", a, b).out
    assert "differs in" in both
    assert "val_accuracy" in both
    document = json.loads(mien("runs", a, b, "--json").out)
    assert document["differences"] == {"seed": [1, 2]}
    assert [run["state"] for run in document["runs"]] == ["finished", "unfinished"]


def test_a_folder_without_runs_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no run in .*`mien train"):
        listed([tmp_path])
    with pytest.raises(ConfigError, match="There is no folder"):
        listed([tmp_path / "none"])


@pytest.mark.parametrize(("seconds", "words"), [(42, "42 s"), (720, "12 min"), (11_100, "3 h 05")])
def test_times_are_said_as_people_do(seconds: float, words: str) -> None:
    assert duration(seconds) == words
