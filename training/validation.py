"""How a network does on the images that choose its epoch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from sklearn.metrics import precision_recall_fscore_support

from training.evaluate import NO_VOTE
from training.inputs import as_inputs
from training.run import Row


def predicted_by(model: Any, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return what a network in training says, (N, 7) or (N, 2, 7), batch by batch: no set is ever a float copy."""
    shape = model.input_shape[1:]
    batch = max(16, min(256, 2**22 // (shape[0] * shape[1])))
    parts = [
        keras.ops.convert_to_numpy(model.predict_on_batch(as_inputs(images[i : i + batch], shape)))
        for i in range(0, len(images), batch)
    ]
    return np.concatenate(parts).astype(np.float64)


def validate(
    model: Any,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.uint8],
    majority: npt.NDArray[np.int64] | None = None,
) -> Row:
    """Measure loss, accuracy, macro precision and macro recall, and of two heads the agreement with the votes.

    Args:
        model: In training.
        images: uint8.
        labels: 0–6.
        majority: The FER+ majority of each image, or `NO_VOTE`, for a network with two heads.
    """
    both = predicted_by(model, images)
    probabilities = both if majority is None else both[:, 0]
    predicted, picked = probabilities.argmax(axis=1), probabilities[np.arange(len(labels)), labels]
    macro_precision, macro_recall, _, _ = precision_recall_fscore_support(
        labels, predicted, average="macro", zero_division=0
    )
    votes = {}
    if majority is not None:
        agrees = (both[:, 1].argmax(axis=1) == majority)[majority != NO_VOTE]
        votes = {"val_votes_accuracy": float(agrees.mean()) if len(agrees) else 0.0}
    return {
        "val_loss": float(-np.log(np.clip(picked, 1e-7, 1)).mean()),
        "val_accuracy": float((predicted == labels).mean()),
        "val_precision": float(macro_precision),
        "val_recall": float(macro_recall),
        **votes,
    }
