"""Training as a person at a terminal sees them."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from errors import ConfigError, lookup
from training import recipes
from training.data import load
from training.data_words import say_what_was_left_out

CHECKED_IMAGES = 200
"""Real images on which an export must agree with its Keras model."""


def train_variant(
    variant: str,
    data: Path,
    run: Path,
    *,
    recipe_path: Path | None,
    epochs: int | None,
    deterministic: bool,
    cache_dir: Path,
    console: Console,
) -> None:
    """Train a variant with a progress bar, then export it to `model.tflite` in the run folder.

    Raises:
        UnknownName: When there is no such variant.
        ConfigError: When the recipe does not fit, or the run folder holds another run.
        CatalogueError: When the data cannot be read.
    """
    recipe = recipes.load(recipe_path) if recipe_path else recipes.named(variant)
    if recipe.variant != variant:
        raise ConfigError(
            f"{recipe_path} is a recipe for {recipe.variant}, not for {variant}. "
            f"Train {recipe.variant} with it, or give another --recipe."
        )
    if epochs is not None:
        recipe = recipe.shortened(epochs)
    faces = load(data, cache_dir=cache_dir)
    say_what_was_left_out(console, faces.bad_rows)

    from training.architectures import VARIANTS  # Keras loads here, after the cheap checks

    lookup(VARIANTS, variant, "variant")
    from training import export
    from training import train as trainer
    from training.device import use_deterministic_operations

    if deterministic:
        use_deterministic_operations()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(f"{variant}")

        def tell(now: trainer.Progress) -> None:
            where = f"{variant} epoch {now.epoch + 1}/{now.epochs} · {now.side} px"
            words = f"{where} · loss {now.loss:.3f} · {now.accuracy:.1%}"
            bar.update(task, total=now.steps, completed=now.step, description=words)
            if now.finished_epoch is not None:
                row = now.finished_epoch
                console.print(
                    f"epoch {now.epoch + 1:>3}/{now.epochs}  {now.side} px  loss {row['loss']:.4f}  "
                    f"accuracy {row['accuracy']:.2%}  validation {row['val_accuracy']:.2%} (loss {row['val_loss']:.4f})"
                )
                bar.reset(task)

        trained = trainer.train(recipe, faces, run, tell=tell)
    check = faces.split("Validation").images[:CHECKED_IMAGES]
    made = export.to_litert(export.load_keras(trained), run / "model.tflite", check)
    console.print(
        f"{made.path}: {made.bytes:,} bytes, {made.parameters:,} parameters, sha256 {made.sha256}\n"
        f"largest difference from Keras on {len(check)} images: {made.largest_difference:.1e}\n"
        f"measure it: mien compare {run / 'model.tflite'} --data {data} --split Validation",
        soft_wrap=True,
        markup=False,
    )
