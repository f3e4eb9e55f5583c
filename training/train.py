"""One trainer for all variants: deterministic by (seed, epoch, step), and it resumes after a kill to the same end.

A run folder holds `recipe.json`, `history.json` (after every epoch), `checkpoint.npz` (weights, optimiser, dropout
seeds, counters), `best.npz` (weights of the best validation epoch) and, at the end, `model.keras`. Every file is
replaced atomically. The order of the images, the augmentation and the learning rate are functions of the epoch and
step, so a resumed run sees exactly what the unbroken run saw.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import numpy.typing as npt

from emotion.preprocessing import from_grey48
from emotion.types import EMOTIONS
from errors import ConfigError, lookup
from training.architectures import VARIANTS, transfer
from training.augmentation import flip_and_shift
from training.data import Faces
from training.recipes import Recipe, Stage
from training.store import read_arrays, write_arrays, write_json

U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Progress:
    """What the trainer tells while it works: counters from 0, metrics so far in this epoch."""

    epoch: int
    epochs: int
    step: int
    steps: int
    side: int
    loss: float
    accuracy: float
    finished_epoch: dict[str, float] | None = None


@dataclass(slots=True)
class _Position:
    """Where a run stands: the next step to take, this epoch's sums, and what early stopping needs."""

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    accuracy_sum: float = 0.0
    best_accuracy: float = -1.0
    best_epoch: int = -1


def train(
    recipe: Recipe,
    faces: Faces,
    run: Path,
    *,
    tell: Callable[[Progress], None] = lambda _: None,
    checkpoint_every_s: float = 60.0,
    clock: Callable[[], float] = time.monotonic,
) -> Path:
    """Train a variant on Train, choose the epoch on Validation, and write `model.keras`.

    Args:
        recipe: What to train, and how.
        faces: FER2013; only its Training split is touched.
        run: The run folder; when it holds an unfinished run of the same recipe and data, that run goes on.
        tell: Called after every step.
        checkpoint_every_s: Seconds between checkpoints within an epoch; one is written after each epoch anyway.
        clock: Seconds, monotonic.

    Returns:
        The path of `model.keras`, with the weights of the best validation epoch of the last stage in half precision.

    Raises:
        ConfigError: When the folder holds another run, or cannot be written.
    """
    trainer = _Trainer(recipe, faces, run, tell, checkpoint_every_s, clock)
    for stage, first in trainer.stages():
        while trainer.goes_on(stage, first):
            trainer.epoch(stage)
            trainer.finish_epoch(stage)
    return trainer.finish()


def use_deterministic_operations() -> None:
    """Make every operation give the same bits each time, at some cost in speed."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


class _Trainer:
    """One run: its data at the stage's size, its network, and where it stands."""

    def __init__(
        self,
        recipe: Recipe,
        faces: Faces,
        run: Path,
        tell: Callable[[Progress], None],
        checkpoint_every_s: float,
        clock: Callable[[], float],
    ) -> None:
        self.recipe, self.run, self.tell = recipe, run, tell
        self.checkpoint_every_s, self.clock = checkpoint_every_s, clock
        self.learn, self.check = faces.split("Train"), faces.split("Validation")
        if len(self.learn) < recipe.batch or not len(self.check):
            raise ConfigError(
                f"{faces.source} leaves {len(self.learn)} images to train on and {len(self.check)} to validate on; "
                f"a batch takes {recipe.batch}. Give more data, or a smaller batch in the recipe."
            )
        _claim(run, recipe, faces)
        self.steps = len(self.learn) // recipe.batch
        self.position, self.restored = _Position(), None
        if (run / "checkpoint.npz").exists():
            self.restored, meta = read_arrays(run / "checkpoint.npz")
            self.position = _Position(**meta)
        self.history = _history(run)[: self.position.epoch]
        self.model: Any = None

    def stages(self) -> Iterator[tuple[Stage, int]]:
        """Yield each stage that is not over, with the epoch that it starts at, after making its network ready."""
        first = 0
        for i, stage in enumerate(self.recipe.stages):
            if self.position.epoch < first + stage.epochs:
                before = self.model
                self.model = _compiled(self.recipe, stage, self.steps)
                if self.restored is not None and i and (self.position.epoch, self.position.step) == (first, 0):
                    # Killed between two stages: the checkpoint is still of the stage before.
                    before = _compiled(self.recipe, self.recipe.stages[i - 1], self.steps)
                    _assign(_state(before), self.restored)
                elif self.restored is not None:
                    _assign(_state(self.model), self.restored)
                self.restored = None
                if before is not None:
                    transfer(before, self.model)
                self.images = _at_side(self.learn.images, stage.side)
                self.check_images = _at_side(self.check.images, stage.side)
                yield stage, first
            first += stage.epochs

    def goes_on(self, stage: Stage, first: int) -> bool:
        """Tell whether the stage has another epoch: not after its last, nor after `patience` epochs in vain."""
        in_vain = self.position.epoch - 1 - self.position.best_epoch
        patient = self.position.best_epoch < 0 or in_vain < self.recipe.patience
        return self.position.epoch < first + stage.epochs and patient

    def epoch(self, stage: Stage) -> None:
        """Take the steps of this epoch that are still to be taken."""
        recipe, at, saved_at = self.recipe, self.position, self.clock()
        order = np.random.default_rng((recipe.seed, at.epoch)).permutation(len(self.images))
        while at.step < self.steps:
            rng = np.random.default_rng((recipe.seed, at.epoch, at.step))
            chosen = order[at.step * recipe.batch : (at.step + 1) * recipe.batch]
            batch = flip_and_shift(self.images[chosen], rng, flip=recipe.flip, shift=recipe.shift)
            logs = self.model.train_on_batch(from_grey48(batch), _one_hot(self.learn.labels[chosen]), return_dict=True)
            at.step += 1
            at.loss_sum += float(logs["loss"])
            at.accuracy_sum += float(logs["accuracy"])
            self._tell(stage)
            if self.clock() - saved_at >= self.checkpoint_every_s and at.step < self.steps:
                self._checkpoint()
                saved_at = self.clock()

    def finish_epoch(self, stage: Stage) -> None:
        """Validate, remember the best weights, and write history and checkpoint."""
        at = self.position
        row = {
            "epoch": at.epoch + 1,
            "side": stage.side,
            "loss": at.loss_sum / self.steps,
            "accuracy": at.accuracy_sum / self.steps,
            **_validate(self.model, self.check_images, self.check.labels),
            "learning_rate": float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)),
        }
        self.history.append(row)
        if stage is self.recipe.stages[-1] and row["val_accuracy"] > at.best_accuracy:
            at.best_accuracy, at.best_epoch = row["val_accuracy"], at.epoch
            write_arrays(self.run / "best.npz", _numbered(self.model.variables), {"epoch": at.epoch + 1})
        self._tell(stage, row)
        at.epoch, at.step, at.loss_sum, at.accuracy_sum = at.epoch + 1, 0, 0.0, 0.0
        write_json(self.run / "history.json", self.history)
        self._checkpoint()

    def finish(self) -> Path:
        """Write the best weights, rounded to half precision, as `model.keras`."""
        model = _compiled(self.recipe, self.recipe.stages[-1], self.steps)
        best, _ = read_arrays(self.run / "best.npz")
        _assign(model.variables, best)
        # Weights ship in half precision; rounding them here makes the Keras file and its export the same network.
        model.set_weights([weights.astype(np.float16).astype(np.float32) for weights in model.get_weights()])
        return _save_keras(model, self.run / "model.keras")

    def _checkpoint(self) -> None:
        arrays = _numbered(_state(self.model))
        write_arrays(self.run / "checkpoint.npz", arrays, dataclasses.asdict(self.position))

    def _tell(self, stage: Stage, row: dict[str, float] | None = None) -> None:
        at = self.position
        loss, accuracy = at.loss_sum / at.step, at.accuracy_sum / at.step
        self.tell(Progress(at.epoch, self.recipe.epochs, at.step, self.steps, stage.side, loss, accuracy, row))


def _compiled(recipe: Recipe, stage: Stage, steps: int) -> Any:
    keras.utils.set_random_seed(recipe.seed)
    model = lookup(VARIANTS, recipe.variant, "variant").build(side=stage.side, dropout=recipe.dropout)
    total, warmup = steps * stage.epochs, min(recipe.warmup_steps, steps * stage.epochs // 4)
    peak = stage.peak_learning_rate
    rate = keras.optimizers.schedules.CosineDecay(
        0.05 * peak, max(1, total - warmup), alpha=0.02, warmup_target=peak, warmup_steps=warmup
    )
    model.compile(
        keras.optimizers.Adam(rate),
        keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
        metrics=["accuracy"],
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)
    return model


def _one_hot(labels: U8) -> npt.NDArray[np.float32]:
    return np.eye(len(EMOTIONS), dtype=np.float32)[labels]


def _at_side(images: U8, side: int) -> U8:
    if side == images.shape[1]:
        return images
    return np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA) for image in images])


def _validate(model: Any, images: U8, labels: U8, batch: int = 256) -> dict[str, float]:
    parts = [
        np.asarray(model.predict_on_batch(from_grey48(images[i : i + batch]))) for i in range(0, len(images), batch)
    ]
    probabilities = np.concatenate(parts)
    picked = probabilities[np.arange(len(labels)), labels]
    return {
        "val_loss": float(-np.log(np.clip(picked, 1e-7, 1)).mean()),
        "val_accuracy": float((probabilities.argmax(axis=1) == labels).mean()),
    }


# --- what is kept ----------------------------------------------------------------------------------------------------


def _claim(run: Path, recipe: Recipe, faces: Faces) -> None:
    """Write what this run is, or check that the folder holds the same run."""
    training = faces.split("Training")
    digest = hashlib.blake2b(training.images.tobytes() + training.labels.tobytes(), digest_size=8).hexdigest()
    wanted = json.loads(json.dumps({"recipe": dataclasses.asdict(recipe), "data": digest}))
    path = run / "recipe.json"
    if not path.exists():
        write_json(path, wanted)
        return
    if json.loads(path.read_text(encoding="utf-8")) != wanted:
        raise ConfigError(
            f"{run} holds a run of another recipe or other data. Choose another folder with --run, "
            "or delete that one to start afresh."
        )


def _history(run: Path) -> list[dict[str, float]]:
    path = run / "history.json"
    rows: list[dict[str, float]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return rows


def _state(model: Any) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


def _numbered(variables: list[Any]) -> dict[str, npt.NDArray[Any]]:
    return {f"{i:03d}": keras.ops.convert_to_numpy(variable) for i, variable in enumerate(variables)}


def _assign(variables: list[Any], arrays: dict[str, npt.NDArray[Any]]) -> None:
    if len(variables) != len(arrays) or any(
        tuple(v.shape) != a.shape for v, a in zip(variables, arrays.values(), strict=False)
    ):
        raise ConfigError("The checkpoint does not fit the network: another Keras version wrote it. Start a new run.")
    for variable, array in zip(variables, arrays.values(), strict=True):
        variable.assign(array)


def _save_keras(model: Any, path: Path) -> Path:
    temporary = path.with_name(f".{path.stem}.part.keras")
    model.save(temporary)
    temporary.replace(path)
    return path
