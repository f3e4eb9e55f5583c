"""The tables of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath

import numpy as np

from emotion.types import EMOTIONS
from training.compare import Comparison, Measured
from training.data import SPLITS
from training.evaluate import Evaluation
from training.markup import Html, join, tag
from training.report_pictures import interval_bar
from training.report_style import EXPLANATION


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _three(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _millions(value: float | None) -> str:
    return "–" if value is None else f"{value / 1e6:,.1f}"


Column = tuple[str, str, Callable[[Measured], float | None], Callable[[float | None], str], int]

QUALITY: tuple[Column, ...] = (
    (
        "Balanced accuracy",
        "mean recall of the classes that occur",
        lambda m: m.evaluation.balanced_accuracy,
        _percent,
        1,
    ),
    ("Macro precision", "mean of the seven classes", lambda m: m.evaluation.macro_precision, _percent, 1),
    ("Macro recall", "mean of the seven classes", lambda m: m.evaluation.macro_recall, _percent, 1),
    ("Macro F1", "mean of the seven classes", lambda m: m.evaluation.macro_f1, _three, 1),
    ("Log loss", "lower is better", lambda m: m.evaluation.log_loss, _three, -1),
    ("ECE", "expected calibration error, lower is better", lambda m: m.evaluation.ece, _three, -1),
    (
        "Without repeats of Training",
        "accuracy over images that do not occur in Training",
        lambda m: m.evaluation.accuracy_without_train_duplicates,
        _percent,
        1,
    ),
    ("FER+", "agreement with the FER+ majority", lambda m: m.evaluation.ferplus_accuracy, _percent, 1),
    ("FER+ ECE", "calibration error against the votes", lambda m: m.evaluation.ferplus_ece, _three, -1),
)
"""Heading, what it is, the value, how it is written, and whether more (1) or less (−1) is better."""

COSTS: tuple[Column, ...] = (
    ("Parameters", "trained numbers", lambda m: m.cost.parameters, _count, -1),
    ("MACs, million", "multiply-accumulates for one picture", lambda m: m.cost.macs, _millions, -1),
    ("File, MB", "millions of bytes", lambda m: m.cost.bytes, _millions, -1),
    ("One picture, ms", "median, one thread", lambda m: m.cost.latency_ms, lambda v: f"{v or 0:.2f}", -1),
)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str, class_: str = "") -> Html:
    """Return a table whose first column names the rows, in a box that scrolls sideways on a narrow screen."""
    top = tag("tr", join(tag("th", cell, scope="col") for cell in head))
    body = join(
        tag("tr", join([tag("th", first, scope="row"), *(c if c.startswith("<td") else tag("td", c) for c in rest)]))
        for first, *rest in rows
    )
    inner = join([tag("caption", caption), tag("thead", top), tag("tbody", body)])
    return tag("div", tag("table", inner, class_=class_ or None), class_="scroll", tabindex=0, role="region",
               aria_label=caption)  # fmt: skip


def overview(comparison: Comparison, labels: dict[str, str]) -> Html:
    """Return how good all models are and what they cost, by accuracy, the best of every column marked."""
    measured = [(row.name, row.measured) for row in comparison.rows if row.measured]
    measured.sort(key=lambda pair: -pair[1].evaluation.accuracy)
    if not measured:
        return tag("p", "Not one model could be measured; what is wrong with each stands below.")
    limits = [m.evaluation.accuracy_ci95 for _, m in measured]
    low, high = min(a for a, _ in limits), max(b for _, b in limits)
    best = max(m.evaluation.accuracy for _, m in measured)
    accuracy = {
        name: [
            _cell(f"{m.evaluation.accuracy:.2%}", m.evaluation.accuracy == best),
            tag("td", interval_bar(m.evaluation.accuracy, m.evaluation.accuracy_ci95, low, high)),
        ]
        for name, m in measured
    }
    failed = [row.name for row in comparison.rows if row.error]
    quality = _cells(measured, QUALITY)
    head, cells = ["Accuracy", "95 % interval", *quality[0]], {n: accuracy[n] + quality[1][n] for n, _ in measured}
    costs_head, costs = _cells(measured, COSTS)
    scale = f"Each bar spans its model’s interval; the scale goes from {low:.1%} to {high:.1%}."
    return join(
        [
            _of_models(head, cells, failed, labels, "How good: by accuracy, the best of each column in bold"),
            tag("p", scale, class_="note"),
            _of_models(costs_head, costs, [], labels, "What it costs: the least of each column in bold"),
        ]
    )


def _cells(
    measured: Sequence[tuple[str, Measured]], columns: Sequence[Column]
) -> tuple[list[Html], dict[str, list[Html]]]:
    """Return the headings of the columns in which anything is known, and each model's cells."""
    head: list[Html] = []
    cells: dict[str, list[Html]] = {name: [] for name, _ in measured}
    for title, about, value, written, sign in columns:
        known = [sign * v for _, m in measured if (v := value(m)) is not None]
        if known:
            head.append(tag("abbr", title, title=about))
            for name, m in measured:
                own = value(m)
                cells[name].append(_cell(written(own), own is not None and sign * own == max(known)))
    return head, cells


def _of_models(
    head: Sequence[str], cells: dict[str, list[Html]], failed: Sequence[str], labels: dict[str, str], caption: str
) -> Html:
    rows: list[list[str]] = [[labels[name], *of] for name, of in cells.items()]
    rows += [[labels[name], tag("td", "failed", class_="failed", colspan=len(head))] for name in failed]
    return table(["Model", *head], rows, caption, "overview")


def _cell(text: str, best: bool) -> Html:
    return tag("td", tag("strong", text) if best else text, class_="best" if best else None)


def pairs(comparison: Comparison, labels: dict[str, str]) -> Html:
    """Return McNemar's test for each pair."""
    if not comparison.tests:
        return Html("")
    rows = [
        [
            f"{labels[test.a]} and {labels[test.b]}",
            f"{test.a_only:,}",
            f"{test.b_only:,}",
            "exact" if test.method == "exact" else f"χ² = {test.statistic:.1f}",
            f"{test.p:.2g}" if test.p >= 1e-4 else "< 0.0001",
            _verdict(test.p, test.a_only - test.b_only, labels[test.a], labels[test.b]),
        ]
        for test in comparison.tests
    ]
    head = ["Pair", "Only the first is right", "Only the second is right", "Test", "p", "So"]
    note = "p is the chance of a difference at least this large between equally good models."
    if len(rows) > 1:
        note += (
            f" It is given for each pair alone; with {len(rows)} pairs looked at, only a p below "
            f"{0.05 / len(rows):.2g} holds for all of them together (Bonferroni)."
        )
    return join([table(head, rows, "McNemar's test for each pair", "words"), tag("p", note, class_="note")])


def _verdict(p: float, lead: int, a: str, b: str) -> str:
    return "not told apart" if p >= 0.05 else f"{a if lead > 0 else b} is better"


def classes(evaluation: Evaluation) -> Html:
    """Return precision, recall, F1 and the number of images of each class."""
    rows = [
        [emotion, _percent(of.precision), _percent(of.recall), _three(of.f1), f"{of.support:,}"]
        for emotion, of in evaluation.per_class.items()
    ]
    return table(["Class", "Precision", "Recall", "F1", "Images"], rows, "Measures of each class")


def confusion(evaluation: Evaluation, normalised: bool) -> Html:
    """Return the confusion matrix with coloured cells, in counts or as shares of each true class."""
    counts = np.array(evaluation.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    rows = []
    for i, emotion in enumerate(EMOTIONS):
        cells: list[str] = [emotion]
        for j in range(len(EMOTIONS)):
            text = f"{shares[i, j]:.0%}" if normalised else f"{counts[i, j]:,}"
            cells.append(tag("td", text, class_="hit" if i == j else "miss", style=f"--share:{shares[i, j]:.3f}"))
        rows.append(cells)
    caption = "Shares of each true class" if normalised else "Images"
    return table(["", *EMOTIONS], rows, caption, "confusion")


def data(comparison: Comparison) -> Html:
    """Return where the images come from and how many there are of each class and split."""
    faces = comparison.faces
    rows = []
    for i, name in enumerate(SPLITS):
        counts = np.bincount(faces.labels[faces.splits == i], minlength=len(EMOTIONS)).tolist()
        if sum(counts):
            rows.append([name, *(f"{n:,}" for n in counts), f"{sum(counts):,}"])
    size = "×".join(map(str, faces.images.shape[1:3])) + (" RGB" if faces.images.ndim == 4 else " grey")
    words = f"{PurePath(faces.source).name}, split {comparison.split}: {len(faces):,} images of {size} pixels."
    if comparison.split == "Validation":
        words += " These are not trained on, but they chose the best epoch: report a test split, not this one."
    return join([tag("p", words), table(["From", *EMOTIONS, "all"], rows, "Images by class")])


def explanation(comparison: Comparison) -> Html:
    """Return what the columns mean."""
    left = int(comparison.in_training.sum())
    items = [(term, text.format(left=f"{left:,}", n=f"{len(comparison.faces):,}")) for term, text in EXPLANATION]
    return tag("dl", join(join([tag("dt", term), tag("dd", text)]) for term, text in items))
