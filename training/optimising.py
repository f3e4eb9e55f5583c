"""A network made ready to learn: built from its recipe, with its optimiser, schedule, loss and averaged weights."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from errors import ConfigError, lookup
from training.architectures import VARIANTS
from training.recipes import Recipe, Stage

WARMUP_START, COSINE_END = 0.05, 0.02
"""Shares of the peak learning rate: where the warm-up begins, where the cosine ends."""

UNDECAYED = ["bias", "beta", "gamma"]
"""Weight decay is for kernels: pulling a bias or a normalisation's scale to zero only slows learning."""


def compiled(recipe: Recipe, stage: Stage, steps: int) -> Any:
    """Build and compile the network of one stage, always with the same first weights.

    Args:
        recipe: What to build, and how it learns.
        stage: Its side, epochs and peak learning rate.
        steps: Steps an epoch.

    Raises:
        UnknownName: When there is no such variant.
        ConfigError: When the builder does not take what `[build]` gives, or the side is none for this network.
    """
    model = built(recipe, stage)
    model.compile(
        _optimizer(recipe, _Rate(recipe, stage, steps * stage.epochs)),
        keras.losses.CategoricalCrossentropy(),  # the targets are smoothed already
        metrics=["accuracy"],
        # XLA on TensorFlow's CPU is several times slower than its own kernels; JAX is nothing without it.
        jit_compile=keras.backend.backend() == "jax",
    )
    model.optimizer.build(model.trainable_variables)
    return model


def built(recipe: Recipe, stage: Stage) -> Any:
    """Build the network of a stage, uncompiled, always with the same first weights."""
    keras.utils.set_random_seed(recipe.seed)
    build = lookup(VARIANTS, recipe.variant, "variant").build
    taken = [name for name in inspect.signature(build).parameters if name not in ("form", "side")]
    where = f"The recipe {recipe.file or recipe.variant}"
    for key in recipe.build:
        if key not in taken:
            raise ConfigError(
                f"{where}: [build] has {key!r}, which {recipe.variant} does not take; it takes {', '.join(taken)}."
            )
    options = {key: tuple(value) if isinstance(value, list) else value for key, value in recipe.build.items()}
    try:
        return build(side=stage.side, **options)
    except (ValueError, TypeError, IndexError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ConfigError(
            f"{where}: {recipe.variant} cannot be built with side = {stage.side}"
            f"{''.join(f', {key} = {value!r}' for key, value in options.items())} ({reason}); change stages or [build]."
        ) from error


def state(model: Any) -> list[Any]:
    """Return all that the next step depends on: weights, statistics, dropout seeds, optimiser, loss scale."""
    return [*model.variables, *model.optimizer.variables]


def learning_rate(model: Any) -> float:
    """Return the rate of the step that comes next."""
    return float(keras.ops.convert_to_numpy(_inner(model.optimizer).learning_rate))


@contextlib.contextmanager
def averaged(model: Any, samples: Callable[[], Iterable[Any]] = tuple) -> Iterator[None]:
    """Put the averaged weights in the place of the last ones for as long as the block lasts, if they are kept.

    The statistics of batch normalisation belong to the weights that they were gathered with; the averaged ones need
    their own (Izmailov et al. 2018, arXiv:1803.05407, section 3.2).

    Args:
        model: A compiled model.
        samples: Gives batches of inputs as the model takes them; without any the statistics stay as they are.
    """
    optimizer = _inner(model.optimizer)
    if not optimizer.use_ema:
        yield
        return
    last, beside = _copies(model.trainable_variables), _copies(model.non_trainable_variables)
    optimizer.finalize_variable_values(model.trainable_variables)
    # On JAX weights and averages are now the same buffers, and a prediction gives those of the weights away.
    assign(model.trainable_variables, _copies(model.trainable_variables))
    try:
        gather_statistics(model, samples())
        yield
    finally:
        assign(model.trainable_variables, last)
        assign(model.non_trainable_variables, beside)


def gather_statistics(model: Any, samples: Iterable[Any]) -> None:
    """Set the statistics of every batch normalisation to their mean over some batches of inputs."""
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    if not norms:
        return
    usual, sums, count = [norm.momentum for norm in norms], None, 0
    kept = [variable for norm in norms for variable in (norm.moving_mean, norm.moving_variance)]
    try:
        for norm in norms:
            norm.momentum = 0.0  # the statistics of the last batch alone
        for inputs in samples:
            model(inputs, training=True)
            of_batch = _copies(kept)
            sums = of_batch if sums is None else [one + other for one, other in zip(sums, of_batch, strict=True)]
            count += 1
    finally:
        for norm, momentum in zip(norms, usual, strict=True):
            norm.momentum = momentum
    if sums is not None:
        assign(kept, [values / count for values in sums])


def assign(variables: list[Any], arrays: list[npt.NDArray[Any]]) -> None:
    """Set variables, in order.

    Raises:
        ConfigError: When number or shapes differ.
    """
    if len(variables) != len(arrays) or any(tuple(v.shape) != a.shape for v, a in zip(variables, arrays, strict=False)):
        raise ConfigError("The checkpoint does not fit the network: another Keras version wrote it. Start a new run.")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def to_half_precision(model: Any) -> None:
    """Round all weights to half precision, in which they ship, so that a Keras file and its export are one network."""
    model.set_weights(
        [
            w.astype(np.float16).astype(w.dtype) if np.issubdtype(w.dtype, np.floating) else w
            for w in model.get_weights()
        ]
    )


def _optimizer(recipe: Recipe, rate: Any) -> Any:
    common = {"weight_decay": recipe.weight_decay or None}
    if recipe.average:
        common |= {"use_ema": True, "ema_momentum": recipe.average, "ema_overwrite_frequency": None}
    optimizer: Any
    if recipe.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, **common)
    else:
        kind = {"adam": keras.optimizers.Adam, "adamw": keras.optimizers.AdamW}[recipe.optimizer]
        optimizer = kind(rate, **common)
    if recipe.weight_decay:
        optimizer.exclude_from_weight_decay(var_names=UNDECAYED)
    return optimizer


def _copies(variables: list[Any]) -> list[npt.NDArray[Any]]:
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]


def _inner(optimizer: Any) -> Any:
    """Look through the loss scaling that Keras wraps around an optimiser in mixed precision."""
    return getattr(optimizer, "inner_optimizer", optimizer)


class _Rate(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """The learning rate of each step of a stage: a linear warm-up, then the recipe's schedule."""

    def __init__(self, recipe: Recipe, stage: Stage, total: int) -> None:
        self.schedule, self.peak = recipe.schedule, stage.peak_learning_rate
        self.warmup = min(recipe.warmup_steps, total // 4)
        self.after = max(1, total - self.warmup)

    def __call__(self, step: Any) -> Any:
        ops = keras.ops
        step = ops.cast(step, "float32")
        rise = WARMUP_START + (1 - WARMUP_START) * step / max(1, self.warmup)
        done = ops.clip((step - self.warmup) / self.after, 0.0, 1.0)
        if self.schedule == "cosine":
            share = COSINE_END + (1 - COSINE_END) * 0.5 * (1 + ops.cos(np.pi * done))
        elif self.schedule == "step":
            share = ops.where(done < 0.5, 1.0, ops.where(done < 0.75, 0.1, 0.01))
        else:
            share = ops.ones_like(done)
        return self.peak * ops.where(step < self.warmup, rise, share)

    def get_config(self) -> dict[str, Any]:
        return {"schedule": self.schedule, "peak": self.peak, "warmup": self.warmup, "after": self.after}
