"""What a network costs: multiply-accumulate operations, parameters, and the time for one picture.

Multiply-accumulates (MACs) are those of convolutions, depthwise and transposed ones included, and of dense layers, for
one picture. Additions of biases, activations, pooling and normalisation are not counted, as is the custom; where
LiteRT folded a normalisation into its convolution the count stays the same.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from statistics import median
from typing import Any

LATENCY_S = 2.0
"""Seconds that all latency measurements together may take, as long as each network had its fewest rounds."""

ROUNDS = (3, 50)
"""Fewest and most single pictures that each network is timed on."""


def of_litert(data: bytes) -> tuple[int | None, int | None]:
    """Return the trained numbers and the multiply-accumulates of a LiteRT file.

    Args:
        data: The file's bytes.

    Returns:
        (parameters, MACs). Parameters are the constant weights, whatever their width: float16, float32 or quantised.
        Constants of the graph itself, such as the shape that a reshape takes, are not counted.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data))
    kind = schema.BuiltinOperator
    counted = {kind.CONV_2D, kind.DEPTHWISE_CONV_2D, kind.TRANSPOSE_CONV, kind.FULLY_CONNECTED}
    floats = {schema.TensorType.FLOAT16, schema.TensorType.FLOAT32}
    weights: dict[int, int] = {}
    macs = 0
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            held = model.buffers[tensor.buffer].data
            scaled = tensor.quantization is not None and tensor.quantization.scale is not None
            if held is not None and len(held) and (tensor.type in floats or scaled):
                weights[tensor.buffer] = prod(_shape(tensor))
        for operator in graph.operators:
            code = model.operatorCodes[operator.opcodeIndex]
            which = max(code.builtinCode, code.deprecatedBuiltinCode)
            if which in counted:
                # Each weight of a kernel is used once at every place of the output (of the input when transposed).
                kernel = prod(_shape(graph.tensors[operator.inputs[1]]))
                transposed = which == kind.TRANSPOSE_CONV
                places = _shape(graph.tensors[operator.inputs[2] if transposed else operator.outputs[0]])[:-1]
                batch = _shape(graph.tensors[graph.inputs[0]])[0]
                macs += kernel * prod(places) // batch
    return sum(weights.values()), macs


def _shape(tensor: Any) -> list[int]:
    return [] if tensor.shape is None else [int(n) for n in tensor.shape]


def of_keras(model: Any) -> int | None:
    """Return the multiply-accumulates of a Keras network, layer by layer, nested networks included.

    Returns:
        None when a layer's output has no fixed size.
    """
    total = 0
    for layer in model.layers:
        if hasattr(layer, "layers"):
            inner = of_keras(layer)
            if inner is None:
                return None
            total += inner
            continue
        kernels = [prod(getattr(layer, name).shape) for name in _KERNELS if getattr(layer, name, None) is not None]
        if kernels and "Normalization" not in type(layer).__name__:
            tensor = layer.input if "Transpose" in type(layer).__name__ else layer.output
            places = tensor.shape[1:-1]
            if None in places:
                return None
            total += sum(kernels) * prod(places)
    return total


_KERNELS = ("kernel", "depthwise_kernel", "pointwise_kernel")


# --- time ------------------------------------------------------------------------------------------------------------


def latencies_ms(
    runs: Mapping[str, Callable[[], object]], *, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Time each network on one picture: the median over rounds in which all take turns.

    Taking turns spreads whatever else the machine does over all of them. The process is kept on one core meanwhile
    (on Linux), so that a library with threads of its own has no advantage.

    Args:
        runs: Name → a call that predicts one picture.
        clock: Seconds.

    Returns:
        Name → milliseconds.
    """
    taken: dict[str, list[float]] = {name: [] for name in runs}
    fewest, most = ROUNDS
    with one_core():
        for run in runs.values():
            run()  # the first call compiles, and fills caches
        begun = clock()
        for done in range(most):
            if done >= fewest and clock() - begun > LATENCY_S:
                break
            for name, run in runs.items():
                start = clock()
                run()
                taken[name].append((clock() - start) * 1e3)
    return {name: median(times) for name, times in taken.items()}


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep every thread of this process on one core; does nothing where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    _pin({max(allowed)})
    try:
        yield
    finally:
        _pin(allowed)


def _pin(cores: Sequence[int] | set[int]) -> None:
    for thread in Path("/proc/self/task").glob("*"):
        with contextlib.suppress(OSError):  # a thread that has ended
            os.sched_setaffinity(int(thread.name), cores)
