"""How good a model is on a split: predictions of anything that predicts, and the measures of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from emotion.engine import Engine
from emotion.models import MODELS, weights_path
from emotion.preprocessing import from_grey48
from emotion.types import EMOTIONS
from errors import ModelError, UnknownName
from training.data import Faces

F32 = npt.NDArray[np.float32]
Predictor = Callable[[F32], F32]
"""float32 (N, 48, 48, 1) in 0–1 → probabilities float32 (N, 7)."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class: precision, recall and F1 as fractions, and how many images it has."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of one model on one set of images, fractions 0–1.

    Args:
        confusion: `confusion[true][predicted]`, counts, in the order of `EMOTIONS`.
    """

    name: str
    n: int
    accuracy: float
    macro_f1: float
    per_class: dict[str, ClassRow]
    confusion: list[list[int]]


def predictor(model: str) -> Predictor:
    """Return what predicts for a shipped model's name, a `.tflite` or `.keras` file, or a run folder.

    Raises:
        UnknownName: When it is neither a shipped name nor an existing path.
        ModelError: When the file cannot be used.
    """
    path = Path(model)
    if model in MODELS:
        return _litert(weights_path(MODELS[model]))
    if not path.exists():
        raise UnknownName("model", model, MODELS)
    if path.suffix == ".tflite":
        return _litert(path)
    if path.is_dir() or path.suffix == ".keras":
        return _keras(path)
    raise ModelError(f"{path} is no model: give a shipped name, a .tflite or .keras file, or a run folder.")


def evaluate(name: str, predict: Predictor, faces: Faces) -> Evaluation:
    """Predict every image once, without any averaging, and measure."""
    return measure(name, predict(from_grey48(faces.images)), faces.labels)


def measure(name: str, probabilities: F32, labels: npt.NDArray[np.uint8]) -> Evaluation:
    """Measure probabilities (N, 7) against labels (N,)."""
    predicted, classes = probabilities.argmax(axis=1), np.arange(len(EMOTIONS))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predicted, labels=classes, zero_division=0
    )
    rows = zip(precision.tolist(), recall.tolist(), f1.tolist(), support.tolist(), strict=True)
    return Evaluation(
        name=name,
        n=len(labels),
        accuracy=float(metrics.accuracy_score(labels, predicted)),
        macro_f1=float(f1.mean()),
        per_class={e: ClassRow(*row) for e, row in zip(EMOTIONS, rows, strict=True)},
        confusion=metrics.confusion_matrix(labels, predicted, labels=classes).tolist(),
    )


def _litert(path: Path) -> Predictor:
    engine = Engine(path)
    return lambda inputs: np.array([engine.predict(face).probabilities for face in inputs], np.float32)


def _keras(path: Path) -> Predictor:
    from training.export import load_keras

    model = load_keras(path)
    return lambda inputs: np.concatenate(
        [np.asarray(model.predict_on_batch(inputs[i : i + 256])) for i in range(0, len(inputs), 256)]
    )
