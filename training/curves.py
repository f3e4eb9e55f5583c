"""The curves of a run as a picture: loss, accuracy, precision and recall by epoch, as the sources plot them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from training.run import Row
from training.store import write_bytes

PANELS = ("loss", "accuracy", "precision", "recall")
TRAINING, VALIDATION, STAGE = "#9a9a9a", "#c2410c", "#d9d9d9"


def draw(rows: Sequence[Row], path: Path, title: str) -> Path:
    """Write four panels as a PNG, atomically.

    Args:
        rows: The epochs of `history.jsonl`.
        path: The file.
        title: What stands above.

    Raises:
        ConfigError: When the file cannot be written.
    """
    figure = Figure(figsize=(9, 6), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=11)
    for name, axes in zip(PANELS, figure.subplots(2, 2, sharex=True).flat, strict=True):
        _panel(axes, name, rows)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize=9)
    for axes in figure.axes[2:]:
        axes.set_xlabel("epoch", fontsize=9)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    write_bytes(path, buffer.getbuffer())
    return path


def _panel(axes: Axes, name: str, rows: Sequence[Row]) -> None:
    epochs = [row["epoch"] for row in rows]
    marker = "o" if len(rows) < 40 else None
    for key, words, colour in ((name, "training", TRAINING), (f"val_{name}", "validation", VALIDATION)):
        if rows and key in rows[0]:
            axes.plot(epochs, [row[key] for row in rows], color=colour, marker=marker, markersize=3, label=words)
    for before, after in itertools.pairwise(rows):
        if before["side"] != after["side"]:
            axes.axvline(before["epoch"] + 0.5, color=STAGE, linestyle="--", linewidth=1, zorder=0)
    axes.set_title(name if name in ("loss", "accuracy") else f"macro {name}", fontsize=10, loc="left")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if name != "loss":
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(axis="y", color="#eeeeee")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
