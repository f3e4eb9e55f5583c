"""A listener's resting face: what the network always reads into this one face, learned and taken away again.

Some faces look sad, angry or amused at rest, so that every reading of theirs leans one way. That lean is modelled as a
constant added to the log-odds of each emotion, b, so that the corrected scores are softmax(log p + b): vector scaling
with the bias alone (Guo, Pleiss, Sun & Weinberger 2017, "On Calibration of Modern Neural Networks", arXiv:1706.04599,
section 4.2; Alexandari, Kundaje & Shrikumar 2020, arXiv:1901.06852, find the bias terms to be what matters), and also
the form of Saerens, Latinne & Decaestecker's (2002, Neural Computation 14:21–41) adjustment to other prior
probabilities. b is the maximum a posteriori under a normal prior around zero: few lessons shift little, and a listener
without a lean keeps nearly the scores that the network gave.

A lesson is a reading with the emotion that it should have been: a correction, or a calibration at rest. Somebody who
corrects only what is wrong shows a biased sample, which a plain fit would overshoot; therefore a correction asks no
more than that its emotion is clear (`CLEAR`) and the others keep their proportions. At rest the others have none:
there a lean is all that sets them apart. benchmarks/resting_face.py measures it on simulated listeners.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotion.types import EMOTIONS, EmotionScores

CLEAR = 0.75
"""Probability that the right emotion of a lesson should have at least."""

SPREAD = 1.0
"""Standard deviation of the prior, in log-odds: how much a face may lean before there is much evidence."""

CORRECTION, CALIBRATION = 1.0, 3.0
"""What a lesson weighs by its kind; a calibration is made on purpose, and shows the lean itself."""

FLOOR = 1e-4
"""Least probability that is believed: a network that gives 0 means "very little"."""

Bias = tuple[float, ...]
"""Seven numbers to be added to log-odds, in the order of `EMOTIONS`; their sum is 0."""

NO_BIAS: Bias = (0.0,) * len(EMOTIONS)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one reading should have been.

    Args:
        scores: As the network gave them.
        emotion: What it should have been.
        weight: How much it counts: `CORRECTION` or `CALIBRATION`, less when it was long ago.
        at_rest: Whether the face showed nothing on purpose.
    """

    scores: EmotionScores
    emotion: str
    weight: float = CORRECTION
    at_rest: bool = False


def bias_of(lessons: Sequence[Lesson]) -> Bias:
    """Return what to add to the log-odds of a listener's readings; nothing learned gives zeros.

    The objective Σ weight × cross entropy(wanted, softmax(log p + b)) + |b|² / (2 SPREAD²) is strictly convex, and
    Newton's method with a halved step where it overshoots finds its minimum.
    """
    if not lessons:
        return NO_BIAS
    logits = np.log(np.maximum([lesson.scores.probabilities for lesson in lessons], FLOOR))
    wanted = np.array([_wanted(lesson) for lesson in lessons])
    weights = np.array([lesson.weight for lesson in lessons])
    bias = np.zeros(len(EMOTIONS))
    loss = _loss(bias, logits, wanted, weights)
    for _ in range(50):
        found = _softmax(logits + bias)
        gradient = weights @ (found - wanted) + bias / SPREAD**2
        if np.abs(gradient).max() < 1e-8:
            break
        curvature = np.diag(weights @ found) - (found * weights[:, None]).T @ found + np.eye(len(bias)) / SPREAD**2
        step = np.linalg.solve(curvature, gradient)
        while (tried := _loss(bias - step, logits, wanted, weights)) > loss and np.abs(step).max() > 1e-10:
            step /= 2
        bias, loss = bias - step, tried
    return tuple(float(b) for b in bias - bias.mean())


def corrected(scores: EmotionScores, bias: Bias) -> EmotionScores:
    """Return the scores of the same face as they would be without its lean: softmax(log p + bias)."""
    if not any(bias):
        return scores
    weighed = [max(p, FLOOR) * math.exp(b) for p, b in zip(scores.probabilities, bias, strict=True)]
    total = math.fsum(weighed)
    return EmotionScores(tuple(w / total for w in weighed))


def _wanted(lesson: Lesson) -> list[float]:
    """Return the probabilities that the lesson asks for."""
    right = EMOTIONS.index(lesson.emotion)
    read = np.maximum(lesson.scores.probabilities, FLOOR)
    share = CLEAR if lesson.at_rest else max(CLEAR, read[right] / read.sum())
    others = np.ones_like(read) if lesson.at_rest else read.copy()
    others[right] = 0.0
    wanted = others / others.sum() * (1 - share)
    wanted[right] = share
    return [float(p) for p in wanted]


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = grown / grown.sum(axis=1, keepdims=True)
    return shares


def _loss(
    bias: NDArray[np.float64], logits: NDArray[np.float64], wanted: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    moved = logits + bias
    most = moved.max(axis=1)
    total = np.log(np.exp(moved - most[:, None]).sum(axis=1)) + most
    return float(weights @ (total - (wanted * moved).sum(axis=1)) + bias @ bias / (2 * SPREAD**2))
