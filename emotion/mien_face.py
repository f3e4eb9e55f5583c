"""`mien-face`: our own single-shot detector in the spirit of BlazeFace (Bazarevsky et al. 2019, arXiv:1907.05047).

The network looks at a grey picture of S×S pixels and says of each of its cells whether a face is there, where exactly,
how large, and how far it is tilted. It does the decoding itself, so that here is left: make the frame fit, drop what it
is not sure of, keep one of several boxes on one face, and map that back to the frame.

The whole frame is looked at first. What could be a face is looked at once more, closer and upright, and both looks
decide: that drops most of what only resembles a face from afar, and places the box better. Only where no face was found
follow dearer looks: at a brightened copy of a dark frame, at the frame with a margin around it (for a face that fills
it), at the frame turned both ways (for a tilted face), and at its four overlapping quarters (for small faces).
`mien train mien-face` makes the network, `mien bench detectors` measures it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion import views
from emotion.engine import load_interpreter
from emotion.models import WEIGHTS, measured_file
from emotion.opencv import cv2
from emotion.types import Box, Face, Frame
from emotion.views import CONFIDENCE, SIDE, Candidates, Grey, View, X, Y
from errors import ModelError

SHIPPED = WEIGHTS / "mien-face.tflite"

SHA256 = "07daafdae81fa8b394a6c4451d3918fb30ceecd6ea74a8a19f4187fdbe27effa"
"""Of the file that ships."""

TIGHT = 0.85
"""Side of a face's box in sides of what the network gives: FER2013's framing, which leaves room around a face."""

PADDING = 0.5
"""What fills the network's input beside and below the picture."""


class MienFace:
    """The network `mien-face.tflite`; to be used by one thread at a time.

    Args:
        path: A LiteRT file: float32 (1, S, S, 1) grey 0–1 in, float32 (1, N, 6) out, each row one `Candidates` row in
            pixels of the input. The one that ships is checked against its hash.
        threads: CPU threads for one look.

    Raises:
        ModelError: The file is missing, damaged, or of another shape.
    """

    LEAST_CONFIDENCE = 0.52
    """Of both looks together, the mean of their logits."""

    SUSPECTED = 0.2
    """Confidence from which on something is looked at closer."""

    MOST_SUSPECTED = 8
    """How many are looked at closer, the most confident first."""

    CLOSER = 0.45
    """Side of a face in the closer look, in sides of the input."""

    SAME_FACE = 0.4
    """Of two boxes that share more than this of the smaller one's area, only the more confident is a face."""

    DARK = 100
    """A frame with hardly a pixel (1 %) brighter than this of 255 is looked at again, brightened."""

    MARGIN = 0.2
    """Width of the margin around a frame in sides of the input."""

    TURN_DEG = 30.0
    """How far the frame is turned, both ways, for a face that is tilted further than the network sees well."""

    QUARTER = 0.6
    """Sides of the four overlapping parts, in sides of the frame."""

    LARGEST = 1.0
    """Side of the largest square, in the frame's shorter side: beyond it there is nothing to be read."""

    def __init__(self, path: Path = SHIPPED, threads: int = 1) -> None:
        if path == SHIPPED:
            measured_file(
                path, SHA256, "the face detector mien-face", "or use the other detector with: --detector haar"
            )
        self._interpreter = load_interpreter(path, threads)
        source, result = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self.side = _side(source, result, path)
        self._input, self._output = source[0]["index"], result[0]["index"]

    def __call__(self, frame: Frame, /) -> tuple[Face, ...]:
        """Return the faces of a frame, largest first, with their roll; empty when there is none."""
        grey = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY)
        for seen, parts in self._looks(grey):
            found = self._confirmed(seen, np.concatenate([self._candidates(part, self.SUSPECTED) for part in parts]))
            if len(found):
                largest = self.LARGEST * min(grey.shape)
                return tuple(_face(row, largest) for row in found[np.argsort(-found[:, SIDE], kind="stable")])
        return ()

    def _looks(self, grey: Grey) -> Iterator[tuple[Grey, list[View]]]:
        """What to look at, look after look, until one finds a face, each with the frame that it is of."""
        first = views.whole(grey, self.side)
        yield grey, [first]
        if (brightest := float(np.percentile(first.picture, 99))) < self.DARK:
            grey = cv2.convertScaleAbs(grey, alpha=230 / max(brightest, 1))
            yield grey, [views.whole(grey, self.side)]
        yield grey, [views.from_afar(grey, self.side, self.MARGIN)]
        yield grey, [views.turned(grey, self.side, degrees) for degrees in (-self.TURN_DEG, self.TURN_DEG)]
        if max(grey.shape) > self.side:
            yield grey, list(views.quarters(grey, self.side, self.QUARTER))

    def _confirmed(self, grey: Grey, suspected: Candidates) -> Candidates:
        """Those that a closer look takes for faces too, as it sees them."""
        height, width = grey.shape
        inside = (suspected[:, [X, Y]] >= 0).all(axis=1) & (suspected[:, X] < width) & (suspected[:, Y] < height)
        suspected, rows = suspected[inside], []
        for row in one_a_face(suspected, self.SAME_FACE)[: self.MOST_SUSPECTED]:
            view = views.closer(grey, row, self.side, self.CLOSER)
            again = one_a_face(self._candidates(view, 0.01), self.SAME_FACE)
            apart = np.maximum(np.abs(again[:, X] - row[X]), np.abs(again[:, Y] - row[Y])) / row[SIDE]
            again = again[(apart < 0.35) & (again[:, SIDE] > 0.5 * row[SIDE]) & (again[:, SIDE] < 2 * row[SIDE])]
            if len(again):
                sure = _together(float(row[CONFIDENCE]), float(again[0, CONFIDENCE]))
                if sure >= self.LEAST_CONFIDENCE:
                    rows.append(np.array([sure, *again[0, X:]], np.float32))
        return one_a_face(np.array(rows, np.float32).reshape(-1, 6), self.SAME_FACE)

    def _candidates(self, view: View, least: float) -> Candidates:
        """What the network takes for faces in a view, in pixels of the frame."""
        height, width = view.picture.shape
        picture = np.full((1, self.side, self.side, 1), PADDING, np.float32)
        np.multiply(view.picture, np.float32(1 / 255), out=picture[0, :height, :width, 0])
        self._interpreter.set_tensor(self._input, picture)
        self._interpreter.invoke()
        rows: Candidates = self._interpreter.get_tensor(self._output)[0]
        inside = (rows[:, X] >= 0) & (rows[:, X] <= width) & (rows[:, Y] >= 0) & (rows[:, Y] <= height)
        rows = rows[(rows[:, CONFIDENCE] >= least) & inside & (rows[:, SIDE] > 0)]
        return view.in_frame(rows)


def one_a_face(found: Candidates, share: float) -> Candidates:
    """Keep one of several boxes on one face, each the mean of those that agree (non-maximum suppression, blended).

    The mean is weighted by confidence and keeps a box calm from frame to frame, as BlazeFace does it.

    Args:
        found: In any order.
        share: Two boxes that share more than this of the smaller one's area are on one face.

    Returns:
        The most confident first.
    """
    rest = found[np.argsort(-found[:, CONFIDENCE], kind="stable")]
    kept = []
    while len(rest):
        shared = _shared_area(rest[0], rest)
        areas = rest[:, SIDE] ** 2
        same = shared > share * np.minimum(areas[0], areas)
        same[0] = True
        agree = rest[same & (shared > 0.5 * (areas[0] + areas - shared))]
        best = rest[0].copy()
        if len(agree) > 1:
            best[X:] = np.average(agree[:, X:], axis=0, weights=agree[:, CONFIDENCE])
        kept.append(best)
        rest = rest[~same]
    return np.array(kept, np.float32).reshape(-1, 6)


def _shared_area(one: npt.NDArray[np.float32], many: Candidates) -> npt.NDArray[np.float32]:
    """Area that a box shares with each of many, (K,)."""
    reach = (one[SIDE] + many[:, SIDE]) / 2
    smaller = np.minimum(one[SIDE], many[:, SIDE])
    width = np.clip(reach - np.abs(one[X] - many[:, X]), 0, smaller)
    height = np.clip(reach - np.abs(one[Y] - many[:, Y]), 0, smaller)
    shared: npt.NDArray[np.float32] = width * height
    return shared


def _together(first: float, second: float) -> float:
    """Return the confidence of two looks: the mean of their logits."""
    logits = [float(np.log(p / (1 - p))) for p in np.clip((first, second), 1e-4, 1 - 1e-4)]
    return float(1 / (1 + np.exp(-sum(logits) / 2)))


def _face(row: npt.NDArray[np.float32], largest: float) -> Face:
    confidence, x, y, side, cosine, sine = (float(value) for value in row)
    side = min(side, largest)
    roll_deg = float(np.degrees(np.arctan2(sine, cosine)))
    return Face(_square(x, y, TIGHT * side), min(1.0, confidence), roll_deg=roll_deg, square=_square(x, y, side))


def _square(x: float, y: float, side: float) -> Box:
    length = max(1, round(side))
    return Box(round(x - side / 2), round(y - side / 2), length, length)


def _side(source: list[dict[str, Any]], result: list[dict[str, Any]], path: Path) -> int:
    """Return S after a check that this is a face detector at all."""
    shapes = [tuple(int(n) for n in tensor["shape"]) for tensor in (*source, *result)]
    if len(source) == len(result) == 1:
        (into, out), kinds = shapes, {np.dtype(tensor["dtype"]) for tensor in (*source, *result)}
        square = len(into) == 4 and into[1] == into[2] and (into[0], into[3]) == (1, 1)
        if square and len(out) == 3 and (out[0], out[2]) == (1, 6) and kinds == {np.dtype(np.float32)}:
            return into[1]
    raise ModelError(
        f"{path} is not a face detector: its tensors are {', '.join(map(str, shapes))}, "
        "and have to be float32 (1, S, S, 1) in and (1, N, 6) out. Install mien again."
    )
