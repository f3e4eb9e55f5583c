"""A run folder: what a training was, where it stands, and what came of it.

`run.json` says everything that is needed to repeat the run, `history.jsonl` has one JSON object an epoch,
`checkpoint.npz` is where it stands, `best.npz` holds the weights of the best validation epoch. Every file is replaced
atomically, and the checkpoint carries the history too, so that a half-written or lost line is mended on resuming.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import keras
import numpy as np

from errors import ConfigError
from training.device import device_in_words
from training.faces import Faces
from training.recipes import Recipe
from training.store import read_arrays, write_arrays, write_bytes, write_json

Row = dict[str, float]
"""One epoch's figures by name."""

PACKAGES = ("mien", "keras", "tensorflow", "jax", "torch", "numpy", "scikit-learn", "opencv-python")


@dataclass(slots=True)
class Position:
    """Where a run stands: the next step to take, this epoch's sums, the epochs so far, and the best of them."""

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    accuracy_sum: float = 0.0
    epoch_s: float = 0.0
    best_accuracy: float = -1.0
    best_epoch: int = -1
    history: list[Row] = field(default_factory=list)


def claim(run: Path, recipe: Recipe, faces: Faces, *, mixed_precision: bool, now: datetime) -> None:
    """Write what this run is, or check that the folder holds the same run and note that it goes on.

    Raises:
        ConfigError: When it holds another run, or cannot be written.
    """
    what = identity(recipe, faces, mixed_precision=mixed_precision)
    circumstances = {"started": _in_words(now), **_circumstances()}
    path = run / "run.json"
    if not path.exists():
        write_json(path, what | {"seed": recipe.seed, **circumstances, "finished": None, "resumed": []})
        return
    kept = read(run)
    if {key: kept.get(key) for key in what} != what:
        raise ConfigError(
            f"{run} holds a run of another recipe or other data. Choose another folder with --run, "
            "or delete that one to start afresh."
        )
    if kept["finished"] is None:
        write_json(path, kept | {"resumed": [*kept["resumed"], circumstances]})


def identity(recipe: Recipe, faces: Faces, *, mixed_precision: bool) -> dict[str, Any]:
    """Return what makes two runs the same: recipe, pixels and labels of Training, precision."""
    training = faces.split("Training")
    digest = hashlib.blake2b(np.ascontiguousarray(training.images).data, digest_size=16)
    digest.update(np.ascontiguousarray(training.labels).data)
    return {
        "recipe": recipe.as_table(),
        "data": {"name": Path(faces.source).name, "training_images": len(training), "blake2b": digest.hexdigest()},
        "mixed_precision": mixed_precision,
    }


def read(run: Path) -> dict[str, Any]:
    """Read `run.json`.

    Raises:
        ConfigError: When it is missing or damaged.
    """
    try:
        kept = json.loads((run / "run.json").read_text(encoding="utf-8"))
        if not isinstance(kept, dict) or not {"recipe", "data", "finished", "resumed"} <= kept.keys():
            raise ValueError("keys are missing")
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{run / 'run.json'} cannot be read ({error}); choose another folder, or delete that one."
        ) from error
    return kept


def finish(run: Path, position: Position, now: datetime) -> None:
    """Note that the run has come to its end, and how long an epoch took."""
    kept = read(run)
    if kept["finished"] is None:
        epoch_s = sum(row["seconds"] for row in position.history) / max(1, len(position.history))
        best = {"epoch": position.best_epoch + 1, "val_accuracy": position.best_accuracy}
        write_json(
            run / "run.json", kept | {"finished": _in_words(now), "seconds_per_epoch": round(epoch_s, 3), "best": best}
        )


def history(run: Path) -> list[Row]:
    """Read the epochs so far; a torn last line is left out."""
    path = run / "history.jsonl"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    rows: list[Row] = []
    with contextlib.suppress(ValueError):  # torn by a kill or a full disk; the checkpoint knows the whole
        rows.extend(map(json.loads, lines))
    return rows


def write_history(run: Path, rows: list[Row]) -> None:
    """Write `history.jsonl`, all of it, atomically."""
    write_bytes(run / "history.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())


def write_checkpoint(run: Path, variables: list[Any], position: Position) -> None:
    """Write where the run stands."""
    write_arrays(run / "checkpoint.npz", _numbered(variables), asdict(position))


def read_checkpoint(run: Path) -> tuple[list[Any], Position] | None:
    """Return the arrays and the position of the last checkpoint, or None when there is none.

    Raises:
        ConfigError: When it is damaged.
    """
    if not (run / "checkpoint.npz").exists():
        return None
    arrays, meta = read_arrays(run / "checkpoint.npz")
    try:
        return list(arrays.values()), Position(**meta)
    except TypeError as error:
        raise ConfigError(f"{run} was written by an older mien; choose another folder, or delete that one.") from error


def write_best(run: Path, variables: list[Any], epoch: int) -> None:
    """Keep weights as the best so far."""
    write_arrays(run / "best.npz", _numbered(variables), {"epoch": epoch})


def read_best(run: Path) -> list[Any]:
    """Return the weights that `write_best` kept."""
    return list(read_arrays(run / "best.npz")[0].values())


def write_model(run: Path, model: Any) -> Path:
    """Write `model.keras` and return its path.

    Raises:
        ConfigError: When it cannot be written; a file that was there is untouched.
    """
    path, draft = run / "model.keras", run / ".model.part.keras"
    try:
        model.save(draft)
        write_bytes(path, draft.read_bytes())
    except (OSError, ValueError, RuntimeError) as error:  # what h5py and zipfile make of a full disk
        raise ConfigError(f"{path} cannot be written: {error}. Free some space or choose another folder.") from error
    finally:
        draft.unlink(missing_ok=True)
    return path


def _numbered(variables: list[Any]) -> dict[str, Any]:
    return {f"{i:04d}": keras.ops.convert_to_numpy(variable) for i, variable in enumerate(variables)}


def _in_words(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")


def _circumstances() -> dict[str, Any]:
    commit, changed = _git("rev-parse", "HEAD"), _git("status", "--porcelain", "--untracked-files=no")
    return {
        "versions": {"python": platform.python_version(), **_versions()},
        "commit": commit,
        "dirty": None if changed is None else bool(changed),
        "backend": keras.backend.backend(),
        "device": device_in_words(),
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _git(*arguments: str) -> str | None:
    """Ask git about the clone that this code lies in; None when it is an installed copy or there is no git."""
    root = Path(__file__).parents[1]
    if not (root / ".git").exists():
        return None
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
