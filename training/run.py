"""What a run folder says of a training: `run.json`, all that is needed to repeat it, and `history.jsonl`, its epochs.

Both are replaced atomically, one JSON object an epoch. The checkpoint carries the history too, so that a line that is
torn or lost all the same is mended on resuming. Nothing here loads Keras until a training begins.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from errors import ConfigError
from training import recipes
from training.faces import Faces
from training.recipes import Recipe
from training.store import write_bytes, write_json
from training.targets import Targets

Row = dict[str, float]
"""One epoch's figures by name."""

PACKAGES = ("mien", "keras", "tensorflow", "jax", "torch", "numpy", "scikit-learn", "opencv-python")


def score(row: Row) -> float:
    """Return what the epoch is chosen by: the validation accuracy, or with two heads the mean of both."""
    return (row["val_accuracy"] + row.get("val_votes_accuracy", row["val_accuracy"])) / 2


def claim(
    run: Path,
    recipe: Recipe,
    faces: Faces,
    *,
    mixed_precision: bool,
    now: datetime,
    targets: Targets | None = None,
) -> None:
    """Write what this run is, or check that the folder holds the same run and note that it goes on.

    Raises:
        ConfigError: When it holds another run, or cannot be written.
    """
    what = identity(recipe, faces, mixed_precision=mixed_precision, targets=targets)
    take(run, what, recipe.seed, now)


def take(run: Path, what: dict[str, Any], seed: int, now: datetime) -> None:
    """Take a run folder for what makes two runs the same, a JSON object with "recipe" and "data".

    Raises:
        ConfigError: When it holds another run, or cannot be written.
    """
    circumstances = {"started": _in_words(now), **_circumstances()}
    path = run / "run.json"
    try:
        there = path.exists()
    except OSError as error:
        raise ConfigError(f"{run} cannot be looked into ({error.strerror}); choose another folder.") from error
    if not there:
        write_json(path, what | {"seed": seed, **circumstances, "finished": None, "resumed": []})
        return
    kept = read(run)
    before = {key: value for key, value in recipes.KEYS_SINCE_FIRST.items() if key in what["recipe"]}
    if {key: kept.get(key) for key in what} | {"recipe": before | kept["recipe"]} != what:
        raise ConfigError(
            f"{run} holds a run of another recipe or other data. Choose another folder with --run, "
            "or delete that one to start afresh."
        )
    if kept["finished"] is None:
        write_json(path, kept | {"resumed": [*kept["resumed"], circumstances]})


def identity(recipe: Recipe, faces: Faces, *, mixed_precision: bool, targets: Targets | None = None) -> dict[str, Any]:
    """Return what makes two runs the same: recipe, pixels and labels of Training, precision.

    Votes and teachers decide the targets, which are then named too.
    """
    more = {} if targets is None else {"targets": targets.digest()}
    training = faces.split("Training")
    digest = hashlib.blake2b(np.ascontiguousarray(training.images).data, digest_size=16)
    digest.update(np.ascontiguousarray(training.labels).data)
    return {
        "recipe": recipe.as_table(),
        "data": {"name": Path(faces.source).name, "training_images": len(training), "blake2b": digest.hexdigest()},
        "mixed_precision": mixed_precision,
        **more,
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


def finish(
    run: Path, rows: list[Row], best_epoch: int, now: datetime, calibration: Mapping[str, Any] | None = None
) -> None:
    """Note that the run has come to its end, how long an epoch took, and what calibrating came to."""
    kept = read(run)
    if kept["finished"] is None:
        done = {
            "finished": _in_words(now),
            "seconds_per_epoch": round(sum(row["seconds"] for row in rows) / max(1, len(rows)), 3),
            "best": {"epoch": best_epoch + 1}
            | {key: value for key, value in rows[best_epoch].items() if key.endswith("_accuracy")},
            **({"calibration": calibration} if calibration else {}),
        }
        write_json(run / "run.json", kept | done)


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


def _in_words(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")


def _circumstances() -> dict[str, Any]:
    import keras

    from training.device import device_in_words

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
