"""The whole way of a face: put into a larger picture, found again, cut out, turned upright, read.

Each face of FER2013 is enlarged to 96–320 pixels and put somewhere into a 640×480 frame, on a blurred copy of itself,
upright or tilted. What a network says of the face that the detector found is held against what it says of the face as
FER2013 has it. It needs nothing of the train group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from emotion.detectors import Detector
from emotion.opencv import cv2
from emotion.preprocessing import crop, from_grey48
from emotion.types import EMOTIONS, Box, EmotionScores, Face, Frame
from training.data import Faces

FRAME = 640, 480

SIDES = 96, 320
"""Of the enlarged faces, in pixels."""

TILTS_DEG: tuple[tuple[str, tuple[float, ...]], ...] = (("upright", (0.0,)), ("tilted ±20°", (-20.0, 20.0)))

FOUND_BAR, LOST_BAR = 0.90, 0.02


class Predictor(Protocol):
    """What reads a face (an `emotion.engine.Engine`)."""

    def predict(self, face: npt.NDArray[np.float32]) -> EmotionScores:
        """Read one face: float32 (48, 48, 1), 0–1."""
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """What came of the faces of one tilt.

    Args:
        tilt: "upright" or by how much they were tilted.
        faces: Put into frames.
        found: The detector's largest box was on the face.
        direct: Accuracy on those found, read as FER2013 has them.
        after: Accuracy on those found, read as the detector gives them.
        unturned: The same without turning tilted faces upright.
        agree: Share of those found of which the network says the same both ways.
    """

    tilt: str
    faces: int
    found: int
    direct: float
    after: float
    unturned: float
    agree: float

    @property
    def found_share(self) -> float:
        return self.found / self.faces if self.faces else 0.0

    @property
    def lost(self) -> float:
        """By how much the accuracy falls on the way."""
        return self.direct - self.after


def passages(
    detector: Detector,
    engine: Predictor,
    faces: Faces,
    *,
    seed: int = 0,
    tell: Callable[[str, int], None] = lambda _what, _done: None,
) -> Iterator[Passage]:
    """Send faces the whole way, tilt by tilt.

    Args:
        detector: Finds them.
        engine: Reads them.
        faces: uint8 (N, 48, 48), with their labels.
        seed: Decides sizes, places and tilts.
        tell: Hears the tilt and how many faces are done.
    """
    direct = [EMOTIONS.index(engine.predict(from_grey48(image[None])[0]).top) for image in faces.images]
    for tilt, angles in TILTS_DEG:
        said: list[tuple[int, int, int, int]] = []  # label, direct, after, unturned
        for number, (image, label) in enumerate(zip(faces.images, faces.labels, strict=True)):
            tell(tilt, number)
            rng = np.random.default_rng((seed, number))
            frame, truth = in_a_frame(image, rng, angles[number % len(angles)])
            found = detector(frame)
            if found and is_on(found[0], truth):
                read = [crop(frame, found[0].framed, roll) for roll in (found[0].roll_deg, 0.0)]
                after, unturned = (EMOTIONS.index(engine.predict(face).top) for face in read)
                said.append((int(label), direct[number], after, unturned))
        yield _passage(tilt, len(faces), said)


def _passage(tilt: str, faces: int, said: Sequence[tuple[int, int, int, int]]) -> Passage:
    label, direct, after, unturned = np.array(said, np.int64).reshape(-1, 4).T
    pairs = ((direct, label), (after, label), (unturned, label), (after, direct))
    shares = [float(np.mean(one == other)) if len(label) else 0.0 for one, other in pairs]
    return Passage(tilt, faces, len(label), *shares)


def in_a_frame(face: npt.NDArray[np.uint8], rng: np.random.Generator, roll_deg: float = 0.0) -> tuple[Frame, Box]:
    """Put a face, enlarged and tilted clockwise, somewhere into a frame, on a blurred copy of itself.

    Args:
        face: uint8 (48, 48).
        rng: Decides its size and place.
        roll_deg: By how much it is tilted.

    Returns:
        The frame, and the upright square around the centre of the face.
    """
    side = int(rng.integers(SIDES[0], SIDES[1] + 1))
    canvas: Any = cv2.GaussianBlur(cv2.resize(face, FRAME, interpolation=cv2.INTER_LINEAR), (0, 0), 20)
    x, y = (int(rng.integers(0, length - side + 1)) for length in FRAME)
    large = cv2.resize(face, (side, side), interpolation=cv2.INTER_CUBIC)
    if roll_deg:
        turn: Any = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), -roll_deg, 1)
        turn[:, 2] += x, y
        cv2.warpAffine(large, turn, FRAME, dst=canvas, borderMode=cv2.BORDER_TRANSPARENT)
    else:
        canvas[y : y + side, x : x + side] = large
    return Frame(cv2.cvtColor(canvas, cv2.COLOR_GRAY2RGB)), Box(x, y, side, side)


def is_on(face: Face, truth: Box) -> bool:
    """Whether a box is on the face that was put in: one found counts, however well it is framed."""
    (x, y), (true_x, true_y) = face.box.centre, truth.centre
    return max(abs(x - true_x), abs(y - true_y)) <= truth.w / 4 and 0.4 <= face.box.w / truth.w <= 1.6


def passages_json(split: str, detector: str, model: str, found: Sequence[Passage]) -> dict[str, Any]:
    """Return what was measured in the shape that docs/json.md promises."""
    rows = [{**asdict(p), "found_share": round(p.found_share, 4), "lost": round(p.lost, 4)} for p in found]
    rounded = [{k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()} for row in rows]
    return {"split": split, "detector": detector, "model": model, "tilts": rounded}
