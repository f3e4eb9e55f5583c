"""Maps by occlusion: hide a patch of the face, see how much less sure the network is of each class.

This needs nothing of a network but its answers, so that it works for `.tflite` files without TensorFlow, and gives all
seven classes at once. It is occlusion sensitivity (Zeiler & Fergus 2014, arXiv:1311.2901) with three changes, chosen on
Validation images for the best deletion and insertion curves (docs/explain.md): the patches are soft, what hides is the
face's own blur instead of a grey square, which is itself an edge that networks see, and what is compared are log-odds,
so that a class of 1 % has a map as a class of 99 % has.

Always the same patches, so always the same map.
"""

from __future__ import annotations

import functools

import numpy as np

from emotion.engine import Engine
from emotion.explanation.evidence import F32, F64, Ask, Evidence, Explainer
from emotion.opencv import cv2
from emotion.types import EmotionScores

GRID = 7
"""Patches in a row and in a column."""

PREDICTIONS = GRID * GRID + 1
"""What a map costs: each patch hidden once, and the whole face."""

SPREAD = 0.45
"""Standard deviation of a patch, in distances between patches."""

BLUR = 1 / 12
"""Standard deviation of what hides, in sides of the face: an expression cannot be told through it."""


def occlusion(ask: Ask, face: F32) -> Evidence:
    """Explain one face with `PREDICTIONS` predictions.

    Args:
        ask: The network.
        face: float32 (side, side, channels), 0–1.

    Returns:
        Maps in nats of log-odds: how much the odds of a class fall when the surroundings of a pixel are hidden.
    """
    patches = _patches(face.shape[0])
    hidden = blurred(face)
    said = ask(np.concatenate([face[np.newaxis], face + patches[..., np.newaxis] * (hidden - face)]))
    odds = log_odds(said)
    drops = odds[0] - odds[1:]
    maps = np.einsum("kc,kyx->cyx", drops, patches) / patches.sum(axis=0)
    scores = EmotionScores(tuple(map(float, said[0] / said[0].sum())))
    return Evidence(face, scores, maps.astype(np.float32), "occlusion")


def of_engine(name: str, engine: Engine) -> Explainer:
    """Return a LiteRT network of 48×48 grey faces as one that can be explained."""
    return by_occlusion(name, (48, 48, 1), engine.predict_many)


def by_occlusion(name: str, shape: tuple[int, int, int], ask: Ask) -> Explainer:
    """Return any network as one that is explained by occlusion."""
    return Explainer(name, shape, ask, functools.partial(occlusion, ask))


def log_odds(probabilities: F64) -> F64:
    """Return ln(p ÷ (1 − p)) of each class, exact also where p is so near to 1 that 1 − p would be 0.

    Args:
        probabilities: (n, 7).
    """
    p = np.maximum(probabilities.astype(np.float64), 1e-12)
    others = p @ (1 - np.eye(p.shape[1]))
    odds: F64 = np.log(p) - np.log(others)
    return odds


def blurred(face: F32) -> F32:
    """Return a face without its expression: float32 (side, side, channels) to the same."""
    soft = cv2.GaussianBlur(face, (0, 0), BLUR * face.shape[0], borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft, np.float32).reshape(face.shape)


@functools.cache
def _patches(side: int) -> F32:
    """Return the patches, float32 (GRID², side, side), row by row; 1 hides all, 0 nothing."""
    distance = side / GRID
    centres = (np.arange(GRID) + 0.5) * distance
    pixels = np.arange(side) + 0.5
    profile = np.exp(-(((pixels - centres[:, np.newaxis]) / (SPREAD * distance)) ** 2) / 2)
    patches = np.einsum("iy,jx->ijyx", profile, profile).reshape(-1, side, side)
    return np.asarray(patches, np.float32)
