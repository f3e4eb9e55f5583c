"""`haar`: the frontal cascade that OpenCV ships (Viola & Jones 2001; Lienhart et al. 2003, "alt2").

A first pass looks at the picture as it is. Only where that finds nothing does a second, dearer pass look again, at an
equalised picture with a margin around it (for faces that fill the photo), upright and tilted to both sides.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt

from emotion.opencv import cv2
from emotion.quiet import quiet_stderr
from emotion.types import Box, Face, Frame
from errors import ModelError

Grey = npt.NDArray[Any]
"""uint8 (H, W), 0–255."""


class Haar:
    """The Haar cascade "frontal face alt2"; to be used by one thread at a time.

    Args:
        cascade: The cascade's file; OpenCV's own by default.

    Raises:
        ModelError: OpenCV does not ship the file (version 5 does not).
    """

    LONGEST_SIDE = 640
    SHORTEST_SIDE = 160
    """The picture is scaled into these: below, windows of 20 pixels miss; above, only time is lost."""

    SCALE_STEP = 1.1

    NEIGHBOURS = 2
    """More windows than this have to agree on a face."""

    LEAST_CONFIDENCE = 0.5
    SMALLEST_FACE = 0.06, 0.2
    """Of the shorter side, in the first and the second pass."""

    LARGEST_FACE = 1.1
    """Of the shorter side: in the second pass a face may reach a little over the edge."""

    MARGIN = 0.2
    """Width of the second pass's margin, of the shorter side."""

    TILTS_DEG = 0, -18, 18
    """The cascade bears about 15° by itself."""

    def __init__(self, cascade: Path | None = None) -> None:
        path = cascade or Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_alt2.xml"
        self._cascade = cv2.CascadeClassifier()
        with contextlib.suppress(cv2.error), quiet_stderr():
            self._cascade.load(str(path))
        if self._cascade.empty():
            raise ModelError(
                f"The face detector's file {path} is missing or damaged. "
                "Install OpenCV again with: pip install --force-reinstall 'opencv-python>=4.12,<5'"
            )

    def __call__(self, frame: Frame, /) -> tuple[Face, ...]:
        """Return the faces of a frame, largest first; empty when there is none."""
        grey, scale = self._working_copy(frame)
        found = self._first_pass(grey) or self._second_pass(grey)
        faces = [Face(_box(centre, side, scale), confidence) for centre, side, confidence in found]
        return tuple(sorted(without_overlaps(faces), key=lambda face: -face.box.area))

    def _working_copy(self, frame: Frame) -> tuple[Grey, float]:
        """A grey copy of a size that the cascade likes, and its pixels for one pixel of the frame."""
        grey = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY)
        longest, shortest = max(grey.shape), min(grey.shape)
        scale = min(self.LONGEST_SIDE / longest, max(1.0, self.SHORTEST_SIDE / shortest))
        if scale == 1:
            return grey, 1.0
        size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), scale

    def _first_pass(self, grey: Grey) -> list[Window]:
        return self._windows(grey, min(grey.shape), self.SMALLEST_FACE[0])

    def _second_pass(self, grey: Grey) -> list[Window]:
        side = min(grey.shape)
        margin = int(side * self.MARGIN)
        wide = cv2.copyMakeBorder(cv2.equalizeHist(grey), margin, margin, margin, margin, cv2.BORDER_REPLICATE)
        height, width = wide.shape
        for tilt in self.TILTS_DEG:
            turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1)
            turned = cv2.warpAffine(wide, turn, (width, height), borderMode=cv2.BORDER_REPLICATE) if tilt else wide
            if found := self._windows(turned, side, self.SMALLEST_FACE[1]):
                back = cv2.invertAffineTransform(turn)
                return [((*(back @ (*centre, 1) - margin),), size, confidence) for centre, size, confidence in found]
        return []

    def _windows(self, grey: Grey, side: int, smallest: float) -> list[Window]:
        """Run the cascade and keep what it is confident of."""
        least, most = max(20, int(side * smallest)), int(side * self.LARGEST_FACE)
        boxes, _, weights = self._cascade.detectMultiScale3(
            grey,
            self.SCALE_STEP,
            minNeighbors=self.NEIGHBOURS,
            minSize=(least, least),
            maxSize=(most, most),
            outputRejectLevels=True,
        )
        windows = [
            ((x + w / 2, y + h / 2), float(w), _confidence(float(weight)))
            for (x, y, w, h), weight in zip(boxes, weights, strict=True)
        ]
        return [window for window in windows if window[2] >= self.LEAST_CONFIDENCE]


Window = tuple[tuple[float, float], float, float]
"""Centre (x, y), side, confidence."""


def without_overlaps(faces: Sequence[Face], share: float = 0.4) -> list[Face]:
    """Keep the more confident of any two faces that share much of the smaller one's area (non-maximum suppression)."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.confidence):
        if all(face.box.overlap(k.box) <= share * min(face.box.area, k.box.area) for k in kept):
            kept.append(face)
    return kept


def _box(centre: tuple[float, float], side: float, scale: float) -> Box:
    """A square in the frame's pixels from one in those of the working copy."""
    x, y, length = (centre[0] - side / 2) / scale, (centre[1] - side / 2) / scale, max(1, round(side / scale))
    return Box(round(x), round(y), length, length)


def _confidence(weight: float) -> float:
    """Turn the sum of the cascade's last stage into 0–1.

    The stage lets windows pass from 53.76 on, and is a better judge than the number of windows that agree. Measured on
    a tenth of the muxspace photos and on `training/faceless.py`: 95 % of true faces weigh 55.2 or more, half of them
    56.4 or more; three in four windows without a face that come so far weigh less than 55.0.
    """
    return 1 / (1 + math.exp(-4 * (weight - 54.75)))
