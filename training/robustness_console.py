"""The robustness of emotion networks at a terminal, and as a table for the model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from training.robustness import Left, robustness

Found = Mapping[str, Mapping[str, Left]]
"""Model → condition → what is left."""

BAR = 6.0
"""Points that a condition may cost."""


def bench_robustness(
    names: Sequence[str], data: Path, split: str, *, votes: Path | None, cache_dir: Path, console: Console
) -> dict[str, dict[str, Left]]:
    """Measure models one after the other, and tell how far it is.

    Raises:
        UnknownName: There is no such model or split.
        CatalogueError: Data or votes cannot be read, or hold no grey faces of this split.
        ModelError: A model cannot be used.
    """
    found = {}
    with console.status("reading …") as status:
        for name in names:
            status.update(Text(f"{name}: reading {split} under every condition"))
            found[name] = robustness(name, data, split, votes=votes, cache_dir=cache_dir)
    return found


def points(left: Left, plain: Left) -> tuple[float, float | None]:
    """Return what a condition costs, in points: on the labels, and on the votes where there are any."""
    votes = left.ferplus_accuracy, plain.ferplus_accuracy
    lost = None if votes[0] is None or votes[1] is None else 100 * (votes[1] - votes[0])
    return 100 * (plain.accuracy - left.accuracy), lost


def show(console: Console, split: str, found: Found) -> None:
    """Print a table for each model."""
    for name, rows in found.items():
        console.print(Text(f"{name}, {split}"))
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for number, column in enumerate(("faces", "labels", "lost", "FER+", "lost")):
            table.add_column(column, justify="right" if number else "left", no_wrap=True)
        plain = next(iter(rows.values()))
        for condition, left in rows.items():
            table.add_row(condition, *(_marked(text, lost) for text, lost in _cells(left, plain)))
        console.print(table)
    console.print(Text(f"bar: no condition costs more than {BAR:.0f} points", style="dim"))


def markdown(found: Found) -> str:
    """Return one table of all models: accuracy as it is, then the points that conditions cost; labels, then votes."""
    conditions = list(next(iter(found.values())))
    head = f"| condition | {' | '.join(f'`{name}`' for name in found)} |"
    lines = [head, "|---|" + "---|" * len(found)]
    for condition in conditions:
        cells = []
        for rows in found.values():
            plain, left = rows[conditions[0]], rows[condition]
            both = [text for text, _ in _cells(left, plain) if text]
            cells.append(" / ".join(both[::2] if condition == conditions[0] else both[1::2]))
        lines.append(f"| {condition} | {' | '.join(cells)} |")
    return "\n".join(lines)


def robustness_json(split: str, found: Found) -> dict[str, Any]:
    """Return the tables in the shape that docs/json.md promises."""
    models = []
    for name, rows in found.items():
        plain, conditions = next(iter(rows.values())), []
        for condition, left in rows.items():
            lost, votes_lost = points(left, plain)
            conditions.append(
                {
                    "condition": condition,
                    "accuracy": round(left.accuracy, 4),
                    "points_lost": round(lost, 2),
                    "ferplus_accuracy": None if left.ferplus_accuracy is None else round(left.ferplus_accuracy, 4),
                    "ferplus_points_lost": None if votes_lost is None else round(votes_lost, 2),
                }
            )
        models.append({"model": name, "conditions": conditions})
    return {"split": split, "models": models}


def _cells(left: Left, plain: Left) -> list[tuple[str, float | None]]:
    """Return label accuracy, its loss, vote accuracy, its loss, as text; a loss also as points."""
    lost, votes_lost = points(left, plain)
    cells: list[tuple[str, float | None]] = [(f"{left.accuracy:.1%}", None), (f"{lost:+.1f}", lost)]
    if left.ferplus_accuracy is not None and votes_lost is not None:
        cells += [(f"{left.ferplus_accuracy:.1%}", None), (f"{votes_lost:+.1f}", votes_lost)]
    return cells


def _marked(text: str, lost: float | None) -> Text:
    return Text(text, style="" if lost is None else "green" if lost <= BAR else "red")
