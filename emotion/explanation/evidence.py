"""What a map says of one face, and what is needed of a network to make one.

A map has a value for each pixel: positive where the pixel speaks for the class, negative where it speaks against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion.types import EMOTIONS, EmotionScores

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

Ask = Callable[[F32], F64]
"""float32 (n, side, side, channels) in 0–1 → probabilities (n, 7), in the order of `EMOTIONS`."""

BANDS = ("upper", "middle", "lower")
"""Thirds of a face: brows and eyes, nose and cheeks, mouth and chin."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Seven maps of one face.

    Args:
        face: float32 (side, side, channels), 0–1, as the network saw it.
        scores: What the network read.
        maps: float32 (7, side, side), in the order of `EMOTIONS`.
        method: How the maps were made: "occlusion" or "grad-cam".
    """

    face: F32
    scores: EmotionScores
    maps: F32
    method: str

    def __post_init__(self) -> None:
        if self.maps.shape != (len(EMOTIONS), *self.face.shape[:2]):
            raise ValueError(f"maps of {self.maps.shape} for a face of {self.face.shape}")

    def of(self, emotion: str) -> F32:
        """Return the map (side, side) of one class."""
        return np.asarray(self.maps[EMOTIONS.index(emotion)])


@dataclass(frozen=True, slots=True)
class Explainer:
    """A network that can be explained.

    Args:
        name: As the user gave it.
        shape: (side, side, channels) of what it takes.
        ask: What it says of faces.
        explain: float32 (side, side, channels) → the evidence in it.
    """

    name: str
    shape: tuple[int, int, int]
    ask: Ask
    explain: Callable[[F32], Evidence]


def bands(evidence_map: F32) -> tuple[float, float, float] | None:
    """Return how the evidence for a class is spread over the thirds of a face, as shares that sum to 1.

    Args:
        evidence_map: float32 (side, side).

    Returns:
        Shares of `BANDS`; None when nothing speaks for the class.
    """
    positive = np.maximum(evidence_map, 0).astype(np.float64)
    total = float(positive.sum())
    if total <= 0:
        return None
    rows = positive.sum(axis=1)
    height = len(rows)
    upper, lower = float(rows[: height // 3].sum()), float(rows[height - height // 3 :].sum())
    return upper / total, (total - upper - lower) / total, lower / total
