"""Boxes for photos that have none: where two classical detectors agree on one prominent face.

The one is OpenCV's Haar cascade as mien uses it (`emotion.haar`), the other dlib's HOG detector (King 2009; Dalal and
Triggs 2005). They fail on different photos, so that what both see is a face. The box is of the kind that the Haar
cascade gives, because the framing of the emotion networks was measured on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.haar import Haar
from emotion.opencv import cv2
from emotion.types import Frame
from errors import ConfigError

Square = tuple[float, float, float]
"""Centre x, centre y and side, in pixels."""

HOG_RISE = 0.10
"""How far the centre of a Haar box lies above that of a HOG box, in sides; their sides are alike (median ratio 1.00 on
137 photos of muxspace; benchmarks do not depend on it)."""

NEAR, ALIKE = 0.25, 1.45
"""Two boxes agree when their centres are nearer than this many sides, and neither is so many times as large."""

SMALLEST = 0.25
"""Of the photo's shorter side: a smaller face is not the one that the photo is of."""

UNSEEN_SIDE = 0.86
"""Of the photo's shorter side: the median over photos on which both agree."""

AGREED, ONE, NONE = 1.0, 0.4, 0.1
"""How far a box is trusted: both detectors saw it, one did, none did (then it is the middle of the photo, because these
collections are of faces cut out; the network learns that there is one, and hardly where)."""


@dataclass(frozen=True, slots=True)
class Label:
    """The one prominent face of a photo: its square in pixels, and how far it is trusted, 0–1."""

    square: Square
    trust: float


class Labeller:
    """Finds the prominent face of a photo by two detectors.

    Raises:
        ConfigError: When dlib is not installed.
    """

    def __init__(self) -> None:
        self._haar = _LargeFaces()
        self._hog = _hog_detector()

    def __call__(self, pixels: npt.NDArray[np.uint8]) -> Label:
        """Return the face of a photo, uint8 RGB (H, W, 3)."""
        height, width = pixels.shape[:2]
        shorter = min(height, width)
        haar = [(*face.box.centre, float(face.box.w)) for face in self._haar(Frame(pixels))]
        hog = self._hog(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
        middle = width / 2, height / 2
        large = [
            [s for s in found if s[2] >= SMALLEST * shorter and _apart(s, middle) < shorter / 4]
            for found in (haar, hog)
        ]
        pairs = [(a, b) for a in large[0] for b in large[1] if agree(a, b)]
        if pairs:
            x, y, side = np.mean(max(pairs, key=lambda pair: pair[0][2]), axis=0).tolist()
            return Label((x, y, side), AGREED)
        if alone := [*large[0], *large[1]]:
            return Label(max(alone, key=lambda square: square[2]), ONE)
        return Label((*middle, UNSEEN_SIDE * shorter), NONE)


class _LargeFaces(Haar):
    """The cascade, spared the many windows that are too small to matter here."""

    SMALLEST_FACE = SMALLEST, SMALLEST


def agree(first: Square, second: Square) -> bool:
    """Whether two squares are of one face."""
    small, large = sorted((first[2], second[2]))
    return large <= ALIKE * small and _apart(first, second[:2]) <= NEAR * small


def _apart(square: Square, point: tuple[float, float]) -> float:
    return max(abs(square[0] - point[0]), abs(square[1] - point[1]))


def _hog_detector() -> Callable[[Any], list[Square]]:
    try:
        import dlib  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ModuleNotFoundError as error:
        raise ConfigError("Boxes for the photos need dlib's detector: pip install dlib-bin") from error
    detector = dlib.get_frontal_face_detector()

    def find(grey: Any) -> list[Square]:
        # It bears no face smaller than 80 pixels, nor one that touches the edge.
        scale = 200 / min(grey.shape)
        margin = 40
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        larger = cv2.copyMakeBorder(
            cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how), *4 * (margin,), cv2.BORDER_REPLICATE
        )
        squares = []
        for found in detector(larger):
            side = found.width() / scale
            x, y = ((found.left() + found.right() + 1) / 2 - margin) / scale, (found.top() + found.bottom() + 1) / 2
            squares.append((x, (y - margin) / scale - HOG_RISE * side, side))
        return squares

    return find
