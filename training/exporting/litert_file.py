"""The inside of a LiteRT file: read as objects, written again with metadata of ours, and mended where 8 bits hurt.

Format: `tensorflow/lite/schema/schema.fbs`; the classes are those that LiteRT itself generates from it.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from errors import ModelError

IDENTIFIER = b"TFL3"

KINDS: dict[int, str] = {
    number: name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)
}

ENTRY = "mien"
"""Name of our metadata in a file; its buffer holds JSON in UTF-8."""


def read_file(path: Path) -> Any:
    """Read a LiteRT file into the schema's objects.

    Raises:
        ModelError: When it is missing or damaged, or no LiteRT file.
    """
    try:
        return parsed(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelError(f"There is no model file {path}. Check the spelling.") from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ModelError(f"{path} is no LiteRT file ({error}); get it or export it again.") from error


def parsed(data: bytes) -> Any:
    """Turn a file's bytes into the schema's objects.

    Raises:
        ValueError: When they are none.
    """
    if data[4:8] != IDENTIFIER:
        raise ValueError("it does not begin like one")
    try:
        return schema.ModelT.InitFromObj(schema.Model.GetRootAs(data))
    except (struct.error, IndexError, TypeError, ValueError, AttributeError, OverflowError, MemoryError) as error:
        raise ValueError("it is damaged or cut off") from error


def packed(model: Any) -> bytes:
    """Turn the schema's objects into a file's bytes."""
    builder = _Aligned(1024)
    builder.Finish(model.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def operator_of(model: Any, operator: Any) -> str:
    """Return an operator's kind, such as "CONV_2D"."""
    code = model.operatorCodes[operator.opcodeIndex]
    return KINDS[max(code.builtinCode, code.deprecatedBuiltinCode)]


def add_metadata(model: Any, text: str, description: str) -> None:
    """Put JSON of ours, and a line for people, into a file."""
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(text.encode(), np.uint8)
    model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = ENTRY, len(model.buffers) - 1
    kept = [old for old in model.metadata or [] if _text(old.name) != ENTRY]
    model.metadata = [*kept, entry]
    model.description = description


def metadata_of(model: Any) -> str | None:
    """Return the JSON that `add_metadata` put into a file; None when there is none."""
    for entry in model.metadata or []:
        if _text(entry.name) == ENTRY and entry.buffer < len(model.buffers):
            data = model.buffers[entry.buffer].data
            return None if data is None else bytes(np.asarray(data, np.uint8)).decode(errors="replace")
    return None


def softened(data: bytes) -> bytes:
    """Let a quantised network take the softmax of its scores in floats.

    In 8 bits every probability is a multiple of 1/256: seven of them miss a sum of 1 by up to 0.012 (measured on
    PublicTest), and on one face in twenty the first place is shared. So "softmax, then floats" becomes "floats, then
    softmax"; it costs nothing for seven numbers.
    """
    model = parsed(data)
    graph = model.subgraphs[0]
    makers = {operator.outputs[0]: operator for operator in graph.operators}
    for last in list(graph.operators):
        softmax = makers.get(last.inputs[0]) if operator_of(model, last) == "DEQUANTIZE" else None
        if softmax is None or operator_of(model, softmax) != "SOFTMAX":
            continue
        scores = graph.tensors[softmax.inputs[0]]
        whole = schema.TensorT()
        whole.name, whole.shape, whole.type = scores.name, scores.shape, schema.TensorType.FLOAT32
        whole.shapeSignature, whole.hasRank = scores.shapeSignature, scores.hasRank
        graph.tensors.append(whole)
        number = len(graph.tensors) - 1
        result = last.outputs[0]
        last.inputs, last.outputs = softmax.inputs, np.array([number], np.int32)
        softmax.inputs, softmax.outputs = np.array([number], np.int32), np.array([result], np.int32)
        here, there = graph.operators.index(softmax), graph.operators.index(last)
        graph.operators[here], graph.operators[there] = last, softmax
    return packed(model)


def _text(name: bytes | str | None) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else name or ""


class _Aligned(flatbuffers.Builder):  # type: ignore[misc]
    """A builder that begins arrays at multiples of 16 bytes, as the schema demands of weights (`force_align: 16`)."""

    def StartVector(self, elemSize: int, numElems: int, alignment: int) -> Any:  # noqa: N802, N803  (flatbuffers' names)
        return super().StartVector(elemSize, numElems, max(alignment, 16))
