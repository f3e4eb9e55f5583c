"""The report of a comparison: one HTML page that needs nothing else, a CSV and a JSON file.

The page asks nothing of any host and runs no script: style is in its head, pictures are in its text. What goes where is
here; tables are in `report_tables`, drawings and galleries in `report_pictures`, the style in `report_style`.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePath

from atomic import write_atomically
from emotion.types import EMOTIONS
from errors import ConfigError
from training import report_pictures as pictures
from training import report_tables as tables
from training.compare import Comparison, Row, comparison_csv, comparison_json
from training.evaluate import NO_VOTE
from training.markup import Html, join, tag
from training.report_style import STYLE

REPORT, TABLE, DOCUMENT = "report.html", "models.csv", "compare.json"


def prepare(folder: Path) -> None:
    """Make the folder of a report and see that it can be written, before hours of prediction go into it.

    Raises:
        ConfigError: When it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ConfigError(
            f"The report cannot be written to {folder}: {reason}. Give another folder to --out."
        ) from error


def write_report(folder: Path, comparison: Comparison) -> Path:
    """Write `report.html`, `models.csv` and `compare.json`, each whole or not at all, and return the first's path.

    Raises:
        ConfigError: When the folder cannot be written, or the disk is full.
    """
    prepare(folder)
    document = json.dumps(comparison_json(comparison), indent=2, ensure_ascii=False)
    write_atomically(folder / DOCUMENT, document + "\n")
    write_atomically(folder / TABLE, comparison_csv(comparison))
    return write_atomically(folder / REPORT, page(comparison))


def page(comparison: Comparison) -> str:
    """Return the whole page."""
    labels = short_names([row.name for row in comparison.rows])
    measured = [row for row in comparison.rows if row.measured]
    title = f"{len(comparison.rows)} emotion networks on {comparison.split}"
    if len(comparison.rows) == 1:
        title = f"{labels[comparison.rows[0].name]} on {comparison.split}"
    sections = [
        ("models", "All models", tables.overview(comparison, labels)),
        ("errors", "Models that failed", _errors(comparison.rows, labels)),
        ("pairs", "Which differences are more than chance", tables.pairs(comparison, labels)),
        *(
            (f"model-{i}", labels[row.name], _model(f"model-{i}", comparison, row))
            for i, row in enumerate(measured, start=1)
        ),
        ("data", "The images", tables.data(comparison)),
        ("reading", "How to read this", tables.explanation(comparison)),
    ]
    shown = [section for section in sections if section[2]]
    links = join(tag("li", tag("a", title, href=f"#{name}")) for name, title, _ in shown)
    body = join(
        [
            tag("a", "Skip to the table", href="#models", class_="skip"),
            tag("header", join([tag("h1", title), tag("p", _lead(comparison), class_="lead")])),
            tag("nav", tag("ul", links), aria_label="Parts of this report"),
            tag(
                "main",
                join(
                    tag("section", join([tag("h2", heading, id=f"{name}-heading"), content]), id=name,
                        aria_labelledby=f"{name}-heading")
                    for name, heading, content in shown
                ),
            ),
            tag("footer", tag("p", f"Made by mien compare. The same figures are in {TABLE} and {DOCUMENT}.")),
        ]
    )  # fmt: skip
    head = join(
        [
            Html('<meta charset="utf-8">'),
            Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Html('<meta name="color-scheme" content="light dark">'),
            Html('<link rel="icon" href="data:,">'),  # or a browser asks the server for one
            tag("title", f"{title} · mien"),
            Html(f"<style>{STYLE}</style>"),
        ]
    )
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body>{body}</body>\n</html>\n'


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Shorten paths to as many of their last parts as tell them apart: runs/a/model.keras → a/model.keras."""
    parts = {name: PurePath(name).parts or (name,) for name in names}
    short = {}
    for name, own in parts.items():
        others = [other for key, other in parts.items() if key != name]
        enough = next((k for k in range(1, len(own)) if all(own[-k:] != other[-k:] for other in others)), len(own))
        short[name] = str(PurePath(*own[-enough:]))
    return short


def _lead(comparison: Comparison) -> str:
    n = len(comparison.faces)
    words = [f"{PurePath(comparison.faces.source).name}, {n:,} image{'s' * (n != 1)}, each read once as it is."]
    if comparison.in_training.any():
        words.append(f"{int(comparison.in_training.sum()):,} of them also occur in Training.")
    if comparison.majority is not None:
        words.append(f"{int((comparison.majority != NO_VOTE).sum()):,} have a FER+ majority.")
    return " ".join(words)


def _errors(rows: Sequence[Row], labels: dict[str, str]) -> Html:
    failed = [row for row in rows if row.error is not None]
    items = (join([tag("dt", labels[row.name]), tag("dd", row.error or "")]) for row in failed)
    return tag("dl", join(items), class_="errors") if failed else Html("")


def _model(name: str, comparison: Comparison, row: Row) -> Html:
    assert row.measured is not None
    faces, probabilities, evaluation = comparison.faces, row.measured.probabilities, row.measured.evaluation
    return join(
        [
            tag("h3", "Classes"),
            tables.classes(evaluation),
            tag("h3", "Confusion: true class by row, predicted by column"),
            tag("div", join([tables.confusion(evaluation, False), tables.confusion(evaluation, True)]), class_="pair"),
            tag("h3", "How far its confidence can be trusted"),
            pictures.reliability_diagram(name, evaluation),
            tag("h3", "Hardest confusions"),
            pictures.hardest(faces, probabilities),
            tag("h3", "Right and wrong, the surest of each"),
            join(pictures.gallery(faces, probabilities, i) for i in range(len(EMOTIONS))),
        ]
    )
