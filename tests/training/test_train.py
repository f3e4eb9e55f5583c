from __future__ import annotations

import dataclasses
import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest

from errors import ConfigError
from training.recipes import Recipe
from training.run import history
from training.store import read_arrays
from training.train import Progress, train

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("tiny_run.py")


def tiny() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tiny_run", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_process(folder: Path, kill_at: int) -> int:
    environ = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(SCRIPT), str(folder), str(kill_at)]
    return subprocess.run(command, env=environ, check=False, capture_output=True).returncode


def untimed(value: Any) -> Any:
    """Leave out what the clock wrote."""
    if isinstance(value, dict):
        timed = ("seconds", "images_per_s", "epoch_s")
        return {key: untimed(inner) for key, inner in value.items() if key not in timed}
    return [untimed(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.slow
def test_a_training_killed_in_the_middle_of_an_epoch_resumes_to_the_same_weights(tmp_path: Path) -> None:
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    assert run_process(unbroken, 0) == 0
    steps = len(tiny().faces().split("Train")) // tiny().recipe().batch
    # In the middle of the first epoch; then in the first step of the second stage, whose checkpoint is the first's.
    assert run_process(broken, steps // 2) == -signal.SIGKILL
    assert run_process(broken, 2 * steps - steps // 2 + 2) == -signal.SIGKILL
    assert not (broken / "model.keras").exists()
    assert run_process(broken, 0) == 0
    for name in ("checkpoint.npz", "best.npz"):
        (ours, our_meta), (theirs, their_meta) = read_arrays(broken / name), read_arrays(unbroken / name)
        assert untimed(our_meta) == untimed(their_meta)
        assert all(np.array_equal(ours[key], theirs[key]) for key in theirs)
    assert [untimed(row) for row in history(broken)] == [untimed(row) for row in history(unbroken)]
    models = [keras.models.load_model(folder / "model.keras") for folder in (unbroken, broken)]
    assert all(np.array_equal(a, b) for a, b in zip(*(m.get_weights() for m in models), strict=True))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    train(short(), tiny().faces(), folder)
    return folder


def short() -> Recipe:
    recipe: Recipe = tiny().recipe()
    return recipe.shortened(1)


def test_history_holds_every_epoch_with_training_and_validation_figures(finished: Path) -> None:
    (row,) = history(finished)
    assert row["epoch"] == 1
    assert row["side"] == 24
    assert {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"} < row.keys()
    assert np.isfinite(row["loss"])


def test_a_finished_run_is_not_trained_again(finished: Path) -> None:
    told: list[Progress] = []
    before = read_arrays(finished / "checkpoint.npz")[0]
    train(short(), tiny().faces(), finished, tell=told.append)
    after = read_arrays(finished / "checkpoint.npz")[0]
    assert told == []
    assert all(np.array_equal(before[key], after[key]) for key in before)


def test_a_folder_with_another_run_is_refused(finished: Path) -> None:
    with pytest.raises(ConfigError, match="holds a run of another recipe or other data"):
        train(dataclasses.replace(short(), seed=1), tiny().faces(), finished)
    with pytest.raises(ConfigError, match="holds a run of another recipe or other data"):
        train(short(), tiny().faces(149), finished)


def test_too_little_data_is_refused_with_the_numbers(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"leaves \d images to train on .* a batch takes 16"):
        train(short(), tiny().faces(10), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_early_stopping_ends_the_last_stage_when_validation_stops_getting_better(tmp_path: Path) -> None:
    last = dataclasses.replace(tiny().recipe().stages[-1], epochs=30, peak_learning_rate=0.0)
    recipe = dataclasses.replace(short(), stages=(last,), patience=2)
    train(recipe, tiny().faces(60), tmp_path)
    assert len(history(tmp_path)) == 3
