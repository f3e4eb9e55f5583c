"""An export as a person at a terminal sees it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from training.data import load
from training.exporting.checking import Check
from training.exporting.export import Exported, export
from training.exporting.formats import check_quantize, format_of
from training.exporting.sources import open_source


def export_model(
    name: str,
    out: Path,
    data: Path,
    *,
    votes: Path | None,
    form: str | None,
    quantize: str,
    batch: int,
    licence: str | None,
    cache_dir: Path,
    console: Console,
) -> Exported:
    """Export a network, telling on the way what is done.

    Args:
        name: A shipped name, a run folder or a `.keras` file.
        out: The file, or the folder of a SavedModel.
        data: Labelled faces, for calibration and for the check.
        votes: FER+'s votes on them, for the check.
        form: A key of `FORMATS`; None: as the name of `out` ends.
        quantize: "none", "float16", "int8" or "dynamic".
        batch: Pictures at once.
        licence: SPDX identifier, in the place of the source's.
        cache_dir: Where parsed data is kept.
        console: Who is told.

    Raises:
        MienError: What `training.exporting.export.export` and its parts raise.
    """
    chosen = format_of(form, out)
    check_quantize(chosen, quantize)
    with console.status("opening the network …") as status:
        source = open_source(name)
        status.update("reading the data …")
        faces = load(data, cache_dir=cache_dir)
        status.update("exporting …")
        return export(source, chosen, quantize, out, faces, votes=votes, batch=batch, licence=licence)


def show(console: Console, made: Exported) -> None:
    """Print what was written, and what the export changed."""
    check, facts = made.check, made.facts
    several = len(facts.heads) > 1
    lines = [
        f"{made.path}: {made.form}, {WEIGHTS[facts.quantize]}, {made.bytes:,} bytes ({made.bytes / 1e6:.2f} MB)",
        *([f"sha256 {made.sha256}"] if made.sha256 else []),
        f"takes float32 {facts.input_shape}, {facts.input_range[0]:g}–{facts.input_range[1]:g}; "
        f"licence {facts.licence or 'not named (--licence)'}",
        *([f"answers {' and '.join(facts.heads)}, two outputs of these names"] if several else []),
        f"compared with {facts.name} on {check.images} images: same class on {check.same}"
        f"{' in both' if several else ''}, probabilities differ by {check.largest_difference:.1e} at most",
        f"accuracy on them: {_before_and_after(check.accuracy_before, check.accuracy)}",
        *_crowd(check),
        f"one picture here: {check.latency_before_ms:.1f} ms before, {check.latency_ms:.1f} ms after",
    ]
    console.print(Text("\n".join(lines)), soft_wrap=True)
    if made.form == "onnx":
        batch, rows, columns, channels = facts.input_shape
        console.print(
            Text(f"An ONNX file takes channels first: ({batch}, {channels}, {rows}, {columns}). Checked with cv2.dnn.")
        )


def _crowd(check: Check) -> list[str]:
    before, after = check.ferplus_accuracy_before, check.ferplus_accuracy
    if before is None or after is None:
        return []
    return [f"agreement with the FER+ majority: {_before_and_after(before, after)}"]


def _before_and_after(before: float, after: float) -> str:
    return f"{before:.1%} before, {after:.1%} after ({(after - before) * 100:+.1f} points)"


def exported_json(made: Exported) -> dict[str, Any]:
    """Return the document of docs/json.md."""
    return {
        "path": str(made.path),
        "format": made.form,
        "quantize": made.facts.quantize,
        "bytes": made.bytes,
        "sha256": made.sha256,
        "source_bytes": made.source_bytes,
        "facts": dataclasses.asdict(made.facts),
        "check": dataclasses.asdict(made.check),
    }


WEIGHTS = {
    "none": "float32 weights",
    "float16": "float16 weights",
    "int8": "8-bit weights and activations",
    "dynamic": "8-bit weights",
}
