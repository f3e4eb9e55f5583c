"""The average map of each class over labelled faces: what a network looks at, not for one face but as a habit.

averages = average(explainer, {"fear": faces, …})
averages["fear"].maps[EMOTIONS.index("sad")]    # where faces that are labelled fear speak for sadness
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from emotion.explanation.evidence import F32, F64, Explainer
from emotion.types import EMOTIONS


@dataclass(frozen=True, slots=True)
class Average:
    """Faces of one label.

    Args:
        faces: How many.
        face: float32 (side, side, channels), their mean, 0–1.
        maps: float32 (7, side, side), the mean map of each class.
        read_as: (7,), shares of the faces that were read as each class.
        method: How the maps were made.
    """

    faces: int
    face: F32
    maps: F32
    read_as: F64
    method: str


def average(
    explainer: Explainer, faces: Mapping[str, F32], *, advance: Callable[[int], None] | None = None
) -> dict[str, Average]:
    """Explain every face and average by label.

    Args:
        explainer: The network.
        faces: Label → float32 (n, side, side, channels), 0–1; labels without faces are left out.
        advance: Told after each face.
    """
    found: dict[str, Average] = {}
    for label, pictures in faces.items():
        if not len(pictures):
            continue
        total = np.zeros((len(EMOTIONS), *pictures.shape[1:3]), np.float64)
        read_as, method = np.zeros(len(EMOTIONS)), ""
        for picture in pictures:
            evidence = explainer.explain(picture)
            total += evidence.maps
            read_as[int(np.argmax(evidence.scores.probabilities))] += 1
            method = evidence.method
            if advance:
                advance(1)
        n = len(pictures)
        maps = (total / n).astype(np.float32)
        found[label] = Average(n, pictures.mean(axis=0, dtype=np.float32), maps, read_as / n, method)
    return found


def spread(numbers: np.typing.NDArray[np.int64], most: int) -> np.typing.NDArray[np.int64]:
    """Choose at most so many of a list, evenly from its beginning to its end, the same ones every time."""
    if len(numbers) <= most:
        return numbers
    return np.asarray(numbers[np.linspace(0, len(numbers) - 1, most).round().astype(np.int64)])
