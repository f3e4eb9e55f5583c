"""ONNX files and SavedModels as networks that can be asked, so that `mien compare` measures them like any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.model_file import foreign
from emotion.models import HEADS
from emotion.opencv import cv2
from errors import ModelError

F32 = npt.NDArray[np.float32]


class Onnx:
    """An ONNX file, run by OpenCV (`cv2.dnn`).

    Args:
        path: A file with one input, float32 (batch, channels, side, side) or (batch, side, side, channels).

    Raises:
        ModelError: It is no ONNX file that OpenCV can run, or does not take one square picture.
    """

    def __init__(self, path: Path) -> None:
        import onnx

        self.path = path
        data = path.read_bytes()
        try:
            graph = onnx.load_model_from_string(data).graph
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
        except Exception as error:  # protobuf's kinds, OpenCV's, and what a damaged graph makes of them
            reason = foreign(path, "an ONNX model") or _reason(error)
            raise ModelError(
                f"{path} is not an ONNX model that OpenCV can run ({reason}); get it or export it again."
            ) from error
        constants = {constant.name for constant in graph.initializer}
        sources = [source for source in graph.input if source.name not in constants]
        dimensions = [int(d.dim_value) for d in sources[0].type.tensor_type.shape.dim] if len(sources) == 1 else []
        kind = sources[0].type.tensor_type.elem_type if sources else 0
        channels = next((axis for axis in (1, 3) if len(dimensions) == 4 and dimensions[axis] in (1, 3)), None)
        if channels is None or kind != onnx.TensorProto.FLOAT:
            raise ModelError(
                f"{path} takes {[tuple(dimensions)] if dimensions else len(sources)}, and has to take one float32 "
                "picture: (batch, 1 or 3, side, side)."
            )
        self._channels_first = channels == 1
        batch, *rest = dimensions
        self.batch = batch or 1  # 0 where the file leaves it open
        self.shape = (rest[1], rest[2], rest[0]) if self._channels_first else tuple(rest)
        self.parameters = sum(
            int(np.prod(c.dims))
            for c in graph.initializer
            if c.data_type in (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16)
        )
        names = [output.name for output in graph.output]
        self.heads = heads_of(names, path)
        self._outputs = names if len(names) == 1 else list(self.heads)

    def predict(self, inputs: F32) -> F32:
        """Return (n, 7) for float32 (n, side, side, channels); (n, outputs, 7) where there are several outputs."""
        full = filled(inputs, self.batch)
        pictures = full.transpose(0, 3, 1, 2) if self._channels_first else full
        self._net.setInput(np.ascontiguousarray(pictures))
        return together([np.array(said) for said in self._net.forward(self._outputs)], len(inputs))


class SavedModel:
    """A folder that TensorFlow saved.

    Args:
        path: The folder, with a signature that takes one picture.

    Raises:
        ModelError: It cannot be read, or takes something else.
    """

    def __init__(self, path: Path) -> None:
        import tensorflow as tf

        self.path = path
        try:
            self._loaded = tf.saved_model.load(str(path))  # kept: signatures die with what they were loaded from
            signatures = self._loaded.signatures
            self._ask = signatures.get("serve") or next(iter(signatures.values()))
        except Exception as error:
            raise ModelError(f"{path} is no SavedModel that can be read ({_reason(error)}).") from error
        takes = list(self._ask.structured_input_signature[1].items())
        if len(takes) != 1 or takes[0][1].shape.rank != 4:
            raise ModelError(f"{path} takes {[tuple(spec.shape) for _, spec in takes]}, and has to take one picture.")
        self._input, spec = takes[0]
        batch, *self.shape = spec.shape.as_list()
        self.batch = batch or 32
        self.parameters = sum(int(np.prod(v.shape)) for v in self._loaded.trainable_variables) or None
        names = list(self._ask.structured_outputs)
        self.heads = heads_of(names, path)
        self._outputs = names if len(names) == 1 else list(self.heads)

    def predict(self, inputs: F32) -> F32:
        """Return (n, 7) for float32 (n, side, side, channels); (n, outputs, 7) where there are several outputs."""
        import tensorflow as tf

        said = self._ask(**{self._input: tf.constant(filled(inputs, self.batch))})
        return together([said[name].numpy() for name in self._outputs], len(inputs))


def heads_of(outputs: Sequence[str], path: Path) -> tuple[str, ...]:
    """Return what outputs of these names answer, in the order of `HEADS`; a single one may have any name.

    Raises:
        ModelError: They are several, and others than `HEADS`.
    """
    if len(outputs) == 1:
        return HEADS[:1]
    if sorted(outputs) != sorted(HEADS):
        raise ModelError(f"{path} answers {', '.join(outputs)}, and two heads are {' and '.join(HEADS)}.")
    return HEADS


def filled(inputs: F32, batch: int) -> F32:
    """Fill pictures up to the batch that a file was made for."""
    missing = batch - len(inputs)
    return np.concatenate([inputs, np.zeros((missing, *inputs.shape[1:]), np.float32)]) if missing > 0 else inputs


def together(said: list[Any], n: int) -> F32:
    """Return the first `n` answers; those of several outputs side by side on a second axis."""
    kept = [np.asarray(one, np.float32)[:n] for one in said]
    return kept[0] if len(kept) == 1 else np.stack(kept, axis=1)


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
