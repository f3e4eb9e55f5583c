"""From a Keras network to an ONNX model: plain operators of opset 13, pictures as (batch, channels, rows, columns).

Operators and their attributes: https://onnx.ai/onnx/operators (read 21 November 2026). Written out here, and not by
tf2onnx, which Keras would call: the lab needs fifteen kinds of layers, their names stay in the file, and it works on
every backend of Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import onnx
from keras import layers
from onnx import TensorProto, helper, numpy_helper

from errors import ModelError
from training.exporting.walking import Step, walk

OPSET, IR_VERSION = 13, 8
"""What readers have understood since 2021 (OpenCV 4.5, ONNX Runtime 1.10): nothing newer is needed."""

INPUT = "face"


def to_onnx(
    model: Any, *, batch: int = 1, half: bool = False, outputs: Sequence[str] = (), facts: Mapping[str, str]
) -> onnx.ModelProto:
    """Write a network down as ONNX.

    Args:
        model: A Keras `Sequential` or functional model, (batch, side, side, channels) → (batch, 7), one or several.
        batch: Pictures at once; fixed.
        half: Keep the weights as float16, which readers turn into float32 as they load them.
        outputs: Names of the outputs; without them "scores", or the model's own where it has several.
        facts: Kept in the file as its metadata.

    Raises:
        ModelError: When a layer has no counterpart here.
    """
    graph = _Graph(batch, half)
    taken = walk(model)
    for step in taken.steps:
        kind = type(step.layer)
        if kind not in LAYERS:
            known = ", ".join(sorted(k.__name__ for k in LAYERS))
            raise ModelError(
                f"{model.name} cannot become ONNX: its layer {step.layer.name} is a {kind.__name__}. "
                f"These can: {known}. Export it as tflite or saved_model."
            )
        LAYERS[kind](graph, step)
    names = list(outputs) or (["scores"] if len(taken.outputs) == 1 else list(model.output_names))
    side, _, channels = model.input_shape[1:]
    source = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, (batch, channels, side, side))
    results = []
    for name, number in zip(names, taken.outputs, strict=True):
        shape = next(step.shape for step in taken.steps if step.output == number)
        graph.rename(number, name)
        results.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, (batch, *shape)))
    made = helper.make_model(
        helper.make_graph(graph.nodes, model.name, [source], results, graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="mien",
    )
    helper.set_model_props(made, dict(facts))
    onnx.checker.check_model(made, full_check=True)
    return made


class _Graph:
    """The nodes and constants so far; the tensor that a step gives is called after its layer."""

    def __init__(self, batch: int, half: bool) -> None:
        self.batch, self.half = batch, half
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.names = {0: INPUT}

    def add(self, operator: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def weights(self, name: str, values: npt.NDArray[np.float32]) -> str:
        if not self.half:
            return self.constant(name, np.ascontiguousarray(values, np.float32))
        kept = self.constant(f"{name}_half", np.ascontiguousarray(values, np.float16))
        return self.add("Cast", [kept], name, to=TensorProto.FLOAT)

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def inputs(self, step: Step) -> list[str]:
        return [self.names[number] for number in step.inputs]

    def give(self, step: Step, name: str) -> None:
        self.names[step.output] = name

    def rename(self, number: int, name: str) -> None:
        old = self.names[number]
        for node in self.nodes:
            node.output[:] = [name if output == old else output for output in node.output]
            node.input[:] = [name if given == old else given for given in node.input]
        self.names[number] = name


# --- layers ----------------------------------------------------------------------------------------------------------


def _convolution(graph: _Graph, step: Step) -> None:
    layer = step.layer
    kernel, *bias = layer.get_weights()
    inputs = [*graph.inputs(step), graph.weights(f"{layer.name}_kernel", kernel.transpose(3, 2, 0, 1))]
    if bias:
        inputs.append(graph.weights(f"{layer.name}_bias", bias[0]))
    window = {"kernel_shape": layer.kernel_size, "strides": layer.strides, "dilations": layer.dilation_rate}
    pads = _pads(layer, layer.kernel_size, layer.dilation_rate)
    name = graph.add("Conv", inputs, f"{layer.name}_conv", **window, pads=pads, group=layer.groups)
    graph.give(step, _activated(graph, layer.activation, name, layer.name))


def _dense(graph: _Graph, step: Step) -> None:
    layer = step.layer
    kernel, *bias = layer.get_weights()
    inputs = [*graph.inputs(step), graph.weights(f"{layer.name}_kernel", kernel)]
    if bias:
        inputs.append(graph.weights(f"{layer.name}_bias", bias[0]))
    name = graph.add("Gemm", inputs, f"{layer.name}_gemm")
    graph.give(step, _activated(graph, layer.activation, name, layer.name))


def _normalisation(graph: _Graph, step: Step) -> None:
    """Write what is left of a batch normalisation when nothing is learnt: a factor and a summand for each channel."""
    layer = step.layer
    found = {weight.name: np.asarray(keras.ops.convert_to_numpy(weight), np.float32) for weight in layer.weights}
    factor = found.get("gamma", np.float32(1)) / np.sqrt(found["moving_variance"] + layer.epsilon)
    _scale(graph, step, factor, found.get("beta", np.float32(0)) - found["moving_mean"] * factor)


def _rescaling(graph: _Graph, step: Step) -> None:
    _scale(graph, step, step.layer.scale, step.layer.offset)


def _scale(graph: _Graph, step: Step, factor: Any, summand: Any) -> None:
    name, along_channels = step.layer.name, (1, -1, *(1 for _ in step.shape[:-1]))
    parts = [
        graph.weights(f"{name}_{part}", np.asarray(values, np.float32).reshape(along_channels))
        for part, values in (("factor", factor), ("summand", summand))
    ]
    scaled = graph.add("Mul", [*graph.inputs(step), parts[0]], f"{name}_scaled")
    graph.give(step, graph.add("Add", [scaled, parts[1]], name))


def _pool(operator: str, **options: Any) -> Callable[[_Graph, Step], None]:
    def add(graph: _Graph, step: Step) -> None:
        layer = step.layer
        window = {"kernel_shape": layer.pool_size, "strides": layer.strides, "pads": _pads(layer, layer.pool_size)}
        graph.give(step, graph.add(operator, graph.inputs(step), layer.name, **window, **options))

    return add


def _mean(graph: _Graph, step: Step) -> None:
    pooled = graph.add("GlobalAveragePool", graph.inputs(step), f"{step.layer.name}_mean")
    graph.give(step, pooled if step.layer.keepdims else graph.add("Flatten", [pooled], step.layer.name))


def _padding(graph: _Graph, step: Step) -> None:
    (top, bottom), (left, right) = step.layer.padding
    pads = graph.constant(f"{step.layer.name}_pads", np.array([0, 0, top, left, 0, 0, bottom, right], np.int64))
    graph.give(step, graph.add("Pad", [*graph.inputs(step), pads], step.layer.name))


def _flatten(graph: _Graph, step: Step) -> None:
    """Flatten in Keras's order, rows, columns and then channels, which the next kernel is for."""
    name = step.layer.name
    last = graph.add("Transpose", graph.inputs(step), f"{name}_channels_last", perm=[0, 2, 3, 1])
    graph.give(step, graph.add("Flatten", [last], name))


def _reshape(graph: _Graph, step: Step) -> None:
    shape = graph.constant(f"{step.layer.name}_shape", np.array([graph.batch, *step.shape], np.int64))
    graph.give(step, graph.add("Reshape", [*graph.inputs(step), shape], step.layer.name))


def _concatenate(graph: _Graph, step: Step) -> None:
    axis = step.layer.axis % (len(step.shape) + 1)
    if len(step.shape) == 3:
        axis = (0, 2, 3, 1)[axis]
    graph.give(step, graph.add("Concat", graph.inputs(step), step.layer.name, axis=axis))


def _activation(graph: _Graph, step: Step) -> None:
    (name,) = graph.inputs(step)
    graph.give(step, _activated(graph, step.layer.activation, name, step.layer.name))


def _relu(graph: _Graph, step: Step) -> None:
    layer = step.layer
    if layer.max_value is not None or layer.negative_slope or layer.threshold:
        raise ModelError(f"The layer {layer.name} is not a plain ReLU and cannot become ONNX; export it as tflite.")
    graph.give(step, graph.add("Relu", graph.inputs(step), layer.name))


def _plain(operator: str) -> Callable[[_Graph, Step], None]:
    return lambda graph, step: graph.give(step, graph.add(operator, graph.inputs(step), step.layer.name))


LAYERS: dict[type, Callable[[_Graph, Step], None]] = {
    layers.Conv2D: _convolution,
    layers.Dense: _dense,
    layers.BatchNormalization: _normalisation,
    layers.Rescaling: _rescaling,
    layers.MaxPooling2D: _pool("MaxPool"),
    layers.AveragePooling2D: _pool("AveragePool", count_include_pad=0),
    layers.GlobalAveragePooling2D: _mean,
    layers.ZeroPadding2D: _padding,
    layers.Flatten: _flatten,
    layers.Reshape: _reshape,
    layers.Concatenate: _concatenate,
    layers.Activation: _activation,
    layers.ReLU: _relu,
    layers.Add: _plain("Add"),
    layers.Multiply: _plain("Mul"),
}
"""Kind of layer → what writes it down."""

ACTIVATIONS = {"relu": "Relu", "elu": "Elu", "sigmoid": "Sigmoid", "softmax": "Softmax", "tanh": "Tanh"}


def _activated(graph: _Graph, activation: Any, given: str, name: str) -> str:
    kind = activation.__name__
    if kind == "linear":
        return given
    if kind not in ACTIVATIONS:
        raise ModelError(f"The activation {kind} of {name} cannot become ONNX; export the network as tflite.")
    return graph.add(ACTIVATIONS[kind], [given], name, **({"axis": -1} if kind == "softmax" else {}))


def _pads(layer: Any, window: Sequence[int], dilations: Sequence[int] = (1, 1)) -> list[int]:
    """Return (top, left, bottom, right) of "same", where an odd pixel goes to the end as in TensorFlow."""
    if layer.padding != "same":
        return [0, 0, 0, 0]
    begin, end = [], []
    for size, stride, reach, spread in zip(layer.input.shape[1:3], layer.strides, window, dilations, strict=True):
        missing = max(0, (ceil(size / stride) - 1) * stride + (reach - 1) * spread + 1 - size)
        begin.append(missing // 2)
        end.append(missing - missing // 2)
    return [*begin, *end]
