"""How much of a face's constant lean is taken away by corrections and calibrations, on simulated listeners.

    .venv/bin/python -m benchmarks.resting_face [--listeners 30] [--readings 400] [--json]

A listener's moods are drawn with everyday frequencies; the network's log-odds are the mood's own plus noise (seven in
ten are then read right, as on FER2013's test split) plus the listener's lean, the same each time. They correct seven of
ten readings whose emotion is wrong, until they have corrected so many. The error is the mean distance on the plane of
valence and arousal from the mood that the same reading would have given without the lean; "truth" is the distance from
the mood that the listener had, most of which is the network's own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from emotion.types import EMOTIONS, EmotionScores
from recommender.memory.resting_face import CALIBRATION, NO_BIAS, Bias, Lesson, bias_of, corrected
from recommender.mood import CIRCUMPLEX

Numbers = NDArray[np.float64]

EVERYDAY = np.array([0.06, 0.03, 0.05, 0.28, 0.15, 0.06, 0.37])
"""How often each emotion is felt, in the order of `EMOTIONS`."""

SHARPNESS, NOISE = 1.7, 1.0
"""Log-odds of the right emotion, and the standard deviation of all log-odds."""

PATIENCE = 0.7
"""Share of the wrong readings that are corrected."""

PLANE = np.array([CIRCUMPLEX[emotion] for emotion in EMOTIONS])
REST = EMOTIONS.index("neutral")

LEANS: dict[str, Callable[[np.random.Generator], Numbers]] = {
    "none": lambda _: np.zeros(7),
    "sad": lambda _: np.array([0, 0, 0, 0, 2.0, 0, 0]),
    "angry": lambda _: np.array([2.0, 0.5, 0, 0, 0, 0, 0]),
    "mixed": lambda rng: rng.normal(0, 1.2, 7),
}
"""Kind → what is added to a listener's log-odds."""


def measure(listeners: int = 30, readings: int = 400, seed: int = 0) -> dict[str, dict[str, float]]:
    """Return lean → measure → mean error over listeners.

    Args:
        listeners: Of each kind.
        readings: Of each listener, to learn from at most and to measure with.
        seed: Of everything.
    """
    return {kind: _mean([_listener(kind, seed + n, readings) for n in range(listeners)]) for kind in LEANS}


def _listener(kind: str, seed: int, readings: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    lean = LEANS[kind](rng)
    felt, clean = _faces(rng, readings)
    read = _softmax(clean + lean)
    test_felt, test_clean = _faces(rng, readings)
    meant = _softmax(test_clean) @ PLANE

    def errors(name: str, bias: Bias) -> dict[str, float]:
        found = _softmax(test_clean + lean + np.array(bias)) @ PLANE
        return {name: _distance(found, meant), f"truth {name}": _distance(found, PLANE[test_felt])}

    result = errors("before", NO_BIAS)
    for count in (1, 5, 15):
        plural = "s" * (count != 1)
        result |= errors(f"after {count} correction{plural}", _corrections(rng, felt, read, count))
        if count < 15:
            at_rest = [EmotionScores(tuple(read[n])) for n in np.flatnonzero(felt == REST)[: min(count, 3)]]
            lessons = [Lesson(scores, "neutral", CALIBRATION, at_rest=True) for scores in at_rest]
            result |= errors(f"after {len(lessons)} calibration{'s' * (len(lessons) != 1)}", bias_of(lessons))
    return result


def _corrections(rng: np.random.Generator, felt: NDArray[np.int64], read: Numbers, count: int) -> Bias:
    """Live through readings, correcting some that are wrong with what was learned so far."""
    lessons: list[Lesson] = []
    bias = NO_BIAS
    for mood, probabilities in zip(felt, read, strict=True):
        scores = EmotionScores(tuple(probabilities))
        if corrected(scores, bias).top != EMOTIONS[mood] and rng.random() < PATIENCE:
            lessons.append(Lesson(scores, EMOTIONS[mood]))
            bias = bias_of(lessons)
            if len(lessons) == count:
                break
    return bias


def _faces(rng: np.random.Generator, count: int) -> tuple[NDArray[np.int64], Numbers]:
    felt = rng.choice(len(EMOTIONS), size=count, p=EVERYDAY)
    return felt, SHARPNESS * np.eye(7)[felt] + rng.normal(0, NOISE, (count, 7)) + 0.3 * np.log(EVERYDAY)


def _softmax(logits: Numbers) -> Numbers:
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Numbers = grown / grown.sum(axis=1, keepdims=True)
    return shares


def _distance(one: Numbers, other: Numbers) -> float:
    return float(np.linalg.norm(one - other, axis=1).mean())


def _mean(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: fmean(row[name] for row in rows) for name in rows[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=30)
    parser.add_argument("--readings", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    found = measure(wanted.listeners, wanted.readings, wanted.seed)
    if wanted.json:
        print(json.dumps(found))
        return
    print(f"{'':<28}" + "".join(f"{kind:>9}" for kind in found))
    for name in found["none"]:
        print(f"{name:<28}" + "".join(f"{row[name]:>9.3f}" for row in found.values()))


if __name__ == "__main__":
    main()
