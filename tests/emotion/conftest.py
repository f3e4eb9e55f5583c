"""Small things made for the tests: networks of one layer, pictures, a camera that is not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from emotion.opencv import cv2
from emotion.types import EMOTIONS

MakeModel = Callable[..., Path]


def drawn_face(side: int = 240) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A face of a few blurred ellipses, uint8 (side, side), grey: enough for a cascade, and nobody's."""
    face, s = np.full((side, side), 90, np.float32), side / 200
    for (x, y), (a, b), tone in (
        ((100, 95), (82, 98), 55),  # hair
        ((100, 112), (66, 86), 190),
        ((100, 118), (60, 60), 200),
        *(((x, y), axes, tone) for y, axes, tone in ((82, (24, 14), 140), (74, (22, 5), 70)) for x in (70, 130)),
        *(((x, 92), (14, 7), 60) for x in (70, 130)),  # eyes
        ((100, 115), (9, 28), 215),  # nose
        ((100, 140), (15, 6), 150),
        ((100, 165), (28, 9), 110),  # mouth
        *(((x, 130), (18, 16), 212) for x in (60, 140)),
    ):
        cv2.ellipse(face, (int(x * s), int(y * s)), (max(1, int(a * s)), max(1, int(b * s))), 0, 0, 360, tone, -1)
    return np.clip(cv2.GaussianBlur(face, (0, 0), 4 * s), 0, 255).astype(np.uint8)


@pytest.fixture
def make_model(tmp_path: Path) -> MakeModel:
    """A LiteRT file of one dense layer whose weights are zero, so that its biases decide."""

    def make(
        name: str = "tiny.tflite",
        *,
        favourite: str = "happy",
        input_shape: tuple[int, ...] = (1, 48, 48, 1),
        outputs: int = 7,
        softmax: bool = True,
    ) -> Path:
        biases = np.zeros(outputs, np.float32)
        biases[EMOTIONS.index(favourite) % outputs] = 3
        path = tmp_path / name
        path.write_bytes(_one_layer(input_shape, biases, softmax=softmax))
        return path

    return make


def _one_layer(input_shape: tuple[int, ...], biases: np.ndarray[Any, np.dtype[np.float32]], *, softmax: bool) -> bytes:
    """Serialise input → dense → (softmax) → output after the schema that LiteRT itself ships."""
    size = int(np.prod(input_shape[1:]))
    model = schema.ModelT()
    model.version, model.description = 3, "one dense layer for tests"
    model.buffers = [schema.BufferT()]
    graph = schema.SubGraphT()
    graph.tensors = []

    def tensor(name: str, shape: tuple[int, ...], values: Any = None) -> int:
        made = schema.TensorT()
        made.name, made.shape, made.type, made.buffer = name, list(shape), schema.TensorType.FLOAT32, 0
        if values is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.asarray(values, np.float32).tobytes(), np.uint8)
            model.buffers.append(buffer)
            made.buffer = len(model.buffers) - 1
        graph.tensors.append(made)
        return len(graph.tensors) - 1

    source = tensor("face", input_shape)
    weights = tensor("weights", (len(biases), size), np.zeros((len(biases), size)))
    bias = tensor("bias", (len(biases),), biases)
    logits = tensor("logits", (1, len(biases)))
    graph.operators = [_operator(0, [source, weights, bias], [logits])]
    graph.operators[0].builtinOptionsType = schema.BuiltinOptions.FullyConnectedOptions
    graph.operators[0].builtinOptions = schema.FullyConnectedOptionsT()
    result = logits
    if softmax:
        result = tensor("probabilities", (1, len(biases)))
        graph.operators.append(_operator(1, [logits], [result]))
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        graph.operators[1].builtinOptionsType = schema.BuiltinOptions.SoftmaxOptions
        graph.operators[1].builtinOptions = options
    graph.inputs, graph.outputs = [source], [result]
    model.subgraphs = [graph]
    model.operatorCodes = []
    for builtin in (schema.BuiltinOperator.FULLY_CONNECTED, schema.BuiltinOperator.SOFTMAX):
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = builtin
        code.version = 1
        model.operatorCodes.append(code)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _operator(code: int, inputs: list[int], outputs: list[int]) -> Any:
    made = schema.OperatorT()
    made.opcodeIndex, made.inputs, made.outputs = code, inputs, outputs
    return made
