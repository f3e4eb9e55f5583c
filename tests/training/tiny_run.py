"""A training small enough for a test, as a process that can be killed: tiny_run.py RUN_FOLDER KILL_AT_STEP."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from pathlib import Path

import numpy as np

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


def main(folder: str, kill_at: int) -> None:
    use_deterministic_operations()
    taken = 0

    def tell(progress: train.Progress) -> None:
        nonlocal taken
        taken += progress.finished_epoch is None
        if taken == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    train.train(recipe(), faces(), Path(folder), tell=tell, checkpoint_every_s=0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
