"""One process of a tiny training: team_run.py RUN_FOLDER PROCESSES PROCESS COORDINATOR KILL_AT_STEP."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from pathlib import Path

from errors import ConfigError
from tests.training import tiny_run
from training import distributed, train


def main(folder: str, processes: int, process: int, coordinator: str, kill_at: int) -> None:
    taken = 0

    def tell(progress: train.Progress) -> None:
        nonlocal taken
        taken += progress.finished_epoch is None
        if taken == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    recipe = dataclasses.replace(tiny_run.recipe(), batch=int(os.environ.get("BATCH", "16")))
    with distributed.joined(coordinator, processes, process, gather_s=int(os.environ.get("GATHER_S", "60"))) as team:
        train.train(recipe, tiny_run.faces(), Path(folder), tell=tell, checkpoint_every_s=0, team=team)


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
    except ConfigError as error:
        sys.exit(f"mien: {error}")
