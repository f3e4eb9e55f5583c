"""A bench of detectors at a terminal: how far it is, the table within 80 columns, and a sheet for the eye."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from emotion.opencv import cv2
from emotion.types import Face
from errors import lookup
from training.detection_bench import Bench, Row, measure, named_detectors, photos_aside, pictures_of
from training.detection_conditions import CONDITIONS, Scene
from training.detection_sheet import contact_sheet, tile
from training.store import write_bytes

TILES = 300

UNITS = {"share": "{:.1%}", "a picture": "{:.3f}", "degrees": "{:.1f}°", "ms": "{:.1f} ms", "× haar": "{:.2f}×"}


def bench_detectors(
    names: Sequence[str],
    data: Path | None,
    *,
    every: int,
    conditions: Sequence[str],
    without_faces: Path | None,
    faceless: int,
    frames: int,
    sheet: Path | None,
    console: Console,
) -> Bench:
    """Measure detectors, tell on the way how far it is, and draw a contact sheet of what the first one finds.

    The sheet shows 300 photos under the first of the conditions.

    Raises:
        UnknownName: There is no such detector or condition.
        ModelError: A detector's file is missing or wrong.
        CatalogueError: The folder has no photos to measure on.
    """
    by_name = {condition.name: condition for condition in CONDITIONS}
    chosen = [lookup(by_name, name, "condition") for name in conditions] or list(CONDITIONS)
    detectors = named_detectors(names)
    paths = photos_aside(data, every) if data is not None else []
    nobody = pictures_of(without_faces) if without_faces is not None else []
    step = max(1, len(paths) // chosen[0].photos // TILES)
    tiles: list[Any] = []
    seen = itertools.count()

    def look(condition: str, scene: Scene, faces: Sequence[Face]) -> None:
        if sheet is not None and condition == chosen[0].name and next(seen) % step == 0 and len(tiles) < TILES:
            tiles.append(tile(scene, faces))

    with console.status("looking …") as status:

        def tell(what: str, done: int) -> None:
            status.update(Text(f"{what}: {done:,}"))

        found = measure(
            detectors,
            paths,
            conditions=chosen,
            without_faces=nobody,
            faceless_count=faceless,
            cost_frames=frames,
            tell=tell,
            look=look,
        )
    if sheet is not None and tiles:
        write_bytes(sheet, cv2.imencode(".png", contact_sheet(tiles)[..., ::-1])[1].tobytes())
        console.print(Text(f"{sheet}: {len(tiles)} photos, boxes of {names[0]}, {chosen[0].name}"), soft_wrap=True)
    return found


def show(console: Console, bench: Bench) -> None:
    """Print the table, what could not be read, and what the columns mean."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("measure", overflow="fold")
    table.add_column("n", justify="right", no_wrap=True)
    names = list(bench.rows[0].values)
    for name in names:
        table.add_column(Path(name).stem if name.endswith(".tflite") else name, justify="right", overflow="fold")
    table.add_column("bar", justify="right", no_wrap=True)
    for row in bench.rows:
        table.add_row(row.measure, f"{row.n:,}", *(_cell(row, name) for name in names), _bar(row))
    if bench.photos:
        console.print(Text(f"{bench.photos:,} photos of people kept aside from training", style="italic"))
    console.print(table)
    console.print(Text("✔ at the bar that mien-face set itself, ✘ not", style="dim"))
    for line in bench.unreadable:
        console.print(Text(f"not read: {line}", style="yellow"), soft_wrap=True)


def _cell(row: Row, name: str) -> Text:
    value, met = row.values[name], row.met(name)
    words = "–" if value is None else UNITS[row.unit].format(value)
    mark = "" if met is None else " ✔" if met else " ✘"
    return Text(words + (mark or "  "), style="" if met is None else "green" if met else "red")


def _bar(row: Row) -> str:
    return "" if row.bar is None else ("≥ " if row.at_least else "≤ ") + UNITS[row.unit].format(row.bar)
