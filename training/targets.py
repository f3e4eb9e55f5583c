"""What a network is to answer for each image: the label, and with two heads the crowd's votes beside it."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion.types import EMOTIONS
from training.faces import U8, Faces
from training.recipes import Recipe
from training.votes import shares, told

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Targets:
    """Answers to learn, one row an image.

    Args:
        answers: float32 (N, 7), or (N, 2, 7) of the heads `fer2013` and `votes`; every seven sum to 1.
        weights: float32 (N,) or (N, 2), how much each counts; None when all count alike.
    """

    answers: F32
    weights: F32 | None = None

    def of(self, chosen: npt.NDArray[np.intp]) -> Targets:
        """Return some of the rows."""
        return Targets(self.answers[chosen], None if self.weights is None else self.weights[chosen])

    def taught(self, teachers: F32, share: float) -> Targets:
        """Blend in what teachers answer; where the votes say nothing, the teachers alone speak.

        Args:
            teachers: float32, of the shape of `answers`.
            share: Of the teachers, 0–1.
        """
        answers = (1 - share) * self.answers + share * teachers
        if self.weights is None or self.answers.ndim == 2:
            return dataclasses.replace(self, answers=answers.astype(np.float32))
        silent = self.weights == 0
        weights = np.where(silent, np.float32(share), self.weights).astype(np.float32)
        return Targets(np.where(silent[..., None], teachers, answers).astype(np.float32), weights)

    def digest(self) -> str:
        """Name the answers and weights, for a run folder that has to know whether it goes on with the same ones."""
        whole = hashlib.blake2b(np.ascontiguousarray(self.answers).data, digest_size=16)
        if self.weights is not None:
            whole.update(np.ascontiguousarray(self.weights).data)
        return whole.hexdigest()


def targets(recipe: Recipe, faces: Faces, class_weights: F32, counts: I64 | None = None) -> Targets:
    """Make the targets of a training.

    Args:
        recipe: Label smoothing, and whether classes are weighted.
        faces: What is learnt from.
        class_weights: float32 (7,).
        counts: int (N, 10), FER+ votes, for a network with two heads; images whose votes are mostly "unknown" or "not
            a face" weigh nothing in its second head.
    """
    answers = smoothed(faces.labels, recipe.label_smoothing)
    weights = class_weights[faces.labels] if recipe.balance == "weights" else None
    if counts is None:
        return Targets(answers, weights)
    of_labels = np.ones(len(faces), np.float32) if weights is None else weights
    both = np.stack([of_labels, told(counts).astype(np.float32)], axis=1)
    return Targets(np.stack([answers, shares(counts)], axis=1), both)


def smoothed(labels: U8, smoothing: float = 0.0) -> F32:
    """Return float32 (N, 7): 1 for the label, less a share that is spread over all classes."""
    one_hot = np.eye(len(EMOTIONS), dtype=np.float32)[labels]
    return one_hot * np.float32(1 - smoothing) + np.float32(smoothing / len(EMOTIONS))
