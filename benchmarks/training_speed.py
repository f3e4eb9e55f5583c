"""Images per second of mien's training loop and of a plain `model.fit`, on the same network and the same images.

Run with `python -m benchmarks.training_speed --data fer2013.csv.gz` on a machine that does nothing else. The loop
keeps uint8, augments and shuffles; `fit` gets float32 (N, 48, 48, 1) and one-hot labels, shuffles, and augments
nothing. It is measured with Keras's defaults (`jit_compile="auto"`, which takes XLA wherever it is there) and with
`jit_compile=False`. The three take turns within each round, the first round (tracing) is not counted, and the
ratios are medians over rounds.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import typer

from training import recipes
from training.architectures import VARIANTS
from training.batches import Batches
from training.data import load
from training.device import device_in_words
from training.faces import Faces
from training.inputs import as_inputs
from training.optimising import compiled
from training.recipes import Recipe, Stage
from training.targets import smoothed


def our_loop(recipe: Recipe, faces: Faces) -> Callable[[], None]:
    """Return what takes one epoch as `training.train` does."""
    steps = len(faces) // recipe.batch
    model = compiled(recipe, recipe.stages[-1], steps)
    batches = Batches(recipe, faces, model.input_shape[1:])

    def epoch() -> None:
        for batch in batches.of_epoch(0):
            logs = model.train_on_batch(batch.inputs, batch.targets, sample_weight=batch.weights, return_dict=True)
            float(logs["loss"])

    return epoch


def plain_fit(recipe: Recipe, faces: Faces, jit_compile: bool | str) -> Callable[[], None]:
    """Return what takes one epoch as a first notebook would."""
    model: Any = VARIANTS[recipe.variant].build(side=recipe.stages[-1].side, **recipe.build)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"], jit_compile=jit_compile)
    inputs, targets = as_inputs(faces.images, model.input_shape[1:]), smoothed(faces.labels)

    def epoch() -> None:
        model.fit(inputs, targets, batch_size=recipe.batch, epochs=1, verbose=0)

    return epoch


def main(
    data: Annotated[Path, typer.Option(help="FER2013.")],
    variant: Annotated[str, typer.Option(help="The network, with its recipe.")] = "cnn3x3",
    images: Annotated[int, typer.Option(help="Of Training, in each epoch.")] = 4000,
    rounds: Annotated[int, typer.Option(help="Counted rounds.")] = 5,
    batch: Annotated[int, typer.Option(help="Images a step.")] = 64,
) -> None:
    """Print images per second and the ratios."""
    named = recipes.named(variant)
    full = named.stages[-1]
    recipe = Recipe(
        variant,
        (Stage(full.side, 1, full.peak_learning_rate),),
        batch=batch,
        augmentation=named.augmentation,
        build=named.build,
    )
    faces = load(data).split("Training")
    faces = faces.where(np.arange(len(faces)) < images // batch * batch)  # whole batches for everyone
    ways = {
        "mien's loop": our_loop(recipe, faces),
        "fit, defaults": plain_fit(recipe, faces, "auto"),
        "fit, no XLA": plain_fit(recipe, faces, False),
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name in ways if number % 2 else reversed(ways):
            began = time.perf_counter()
            ways[name]()
            if number:
                speeds[name].append(len(faces) / (time.perf_counter() - began))
    where = f"{keras.backend.backend()}, {device_in_words()}"
    print(f"{variant}, batch {batch}, {len(faces):,} images, {rounds} rounds, {where}")
    ours = speeds["mien's loop"]
    for name, found in speeds.items():
        ratios = [a / b for a, b in zip(ours, found, strict=True)]
        print(
            f"{name:<14} {statistics.median(found):8.1f} images/s ({min(found):.1f}–{max(found):.1f})   "
            f"mien's loop is {statistics.median(ratios):.2f}× ({min(ratios):.2f}–{max(ratios):.2f})"
        )


if __name__ == "__main__":
    typer.run(main)
