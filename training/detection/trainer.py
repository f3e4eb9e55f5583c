"""Training the detector: composed scenes in, `model.keras` out; it resumes after a kill to the same end.

A scene is a function of (seed, step, place in the batch), the learning rate one of the step, and a checkpoint holds the
rest: weights, optimiser, averages and counters. Only Keras and NumPy compute here: any Keras backend will do. The run
folder is that of every training (`training.run`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from errors import ConfigError
from training import run as runs
from training.checkpoint import (
    Position,
    checkpoint_bytes,
    read_best,
    read_checkpoint,
    write_best,
    write_checkpoint,
    write_model,
)
from training.detection.composer import Composer
from training.detection.material import Material
from training.detection.network import Decode, mien_face
from training.detection.recipe import Recipe
from training.detection.targets import loss
from training.detection.validation import Checks, Predict, validate
from training.optimising import UNDECAYED, assign, averaged, learning_rate, state, to_half_precision

Tell = Callable[[str], None]

SAMPLES = range(10**6, 10**6 + 16)
"""Steps, none of which is ever learnt from, whose scenes the statistics of the averaged weights are gathered on."""

CLIP = 10.0
"""Largest norm of all gradients together: one odd batch must not undo hours."""


def train(
    recipe: Recipe,
    learn: Material,
    check: Material,
    run: Path,
    *,
    tell: Tell = lambda _: None,
    workers: int = 0,
    checkpoint_every_s: float = 120.0,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Path:
    """Train the detector, keep the epoch that validates best, and write `model.keras`.

    Args:
        recipe: How.
        learn: What scenes are made of.
        check: What the validation is made of: other people, other pictures.
        run: The run folder; when it holds an unfinished run of the same recipe and material, that run goes on.
        tell: Gets a line after every epoch.
        workers: Processes that compose scenes ahead; 0 composes between the steps.
        checkpoint_every_s: Seconds between checkpoints within an epoch; one is written after each epoch anyway.
        clock: Seconds, monotonic.
        now: The time of day, for `run.json`.

    Returns:
        The path of `model.keras`: the raw network with the averaged weights of the best epoch, in half precision.

    Raises:
        ConfigError: When the folder holds another run or cannot be written.
    """
    what = {"recipe": recipe.as_table(), "data": {"learn": learn.digest, "check": check.digest}}
    runs.take(run, what, recipe.seed, now())
    at, model = _resumed(recipe, run)
    checks = Checks.of(check, recipe.side, recipe.checked) if at.epoch < recipe.epochs else Checks({})
    judge = mien_face(recipe.side)
    with Composer(learn, recipe.seed, workers) as composer:
        while at.epoch < recipe.epochs:
            _epoch(recipe, model, composer, at, run, checkpoint_every_s, clock)
            rate = learning_rate(model)
            side = recipe.stage_of(at.epoch)[0]
            with averaged(model, partial(_samples, composer, recipe.batch, side)):
                judge.set_weights(model.get_weights())
                measures = validate(_predictor(judge), checks)
                if side == recipe.side and measures["val_accuracy"] > at.best_accuracy:
                    at.best_accuracy, at.best_epoch = measures["val_accuracy"], at.epoch
                    write_best(run, judge.variables, at.epoch + 1)
            row: runs.Row = {
                "epoch": at.epoch + 1,
                "side": side,
                "loss": at.loss_sum / recipe.steps,
                **{name: round(value, 5) for name, value in measures.items()},
                "learning_rate": rate,
                "seconds": round(at.epoch_s, 3),
                "images_per_s": round(recipe.steps * recipe.batch / max(at.epoch_s, 1e-9), 1),
            }
            at.history.append(row)
            tell(in_words(row, recipe.epochs))
            at.epoch, at.step, at.loss_sum, at.epoch_s = at.epoch + 1, 0, 0.0, 0.0
            runs.write_history(run, at.history)
            if at.epoch < recipe.epochs and recipe.stage_of(at.epoch)[0] != side:
                model = _moved(model, recipe, recipe.stage_of(at.epoch)[0])
            write_checkpoint(run, state(model), at)
    assign(judge.variables, read_best(run))
    to_half_precision(judge)
    path = write_model(run, judge)
    runs.finish(run, at.history, at.best_epoch, now())
    return path


def recipe_of(run: Path) -> Recipe:
    """Return the recipe of a run.

    Raises:
        ConfigError: When `run.json` is missing or damaged.
    """
    return Recipe(**runs.read(run)["recipe"])


def in_words(row: runs.Row, epochs: int) -> str:
    """Say in one line how an epoch went."""
    recalls = "  ".join(
        f"{name[4:]} {row[name]:.3f}" for name in row if name.startswith("val_") and name != "val_accuracy"
    )
    return (
        f"epoch {row['epoch']:>3.0f}/{epochs}  {row['side']:.0f} px  loss {row['loss']:.4f}  "
        f"validation {row['val_accuracy']:.2%}  {recalls}  {row['images_per_s']:,.0f} scenes/s"
    )


def _epoch(
    recipe: Recipe,
    model: Any,
    composer: Composer,
    at: Position,
    run: Path,
    checkpoint_every_s: float,
    clock: Callable[[], float],
) -> None:
    """Take the steps of this epoch that are still to be taken."""
    began, before = clock(), at.epoch_s
    saved_at = began
    side = recipe.stage_of(at.epoch)[0]
    first = at.epoch * recipe.steps
    for pictures, wanted in composer.batches(range(first + at.step, first + recipe.steps), recipe.batch, side):
        at.loss_sum += float(model.train_on_batch(pictures, wanted))
        at.step += 1
        at.epoch_s = before + clock() - began
        if at.step < recipe.steps and clock() - saved_at >= checkpoint_every_s:
            write_checkpoint(run, state(model), at)
            saved_at = clock()


def _samples(composer: Composer, batch: int, side: int) -> Iterator[npt.NDArray[np.float32]]:
    for pictures, _ in composer.batches(SAMPLES, batch, side):
        yield pictures


def _resumed(recipe: Recipe, run: Path) -> tuple[Position, Any]:
    """Return where the run stands, and the network as it was there."""
    kept = read_checkpoint(run, checkpoint_bytes(run))
    if kept is None:
        model = compiled(recipe, recipe.stages[0][0])
        if recipe.start:
            _begun_with(model, run.parent / recipe.start)
        return Position(), model
    arrays, position = kept
    model = compiled(recipe, recipe.stage_of(min(position.epoch, recipe.epochs - 1))[0])
    assign(state(model), arrays)
    runs.write_history(run, position.history)
    return position, model


def _begun_with(model: Any, other: Path) -> None:
    """Give a new network the best weights of another run."""
    if not (other / "best.npz").exists():
        raise ConfigError(f"The recipe starts from the weights of {other}, which has none; train that run first.")
    assign(model.variables, read_best(other))


def _moved(model: Any, recipe: Recipe, side: int) -> Any:
    """Return the network at another side, with weights, optimiser and averages as they are."""
    larger = compiled(recipe, side)
    assign(state(larger), [np.array(keras.ops.convert_to_numpy(variable)) for variable in state(model)])
    return larger


def compiled(recipe: Recipe, side: int) -> Any:
    """Build and compile the network at one side, always with the same first weights."""
    keras.utils.set_random_seed(recipe.seed)
    model = mien_face(side)
    optimizer = keras.optimizers.AdamW(
        Rate(recipe),
        weight_decay=recipe.weight_decay,
        global_clipnorm=CLIP,
        use_ema=True,
        ema_momentum=recipe.average,
        ema_overwrite_frequency=None,
    )
    optimizer.exclude_from_weight_decay(var_names=UNDECAYED)
    model.compile(optimizer, loss, jit_compile=keras.backend.backend() == "jax")
    optimizer.build(model.trainable_variables)
    return model


class Rate(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """The learning rate of each step: a linear warm-up, then a cosine over all stages times the stage's peak."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def __call__(self, step: Any) -> Any:
        ops = keras.ops
        step = ops.cast(step, "float32")
        steps = self.recipe.steps
        peak, end = self.recipe.stages[-1][2], float(self.recipe.epochs * steps)
        for _, epochs, of_stage in reversed(self.recipe.stages):
            end -= epochs * steps
            peak = ops.where(step < end + epochs * steps, of_stage, peak)
        rise = ops.minimum(1.0, (step + 1) / max(1, self.recipe.warmup_steps))
        done = ops.minimum(1.0, step / (self.recipe.epochs * steps))
        return peak * rise * (0.01 + 0.99 * 0.5 * (1 + ops.cos(math.pi * done)))

    def get_config(self) -> dict[str, Any]:
        return {"recipe": self.recipe.as_table()}


def _predictor(model: Any) -> Predict:
    decode = Decode()
    return lambda pictures: np.asarray(keras.ops.convert_to_numpy(decode(model.predict_on_batch(pictures))), np.float32)
