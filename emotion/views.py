"""What `mien-face` is shown of a frame: all of it, a part, or one face closer; and the way back to its pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2

Grey = npt.NDArray[Any]
"""uint8 (H, W), 0–255."""

Candidates = npt.NDArray[np.float32]
"""float32 (K, 6): confidence 0–1; centre x, centre y and side in pixels; cosine and sine of the roll."""

CONFIDENCE, X, Y, SIDE, COSINE, SINE = range(6)


@dataclass(frozen=True, slots=True)
class View:
    """What the network is shown of a frame.

    Args:
        picture: uint8 (h, w), no side longer than the network's input.
        back: 2×3, from pixels of the picture to pixels of the frame.
    """

    picture: Grey
    back: npt.NDArray[np.float64]

    def in_frame(self, rows: Candidates) -> Candidates:
        """Return candidates of the picture, in pixels of the frame."""
        turn, mapped = self.back[:, :2], rows.copy()
        scale = math.sqrt(abs(np.linalg.det(turn)))
        mapped[:, [X, Y]] = rows[:, [X, Y]] @ turn.T + self.back[:, 2]
        mapped[:, SIDE] *= scale
        mapped[:, [COSINE, SINE]] = rows[:, [COSINE, SINE]] @ turn.T / scale
        return mapped


def whole(grey: Grey, side: int, corner: tuple[float, float] = (0.0, 0.0)) -> View:
    """Scale a picture so that it fits into a square; its top left corner lies at `corner` of the frame."""
    height, width = grey.shape
    fit = side / max(height, width)
    size = max(1, round(width * fit)), max(1, round(height * fit))
    picture = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if fit < 1 else cv2.INTER_LINEAR)
    return View(picture, np.array([[width / size[0], 0, corner[0]], [0, height / size[1], corner[1]]]))


def from_afar(grey: Grey, side: int, margin: float) -> View:
    """Show a frame smaller, in the middle of a margin (in sides) that repeats its outermost pixels."""
    rim = round(side * margin)
    near = whole(grey, side - 2 * rim)
    picture = cv2.copyMakeBorder(near.picture, rim, rim, rim, rim, cv2.BORDER_REPLICATE)
    return View(picture, _moved(near.back, -rim, -rim))


def turned(grey: Grey, side: int, degrees: float) -> View:
    """Show all of a frame, turned against the clock: a face that was tilted clockwise by as much is upright there."""
    height, width = grey.shape
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    across, down = width * abs(cosine) + height * abs(sine), width * abs(sine) + height * abs(cosine)
    middle = np.array([1, width / 2, height / 2, max(across, down), cosine, sine], np.float32)
    return closer(grey, middle, side, 1.0)


def quarters(grey: Grey, side: int, share: float) -> Iterator[View]:
    """Show the four corners of a frame one by one, enlarged; they overlap in its middle."""
    height, width = grey.shape
    part_height, part_width = max(1, round(share * height)), max(1, round(share * width))
    for y in (0, height - part_height):
        for x in (0, width - part_width):
            yield whole(grey[y : y + part_height, x : x + part_width], side, (float(x), float(y)))


def closer(grey: Grey, face: npt.NDArray[np.float32], side: int, share: float) -> View:
    """Show one face upright, in the middle, its side that share of the view's; the frame's edge is carried on."""
    _, x, y, length, cosine, sine = (float(value) for value in face)
    scale = share * side / max(length, 1.0)
    reach = math.ceil(side / scale * math.sqrt(0.5)) + 2  # half a diagonal: whatever the roll
    left, top = max(0, math.floor(x) - reach), max(0, math.floor(y) - reach)
    part = grey[top : math.floor(y) + reach, left : math.floor(x) + reach]
    shrink = min(1.0, scale)
    if shrink < 1:  # by areas, as warping takes single pixels
        size = max(1, round(part.shape[1] * shrink)), max(1, round(part.shape[0] * shrink))
        within = np.array([[part.shape[1] / size[0], 0, left], [0, part.shape[0] / size[1], top]])
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    else:
        within = np.array([[1.0, 0, left], [0, 1.0, top]])
    norm = math.hypot(cosine, sine) or 1.0
    turn = np.array([[cosine, -sine], [sine, cosine]]) / (norm * scale)
    back = np.column_stack([turn, (x, y) - turn @ (side / 2, side / 2)])
    into_part = np.linalg.inv(np.vstack([within, (0, 0, 1)])) @ np.vstack([back, (0, 0, 1)])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    picture = cv2.warpAffine(part, into_part[:2], (side, side), flags=how, borderMode=cv2.BORDER_REPLICATE)
    return View(np.asarray(picture), back)


def _moved(back: npt.NDArray[np.float64], x: float, y: float) -> npt.NDArray[np.float64]:
    """Return the way back of a picture whose top left corner lies elsewhere, by its own pixels."""
    return np.column_stack([back[:, :2], back[:, 2] + back[:, :2] @ (x, y)])
