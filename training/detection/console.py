"""Training the detector as a person at a terminal sees it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from rich.console import Console

from training.detection import recipe as recipes


def train_detector(
    data: Path,
    faces: Path,
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

    Raises:
        ConfigError: When the recipe does not fit, the run folder holds another run, or dlib is not installed.
        CatalogueError: When the data cannot be read.
    """
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
