"""From a trained detector to `mien-face.tflite`: decoded rows, float16 weights, checked against Keras on scenes."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from emotion.mien_face import MienFace
from emotion.opencv import cv2
from emotion.types import Frame
from errors import ModelError
from training.checkpoint import read_best
from training.detection.material import Material
from training.detection.network import exported, mien_face
from training.detection.scenes import compose
from training.detection.trainer import recipe_of
from training.export import Export
from training.exporting import litert
from training.optimising import assign, to_half_precision
from training.run import history
from training.store import write_bytes

F32 = npt.NDArray[np.float32]

TOLERANCE = 2e-2
"""Largest difference that half precision may make: of a confidence as it is, of a box in shares of the face's side.

That is one pixel on a face of 50. Five epochs old, the network's confidences differed by 0.001 at most and its boxes by
0.012, one row in a hundred by more than 0.002; a file that lost its weights is off by far more.
"""

SEEN = 0.1
"""Confidence below which it does not matter where a face would be."""

CHECKED = 50

FALSE_FACES = 0.01
"""A picture without a face, of those that validate; half of what the bench allows on others."""

QUIETEST, HALVINGS = (0.1, 0.9), 6
"""Where the threshold is looked for, and how often that is halved."""


def from_run(run: Path, path: Path, material: Material) -> Export:
    """Export the best weights of a run, finished or not.

    Args:
        run: The run folder.
        path: The `.tflite` file to write.
        material: What the scenes are made of that the file is checked on.

    Raises:
        ModelError: When there are no weights yet, or the file does not give what Keras gives.
    """
    if not (run / "best.npz").exists():
        raise ModelError(f"{run} has no best weights yet; they come with the first validation at full size.")
    model = mien_face(recipe_of(run).side)
    assign(model.variables, read_best(run))
    calibrate(model, best_threshold(run))
    to_half_precision(model)
    side = model.input_shape[1]
    pictures = [compose(material, np.random.default_rng((9, i)), side).picture for i in range(CHECKED)]
    seen = np.stack(pictures)[..., np.newaxis].astype(np.float32) / np.float32(255)
    to_litert(model, path, seen)
    # The validation knows the network's first look alone; how many faces are false after all looks, the detector says.
    calibrate(model, quiet_threshold(MienFace(path), [frame_of(ground) for ground in material.grounds]))
    to_half_precision(model)
    return to_litert(model, path, seen)


def best_threshold(run: Path) -> float:
    """Return the confidence that the validation of a run's best epoch found to be the threshold."""
    side = recipe_of(run).side
    best = max((row for row in history(run) if row["side"] == side), key=lambda row: row["val_accuracy"])
    return best["val_threshold"]


def quiet_threshold(detector: MienFace, faceless: Sequence[Frame], false_faces: float = FALSE_FACES) -> float:
    """Return the confidence from which on a detector takes at most so many faces a picture where there are none."""
    low, high = QUIETEST
    for _ in range(HALVINGS):
        detector.LEAST_CONFIDENCE = (low + high) / 2
        if sum(len(detector(frame)) for frame in faceless) > false_faces * len(faceless):
            low = detector.LEAST_CONFIDENCE
        else:
            high = detector.LEAST_CONFIDENCE
    return high


def frame_of(grey: npt.NDArray[np.uint8]) -> Frame:
    """Return a grey picture as a frame of usual size: pictures without a face are kept small."""
    enlarged = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
    return Frame(np.asarray(cv2.cvtColor(enlarged, cv2.COLOR_GRAY2RGB), np.uint8))


def calibrate(model: Any, threshold: float) -> None:
    """Move all confidences, in logits, so that a threshold becomes 0.5: then every file is read alike."""
    head = model.get_layer("head")
    kernel, bias = head.get_weights()
    sure = min(max(threshold, 0.02), 0.98)
    bias[0] -= math.log(sure / (1 - sure))
    head.set_weights([kernel, bias])


def to_litert(model: Any, path: Path, pictures: F32) -> Export:
    """Convert the raw network with its rows decoded, compare on pictures, and write the file when they agree.

    Args:
        model: As `mien_face` builds it.
        path: The `.tflite` file.
        pictures: float32 (N, side, side, 1), 0–1.

    Raises:
        ModelError: When the file differs from Keras by more than `TOLERANCE`.
    """
    shipped = exported(model)
    data = _without_names(litert.converted(shipped, "float16"))
    ours, theirs = _asked(data, pictures), np.concatenate([_rows(shipped, one[np.newaxis]) for one in pictures])
    difference = _difference(ours, theirs)
    if not difference <= TOLERANCE:
        raise ModelError(f"{path.name}: the exported file differs from its source by {difference:.2g}; not written.")
    write_bytes(path, data)
    return Export(path, hashlib.sha256(data).hexdigest(), len(data), int(model.count_params()), difference)


def _difference(ours: F32, theirs: F32) -> float:
    """Return the largest difference between two files' rows, float32 (N, cells, 6)."""
    confidence = np.abs(ours[..., 0] - theirs[..., 0]).max()
    seen = theirs[..., 0] >= SEEN
    scale = np.ones_like(theirs[seen])
    scale[:, 1:4] = theirs[seen][:, 3:4]
    return float(max(confidence, (np.abs(ours[seen] - theirs[seen]) / scale).max(initial=0)))


def _rows(model: Any, pictures: F32) -> F32:
    return np.asarray(keras.ops.convert_to_numpy(model(pictures, training=False)), np.float32)


def _asked(data: bytes, pictures: F32) -> F32:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=data, num_threads=1)
    interpreter.allocate_tensors()
    source, result = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    answers = []
    for picture in pictures:
        interpreter.set_tensor(source, picture[np.newaxis])
        interpreter.invoke()
        answers.append(np.array(interpreter.get_tensor(result)))
    return np.concatenate(answers)


def _without_names(data: bytes) -> bytes:
    """Drop the names of all tensors: nobody asks for them, and they are a tenth of the file."""
    from tensorflow.lite.tools import flatbuffer_utils

    model = flatbuffer_utils.convert_bytearray_to_object(data)
    flatbuffer_utils.strip_strings(model)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))
