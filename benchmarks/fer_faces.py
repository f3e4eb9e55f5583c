"""FER2013 faces for benchmarks, and frames in which one of them stands."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from emotion.types import Box, Frame
from training.data import SIDE, validation_mask

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

COLUMNS = 100

Grey = npt.NDArray[np.uint8]


def faces_of(split: str, folder: Path = SHARED / "fer2013") -> tuple[Grey, npt.NDArray[np.int64]]:
    """Load one split from the lossless picture sheets `faces_0.webp`, `faces_1.webp` and `faces.csv`.

    Args:
        split: "Validation" (the part of Training that networks are chosen on), "Training" or "PublicTest".
        folder: Where they lie.

    Returns:
        uint8 (N, 48, 48), and the labels 0–6, which index `EMOTIONS`.
    """
    with (folder / "faces.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    sheets = [_tiles(folder / name) for name in ("faces_0.webp", "faces_1.webp")]
    usage = "Training" if split == "Validation" else split
    chosen = np.array([number for number, row in enumerate(rows) if row["Usage"] == usage])
    labels = np.array([int(rows[number]["emotion"]) for number in chosen])
    first = chosen < len(sheets[0])
    faces = np.concatenate([sheets[0][chosen[first]], sheets[1][chosen[~first] - len(sheets[0])]])
    if split == "Validation":
        kept = validation_mask(faces)
        return faces[kept], labels[kept]
    return faces, labels


def frame_with(face: Grey, rng: np.random.Generator, *, side: int = 240) -> tuple[Frame, Box]:
    """Put a face, enlarged, somewhere in a 640×480 frame, on a blurred copy of itself.

    Args:
        face: uint8 (48, 48).
        rng: Decides the place.
        side: Of the enlarged face, in pixels.

    Returns:
        The frame, and where the face stands in it.
    """
    background = cv2.GaussianBlur(cv2.resize(face, (640, 480), interpolation=cv2.INTER_LINEAR), (0, 0), 20)
    x, y = int(rng.integers(0, 640 - side + 1)), int(rng.integers(0, 480 - side + 1))
    background[y : y + side, x : x + side] = cv2.resize(face, (side, side), interpolation=cv2.INTER_CUBIC)
    pixels: Any = cv2.cvtColor(background, cv2.COLOR_GRAY2RGB)
    return Frame(pixels), Box(x, y, side, side)


def _tiles(path: Path) -> Grey:
    sheet: Any = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
    rows = sheet.shape[0] // SIDE
    tiles: Grey = sheet.reshape(rows, SIDE, COLUMNS, SIDE).transpose(0, 2, 1, 3).reshape(-1, SIDE, SIDE)
    return tiles
