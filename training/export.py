"""From a trained Keras network to the LiteRT file that ships.

The file has a fixed batch of 1 and float16 weights. Some export paths lose the weights without a word, so every file is
run against its Keras model on real images before it is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from emotion.model_file import foreign
from errors import ModelError
from training.exporting import litert
from training.networks import Network, of_keras, open_network, predict_heads
from training.store import write_bytes

TOLERANCE = 1e-3
"""Largest difference of any probability that an export may make."""

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was written and checked: where, its SHA-256, its size, its parameters, its largest difference."""

    path: Path
    sha256: str
    bytes: int
    parameters: int
    largest_difference: float


def load_keras(path: Path) -> Any:
    """Load a `.keras` file, or the one in a run folder.

    Raises:
        ModelError: When there is none, or it is damaged.
    """
    file = path / "model.keras" if path.is_dir() else path
    if not file.is_file():
        raise ModelError(f"{file} does not exist; `mien train` writes it at the end of a training.")
    try:
        return keras.models.load_model(file, compile=False)
    except (ValueError, OSError, KeyError, TypeError) as error:
        reason = foreign(file, "a Keras model") or (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(f"{file} is no Keras model that can be read ({reason}); train or export it again.") from error


def to_litert(model: Any, path: Path, images: npt.NDArray[np.uint8]) -> Export:
    """Convert to float16 weights, compare with the source on `images`, and write the file when they agree.

    Args:
        model: A Keras model, float32 (batch, side, side, channels) in 0–1 → (batch, 7), or two such outputs.
        path: The `.tflite` file to write.
        images: uint8 (N, h, w) grey or (N, h, w, 3) RGB, real faces.

    Raises:
        ModelError: When the converted file does not give the model's probabilities within `TOLERANCE`.
    """
    data = litert.converted(model, "float16")
    candidate = path.with_name(f".{path.stem}.part.tflite")
    write_bytes(candidate, data)
    try:
        ours, theirs = (_answers(network, images) for network in (open_network(str(candidate)), of_keras(model, path)))
        difference = float(np.abs(ours - theirs).max())
        if not difference <= TOLERANCE:
            raise ModelError(
                f"{path.name}: the exported file differs from its source by {difference:.2g}; not written."
            )
        candidate.replace(path)
    finally:
        candidate.unlink(missing_ok=True)
    return Export(path, hashlib.sha256(data).hexdigest(), len(data), int(model.count_params()), difference)


def _answers(network: Network, images: npt.NDArray[np.uint8]) -> F32:
    return np.stack(list(predict_heads(network, images).values()), axis=1)
