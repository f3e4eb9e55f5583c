"""One process of a tiny training: team_run.py RUN_FOLDER PROCESSES PROCESS COORDINATOR KILL_AT_STEP."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from pathlib import Path

import keras
import numpy as np

from errors import ConfigError
from tests.training import tiny_run
from training import distributed, export, train
from training.recipes import Recipe, Stage


def recipe() -> Recipe:
    """Return a short recipe without Adam, whose first steps make large differences of the smallest ones."""
    return dataclasses.replace(
        tiny_run.recipe(),
        optimizer="sgd",
        batch=int(os.environ.get("BATCH", "16")),
        stages=(Stage(16, 2, 2e-3),),
    )


def main(folder: str, processes: int, process: int, coordinator: str, kill_at: int) -> None:
    taken, run = 0, Path(folder)

    def tell(progress: train.Progress) -> None:
        nonlocal taken
        taken += progress.finished_epoch is None
        if taken == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    with distributed.joined(coordinator, processes, process, gather_s=int(os.environ.get("GATHER_S", "100"))) as team:
        model = train.train(recipe(), tiny_run.faces(), run, tell=tell, checkpoint_every_s=0, team=team)
    if processes == 1:
        export.to_litert(export.load_keras(model), run / "model.tflite", tiny_run.faces().images[:20])
        inputs = np.random.default_rng(0).random((20, 16, 16, 1), np.float32)
        np.save(run / "inputs.npy", inputs)
        np.save(run / "probabilities.npy", keras.models.load_model(model).predict_on_batch(inputs))


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
    except ConfigError as error:
        sys.exit(f"mien: {error}")
