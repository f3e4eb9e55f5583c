"""Training as a person at a terminal sees it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from rich.console import Console

from errors import ConfigError, lookup
from training import recipes
from training.data import load
from training.data_words import say_what_was_left_out

CHECKED_IMAGES = 200
"""Real images on which an export must agree with its Keras model."""


def train_variant(
    name: str,
    data: Path,
    run: Path,
    *,
    votes: Path | None = None,
    recipe_path: Path | None,
    epochs: int | None,
    deterministic: bool,
    mixed_precision: bool,
    coordinator: str | None,
    processes: int,
    process: int,
    cache_dir: Path,
    console: Console,
) -> None:
    """Train by a recipe with live curves, then draw them and export `model.tflite` into the run folder.

    `name` is that of a recipe that comes with mien, or, beside `recipe_path`, of the variant that its recipe is for.

    Of several processes, number 0 does all the talking and writing; `training.distributed.joined` has their arguments.

    Raises:
        UnknownName: When there is no such recipe or variant.
        ConfigError: When the recipe does not fit, or the run folder holds another run.
        CatalogueError: When the data cannot be read.
    """
    recipe = recipes.load(recipe_path) if recipe_path else recipes.named(name)
    if recipe_path and recipe.variant != name:
        raise ConfigError(
            f"{recipe_path} is a recipe for {recipe.variant}, not for {name}. "
            f"Train {recipe.variant} with it, or give another --recipe."
        )
    if epochs is not None:
        recipe = recipe.shortened(epochs)
    faces = load(data, cache_dir=cache_dir)
    say_what_was_left_out(console, faces.bad_rows)

    from training.architectures import VARIANTS  # Keras loads here, after the cheap checks

    lookup(VARIANTS, recipe.variant, "variant")
    from training import curves, export
    from training import train as trainer
    from training.device import sixteen_bits_are_slow, use_deterministic_operations
    from training.distributed import joined
    from training.live import Watch
    from training.run import history, score

    if deterministic:
        use_deterministic_operations()
    with joined(coordinator, processes, process) as team, contextlib.ExitStack() as shown:
        if not team.leads:
            console = Console(quiet=True)
        if mixed_precision and sixteen_bits_are_slow():
            console.print(
                "There is no GPU here: --mixed-precision is likely to be slower than going without.", style="yellow"
            )
        watch = shown.enter_context(Watch(console, name))
        trained = trainer.train(recipe, faces, run, votes=votes, tell=watch, mixed_precision=mixed_precision, team=team)
    if process:
        return
    rows = history(run)
    best = max(rows, key=score)
    crowd = f", of the votes {best['val_votes_accuracy']:.2%}" if "val_votes_accuracy" in best else ""
    title = f"{name}: best validation accuracy {best['val_accuracy']:.2%}{crowd}"
    picture = curves.draw(rows, run / "curves.png", title)
    check = faces.split("Validation").images[:CHECKED_IMAGES]
    try:
        made = export.to_litert(export.load_keras(trained), run / "model.tflite", check)
    except ModuleNotFoundError as error:
        if error.name != "tensorflow":
            raise
        console.print(
            f"{trained} is ready, {picture} shows its curves. The export to LiteRT needs TensorFlow: "
            "pip install tensorflow, then give the same command again.",
            soft_wrap=True,
            markup=False,
        )
        return
    console.print(
        f"{made.path}: {made.bytes:,} bytes, {made.parameters:,} parameters, sha256 {made.sha256}\n"
        f"largest difference from Keras on {len(check)} images: {made.largest_difference:.1e}\n"
        f"curves: {picture}\n"
        f"measure it: mien compare {run / 'model.tflite'} --data {data} --split Validation",
        soft_wrap=True,
        markup=False,
    )
