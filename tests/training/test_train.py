from __future__ import annotations

import dataclasses
import errno
import importlib.util
import os
import random
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
from training.checkpoint import write_model
from training.recipes import Recipe
from training.run import history, read
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


def run_process(
    folder: Path, kill_at: int = 0, delay_s: float = 0, full_at: int = 0
) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(SCRIPT), str(folder), str(kill_at), str(delay_s), str(full_at)]
    return subprocess.run(command, env=environ, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unbroken") / "run"
    done = run_process(folder)
    assert done.returncode == 0, done.stderr
    return folder


def untimed(value: Any) -> Any:
    """Leave out what the clock wrote."""
    if isinstance(value, dict):
        timed = ("seconds", "images_per_s", "epoch_s")
        return {key: untimed(inner) for key, inner in value.items() if key not in timed}
    return [untimed(inner) for inner in value] if isinstance(value, list) else value


def assert_same_end(broken: Path, unbroken: Path) -> None:
    for name in ("checkpoint.npz", "best.npz"):
        (ours, our_meta), (theirs, their_meta) = read_arrays(broken / name), read_arrays(unbroken / name)
        assert untimed(our_meta) == untimed(their_meta)
        assert all(np.array_equal(ours[key], theirs[key]) for key in theirs)
    assert [untimed(row) for row in history(broken)] == [untimed(row) for row in history(unbroken)]
    models = [keras.models.load_model(folder / "model.keras") for folder in (unbroken, broken)]
    assert all(np.array_equal(a, b) for a, b in zip(*(m.get_weights() for m in models), strict=True))


STEPS = 8
"""An epoch of the tiny run; it has four epochs, two a stage."""


@pytest.mark.slow
def test_a_training_killed_in_the_middle_of_an_epoch_resumes_to_the_same_weights(
    tmp_path: Path, unbroken: Path
) -> None:
    broken = tmp_path / "broken"
    assert len(tiny().faces().split("Train")) // tiny().recipe().batch == STEPS
    # In the middle of the first epoch; then in the first step of the second stage, whose checkpoint is the first's.
    assert run_process(broken, STEPS // 2).returncode == -signal.SIGKILL
    assert run_process(broken, 2 * STEPS - STEPS // 2 + 2).returncode == -signal.SIGKILL
    assert not (broken / "model.keras").exists()
    assert run_process(broken).returncode == 0
    assert_same_end(broken, unbroken)
    assert len(read(broken)["resumed"]) == 2


@pytest.mark.slow
def test_a_training_killed_twice_at_random_moments_resumes_to_the_same_weights(tmp_path: Path, unbroken: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")  # pytest shows it when the test fails
    draw = random.Random(seed)
    for _ in range(2):
        done = run_process(tmp_path, draw.randint(1, 2 * STEPS - 2), draw.uniform(0.001, 0.2))
        assert done.returncode == -signal.SIGKILL, done.stderr
        # What an unlucky appender would have left; ours is replaced atomically, but it is mended all the same.
        with (tmp_path / "history.jsonl").open("a") as file:
            file.write('{"epoch": 1, "lo')
    assert run_process(tmp_path).returncode == 0
    assert_same_end(tmp_path, unbroken)


@pytest.mark.slow
@pytest.mark.parametrize("write", [2, 5, 21, 40])
def test_a_full_disk_ends_in_a_clear_error_and_the_run_goes_on_when_there_is_room(
    write: int, tmp_path: Path, unbroken: Path
) -> None:
    done = run_process(tmp_path, full_at=write)
    assert done.returncode == 1
    assert "cannot be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    if write > 2:
        read_arrays(tmp_path / "checkpoint.npz")
    assert run_process(tmp_path).returncode == 0
    assert_same_end(tmp_path, unbroken)


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


@pytest.mark.parametrize("balance", ["weights", "sampling"])
def test_every_optimiser_schedule_and_balance_learns(balance: str, tmp_path: Path) -> None:
    optimizer, schedule = ("sgd", "constant") if balance == "weights" else ("adamw", "step")
    recipe = dataclasses.replace(
        short(), optimizer=optimizer, schedule=schedule, balance=balance, weight_decay=1e-4, label_smoothing=0.1
    )
    train(recipe, tiny().faces(60), tmp_path)
    (row,) = history(tmp_path)
    assert np.isfinite(row["loss"])
    assert 0 <= row["val_precision"] <= 1


def test_mixed_precision_leaves_weights_and_the_saved_network_in_full_precision(tmp_path: Path) -> None:
    train(short(), tiny().faces(40), tmp_path, mixed_precision=True)
    model = keras.models.load_model(tmp_path / "model.keras")
    assert {layer.compute_dtype for layer in model.layers} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"
    assert read(tmp_path)["mixed_precision"] is True
    with pytest.raises(ConfigError, match="holds a run of another recipe"):
        train(short(), tiny().faces(40), tmp_path)


def test_run_json_holds_all_that_is_needed_to_repeat_the_run(finished: Path) -> None:
    kept = read(finished)
    assert kept["recipe"] == short().as_table()
    assert kept["data"]["training_images"] == 150
    assert len(kept["data"]["blake2b"]) == 32
    assert {"python", "keras", "numpy"} < kept["versions"].keys()
    assert kept["backend"] == keras.backend.backend()
    assert " × " in kept["device"]
    assert kept["seed"] == short().seed
    assert kept["started"] <= kept["finished"]
    assert kept["best"]["epoch"] == 1
    assert kept["seconds_per_epoch"] > 0


def test_an_option_that_the_builder_does_not_take_is_named_with_its_file(tmp_path: Path) -> None:
    recipe = dataclasses.replace(short(), build={"drop": 0.1}, file="mine.toml")
    with pytest.raises(ConfigError, match=r"mine.toml: \[build\] has 'drop', which cnn3x3 does not take.*dropout"):
        train(recipe, tiny().faces(), tmp_path / "run")
    wrong = dataclasses.replace(short(), build={"dropout": [2.0, 0.1]}, file="mine.toml")
    with pytest.raises(ConfigError, match=r"mine.toml: cnn3x3 cannot be built with side = 24, dropout = \(2.0, 0.1\)"):
        train(wrong, tiny().faces(), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_file_in_place_of_the_run_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(ConfigError, match="cannot be made"):
        train(short(), tiny().faces(), tmp_path / "run")


def test_a_read_only_file_system_is_refused_before_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Progress] = []

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(ConfigError, match="Read-only file system"):
        train(short(), tiny().faces(), tmp_path / "run", tell=told.append)
    assert told == []


def test_a_disk_that_fills_while_the_network_is_saved_leaves_the_old_file(tmp_path: Path) -> None:
    class Full:
        def save(self, path: Path) -> None:
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "model.keras").write_bytes(b"old")
    with pytest.raises(ConfigError, match=r"model.keras cannot be written.*No space left"):
        write_model(tmp_path, Full())
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]
    assert (tmp_path / "model.keras").read_bytes() == b"old"


def test_a_damaged_run_json_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(ConfigError, match=r"run\.json cannot be read"):
        train(short(), tiny().faces(), tmp_path)
