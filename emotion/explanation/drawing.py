"""Maps as pictures, with OpenCV alone: the face in grey, red where it speaks for a class, blue where against it.

A figure is a grid: a row for each face and network, in it the face as the photo has it and then a panel for each class.
The panels of one row share one scale, so that a class with little evidence looks like one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from atomic import write_atomically
from emotion.explanation.evidence import F32
from emotion.opencv import cv2
from errors import ConfigError

U8 = npt.NDArray[np.uint8]

PANEL = 240
"""Side of a panel, in pixels."""

FORMATS = (".png", ".jpg", ".jpeg", ".webp")

_GAP, _CAPTION, _HEADING, _LEGEND = 14, 30, 40, 44
_INK, _SOFT, _PAPER = (38, 34, 30), (110, 102, 92), (255, 255, 255)
_FONT = cv2.FONT_HERSHEY_DUPLEX

FOR = np.array((214, 48, 39), np.float32)
AGAINST = np.array((42, 96, 190), np.float32)
"""RGB; told apart also by those who see no difference between red and green."""

STRONGEST = 0.8
"""How much of the colour covers the face at the strongest evidence."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of a row: RGB uint8 (PANEL, PANEL, 3), and what stands below it."""

    picture: U8
    caption: str


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side below a heading."""

    heading: str
    panels: Sequence[Panel]


def overlay(face: U8, values: F32, strongest: float) -> U8:
    """Lay a map over a face.

    Args:
        face: uint8 (h, w, 3) RGB, or (h, w) grey, of any size.
        values: float32 (side, side), the map.
        strongest: The value that gets the full colour.

    Returns:
        uint8 (PANEL, PANEL, 3), RGB.
    """
    grey = cv2.cvtColor(enlarged(face), cv2.COLOR_RGB2GRAY)
    base = np.repeat(grey[..., np.newaxis], 3, axis=-1).astype(np.float32)
    wide = cv2.resize(values, (PANEL, PANEL), interpolation=cv2.INTER_CUBIC)
    share = np.clip(wide / strongest if strongest > 0 else np.zeros_like(wide), -1, 1)[..., np.newaxis]
    colour = np.where(share > 0, FOR, AGAINST)
    cover = STRONGEST * np.abs(share)
    return np.rint(base * (1 - cover) + colour * cover).astype(np.uint8)


def enlarged(face: U8) -> U8:
    """Bring a face, grey or RGB, to the size of a panel in RGB."""
    how = cv2.INTER_AREA if face.shape[0] > PANEL else cv2.INTER_CUBIC
    wide = cv2.resize(face, (PANEL, PANEL), interpolation=how)
    return np.asarray(wide if wide.ndim == 3 else cv2.cvtColor(wide, cv2.COLOR_GRAY2RGB), np.uint8)


def as_picture(face: F32) -> U8:
    """Return a network's input, float32 (side, side, 1 or 3) in 0–1, as uint8 grey or RGB."""
    picture = np.rint(np.clip(face, 0, 1) * 255).astype(np.uint8)
    return picture[..., 0] if picture.shape[-1] == 1 else picture


def strongest(maps: F32) -> float:
    """Return the scale of maps that are shown together: their largest value, for or against; 0 when all are flat."""
    return float(np.abs(maps).max()) if maps.size else 0.0


def figure(rows: Sequence[Row]) -> U8:
    """Draw rows below one another, and what the colours mean at the bottom: RGB uint8 (height, width, 3)."""
    most = max(len(row.panels) for row in rows)
    width = _GAP + max(2, most) * (PANEL + _GAP)
    each = _HEADING + PANEL + _CAPTION + _GAP
    page = np.full((each * len(rows) + _LEGEND, width, 3), _PAPER, np.uint8)
    for i, row in enumerate(rows):
        top = i * each
        _write(page, row.heading, _GAP, top + 27, width - 2 * _GAP, 0.62, _INK)
        for j, panel in enumerate(row.panels):
            x, y = _GAP + j * (PANEL + _GAP), top + _HEADING
            page[y : y + PANEL, x : x + PANEL] = panel.picture
            _write(page, panel.caption, x, y + PANEL + 21, PANEL, 0.55, _INK)
    _legend(page, each * len(rows))
    return page


def save(picture: U8, path: Path) -> Path:
    """Write an RGB picture, in the format that the file's name says.

    Raises:
        ConfigError: The name says none of `FORMATS`, or the file cannot be written.
    """
    check_name(path)
    _, data = cv2.imencode(path.suffix.lower(), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return write_atomically(path, data.tobytes())


def check_name(path: Path) -> Path:
    """Refuse a file name that says no format, before anything is worked out.

    Raises:
        ConfigError: The name says none of `FORMATS`.
    """
    if path.suffix.lower() not in FORMATS:
        raise ConfigError(f"{path} says no format that mien draws. Give a name that ends in {', '.join(FORMATS)}.")
    return path


def _legend(page: U8, top: int) -> None:
    """Draw a bar from the one colour over none to the other."""
    length, height, x = 150, 12, _GAP
    x += _write(page, "against", x, top + 21, 90, 0.48, _SOFT) + 10
    share = np.linspace(-1, 1, length, dtype=np.float32)[np.newaxis, :, np.newaxis]
    cover = STRONGEST * np.abs(share)
    bar = 190 * (1 - cover) + np.where(share > 0, FOR, AGAINST) * cover
    page[top + 10 : top + 10 + height, x : x + length] = np.rint(bar).astype(np.uint8)
    _write(page, "for the class, one scale in a row", x + length + 10, top + 21, page.shape[1], 0.48, _SOFT)


def _write(page: U8, text: str, x: int, y: int, room: int, size: float, colour: tuple[int, int, int]) -> int:
    """Write a line, smaller where the room is short; return its width. OpenCV's letters are ASCII."""
    plain = text.encode("ascii", "replace").decode()
    (width, _), _ = cv2.getTextSize(plain, _FONT, size, 1)
    if width > room:
        size, width = size * room / width, room
    cv2.putText(page, plain, (x, y), _FONT, size, colour, 1, cv2.LINE_AA)
    return int(width)
