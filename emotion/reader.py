"""Detector, crop and network, put together: a frame or a burst goes in, a reading comes out.

Everything that a user sees is in the pixels of the photo as it was taken, also where a reduced copy was looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean, mode
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from emotion.detectors import Detector
from emotion.preprocessing import crop
from emotion.types import EmotionScores, Face, Frame, Reading
from errors import ConfigError

WhichFace = int | Literal["largest"]

SAME_FACE = 0.3
"""Intersection over union from which on two boxes of a burst are one face that moved a little."""


class Predictor(Protocol):
    """What a reader needs of an engine."""

    def predict(self, face: npt.NDArray[np.float32]) -> EmotionScores:
        """Read one face: float32 (48, 48, 1), 0–1."""
        ...


class Reader:
    """Reads the emotion of every face; may be shared by threads, which then take turns.

    Args:
        detector: A detector of `emotion.detectors`.
        engine: An `emotion.engine.Engine`.
    """

    def __init__(self, detector: Detector, engine: Predictor) -> None:
        self._detector, self._engine = detector, engine
        self._one_at_a_time = threading.Lock()  # neither a cascade nor an interpreter bears two threads

    def read(self, frame: Frame, face: WhichFace = "largest") -> Reading:
        """Read all faces of one frame.

        Args:
            frame: The picture.
            face: Which face counts: "largest", or its place in the reading, counted from 0, largest first.

        Returns:
            The reading; without a face it is empty.

        Raises:
            ConfigError: There are faces, but not as many as `face` asks for.
            ModelError: The network does not give probabilities.
        """
        with self._one_at_a_time:
            faces = tuple(self._scored(frame, found) for found in self._detector(frame))
        return _reading(faces, frame, face)

    def read_burst(self, frames: Sequence[Frame], face: WhichFace = "largest") -> Reading:
        """Read the same faces in several frames, and average what they say.

        The faces are those of the first frame that shows as many as most frames do, so that neither a blink nor a
        pattern that passes for a face in a single frame decides.

        Args:
            frames: At least one, taken one shortly after another.
            face: As for `read`.

        Raises:
            ConfigError: There are faces, but not as many as `face` asks for.
            ModelError: The network does not give probabilities.
        """
        with self._one_at_a_time:
            seen = [tuple(self._scored(frame, found) for found in self._detector(frame)) for frame in frames]
        if not any(seen):
            return _reading((), frames[0], face)
        usual = mode(len(faces) for faces in seen if faces)
        reference = next(number for number, faces in enumerate(seen) if len(faces) == usual)
        averaged = tuple(_average(known, seen) for known in seen[reference])
        return _reading(averaged, frames[reference], face)

    def _scored(self, frame: Frame, found: Face) -> Face:
        return replace(found, scores=self._engine.predict(crop(frame, found.framed, found.roll_deg)))


def _average(known: Face, seen: Iterable[Sequence[Face]]) -> Face:
    """Mean confidence and scores of one face over the frames that show it."""
    nearest = [max(faces, key=lambda face: _likeness(known, face)) for faces in seen if faces]
    same = [face for face in nearest if _likeness(known, face) >= SAME_FACE]
    return replace(
        known,
        confidence=fmean(face.confidence for face in same),
        scores=EmotionScores.mean([face.scores for face in same if face.scores]),
    )


def _likeness(one: Face, other: Face) -> float:
    """Intersection over union of two boxes, 0–1."""
    shared = one.box.overlap(other.box)
    return shared / (one.box.area + other.box.area - shared)


def _reading(faces: tuple[Face, ...], frame: Frame, face: WhichFace) -> Reading:
    """Choose the face that counts, and give boxes in pixels of the photo."""
    if not faces:
        return Reading((), None, frame.source)
    chosen = 0 if face == "largest" else face
    whole = tuple(found.enlarged(frame.reduction) for found in faces)
    if not 0 <= chosen < len(whole):
        there = ", ".join(f"{i} at ({f.box.x}, {f.box.y}) {f.box.w} pixels wide" for i, f in enumerate(whole))
        raise ConfigError(f"There is no face {chosen} in {frame.source}. Choose with --face from: {there}.")
    return Reading(whole, chosen, frame.source)
