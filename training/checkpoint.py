"""Where a training stands, and what came of it: `checkpoint.npz`, `best.npz` and `model.keras` in its run folder.

Every file is replaced atomically: after a kill or on a full disk, the last one is still whole.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras

from errors import ConfigError
from training.run import Row
from training.store import read_arrays, write_arrays, write_bytes


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


def write_checkpoint(run: Path, variables: list[Any], position: Position) -> None:
    """Write where the run stands."""
    write_arrays(run / "checkpoint.npz", _numbered(variables), asdict(position))


def checkpoint_bytes(run: Path) -> bytes:
    """Return the last checkpoint as it lies on the disk, or nothing when there is none."""
    path = run / "checkpoint.npz"
    return path.read_bytes() if path.exists() else b""


def read_checkpoint(run: Path, data: bytes) -> tuple[list[Any], Position] | None:
    """Return the arrays and the position of a checkpoint, or None when there is none.

    Raises:
        ConfigError: When it is damaged.
    """
    if not data:
        return None
    arrays, meta = read_arrays(run / "checkpoint.npz", data)
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
