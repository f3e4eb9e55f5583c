"""Back from a shipped LiteRT file to a Keras network: the file has the weights, `training.architectures` the rest.

A LiteRT file is a flatbuffer of operators and tensors (`tensorflow/lite/schema/schema.fbs`). The converter names its
tensors after the Keras layers that they come from ("sequential_1/conv2_1/convolution"), keeps kernels with the outputs
first, and turns a batch normalisation into a factor and a summand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from errors import ModelError
from training import recipes
from training.architectures import VARIANTS
from training.emotion_network import deployed
from training.exporting.litert_file import operator_of, read_file
from training.exporting.walking import walk
from training.optimising import built

F32 = npt.NDArray[np.float32]

AXES = {"CONV_2D": (1, 2, 3, 0), "FULLY_CONNECTED": (1, 0)}
"""Operator → the axes of its kernel in Keras's order: rows, columns, inputs, outputs."""


OWNERS: dict[str, type] = {
    "CONV_2D": keras.layers.Conv2D,
    "FULLY_CONNECTED": keras.layers.Dense,
    "MUL": keras.layers.BatchNormalization,
    "ADD": keras.layers.BatchNormalization,
}
"""Operator → the kind of layer that its constants belong to."""


def restored(name: str, file: Path) -> Any:
    """Return the Keras network of a shipped model, ready to export or train on; of two heads in the form that ships.

    Args:
        name: Of the model and of its recipe.
        file: Its LiteRT file, float32 or float16.

    Raises:
        ModelError: When the file holds another network.
    """
    recipe = recipes.named(name)
    model = built(recipe, recipe.stages[-1])
    return with_weights_of(file, deployed(model) if len(VARIANTS[recipe.variant].heads) > 1 else model)


def with_weights_of(file: Path, model: Any) -> Any:
    """Put the weights of a LiteRT file into the same network in Keras, and return that.

    Where a normalisation follows a convolution, the file has both as one: the convolution then gets its kernel, and
    the normalisation adds what is left.

    Raises:
        ModelError: When a layer or a weight has no counterpart in the file.
    """
    found = _weights(file, model.layers)
    before = _layers_before(model)
    for layer in model.layers:
        wanted = layer.get_weights()
        own = found.get(layer.name, {})
        if isinstance(layer, keras.layers.BatchNormalization):
            arrays = _normalisation(layer, own or found.get(before[layer.name], {}), wanted)
        else:
            nothing = [np.zeros_like(bias) for bias in wanted[1:]]  # a bias of zeros is left out of a file
            arrays = [own.get("kernel"), own.get("bias", *nothing)][: len(wanted)]
        shapes = [None if array is None else array.shape for array in arrays]
        if shapes != [weight.shape for weight in wanted]:
            raise ModelError(
                f"{file} does not hold the network {model.name}: of its layer {layer.name} it has {shapes} and not "
                f"{[weight.shape for weight in wanted]}. Was it exported from another architecture?"
            )
        layer.set_weights(arrays)
    return model


def _normalisation(layer: Any, own: dict[str, F32], wanted: list[F32]) -> list[F32 | None]:
    """Return factor and summand as gamma and beta, beside a mean of 0 and a variance that makes the root 1."""
    if "bias" in own:  # the convolution before took the factor into its kernel
        own = {"factor": np.ones_like(own["bias"]), "summand": own["bias"]}
    return [own.get("factor"), own.get("summand"), np.zeros_like(wanted[2]), np.full_like(wanted[3], 1 - layer.epsilon)]


def _layers_before(model: Any) -> dict[str, str]:
    """Return layer → the layer whose output it takes first."""
    steps = walk(model).steps
    makers = {step.output: step.layer.name for step in steps}
    return {step.layer.name: makers.get(step.inputs[0], "") for step in steps}


def _weights(file: Path, layers: list[Any]) -> dict[str, dict[str, F32]]:
    """Return layer → kernel and bias, or factor and summand, float32 in Keras's order of axes."""
    found: dict[str, dict[str, F32]] = {}
    for operator, constants, names in _operators_with_constants(file):
        kind = OWNERS.get(operator)
        owner = kind and _owner(names, [layer.name for layer in layers if issubclass(type(layer), kind)])
        if not owner:
            continue  # such as the factor of a rescaling, which is part of the architecture
        own = found.setdefault(owner, {})
        if operator in AXES:
            own["kernel"] = constants[0].transpose(AXES[operator])
            if len(constants) > 1:
                own["bias"] = constants[1]
        else:
            own["factor" if operator == "MUL" else "summand"] = constants[0]
    return found


def _operators_with_constants(file: Path) -> Iterator[tuple[str, list[F32], list[str]]]:
    """Yield each operator that takes float constants: its kind, the constants, the names that tell whose they are."""
    model = read_file(file)
    graph = model.subgraphs[0]
    whole = {}  # tensors that an operator makes float32 of float16 constants
    for operator in graph.operators:
        if operator_of(model, operator) == "DEQUANTIZE":
            whole[operator.outputs[0]] = operator.inputs[0]
    for operator in graph.operators:
        kind = operator_of(model, operator)
        constants, names = [], []
        for index in operator.inputs:
            tensor = graph.tensors[whole.get(index, index)]
            values = _values(model, tensor)
            if values is not None:
                constants.append(values)
                names.append(tensor.name.decode(errors="replace"))
        if constants and kind != "DEQUANTIZE":
            yield kind, constants, names


def _values(model: Any, tensor: Any) -> F32 | None:
    types = {schema.TensorType.FLOAT32: np.float32, schema.TensorType.FLOAT16: np.float16}
    data = model.buffers[tensor.buffer].data
    if data is None or not len(data) or tensor.type not in types:
        return None
    array = np.frombuffer(np.asarray(data, np.uint8).tobytes(), types[tensor.type])
    return array.reshape(tensor.shape).astype(np.float32)


def _owner(names: list[str], layers: list[str]) -> str | None:
    """Return the layer that tensors are named after; the longest name that fits ("conv1_1" rather than "conv1")."""
    parts = [part for name in names for part in re.split(r"[/;]", name)]
    fits = [layer for layer in layers if any(re.fullmatch(rf"{re.escape(layer)}(_\d+)?", part) for part in parts)]
    return max(fits, key=len, default=None)
