"""How far a map can be trusted: deletion and insertion curves (Petsiuk et al. 2018, arXiv:1806.07421, section 4.1).

Deletion takes pixels out of the face, those of the greatest evidence first, and looks how fast the probability of the
class falls: the smaller the area under the curve, the better the map. Insertion puts them into a blurred face, and the
area should be large. As in the authors' code (github.com/eclique/RISE, evaluation.py, read November 2026), what is
deleted becomes the mean grey of the data, the class is the one that the network reads, and areas are by trapezoids.

A map is compared with two maps that know nothing. `shuffled` has the very values of the map, as coarse as it, at other
places of the face; `noise` has a value of its own for each pixel, and tears the face apart wherever it begins.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from emotion.explanation.evidence import F32, F64, Ask, Evidence, Explainer
from emotion.explanation.occlusion import GRID, blurred
from emotion.opencv import cv2

STEPS = 24
"""In which a face is deleted or inserted."""

MEAN_GREY = 0.508
"""Of FER2013's Training images, 0–1."""

RANDOM = ("shuffled", "noise")
"""The maps that know nothing."""

CURVES = ("deletion", "insertion")


@dataclass(frozen=True, slots=True)
class Beaten:
    """A map against a random one, over the same faces.

    Args:
        by: Mean difference of the areas, positive where the map is better.
        ci95: Its 95 % interval.
        won: Share of faces on which the map is better.
    """

    by: float
    ci95: tuple[float, float]
    won: float


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """The measures of one network's maps.

    Args:
        model: Its name.
        method: How the maps were made.
        faces: How many were explained.
        areas: Curve → kind of map ("map" or one of `RANDOM`) → mean area, 0–1.
        beaten: Curve → random map → how the map does against it.
        cost: Time of an explanation, in times of a single prediction.
    """

    model: str
    method: str
    faces: int
    areas: Mapping[str, Mapping[str, float]]
    beaten: Mapping[str, Mapping[str, Beaten]]
    cost: float
    curves: Mapping[str, Mapping[str, F64]] = field(default_factory=dict)
    """Curve → kind of map → mean probability (STEPS + 1,) after each step."""

    @property
    def trusted(self) -> bool:
        """Whether the maps beat every random one in both curves, beyond chance."""
        return all(beaten.ci95[0] > 0 for of in self.beaten.values() for beaten in of.values())


def measure(
    explainer: Explainer,
    faces: F32,
    *,
    seed: int,
    clock: Callable[[], float],
    advance: Callable[[int], None] | None = None,
) -> Faithfulness:
    """Explain faces and compare each map with random ones.

    Args:
        explainer: The network.
        faces: float32 (n, side, side, channels), 0–1, at least two.
        seed: Of the random maps.
        clock: Seconds, for the cost; of the process rather than of the wall where others work beside.
        advance: Told after each face.
    """
    kinds = ("map", *RANDOM)
    found = {curve: {kind: np.empty((len(faces), STEPS + 1)) for kind in kinds} for curve in CURVES}
    times: list[tuple[float, float]] = []
    method = ""
    for i, face in enumerate(faces):
        evidence, once_s, explained_s = _timed(explainer, face, clock)
        times.append((once_s, explained_s))
        method = evidence.method
        rng = np.random.default_rng([seed, i])
        chosen = int(np.argmax(evidence.scores.probabilities))
        own = evidence.maps[chosen]
        for kind, values in zip(kinds, (own, shuffled(own, rng), rng.random(own.shape)), strict=True):
            for curve in CURVES:
                found[curve][kind][i] = run(explainer.ask, face, values, chosen, curve)
        if advance:
            advance(1)
    areas = {curve: {kind: area(values) for kind, values in of.items()} for curve, of in found.items()}
    sign = {"deletion": -1, "insertion": 1}
    return Faithfulness(
        explainer.name,
        method,
        len(faces),
        {curve: {kind: float(values.mean()) for kind, values in of.items()} for curve, of in areas.items()},
        {c: {kind: _beaten(sign[c] * (areas[c]["map"] - areas[c][kind])) for kind in RANDOM} for c in CURVES},
        float(np.median([b for _, b in times]) / max(1e-9, float(np.median([a for a, _ in times])))),
        {curve: {kind: values.mean(axis=0) for kind, values in of.items()} for curve, of in found.items()},
    )


def run(ask: Ask, face: F32, values: F32 | F64, chosen: int, curve: str) -> F64:
    """Delete a face, or insert it into its blur, in the order of a map.

    Args:
        ask: The network.
        face: float32 (side, side, channels), 0–1.
        values: (side, side), the map; its greatest values come first.
        chosen: Index of the class.
        curve: "deletion" or "insertion".

    Returns:
        (STEPS + 1,), the probability of the class before the first and after each step.
    """
    start, end = (face, np.full_like(face, MEAN_GREY)) if curve == "deletion" else (blurred(face), face)
    rank = np.empty(values.size, np.int64)
    rank[np.argsort(-values.ravel(), kind="stable")] = np.arange(values.size)
    done = np.linspace(0, values.size, STEPS + 1)
    changed = rank.reshape(1, *values.shape, 1) < done[:, np.newaxis, np.newaxis, np.newaxis]
    return np.asarray(ask(np.where(changed, end, start).astype(np.float32))[:, chosen], np.float64)


def area(curves: F64) -> F64:
    """Return the areas (n,) under curves (n, steps + 1) over 0–1, by trapezoids."""
    total: F64 = (curves.sum(axis=1) - (curves[:, 0] + curves[:, -1]) / 2) / (curves.shape[1] - 1)
    return total


def shuffled(values: F32, rng: np.random.Generator) -> F32:
    """Return a map (side, side) of the same values and the same coarseness, at random places."""
    cells = cv2.resize(values, (GRID, GRID), interpolation=cv2.INTER_AREA).ravel()
    moved = rng.permutation(cells).reshape(GRID, GRID)
    return np.asarray(cv2.resize(moved, values.shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _timed(explainer: Explainer, face: F32, clock: Callable[[], float]) -> tuple[Evidence, float, float]:
    before = clock()
    explainer.ask(face[np.newaxis])
    between = clock()
    evidence = explainer.explain(face)
    return evidence, between - before, clock() - between


def _beaten(better_by: F64) -> Beaten:
    mean, error = float(better_by.mean()), float(better_by.std(ddof=1)) / math.sqrt(len(better_by))
    return Beaten(mean, (mean - 1.96 * error, mean + 1.96 * error), float((better_by > 0).mean()))
