"""The pictures of a data report: classes, sizes, mean faces, samples, each one PNG."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from emotion.types import EMOTIONS
from training.data_report import DataReport, mean_of
from training.faces import U8, Faces
from training.store import write_bytes

SHADES = ("#20639b", "#3caea3", "#f6b352")
"""Training, then the two other splits."""

SAMPLES = 8


def draw(faces: Faces, found: DataReport, out: Path, *, seed: int = 0, smallest: int | None = None) -> list[Path]:
    """Write `classes.png`, `sizes.png`, `mean.png` and `samples.png` into a folder, which is made when there is none.

    Args:
        faces: The faces.
        found: The report on them.
        out: The folder.
        seed: Decides which samples are shown.
        smallest: The shorter side below which pictures were left out, drawn as a line.

    Raises:
        ConfigError: When the folder cannot be written.
    """
    figures = {
        "classes.png": classes(found),
        "sizes.png": sizes(faces, smallest),
        "mean.png": means(faces),
        "samples.png": samples(faces, seed),
    }
    for name, figure in figures.items():
        buffer = io.BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(buffer, format="png")
        write_bytes(out / name, buffer.getbuffer())
    return [out / name for name in figures]


def classes(found: DataReport) -> Figure:
    """Bars of each class: rows before in grey, images used beside it, stacked by split."""
    figure, axes = _figure(9, 4.6)
    x, bottom = np.arange(len(EMOTIONS)), np.zeros(len(EMOTIONS))
    before = np.array(list(found.before.values()))
    axes.bar(x - 0.21, before, 0.38, color="#c9ced6", label="before")
    for shade, (split, counts) in zip(SHADES, found.counts.items(), strict=False):
        values = np.array(list(counts.values()))
        if values.any():
            axes.bar(x + 0.21, values, 0.38, bottom=bottom, color=shade, label=split)
            bottom += values
    for i, (was, now) in enumerate(zip(before.tolist(), bottom.astype(int).tolist(), strict=True)):
        axes.annotate(f"{was:,}", (i - 0.21, was), (0, 2), textcoords="offset points", ha="center", fontsize=8)
        axes.annotate(f"{now:,}", (i + 0.21, now), (0, 2), textcoords="offset points", ha="center", fontsize=8)
    axes.set_xticks(x, EMOTIONS)
    axes.set_ylabel("images")
    axes.set_title("Images of each class, before and as used")
    axes.legend(frameon=False, ncols=4, loc="upper left")
    axes.set_ylim(0, max(1.0, float(max(before.max(), bottom.max()))) * 1.2)
    return figure


def sizes(faces: Faces, smallest: int | None) -> Figure:
    """Width against height of every original, and how many have which shorter side."""
    found = faces.origin.sizes
    if not len(found):
        found = np.full((len(faces), 2), faces.images.shape[1], np.int64)
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    scatter, bars = figure.subplots(1, 2)
    pairs, counts = np.unique(found, axis=0, return_counts=True)
    longest = int(found.max()) * 1.08
    scatter.plot([0, longest], [0, longest], color="#c9ced6", linewidth=1, zorder=0)
    scatter.scatter(
        pairs[:, 0],
        pairs[:, 1],
        s=np.minimum(8 + 6 * np.sqrt(counts - 1), 350),
        alpha=0.5,
        color=SHADES[0],
        linewidths=0,
    )
    common = int(counts.argmax())
    if counts[common] > 0.1 * len(found):
        width, height = pairs[common].tolist()
        words = f"{counts[common]:,} of {width}×{height}"
        scatter.annotate(words, (width, height), (14, -12), textcoords="offset points", fontsize=8)
    scatter.set(xlim=(0, longest), ylim=(0, longest), xlabel="width (pixels)", ylabel="height (pixels)")
    scatter.set_aspect("equal")
    shorter = found.min(axis=1)
    bars.hist(shorter, bins=40, range=(0, float(shorter.max()) * 1.05), color=SHADES[0])
    bars.set_yscale("log")
    bars.set(xlabel="shorter side (pixels)", ylabel="pictures (log scale)", ylim=(0.7, len(found) * 1.5))
    if smallest is not None and faces.origin.kind == "photos":
        bars.axvline(smallest, color="#d1495b", linestyle="--", label=f"smallest used: {smallest}")
        bars.legend(frameon=False, loc="upper center")
    for axes in (scatter, bars):
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"Sizes of {len(found):,} original pictures")
    return figure


def means(faces: Faces) -> Figure:
    """The average face of each class, and of all."""
    figure = Figure(figsize=(12, 2.2), layout="constrained")
    panels = figure.subplots(1, len(EMOTIONS) + 1)
    for label, emotion in enumerate(EMOTIONS):
        _picture(panels[label], _mean(faces.images[faces.labels == label]))
        panels[label].set_title(emotion, fontsize=10)
    _picture(panels[-1], mean_of(faces.images))
    panels[-1].set_title("all", fontsize=10)
    return figure


def samples(faces: Faces, seed: int) -> Figure:
    """A contact sheet: a few pictures of each class, a class a row."""
    figure = Figure(figsize=(SAMPLES * 1.25 + 0.4, len(EMOTIONS) * 1.25))
    edges = {"left": 0.04, "right": 0.995, "bottom": 0.005, "top": 0.995, "wspace": 0.03, "hspace": 0.03}
    panels = figure.subplots(len(EMOTIONS), SAMPLES, gridspec_kw=edges)
    rng = np.random.default_rng(seed)
    for label, emotion in enumerate(EMOTIONS):
        of_class = np.flatnonzero(faces.labels == label)
        shown = rng.permutation(of_class)[:SAMPLES].tolist()
        for column in range(SAMPLES):
            _picture(panels[label, column], faces.images[shown[column]] if column < len(shown) else None)
        panels[label, 0].set_ylabel(emotion, fontsize=10)
    return figure


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _mean(images: U8) -> U8 | None:
    return mean_of(images) if len(images) else None


def _picture(axes: Axes, image: U8 | None) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    if image is not None:
        axes.imshow(image, cmap="gray", vmin=0, vmax=255)
