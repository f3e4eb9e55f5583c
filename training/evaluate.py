"""How good a model is on a set of images: every measure of its probabilities, worked out once.

Fractions are 0–1. scikit-learn counts what it can; what it lacks is here: the expected calibration error, and what the
measures become on a part of the images or against another ground truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from emotion.types import EMOTIONS
from training.significance import wilson

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Labels = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]

BINS = 15
"""Of the calibration error, as in Guo et al. 2017 (arXiv:1706.04599)."""

NO_VOTE = -1
"""Where FER+ has no majority that is one of the seven classes."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class: precision, recall and F1 as fractions, and how many images it has."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: how many images had such a confidence, its mean, and how many were right."""

    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of one model on one set of images.

    Args:
        n: Images.
        accuracy_ci95: Lowest and highest, Wilson.
        accuracy_without_train_duplicates: Over the images whose pixels do not occur in Training; None without such.
        balanced_accuracy: Mean recall of the classes that occur.
        macro_precision: Mean of the seven classes, as are `macro_recall` and `macro_f1`; one without images counts 0.
        log_loss: Mean negative natural logarithm of the true class's probability.
        ece: Expected calibration error of the likeliest class, 15 bins of equal width.
        ferplus_accuracy: Over the images that have a FER+ majority; None without votes. Both figures of FER+ are those
            of the vote head, where there is one.
        ferplus_ece: Over the same images; the hit of the likeliest class is its share of the votes.
        confusion: `confusion[true][predicted]`, counts, in the order of `EMOTIONS`.
        per_class: By emotion.
        reliability: The bins of `ece`, from least to most confident.
    """

    n: int
    accuracy: float
    accuracy_ci95: tuple[float, float]
    accuracy_without_train_duplicates: float | None
    balanced_accuracy: float
    macro_precision: float
    macro_recall: float
    macro_f1: float
    log_loss: float
    ece: float
    ferplus_accuracy: float | None
    ferplus_ece: float | None
    confusion: list[list[int]]
    per_class: dict[str, ClassRow]
    reliability: tuple[Bin, ...]


def measure(
    probabilities: npt.NDArray[np.floating],
    labels: Labels,
    *,
    in_training: Mask | None = None,
    majority: I64 | None = None,
    vote_shares: npt.NDArray[np.floating] | None = None,
    vote_probabilities: npt.NDArray[np.floating] | None = None,
) -> Evaluation:
    """Measure probabilities against labels.

    Args:
        probabilities: float (N, 7), rows that sum to 1, N ≥ 1.
        labels: int (N,), 0–6.
        in_training: bool (N,), test images whose pixels also occur in Training; None means not one does.
        majority: int (N,), the FER+ majority or `NO_VOTE`; None without votes.
        vote_shares: float (N, 7), the distribution of the votes; None without votes.
        vote_probabilities: float (N, 7), of the vote head; None means that one head answers both.
    """
    sure = _normalised(probabilities)
    crowd = sure if vote_probabilities is None else _normalised(vote_probabilities)
    voted = None if majority is None else majority != NO_VOTE
    predicted, classes = sure.argmax(axis=1), np.arange(len(EMOTIONS))
    right = predicted == labels
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predicted, labels=classes, zero_division=0
    )
    rows = zip(precision.tolist(), recall.tolist(), f1.tolist(), support.tolist(), strict=True)
    bins = reliability(sure.max(axis=1), right)
    return Evaluation(
        n=len(labels),
        accuracy=float(metrics.accuracy_score(labels, predicted)),
        accuracy_ci95=wilson(int(right.sum()), len(labels)),
        accuracy_without_train_duplicates=_share(right if in_training is None else right[~in_training]),
        balanced_accuracy=float(recall[support > 0].mean()),
        macro_precision=float(precision.mean()),
        macro_recall=float(recall.mean()),
        macro_f1=float(f1.mean()),
        log_loss=float(metrics.log_loss(labels, sure, labels=classes)),
        ece=calibration_error(bins),
        ferplus_accuracy=None if voted is None else _share((crowd.argmax(axis=1) == majority)[voted]),
        ferplus_ece=None
        if voted is None or vote_shares is None or not voted.any()
        else calibration_error(votes_reliability(crowd[voted], vote_shares[voted])),
        confusion=metrics.confusion_matrix(labels, predicted, labels=classes).tolist(),
        per_class={e: ClassRow(*row) for e, row in zip(EMOTIONS, rows, strict=True)},
        reliability=bins,
    )


def votes_reliability(probabilities: F64, vote_shares: npt.NDArray[np.floating]) -> tuple[Bin, ...]:
    """Sort predictions of votes into bins: the hit is the share of the votes that the likeliest class has."""
    predicted = probabilities.argmax(axis=1)
    return reliability(probabilities.max(axis=1), vote_shares[np.arange(len(predicted)), predicted])


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Return the mean distance of confidence and accuracy, weighted by the images of each bin."""
    return sum(b.n * abs(b.accuracy - b.confidence) for b in bins) / sum(b.n for b in bins)


def reliability(confidence: F64, right: Mask | npt.NDArray[np.floating]) -> tuple[Bin, ...]:
    """Sort predictions into bins ((m − 1)/15, m/15] of their confidence (Guo et al. 2017, section 2).

    Args:
        confidence: float (N,), the probability of the predicted class.
        right: bool (N,), or how right each is, 0–1.
    """
    of = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    n = np.bincount(of, minlength=BINS)
    filled = np.maximum(n, 1)
    mean = np.bincount(of, weights=confidence, minlength=BINS) / filled
    hits = np.bincount(of, weights=right, minlength=BINS) / filled
    return tuple(Bin(*row) for row in zip(n.tolist(), mean.tolist(), hits.tolist(), strict=True))


def _normalised(probabilities: npt.NDArray[np.floating]) -> F64:
    sure: F64 = probabilities.astype(np.float64)
    sure /= sure.sum(axis=1, keepdims=True)
    return sure


def _share(right: Mask) -> float | None:
    return float(right.mean()) if len(right) else None
