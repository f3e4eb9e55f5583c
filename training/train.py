"""One trainer for all variants: deterministic by (seed, epoch, step), and it resumes after a kill to the same end.

The order of the images, the augmentation and the learning rate are functions of the epoch and step, and a checkpoint
holds everything else (weights, optimiser, averages, dropout seeds, counters), so a resumed run sees exactly what the
unbroken run saw. Only Keras and NumPy compute here: any Keras backend will do. `training.run` says what a run folder
holds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from errors import ConfigError
from training import run as runs
from training.architectures import transfer
from training.batches import Batches, shrunk
from training.checkpoint import (
    Position,
    checkpoint_bytes,
    read_best,
    read_checkpoint,
    write_best,
    write_checkpoint,
    write_model,
)
from training.device import precision
from training.distributed import ALONE, Team
from training.faces import Faces
from training.lessons import lessons, shipped
from training.optimising import assign, averaged, built, compiled, learning_rate, state, to_half_precision
from training.recipes import Recipe, Stage
from training.validation import validate
from training.votes import majority

CHECKPOINT_SHARE = 0.05
"""Of the time, at most, goes into checkpoints within an epoch: those of the largest networks take seconds."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the trainer tells while it works: counters from 0, metrics so far in this epoch, the epochs before."""

    epoch: int
    epochs: int
    step: int
    steps: int
    side: int
    loss: float
    accuracy: float
    finished_epoch: runs.Row | None = None
    history: tuple[runs.Row, ...] = ()


def train(
    recipe: Recipe,
    faces: Faces,
    run: Path,
    *,
    votes: Path | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
    mixed_precision: bool = False,
    checkpoint_every_s: float = 60.0,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    team: Team = ALONE,
) -> Path:
    """Train a variant on Train, choose the epoch on Validation, and write `model.keras`.

    Args:
        recipe: What to train, and how.
        faces: The data; only its Training split is touched.
        votes: FER+'s votes, for a network with two heads.
        run: The run folder; when it holds an unfinished run of the same recipe and data, that run goes on.
        tell: Called after every step and every epoch.
        mixed_precision: Compute in 16 bits where that is safe.
        checkpoint_every_s: Seconds between checkpoints within an epoch; one is written after each epoch anyway.
        clock: Seconds, monotonic.
        now: The time of day, for `run.json`.
        team: The processes that train together; only the leading one touches the run folder.

    Returns:
        The path of `model.keras`, with the weights of the best validation epoch of the last stage (`training.run.score`
        says which is best) in half precision; one with two heads is calibrated on Validation, and ready to ship.

    Raises:
        ConfigError: When the recipe does not fit, or the folder holds another run or cannot be written.
    """
    with precision(mixed=mixed_precision):
        trainer = _Trainer(recipe, faces, votes, run, tell, checkpoint_every_s, clock, team)
        trainer.claim(faces, mixed_precision, now())
        for stage, first in trainer.stages():
            while trainer.goes_on(stage, first):
                trainer.epoch(stage)
                trainer.finish_epoch(stage)
    if team.leads:
        with team.apart():
            calibration = trainer.finish()  # in full precision again
        runs.finish(run, trainer.position.history, trainer.position.best_epoch, now(), calibration)
    return run / "model.keras"


class _Trainer:
    """One run: its data, the network of its stage, and where it stands."""

    def __init__(
        self,
        recipe: Recipe,
        faces: Faces,
        votes: Path | None,
        run: Path,
        tell: Callable[[Progress], None],
        checkpoint_every_s: float,
        clock: Callable[[], float],
        team: Team,
    ) -> None:
        self.recipe, self.run, self.tell, self.team = recipe, run, tell, team
        self.checkpoint_every_s, self.clock = checkpoint_every_s, clock
        self.learn, self.check = faces.split("Train"), faces.split("Validation")
        if len(self.learn) < recipe.batch or not len(self.check):
            raise ConfigError(
                f"{faces.source} leaves {len(self.learn)} images to train on and {len(self.check)} to validate on; "
                f"a batch takes {recipe.batch}. Give more data, or a smaller batch in the recipe."
            )
        team.check_batch(recipe.batch)
        self.lessons = lessons(recipe, self.learn, self.check, votes)
        self.steps = len(self.learn) // recipe.batch
        self.model: Any = compiled(recipe, recipe.stages[0], self.steps)
        self.restored: list[Any] | None = None
        self.position = Position()

    def claim(self, faces: Faces, mixed_precision: bool, now: datetime) -> None:
        """Take the run folder, and stand where it stood; last, so that a wrong recipe leaves no folder behind."""
        targets = self.lessons.targets if self.lessons.special else None
        if self.team.processes > 1:
            self.team.agree(runs.identity(self.recipe, faces, mixed_precision=mixed_precision, targets=targets))

        def claimed() -> bytes:
            runs.claim(self.run, self.recipe, faces, mixed_precision=mixed_precision, now=now, targets=targets)
            return checkpoint_bytes(self.run)

        kept = read_checkpoint(self.run, self.team.from_leader(claimed))
        if kept is not None:
            self.restored, self.position = kept
            if self.team.leads:
                runs.write_history(self.run, self.position.history)

    def stages(self) -> Iterator[tuple[Stage, int]]:
        """Yield each stage that is not over, with the epoch that it starts at, after making its network ready."""
        first = 0
        for i, stage in enumerate(self.recipe.stages):
            if self.position.epoch < first + stage.epochs:
                before = None
                if (self.position.epoch, self.position.step) == (first, 0) and i:
                    before = self._network(i - 1)  # the last checkpoint is still of the stage before
                self.model = self._network(i) if before is None else compiled(self.recipe, stage, self.steps)
                if before is not None:
                    transfer(before, self.model)
                shape = self.model.input_shape[1:]
                self.batches = Batches(self.recipe, self.learn, shape, self.lessons.targets)
                self.check_images = shrunk(self.check.images, shape[0])
                yield stage, first
            first += stage.epochs

    def goes_on(self, stage: Stage, first: int) -> bool:
        """Tell whether the stage has another epoch: not after its last, nor after `patience` epochs in vain."""
        in_vain = self.position.epoch - 1 - self.position.best_epoch
        patient = self.position.best_epoch < 0 or in_vain < self.recipe.patience
        return self.position.epoch < first + stage.epochs and patient

    def epoch(self, stage: Stage) -> None:
        """Take the steps of this epoch that are still to be taken."""
        at, clock = self.position, self.clock
        began, before = clock(), at.epoch_s
        saved_at, wait_s = began, self.checkpoint_every_s
        for batch in self.batches.of_epoch(at.epoch, at.step):
            inputs, targets, weights = map(self.team.share, (batch.inputs, batch.targets, batch.weights))
            logs = self.model.train_on_batch(inputs, targets, sample_weight=weights, return_dict=True)
            at.step += 1
            at.loss_sum += float(logs["loss"])
            at.accuracy_sum += float(logs["accuracy"])
            at.epoch_s = before + clock() - began
            self._tell(stage)
            if at.step < self.steps and clock() - saved_at >= wait_s:
                since = clock()
                self._checkpoint()
                saved_at = clock()
                if wait_s:
                    wait_s = max(self.checkpoint_every_s, (saved_at - since) / CHECKPOINT_SHARE)

    def finish_epoch(self, stage: Stage) -> None:
        """Validate, remember the best weights, and write history and checkpoint."""
        at, recipe = self.position, self.recipe
        rate = learning_rate(self.model)
        with averaged(self.model, self.batches.samples):
            measures = self._validated()
            if stage is recipe.stages[-1] and runs.score(measures) > at.best_accuracy:
                at.best_accuracy, at.best_epoch = runs.score(measures), at.epoch
                if self.team.leads:
                    write_best(self.run, self.model.variables, at.epoch + 1)
        row: runs.Row = {
            "epoch": at.epoch + 1,
            "side": stage.side,
            "loss": at.loss_sum / self.steps,
            "accuracy": at.accuracy_sum / self.steps,
            **measures,
            "learning_rate": rate,
            "seconds": round(at.epoch_s, 3),
            "images_per_s": round(self.steps * recipe.batch / max(at.epoch_s, 1e-9), 1),
        }
        at.history.append(row)
        self._tell(stage, row)
        at.epoch, at.step, at.loss_sum, at.accuracy_sum, at.epoch_s = at.epoch + 1, 0, 0.0, 0.0, 0.0
        if self.team.leads:
            runs.write_history(self.run, at.history)
        self._checkpoint()

    def finish(self) -> dict[str, Any]:
        """Write the best weights, rounded to half precision, as `model.keras`; return what calibrating came to."""
        model = built(self.recipe, self.recipe.stages[-1])  # uncompiled: the file needs no class of ours
        assign(model.variables, read_best(self.run))
        calibration: dict[str, Any] = {}
        if self.lessons.crowd is not None:
            model, calibration = shipped(model, self.check, self.lessons.crowd)
        to_half_precision(model)
        write_model(self.run, model)
        return calibration

    def _network(self, i: int) -> Any:
        """Return the network of stage `i` as the checkpoint left it, or with its first weights."""
        if self.restored is None and self.position.history:
            return self.model  # this stage has just ended in this process
        model = self.model if i == 0 else compiled(self.recipe, self.recipe.stages[i], self.steps)
        if self.restored is not None:
            assign(state(model), self.restored)
            self.restored = None
        return model

    def _validated(self) -> runs.Row:
        """Validate; another machine's last bits must not make it stop at another epoch."""
        crowd = self.lessons.crowd
        measures = validate(
            self.model, self.check_images, self.check.labels, None if crowd is None else majority(crowd)
        )
        row: runs.Row = json.loads(self.team.from_leader(lambda: json.dumps(measures).encode()))
        return row

    def _checkpoint(self) -> None:
        if self.team.leads:
            write_checkpoint(self.run, state(self.model), self.position)

    def _tell(self, stage: Stage, row: runs.Row | None = None) -> None:
        at = self.position
        loss, accuracy = at.loss_sum / at.step, at.accuracy_sum / at.step
        self.tell(
            Progress(
                at.epoch, self.recipe.epochs, at.step, self.steps, stage.side, loss, accuracy, row, tuple(at.history)
            )
        )
