"""Material small enough for tests: drawn faces, and photos of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from training.detection.backgrounds import drawn
from training.detection.material import Material, photo

U8 = npt.NDArray[np.uint8]


def face(seed: int, side: int = 48) -> U8:
    """A bright oval with two eyes and a mouth, upright."""
    rng = np.random.default_rng(seed)
    picture = np.full((side, side), 40, np.uint8)
    unit = side / 48
    cv2.ellipse(
        picture, (side // 2, side // 2), (int(20 * unit), int(23 * unit)), 0, 0, 360, float(rng.uniform(150, 220)), -1
    )
    for x in (16, 32):
        cv2.circle(picture, (int(x * unit), int(19 * unit)), max(1, int(3 * unit)), 20.0, -1)
    cv2.rectangle(picture, (int(16 * unit), int(35 * unit)), (int(32 * unit), int(38 * unit)), 30.0, -1)
    return picture


def material(faces: int = 8, photos: int = 4) -> Material:
    crops = np.stack([face(i) for i in range(faces)])
    pictures = []
    for i in range(photos):
        grey = np.full((120, 100), 90, np.uint8)
        grey[20:100, 10:90] = face(100 + i, 80)
        pictures.append(photo(grey, (50.0, 60.0, 78.0), 1.0 if i else 0.1))
    return Material(crops, tuple(pictures), tuple(drawn(14, 3)), "tiny")
