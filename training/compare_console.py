"""A comparison at a terminal: progress, the table within 80 columns, and where the report lies."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from emotion.types import EMOTIONS
from training.compare import Comparison, Row, compare_models
from training.evaluate import Evaluation
from training.report import REPORT, prepare, write_report


def compare_and_report(
    names: list[str], data: Path, split: str, *, votes: Path | None, out: Path | None, cache_dir: Path, console: Console
) -> Comparison:
    """Compare models, tell on the way how far it is, and write the report when a folder is given.

    Raises:
        ConfigError: When the folder cannot be written, which is found out before anything is predicted.
        UnknownName: For another split.
        CatalogueError: When data or votes cannot be read, or the split is empty.
    """
    if out is not None:
        prepare(out)
    read: dict[str, int] = {}
    with console.status("reading the data …") as status:

        def tell(name: str, n: int) -> None:
            read[name] = read.get(name, 0) + n
            if read[name] % 100 < n:
                status.update(Text(f"{name}: {read[name]:,} images"))

        comparison = compare_models(names, data, split, votes=votes, cache_dir=cache_dir, tell=tell)
        if out is not None:
            write_report(out, comparison)
    if out is not None:
        console.print(Text(f"Report: {out / REPORT}"), soft_wrap=True)
    return comparison


def show(console: Console, comparison: Comparison) -> None:
    """Print a table of all models, then for each its classes and its confusion matrix."""
    n, left_out = len(comparison.faces), int(comparison.in_training.sum())
    words = f", {left_out:,} of them also in Training" if left_out else ""
    console.print(Text(f"{comparison.split}, {n:,} images{words}, single crop", style="italic"))
    console.print(_models(comparison))
    for row in comparison.rows:
        if row.measured is None:
            console.print(Text(f"{row.name} failed: {row.error}", style="red"), soft_wrap=True)
    for test in comparison.tests:
        verdict = "not told apart" if test.p >= 0.05 else "differ"
        console.print(Text(f"{test.a} and {test.b}: {verdict} (McNemar, p = {test.p:.2g})"), soft_wrap=True)
    for row in comparison.rows:
        if row.measured is not None:
            console.print(_classes(row.name, row.measured.evaluation))


def _models(comparison: Comparison) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("model", overflow="fold")
    with_votes = comparison.majority is not None
    for column in ("accuracy", "95 %", "balanced", "F1", "ECE", *(["FER+"] * with_votes), "MB", "ms"):
        table.add_column(column, justify="right", no_wrap=True)
    for row in comparison.rows:
        table.add_row(row.name, *(_cells(row, with_votes) if row.measured else [Text("failed", style="red")]))
    return table


def _cells(row: Row, with_votes: bool) -> list[str]:
    assert row.measured is not None
    of, cost = row.measured.evaluation, row.measured.cost
    votes = [f"{of.ferplus_accuracy:.1%}" if of.ferplus_accuracy is not None else "–"] * with_votes
    return [
        f"{of.accuracy:.2%}",
        f"{of.accuracy_ci95[0] * 100:.1f}–{of.accuracy_ci95[1] * 100:.1f}",
        f"{of.balanced_accuracy:.1%}",
        f"{of.macro_f1:.3f}",
        f"{of.ece:.3f}",
        *votes,
        f"{cost.bytes / 1e6:.1f}",
        f"{cost.latency_ms:.1f}",
    ]


def _classes(name: str, evaluation: Evaluation) -> Table:
    table = Table(
        title=f"\n{name}: true class by row, predicted by column", title_justify="left", box=None, pad_edge=False
    )
    table.add_column("", no_wrap=True)
    short = [emotion[:3] for emotion in EMOTIONS]  # eleven columns of numbers fit into 80 characters
    for column in (*short, "precis.", "recall", "F1", "images"):
        table.add_column(column, justify="right", no_wrap=True)
    for i, emotion in enumerate(EMOTIONS):
        counts = [Text(str(c), style="bold" if i == j else "") for j, c in enumerate(evaluation.confusion[i])]
        of = evaluation.per_class[emotion]
        table.add_row(emotion, *counts, f"{of.precision:.3f}", f"{of.recall:.3f}", f"{of.f1:.3f}", str(of.support))
    return table
