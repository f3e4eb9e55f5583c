"""Face detectors: a frame goes in, its faces come out, largest first.

`mien-face` is our own small network, which also says how far a face is tilted; `haar` is the cascade that OpenCV ships.
`mien bench detectors` prints side by side what they find, and miss, and take for a face, and what they cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from emotion.haar import Haar
from emotion.mien_face import MienFace
from emotion.types import Face, Frame


class Detector(Protocol):
    """Finds faces; a Frame's pixels are the unit of its boxes."""

    def __call__(self, frame: Frame, /) -> tuple[Face, ...]:
        """Return the faces of a frame, largest first; empty when there is none."""
        ...


DETECTORS: dict[str, Callable[[], Detector]] = {"mien-face": MienFace, "haar": Haar}
"""Name → what makes the detector; making it loads its file."""

DEFAULT_DETECTOR = "mien-face"
