"""The end-to-end measure at a terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from emotion.engine import Engine
from emotion.models import MODELS
from errors import CatalogueError, lookup
from training.data import Faces, load
from training.detection_bench import named_detectors
from training.end_to_end import FOUND_BAR, LOST_BAR, Passage, passages


def bench_end_to_end(
    detector: str,
    model: str,
    data: Path,
    split: str,
    *,
    votes: Path | None = None,
    every: int,
    cache_dir: Path,
    console: Console,
) -> list[Passage]:
    """Send the faces of a split the whole way, and tell how far it is.

    With votes, right is what most of the crowd saw, and faces are left out that it could not tell: mien reads by the
    head that learnt from votes, where a network has one.

    Raises:
        UnknownName: There is no such detector, model or split.
        ModelError: A file is missing or wrong.
        ConfigError: Votes beside data that they cannot belong to.
        CatalogueError: Data or votes cannot be read, or the data are not FER2013's tight 48×48 faces.
    """
    finds = named_detectors([detector])[detector]
    engine = Engine(Path(model) if model.endswith(".tflite") else lookup(MODELS, model, "model"), threads=1)
    faces = load(data, cache_dir=cache_dir)
    if faces.images.shape[1:] != (48, 48):
        raise CatalogueError(data, "holds other than tight grey faces of 48×48 pixels; give FER2013")
    part = faces.split(split) if votes is None else as_voted(faces.split(split), votes)
    chosen = part.where(np.arange(len(part)) % every == 0)
    if not len(chosen):
        raise CatalogueError(data, f"has no faces in {split}")
    with console.status("looking …") as status:

        def tell(tilt: str, done: int) -> None:
            status.update(Text(f"{tilt}: {done:,} of {len(chosen):,}"))

        return list(passages(finds, engine, chosen, tell=tell))


def as_voted(faces: Faces, votes: Path) -> Faces:
    """Return the faces that have a FER+ majority, with that as their label."""
    from training.evaluate import NO_VOTE  # both need the train group, and nothing else here does
    from training.votes import load_votes

    voted = load_votes(votes, faces)
    known = voted != NO_VOTE
    return dataclasses.replace(faces.where(known), labels=voted[known].astype(np.uint8))


def show(console: Console, split: str, detector: str, model: str, found: Sequence[Passage]) -> None:
    """Print a row for each tilt."""
    console.print(Text(f"{split}: {detector} finds and {model} reads {found[0].faces:,} faces in 640×480 frames"))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("faces", no_wrap=True)
    for column in ("found", "direct", "after", "lost", "not turned", "same"):
        table.add_column(column, justify="right", no_wrap=True)
    for passage in found:
        marked = (
            _marked(f"{passage.found_share:.1%}", passage.found_share >= FOUND_BAR),
            Text(f"{passage.direct:.1%}"),
            Text(f"{passage.after:.1%}"),
            _marked(f"{100 * passage.lost:+.1f}", passage.lost <= LOST_BAR),
            Text(f"{passage.unturned:.1%}"),
            Text(f"{passage.agree:.1%}"),
        )
        table.add_row(passage.tilt, *marked)
    console.print(table)
    bars = f"bars: at least {FOUND_BAR:.0%} found, on those at most {100 * LOST_BAR:.0f} points of accuracy lost"
    console.print(Text(bars, style="dim"))


def _marked(words: str, met: bool) -> Text:
    return Text(f"{words} {'✔' if met else '✘'}", style="green" if met else "red")
