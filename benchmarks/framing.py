"""How a detector's box should be cut so that the networks see what they were trained on.

FER2013 faces are enlarged to 240 pixels and put into 640×480 frames on a blurred copy of themselves. The detector finds
them, each framing rule cuts them out again, and the cut is compared with the face that was put in:

    python -m benchmarks.framing                     # choose a rule: a grid over the Validation part of Training
    python -m benchmarks.framing --split PublicTest  # report the rule that is in use

It prints how many faces are found, how large and how far off the true square is by the detector's box, the mean
correlation of pixels, and, with the weights of a model, the accuracy after detection beside that of the face itself.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.fer_faces import SHARED, faces_of, frame_with
from emotion.detectors import DEFAULT_DETECTOR, Detector
from emotion.models import DEFAULT_MODEL, MODELS
from emotion.preprocessing import SCALE, SHIFT, crop, from_grey48
from emotion.types import EMOTIONS, Box, Frame
from errors import MienError
from training.detection_bench import named_detectors

SCALES = (1.0, 1.04, 1.08, 1.12, 1.16)
SHIFTS = (-0.02, 0.01, 0.04)


@dataclass(frozen=True, slots=True)
class Found:
    """A face that the detector found again: the frame, its box, and the face that was put in."""

    frame: Frame
    box: Box
    truth: Box
    face: npt.NDArray[np.uint8]
    label: int


def main() -> None:
    arguments = _arguments()
    faces, labels = faces_of(arguments.split, arguments.data)
    rng = np.random.default_rng(arguments.seed)
    chosen = rng.permutation(len(faces))[: arguments.limit or len(faces)]
    detector = named_detectors([arguments.detector])[arguments.detector]
    rules = [(SCALE, SHIFT), *(itertools.product(SCALES, SHIFTS) if arguments.split == "Validation" else ())]
    predict = _predictor(arguments.model)
    geometry: list[tuple[float, float, float]] = []
    direct: list[bool] = []
    correlations: dict[tuple[float, float], list[float]] = {rule: [] for rule in rules}
    hits: dict[tuple[float, float], list[bool]] = {rule: [] for rule in rules}
    for one in find_again(detector, faces[chosen], labels[chosen], rng):
        geometry.append(_truth_by_box(one))
        if predict:
            direct.append(predict(from_grey48(one.face[np.newaxis])[0]) == one.label)
        for scale, shift in rules:
            cut = crop(one.frame, one.box, scale=scale, shift=shift)
            if one.face.std() > 0:
                correlations[scale, shift].append(float(np.corrcoef(cut.ravel(), one.face.ravel())[0, 1]))
            if predict:
                hits[scale, shift].append(predict(cut) == one.label)

    print(f"{arguments.split}: {len(geometry)} of {len(chosen)} faces found ({len(geometry) / len(chosen):.1%})")
    low, middle, high = np.percentile(geometry, (10, 50, 90), axis=0)
    for name, *values in zip(("side", "shift right", "shift down"), low, middle, high, strict=True):
        print(f"true {name} by the box: median {values[1]:+.3f}, 10 % below {values[0]:+.3f}, above {values[2]:+.3f}")
    if predict:
        print(f"accuracy of {arguments.model} on the found faces as they are: {np.mean(direct):.1%}")
    for rule in rules:
        line = f"scale {rule[0]:.2f} shift {rule[1]:+.2f}: correlation {np.mean(correlations[rule]):.4f}"
        if predict:
            loss = 100 * (np.mean(direct) - np.mean(hits[rule]))
            line += f", accuracy {np.mean(hits[rule]):.1%} ({loss:.1f} points lost)"
        print(line + (" (in use)" if rule == (SCALE, SHIFT) else ""))


def find_again(
    detector: Detector, faces: npt.NDArray[np.uint8], labels: npt.NDArray[np.int64], rng: np.random.Generator
) -> Iterator[Found]:
    """Put each face into a frame and yield those that the detector's largest box is on."""
    for face, label in zip(faces, labels, strict=True):
        frame, truth = frame_with(face, rng)
        boxes = [seen.framed for seen in detector(frame)]
        if boxes and is_on(boxes[0], truth):
            yield Found(frame, boxes[0], truth, face, int(label))


def is_on(box: Box, truth: Box) -> bool:
    """Whether a box is the face that was put in: a face found counts, however well it is framed."""
    (x, y), (true_x, true_y) = box.centre, truth.centre
    return max(abs(x - true_x), abs(y - true_y)) <= truth.w / 4 and 0.4 <= box.w / truth.w <= 1.6


def _truth_by_box(one: Found) -> tuple[float, float, float]:
    """Side and place of the true square, in sides of the detector's box."""
    (x, y), (box_x, box_y) = one.truth.centre, one.box.centre
    return one.truth.w / one.box.w, (x - box_x) / one.box.w, (y - box_y) / one.box.h


def _predictor(model: str) -> Callable[[npt.NDArray[np.float32]], int] | None:
    """Return what names the class of a crop, or None while the model has no weights."""
    from emotion.engine import Engine

    entry = MODELS.get(model)
    try:
        engine = Engine(entry if entry else Path(model), threads=1)
    except MienError as error:
        print(f"no accuracy: {error}")
        return None
    return lambda face: EMOTIONS.index(engine.predict(face).top)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--split", choices=("Validation", "PublicTest"), default="Validation")
    parser.add_argument("--limit", type=int, help="number of faces (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a name in MODELS, or a .tflite file")
    parser.add_argument("--detector", default=DEFAULT_DETECTOR, help="a name in DETECTORS, or a .tflite file")
    parser.add_argument("--data", type=Path, default=SHARED / "fer2013", help="folder with faces.csv and its sheets")
    return parser.parse_args()


if __name__ == "__main__":
    main()
