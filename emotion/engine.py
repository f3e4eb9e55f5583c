"""LiteRT inference: one 48×48 face in, seven probabilities out.

A file with two outputs, named in its signature, answers two questions: what FER2013's labels would say (`fer2013`) and
how a crowd would vote (`votes`). What people see is what the product wants, so the votes count where there are any.

An engine keeps its interpreter and may be asked again and again, by one thread at a time.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from emotion.model_file import foreign
from emotion.models import HEADS, WEIGHTS, ModelEntry, weights_path
from emotion.quiet import quiet_stderr
from emotion.types import EMOTIONS, EmotionScores
from errors import ModelError

THREADS = 2
"""More gain nothing on a network this small; fewer cost a little."""


class Engine:
    """A loaded network.

    Args:
        model: An entry of `MODELS`, whose file is checked against its hash, or any LiteRT file of the same shape:
            float32 (1, 48, 48, 1) in, float32 (1, 7) softmax probabilities in the order of `EMOTIONS` out, once or
            once for each of `HEADS`.
        folder: Where the files of entries lie.
        threads: CPU threads for one prediction.

    Raises:
        ModelError: The file is missing, not the one that was measured, not a LiteRT model, or of another shape.
    """

    def __init__(self, model: ModelEntry | Path, *, folder: Path = WEIGHTS, threads: int = THREADS) -> None:
        entry = model if isinstance(model, ModelEntry) else None
        self.path = weights_path(model, folder) if isinstance(model, ModelEntry) else model
        self._input_shape = entry.input_shape if entry else (1, 48, 48, 1)
        labels = entry.labels if entry else EMOTIONS
        self._order = [labels.index(emotion) for emotion in EMOTIONS]
        self._interpreter = load_interpreter(self.path, threads)
        source = _only(self._interpreter.get_input_details(), "input", self._input_shape, self.path)
        heads = outputs_by_head(self._interpreter)
        results = [heads[HEADS[-1]]] if len(heads) > 1 else self._interpreter.get_output_details()
        result = _only(results, "output", (1, len(labels)), self.path)
        self._input, self._output = source["index"], result["index"]

    def predict(self, face: npt.NDArray[np.float32]) -> EmotionScores:
        """Read one face.

        Args:
            face: float32 (48, 48, 1), grey, 0–1, as `emotion.preprocessing.crop` makes it.

        Raises:
            ModelError: The outputs are not probabilities.
        """
        return EmotionScores(tuple(map(float, self.predict_many(face[np.newaxis])[0])))

    def predict_many(self, faces: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Read many faces.

        One after the other: not every file can be resized to a larger batch, and where one can it is no faster
        (`cnn3x3` in batches of 8: 3.06 instead of 3.25 ms of CPU a face, November 2026).

        Args:
            faces: float32 (n, 48, 48, 1), grey, 0–1.

        Returns:
            float64 (n, 7), probabilities in the order of `EMOTIONS`.

        Raises:
            ModelError: The outputs are not probabilities.
        """
        said = np.empty((len(faces), len(self._order)), np.float64)
        for row, face in zip(said, faces, strict=True):
            self._interpreter.set_tensor(self._input, np.asarray(face, np.float32).reshape(self._input_shape))
            self._interpreter.invoke()
            outputs = self._interpreter.get_tensor(self._output)[0].astype(np.float64)
            total = float(outputs.sum())
            if not (np.isfinite(total) and outputs.min() >= 0 and abs(total - 1) < 1e-2):
                raise ModelError(
                    f"{self.path} does not give probabilities: its outputs are {np.round(outputs, 3).tolist()}. "
                    "Export it with a softmax at its end."
                )
            row[:] = outputs[self._order] / total
        return said


def load_interpreter(path: Path, threads: int) -> Interpreter:
    """Open a LiteRT file of any shape and make room for its tensors.

    Raises:
        ModelError: The file is missing, damaged, or needs operations that are not built in.
    """
    if not os.path.isfile(path):  # noqa: PTH113  # unlike Path.is_file, False where the path may not be looked at
        raise ModelError(f"There is no model file {path}. Check the spelling, or name a model of: mien models")
    try:
        with quiet_stderr():  # LiteRT announces its XNNPACK delegate
            interpreter = Interpreter(model_path=str(path), num_threads=threads)
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError, OSError) as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        reason = foreign(path, "a LiteRT model") or said
        raise ModelError(
            f"{path} is not a LiteRT model that can run here ({reason}). "
            "It is damaged or of another kind; export it again as .tflite with built-in operations only."
        ) from error
    return interpreter


def outputs_by_head(interpreter: Interpreter) -> dict[str, dict[str, Any]]:
    """Return name → details of the output tensors, in the order of `HEADS`; none when they are neither one nor those.

    The order of the outputs in a file means nothing; their names in its signature do.
    """
    outputs = interpreter.get_output_details()
    if len(outputs) == 1:
        return {HEADS[0]: outputs[0]}
    signatures = interpreter.get_signature_list()
    if len(signatures) != 1:
        return {}
    named = interpreter.get_signature_runner(next(iter(signatures))).get_output_details()
    return {head: named[head] for head in HEADS} if named.keys() == set(HEADS) else {}


def _only(tensors: list[dict[str, Any]], role: str, shape: tuple[int, ...], path: Path) -> dict[str, Any]:
    """Return the model's one input or output if it is float32 of the right shape."""
    found = [f"{np.dtype(t['dtype']).name} {tuple(int(n) for n in t['shape'])}" for t in tensors]
    wanted = f"float32 {shape}"
    if found != [wanted]:
        raise ModelError(
            f"{path} has another shape than an emotion network: its {role} is {', '.join(found) or 'missing'}, "
            f"and has to be {wanted}. Export it with a fixed batch of 1."
        )
    return tensors[0]
