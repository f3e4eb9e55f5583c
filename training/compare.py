"""Models on the same images, side by side: one bad model fails by its name, the others are still measured."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from emotion.models import MODELS
from emotion.types import EMOTIONS
from errors import CatalogueError, MienError, lookup
from training.data import EVALUATION_SPLITS, load
from training.evaluate import Evaluation, evaluate, predictor


@dataclass(frozen=True, slots=True)
class Row:
    """One model's measures, or the error that kept it from being measured."""

    name: str
    evaluation: Evaluation | None
    error: str | None


def compare_models(names: list[str], data: Path, split: str, *, cache_dir: Path | None = None) -> list[Row]:
    """Measure models on one split.

    Args:
        names: Shipped names, `.tflite` or `.keras` files, or run folders; none means every shipped model.
        data: FER2013.
        split: "Validation" (our tenth of Training), "PublicTest", "PrivateTest" or "Test" (both test splits).
        cache_dir: Where parsed data is kept.

    Raises:
        UnknownName: For another split.
        CatalogueError: When the data cannot be read, or the split is empty.
    """
    lookup(dict.fromkeys(EVALUATION_SPLITS), split, "split")
    faces = load(data, cache_dir=cache_dir).split(split)
    if not len(faces):
        raise CatalogueError(data, f"holds no images of {split}; choose another --split")
    rows = []
    for name in names or list(MODELS):
        try:
            rows.append(Row(name, evaluate(name, predictor(name), faces), None))
        except MienError as error:
            rows.append(Row(name, None, str(error)))
    return rows


def comparison_json(split: str, rows: list[Row]) -> dict[str, Any]:
    """Return `{"split", "n", "models": [{"name", "accuracy", …, "confusion", "error"}]}`, fractions 0–1."""
    empty = {field.name: None for field in dataclasses.fields(Evaluation) if field.name not in ("name", "n")}
    models = []
    for row in rows:
        measures = empty if row.evaluation is None else dataclasses.asdict(row.evaluation)
        measures.pop("n", None)
        models.append({**measures, "name": row.name, "error": row.error})
    n = next((row.evaluation.n for row in rows if row.evaluation), 0)
    return {"split": split, "n": n, "models": models}


def show(console: Console, split: str, rows: list[Row]) -> None:
    """Print a table of all models, then for each its classes and its confusion matrix."""
    n = next((row.evaluation.n for row in rows if row.evaluation), 0)
    console.print(Text(f"{split}, {n:,} images, single crop", style="italic"))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("model", "accuracy", "macro-F1"):
        table.add_column(column, justify="left" if column == "model" else "right")
    for row in rows:
        if row.evaluation is None:
            table.add_row(row.name, Text(f"failed: {row.error}", style="red"))
        else:
            table.add_row(row.name, f"{row.evaluation.accuracy:.2%}", f"{row.evaluation.macro_f1:.4f}")
    console.print(table)
    for row in rows:
        if row.evaluation is not None:
            console.print(_classes(row.evaluation))


def _classes(evaluation: Evaluation) -> Table:
    table = Table(
        title=f"\n{evaluation.name}: true class by row, predicted by column",
        title_justify="left",
        box=None,
        pad_edge=False,
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
