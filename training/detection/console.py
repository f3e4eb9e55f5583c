"""Training the detector as a person at a terminal sees it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from rich.console import Console

from errors import ConfigError
from training.detection import recipe as recipes


def train_detector(
    data: Path,
    faces: Path | None,
    run: Path,
    *,
    backgrounds: Path | None,
    recipe_path: Path | None,
    epochs: int | None,
    workers: int,
    cache_dir: Path,
    console: Console,
) -> None:
    """Train `mien-face` with a line an epoch, and export `mien-face.tflite` into the run folder.

    Args:
        data: The photo collection, with its legend.
        faces: FER2013.
        run: The run folder.
        backgrounds: Pictures without a face, or None for drawn ones alone.
        recipe_path: Another recipe than the shipped one.
        epochs: Instead of the recipe's, all at full size.
        workers: Processes that compose scenes ahead; 0: none but this one.
        cache_dir: Where faces and labelled photos are kept.
        console: Where the lines go.

    Raises:
        ConfigError: When FER2013 is not given, the recipe does not fit, the run folder holds another run, or dlib is
            not installed.
        CatalogueError: When the data cannot be read.
    """
    if faces is None:
        raise ConfigError("mien-face is made of photos (--data MUXSPACE) and of FER2013's faces: add --faces FER2013.")
    recipe = recipes.load(recipe_path) if recipe_path else recipes.load()
    if epochs is not None:
        side, _, rate = recipe.stages[-1]
        recipe = dataclasses.replace(recipe, stages=((side, epochs, rate),))
    from training.detection.material import gather

    def say(line: str) -> None:
        console.print(line, soft_wrap=True, markup=False, highlight=False)

    learn, check = gather(data, faces, backgrounds, cache_dir, tell=say)
    from training.detection.export import from_run  # Keras loads here
    from training.detection.trainer import train

    train(recipe, learn, check, run, tell=say, workers=workers)
    made = from_run(run, run / "mien-face.tflite", check)
    say(
        f"{made.path}: {made.bytes:,} bytes, {made.parameters:,} parameters, sha256 {made.sha256}\n"
        f"largest difference from Keras: {made.largest_difference:.1e}\n"
        "measure it: mien bench detectors"
    )
