from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from errors import ConfigError
from training.beside import beside
from training.distributed import ALONE, Team, joined
from training.networks import open_network
from training.store import read_arrays

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("team_run.py")
STEPS = 8
"""Of one epoch: 135 images, 16 a batch."""


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def start(
    run: Path, processes: int, process: int, coordinator: str, *, kill_at: int = 0, **options: object
) -> subprocess.Popen[str]:
    environ = os.environ | {"PYTHONPATH": str(ROOT), "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    environ |= {"TF_CPP_MIN_LOG_LEVEL": "3"} | {name: str(value) for name, value in options.items()}
    command = [sys.executable, str(SCRIPT), str(run), str(processes), str(process), coordinator, str(kill_at)]
    return subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)


def end(*processes: subprocess.Popen[str]) -> list[tuple[int, str]]:
    """Wait for processes, and return exit codes and what they said."""
    said = [process.communicate()[1] for process in processes]
    return [(process.returncode, words) for process, words in zip(processes, said, strict=True)]


def weights(run: Path, name: str = "best.npz") -> list[np.ndarray]:
    return [array for array in read_arrays(run / name)[0].values() if array.dtype.kind == "f"]


def furthest(ours: list[np.ndarray], theirs: list[np.ndarray]) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(ours, theirs, strict=True))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("jax", reason="jax is not installed")
    run = tmp_path_factory.mktemp("alone")
    ((code, said),) = end(start(run, 1, 0, "-"))
    assert code == 0, said
    return run


@pytest.mark.slow
def test_two_processes_learn_what_one_learns_even_after_a_loss(alone: Path, tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "leader", tmp_path / "other host"
    coordinator = free_address()
    broken = end(
        start(here, 2, 0, coordinator),
        start(elsewhere, 2, 1, coordinator, kill_at=STEPS + 3),
    )
    assert broken[1][0] == -signal.SIGKILL
    assert broken[0][0] == 1
    assert "mien: Another process of this training is gone" in broken[0][1]
    assert (here / "checkpoint.npz").exists()
    coordinator = free_address()
    for code, said in end(start(here, 2, 0, coordinator), start(elsewhere, 2, 1, coordinator)):
        assert code == 0, said
    assert not elsewhere.exists()  # only the leader writes
    for name in ("best.npz", "checkpoint.npz"):
        assert furthest(weights(here, name), weights(alone, name)) < 1e-5  # they have moved by 5e-3


@pytest.mark.slow
def test_a_training_on_jax_resumes_to_the_same_weights_and_tensorflow_reads_its_model(
    alone: Path, tmp_path: Path
) -> None:
    ((code, _),) = end(start(tmp_path, 1, 0, "-", kill_at=STEPS + 3))
    assert code == -signal.SIGKILL
    ((code, said),) = end(start(tmp_path, 1, 0, "-"))
    assert code == 0, said
    for name in ("best.npz", "checkpoint.npz"):
        assert furthest(weights(tmp_path, name), weights(alone, name)) == 0
    assert keras.backend.backend() == "tensorflow"
    model = keras.models.load_model(alone / "model.keras", compile=False)
    inputs = np.load(alone / "inputs.npy")
    ours = np.asarray(model.predict_on_batch(inputs))
    theirs = np.load(alone / "probabilities.npy")
    assert np.abs(ours - theirs).max() < 1e-4
    exported = open_network(str(alone / "model.tflite"))
    assert np.abs(np.concatenate([exported.predict(inputs[i : i + 1]) for i in range(20)]) - theirs).max() < 1e-3


@pytest.mark.slow
def test_a_missing_coordinator_and_a_missing_process_are_named(tmp_path: Path) -> None:
    pytest.importorskip("jax", reason="jax is not installed")
    ((code, said),) = end(start(tmp_path, 2, 1, free_address(), GATHER_S=1))
    assert code == 1
    assert "mien: Process 0 cannot be reached at 127.0.0.1:" in said
    ((code, said),) = end(start(tmp_path, 2, 0, free_address(), GATHER_S=2))
    assert code == 1
    assert "mien: All 2 processes have to meet at 127.0.0.1:" in said


@pytest.mark.slow
def test_processes_with_different_recipes_all_end_with_a_message(tmp_path: Path) -> None:
    pytest.importorskip("jax", reason="jax is not installed")
    coordinator = free_address()
    ended = end(start(tmp_path, 2, 0, coordinator), start(tmp_path, 2, 1, coordinator, BATCH=8))
    for code, said in ended:
        assert code == 1
        assert "mien: Process 1 has another recipe or other data than process 0" in said
    assert not (tmp_path / "run.json").exists()


def test_a_batch_is_shared_out_without_a_rest() -> None:
    rows = np.arange(12)
    team = [Team(3, i, 3) for i in range(3)]
    assert np.array_equal(np.concatenate([member.share(rows) for member in team]), rows)
    assert team[1].share(None) is None
    assert ALONE.share(rows) is rows


def test_a_batch_that_leaves_a_rest_is_refused_with_those_that_do_not() -> None:
    Team(2, 0, 4).check_batch(12)
    with pytest.raises(ConfigError, match=r"batch of 10 cannot be shared by 4 devices in 2 processes; .* of 8 or 12 "):
        Team(2, 0, 4).check_batch(10)
    with pytest.raises(ConfigError, match="take a batch of 4 in"):
        Team(2, 0, 4).check_batch(3)


def test_processes_beside_this_one_are_told_who_they_are_and_waited_for(tmp_path: Path) -> None:
    code = f"import sys, pathlib; pathlib.Path({str(tmp_path)!r}, sys.argv[4]).write_text(' '.join(sys.argv[1:]))"
    with beside(3, [sys.executable, "-c", code]) as coordinator:
        pass
    said = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert said == {i: f"--coordinator {coordinator} --process {i}" for i in ("1", "2")}


def test_a_process_beside_this_one_that_fails_is_named() -> None:
    code = "import sys; sys.exit(sys.argv[4] == '2')"
    with pytest.raises(ConfigError, match="Process 2 failed"), beside(3, [sys.executable, "-c", code]):
        pass


def test_processes_beside_this_one_end_when_it_fails() -> None:
    code = "import time; time.sleep(600)"
    with pytest.raises(ConfigError, match="no room"), beside(2, [sys.executable, "-c", code]):
        raise ConfigError("no room")


@pytest.mark.parametrize(
    ("coordinator", "processes", "process", "words"),
    [
        (None, 2, 0, "--coordinator is None; give host:port"),
        ("somewhere", 2, 0, "--coordinator is 'somewhere'; give host:port"),
        ("10.0.0.1:http", 2, 0, "give host:port"),
        ("10.0.0.1:4567", 2, 2, "--process is 2; 2 processes count from 0 to 1"),
        ("10.0.0.1:4567", 2, 1, "backend is tensorflow: pip install jax, and set KERAS_BACKEND=jax"),
        (None, 1, 1, "--coordinator is None"),
    ],
)
def test_what_cannot_be_joined_is_refused(coordinator: str | None, processes: int, process: int, words: str) -> None:
    with pytest.raises(ConfigError, match=words), joined(coordinator, processes, process):
        pytest.fail("joined")
