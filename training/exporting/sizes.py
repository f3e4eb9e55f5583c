"""What networks cost a phone: the size of each file, as it is and in an app's package, and a picture's memory."""

from __future__ import annotations

import dataclasses
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from ai_edge_litert import schema_py_generated as schema
from rich.console import Console
from rich.table import Table

from training.data import Faces
from training.exporting.checking import Check
from training.exporting.export import export
from training.exporting.litert_file import read_file
from training.exporting.sources import open_source

KINDS = ("none", "float16", "int8")


@dataclass(frozen=True, slots=True)
class Size:
    """One network in one kind of weights.

    Args:
        name: Of the network.
        quantize: Of the LiteRT file.
        parameters: Trained numbers.
        macs: Multiply-accumulate operations for one picture.
        bytes: Of the file.
        packed_bytes: Of the file in an app's package, which is a zip (deflate).
        activation_bytes: Most memory that one operator's inputs and outputs take together, weights not counted.
        check: How it agrees with its source.
    """

    name: str
    quantize: str
    parameters: int | None
    macs: int | None
    bytes: int
    packed_bytes: int
    activation_bytes: int
    check: Check


def measured(names: list[str], faces: Faces, tell: Callable[[str], None], votes: Path | None = None) -> list[Size]:
    """Export every network in every kind of weights, and look at the files.

    Args:
        names: Shipped names, run folders or `.keras` files.
        faces: Real faces, for calibration and for the checks.
        tell: Told what is being done.
        votes: FER+'s votes on the faces, for the checks.

    Raises:
        MienError: As for `training.exporting.export.export`.
    """
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            source = open_source(name)
            for quantize in KINDS:
                tell(f"{source.facts.name}, {quantize} …")
                made = export(source, "tflite", quantize, Path(folder) / f"{quantize}.tflite", faces, votes=votes)
                data = made.path.read_bytes()
                rows.append(
                    Size(
                        source.facts.name,
                        quantize,
                        source.network.parameters,
                        source.network.macs,
                        len(data),
                        len(zlib.compress(data, 9)),
                        activation_bytes(read_file(made.path)),
                        made.check,
                    )
                )
    return rows


def activation_bytes(model: Any) -> int:
    """Return the most bytes that the inputs and outputs of one operator take, constants not counted."""
    graph = model.subgraphs[0]
    constant = {i for i, tensor in enumerate(graph.tensors) if _is_constant(model, tensor)}
    # float16 weights become float32 once, when the network is loaded: they are no part of what a picture takes.
    constant |= {op.outputs[0] for op in graph.operators if constant.issuperset(op.inputs)}
    needs = [
        sum(_size(graph.tensors[i]) for i in {*op.inputs, *op.outputs} - constant - {-1}) for op in graph.operators
    ]
    return max(needs, default=0)


def show(console: Console, sizes: list[Size]) -> None:
    """Print the table; docs/export.md has one."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    crowd = ["FER+", "change"] if any(row.check.ferplus_accuracy is not None for row in sizes) else []
    figures = ("file MB", "in an app MB", "memory MB", "accuracy", "change", *crowd, "same", "ms")
    for column in ("model", "weights", *figures):
        table.add_column(column, justify="left" if column in ("model", "weights") else "right", no_wrap=True)
    for row in sizes:
        check = row.check
        table.add_row(
            row.name if row.quantize == KINDS[0] else "",
            row.quantize.replace("none", "float32"),
            *(f"{n / 1e6:.2f}" for n in (row.bytes, row.packed_bytes, row.activation_bytes)),
            *_and_change(check.accuracy_before, check.accuracy),
            *(_and_change(check.ferplus_accuracy_before, check.ferplus_accuracy) if crowd else []),
            f"{check.same}/{check.images}",
            f"{check.latency_ms:.1f}",
        )
    console.print(table)


def _and_change(before: float | None, after: float | None) -> tuple[str, str]:
    if before is None or after is None:
        return "–", "–"
    return f"{after:.1%}", f"{(after - before) * 100:+.1f}"


def sizes_json(sizes: list[Size]) -> list[dict[str, Any]]:
    """Return one object for each row."""
    return [dataclasses.asdict(row) for row in sizes]


def _is_constant(model: Any, tensor: Any) -> bool:
    data = model.buffers[tensor.buffer].data
    return data is not None and len(data) > 0


def _size(tensor: Any) -> int:
    return prod(() if tensor.shape is None else map(int, tensor.shape)) * WIDTHS.get(tensor.type, 4)


WIDTHS = {
    schema.TensorType.FLOAT32: 4,
    schema.TensorType.FLOAT16: 2,
    schema.TensorType.INT32: 4,
    schema.TensorType.INT8: 1,
    schema.TensorType.UINT8: 1,
}
"""Type of a tensor → bytes of one number."""
