"""The types that flow through `emotion`: Frame → Face → EmotionScores → Reading.

Conventions: pixel coordinates have their origin at the top left, x to the right; probabilities are 0–1; arrays are
RGB, never BGR. Everything is frozen and validated where it is made, trusted inside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""The seven classes in FER2013's label order (Goodfellow et al. 2013, arXiv:1307.0414)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One upright picture.

    Args:
        pixels: uint8 (height, width, 3), RGB, 0–255.
        source: Where it came from, for messages ("photo.jpg", "camera 0").
        reduction: How many pixels of the photo's side one pixel here stands for (a very large JPEG is decoded at
            half size or less); boxes that a user sees are in the photo's own pixels.
    """

    pixels: npt.NDArray[np.uint8]
    source: str = "frame"
    reduction: int = 1

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or self.pixels.dtype.name != "uint8":
            raise ValueError(f"a frame is uint8 (H, W, 3), not {self.pixels.dtype} {self.pixels.shape}")

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the frame: left, top, width, height. It may reach over the frame's edge."""

    x: int
    y: int
    w: int
    h: int

    @property
    def area(self) -> int:
        return self.w * self.h

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    def overlap(self, other: Box) -> int:
        """Area that both share, in pixels."""
        width = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        height = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        return max(0, width) * max(0, height)

    def enlarged(self, factor: int) -> Box:
        """Return the same rectangle in a picture whose sides are `factor` times as long."""
        return Box(self.x * factor, self.y * factor, self.w * factor, self.h * factor)


@dataclass(frozen=True, slots=True)
class EmotionScores:
    """Seven probabilities that sum to 1, in the order of `EMOTIONS`."""

    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        total = math.fsum(self.probabilities)
        if len(self.probabilities) != len(EMOTIONS) or min(self.probabilities) < 0 or abs(total - 1) > 1e-3:
            raise ValueError(f"scores are {len(EMOTIONS)} probabilities that sum to 1, not {self.probabilities}")

    @classmethod
    def of(cls, scores: Mapping[str, float]) -> EmotionScores:
        """Build from a mapping of emotion names to probabilities; emotions left out are 0."""
        unknown = set(scores) - set(EMOTIONS)
        if unknown:
            raise ValueError(f"not emotions: {sorted(unknown)}")
        return cls(tuple(float(scores.get(e, 0.0)) for e in EMOTIONS))

    @classmethod
    def mean(cls, many: Sequence[EmotionScores]) -> EmotionScores:
        """Average several readings of one face; at least one."""
        n = len(many)
        return cls(tuple(math.fsum(s.probabilities[i] for s in many) / n for i in range(len(EMOTIONS))))

    def as_dict(self) -> dict[str, float]:
        return dict(zip(EMOTIONS, self.probabilities, strict=True))

    @property
    def top(self) -> str:
        """The most probable emotion; the first of equals."""
        return EMOTIONS[max(range(len(EMOTIONS)), key=self.probabilities.__getitem__)]

    @property
    def margin(self) -> float:
        """Probability of the first minus that of the second emotion, 0–1."""
        first, second = sorted(self.probabilities, reverse=True)[:2]
        return first - second

    @property
    def entropy(self) -> float:
        """Shannon entropy in bits, 0 (certain) to log2(7) ≈ 2.81 (no idea)."""
        return -math.fsum(p * math.log2(p) for p in self.probabilities if p > 0)


@dataclass(frozen=True, slots=True)
class Face:
    """One detected face.

    Args:
        box: An upright square around it.
        confidence: The detector's, 0–1.
        scores: Once it has been read.
        roll_deg: How far the head is tilted towards a shoulder, in degrees, clockwise as the viewer sees it; 0 where
            the detector cannot tell.
        square: What networks are to be shown of it, as FER2013 frames faces; None where that is the box.
    """

    box: Box
    confidence: float
    scores: EmotionScores | None = None
    roll_deg: float = 0.0
    square: Box | None = None

    @property
    def framed(self) -> Box:
        """The square to be shown to networks."""
        return self.square or self.box

    def enlarged(self, factor: int) -> Face:
        """Return the same face in a picture whose sides are `factor` times as long."""
        square = self.square and self.square.enlarged(factor)
        return replace(self, box=self.box.enlarged(factor), square=square)


@dataclass(frozen=True, slots=True)
class Reading:
    """The faces of one frame, or of one burst of frames, with their scores; may be empty.

    Args:
        faces: Largest first.
        chosen: Index of the face that counts, or None when there is no face.
        source: Where the frames came from.
    """

    faces: tuple[Face, ...]
    chosen: int | None
    source: str = "frame"

    def __post_init__(self) -> None:
        if (self.chosen is None) != (not self.faces) or (
            self.chosen is not None and not 0 <= self.chosen < len(self.faces)
        ):
            raise ValueError(f"chosen is {self.chosen} with {len(self.faces)} faces")

    @property
    def face(self) -> Face | None:
        """The face that counts."""
        return None if self.chosen is None else self.faces[self.chosen]
