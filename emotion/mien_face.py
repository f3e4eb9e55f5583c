"""`mien-face`: our own single-shot detector in the spirit of BlazeFace (Bazarevsky et al. 2019, arXiv:1907.05047).

The network looks at a grey picture of S×S pixels and says of each of its cells whether a face is there, where exactly,
how large, and how far it is tilted. It does the decoding itself, so that here is left: make the frame fit, drop what it
is not sure of, keep one of several boxes on one face, and map that back to the frame.

The whole frame is looked at first. Only where that finds nothing follow dearer looks: at a brightened copy of a dark
frame, at the frame with a margin around it (for a face that fills it), and at its four overlapping quarters (for small
faces). `mien train mien-face` makes the network, `mien bench detectors` measures it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.engine import load_interpreter
from emotion.models import WEIGHTS
from emotion.opencv import cv2
from emotion.types import Box, Face, Frame
from errors import ModelError

Grey = npt.NDArray[Any]
"""uint8 (H, W), 0–255."""

Candidates = npt.NDArray[np.float32]
"""float32 (K, 6): confidence 0–1; centre x, centre y and side in pixels; cosine and sine of the roll."""

CONFIDENCE, X, Y, SIDE, COSINE, SINE = range(6)

PADDING = 0.5
"""What fills the network's input beside and below the picture."""


class MienFace:
    """The network `mien-face.tflite`; to be used by one thread at a time.

    Args:
        path: A LiteRT file: float32 (1, S, S, 1) grey 0–1 in, float32 (1, N, 6) out, each row one `Candidates` row in
            pixels of the input.
        threads: CPU threads for one look.

    Raises:
        ModelError: The file is missing, damaged, or of another shape.
    """

    LEAST_CONFIDENCE = 0.5, 0.5
    """In the first look and in the later ones."""

    SAME_FACE = 0.4
    """Of two boxes that share more than this of the smaller one's area, only the more confident is a face."""

    DARK = 100
    """A frame with hardly a pixel (1 %) brighter than this of 255 is looked at again, brightened."""

    MARGIN = 0.2
    """Width of the margin around a frame in sides of the input."""

    QUARTER = 0.6
    """Sides of the four overlapping parts, in sides of the frame."""

    def __init__(self, path: Path = WEIGHTS / "mien-face.tflite", threads: int = 1) -> None:
        if not path.is_file():
            raise ModelError(
                f"The weights of the face detector mien-face are missing: there is no {path}. "
                "Install mien again, or use the other detector with: --detector haar"
            )
        self._interpreter = load_interpreter(path, threads)
        source, result = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self.side = _side(source, result, path)
        self._input, self._output = source[0]["index"], result[0]["index"]

    def __call__(self, frame: Frame, /) -> tuple[Face, ...]:
        """Return the faces of a frame, largest first, with their roll; empty when there is none."""
        grey = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY)
        for number, views in enumerate(self._looks(grey)):
            least = self.LEAST_CONFIDENCE[min(number, 1)]
            found = one_a_face(np.concatenate([self._candidates(view, least) for view in views]), self.SAME_FACE)
            if len(found):
                return tuple(_face(row) for row in found[np.argsort(-found[:, SIDE], kind="stable")])
        return ()

    def _looks(self, grey: Grey) -> Iterator[list[View]]:
        """What to look at, look after look, until one finds a face."""
        whole = _view(grey, self.side)
        yield [whole]
        if (brightest := float(np.percentile(whole.picture, 99))) < self.DARK:
            grey = cv2.convertScaleAbs(grey, alpha=230 / max(brightest, 1))
            yield [_view(grey, self.side)]
        yield [_view_from_afar(grey, self.side, self.MARGIN)]
        if max(grey.shape) > self.side:
            yield list(_quarters(grey, self.side, self.QUARTER))

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
        rows[:, [X, Y]] = rows[:, [X, Y]] / view.scale + view.corner
        rows[:, SIDE] /= max(view.scale)
        return rows


@dataclass(frozen=True, slots=True)
class View:
    """What the network is shown of a frame.

    Args:
        picture: uint8 (h, w), no side longer than the network's input.
        scale: Its pixels for one of the frame, across and down (they differ by rounding alone).
        corner: Where its top left corner lies in the frame, x and y.
    """

    picture: Grey
    scale: tuple[float, float]
    corner: tuple[float, float] = (0.0, 0.0)


def _view(grey: Grey, side: int, corner: tuple[float, float] = (0.0, 0.0)) -> View:
    """Scale a picture so that it fits into a square."""
    height, width = grey.shape
    fit = side / max(height, width)
    size = max(1, round(width * fit)), max(1, round(height * fit))
    picture = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if fit < 1 else cv2.INTER_LINEAR)
    return View(picture, (size[0] / width, size[1] / height), corner)


def _view_from_afar(grey: Grey, side: int, margin: float) -> View:
    """Show a frame smaller, in the middle of a margin that repeats its outermost pixels."""
    rim = round(side * margin)
    near = _view(grey, side - 2 * rim)
    picture = cv2.copyMakeBorder(near.picture, rim, rim, rim, rim, cv2.BORDER_REPLICATE)
    return View(picture, near.scale, (-rim / near.scale[0], -rim / near.scale[1]))


def _quarters(grey: Grey, side: int, share: float) -> Iterator[View]:
    """Show the four corners of a frame one by one, enlarged; they overlap in its middle."""
    height, width = grey.shape
    part_height, part_width = max(1, round(share * height)), max(1, round(share * width))
    for y in (0, height - part_height):
        for x in (0, width - part_width):
            yield _view(grey[y : y + part_height, x : x + part_width], side, (float(x), float(y)))


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


def _face(row: npt.NDArray[np.float32]) -> Face:
    confidence, x, y, side, cosine, sine = (float(value) for value in row)
    length = max(1, round(side))
    roll_deg = float(np.degrees(np.arctan2(sine, cosine)))
    return Face(Box(round(x - side / 2), round(y - side / 2), length, length), min(1.0, confidence), roll_deg=roll_deg)


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
