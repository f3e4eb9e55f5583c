"""A training small enough for a test, as a process that can be killed: run on its own.

tiny_run.py RUN_FOLDER KILL_AT_STEP KILL_DELAY_S FULL_DISK_AT_WRITE; 0 is never.
"""

from __future__ import annotations

import dataclasses
import errno
import os
import signal
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np

from errors import ConfigError
from training import recipes, train
from training.data import Faces
from training.device import use_deterministic_operations
from training.recipes import Recipe, Stage


def recipe() -> Recipe:
    stages = (Stage(16, 2, 1e-3), Stage(24, 2, 1e-3))
    return dataclasses.replace(
        recipes.named("cnn3x3"),
        batch=16,
        warmup_steps=2,
        stages=stages,
        optimizer="adamw",
        weight_decay=1e-3,
        balance="sampling",
        average=0.9,
        augmentation={"flip": True, "shift": 0.1, "rotation_deg": 10.0, "noise": 0.02},
    )


def faces(n: int = 150) -> Faces:
    rng = np.random.default_rng(0)
    return Faces(
        rng.integers(0, 256, (n, 48, 48), dtype=np.uint8), rng.integers(0, 7, n).astype(np.uint8), np.zeros(n, np.uint8)
    )


def main(folder: str, kill_at: int, delay_s: float, full_at: int) -> None:
    use_deterministic_operations()
    taken = 0

    def tell(progress: train.Progress) -> None:
        nonlocal taken
        taken += progress.finished_epoch is None
        if taken == kill_at and progress.finished_epoch is None:
            if delay_s:
                threading.Timer(delay_s, kill).start()
            else:
                kill()

    if full_at:
        fill_the_disk(full_at)
    try:
        train.train(recipe(), faces(), Path(folder), tell=tell, checkpoint_every_s=0)
    except ConfigError as error:
        sys.exit(f"mien: {error}")


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fill_the_disk(at: int) -> None:
    """Let every write from the given one on fail as on a full disk, after half of it has been written."""
    written = 0
    sync = os.fsync

    def full(fd: Any) -> None:
        nonlocal written
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return sync(fd)
        written += 1
        if written >= at:
            os.ftruncate(fd, os.fstat(fd).st_size // 2)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return sync(fd)

    os.fsync = full


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
