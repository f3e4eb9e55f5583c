"""Photos that are nearly the same picture: two cuts of one photo, or two frames of one film."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2

SIDE = 16
ALIKE = 0.98
"""Correlation of two thumbnails. Of 4.9 million pairs in `muxspace`, two lie above it and the next at 0.974: one photo
cut twice, and two frames of one scene (measured by `alike` in November 2026)."""

_BLOCK = 1024


def thumbnail(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return what two photos are compared by: 16×16 grey, float32 (256,), mean 0, length 1 (0 for one colour)."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    small = np.asarray(cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32).ravel()
    small -= small.mean()
    return np.asarray(small / max(float(np.linalg.norm(small)), 1.0), np.float32)


def alike(thumbnails: Sequence[npt.NDArray[np.float32]], pixels: Sequence[str]) -> dict[int, int]:
    """Find photos that an earlier one shows already.

    Args:
        thumbnails: Of each photo, as `thumbnail` makes them.
        pixels: Of each photo, a digest of its pixels.

    Returns:
        The photo's index → the index of the first that is the same picture, or nearly.
    """
    found: dict[int, int] = {}
    first: dict[str, int] = {}
    for i, digest in enumerate(pixels):
        if first.setdefault(digest, i) != i:
            found[i] = first[digest]
    for start in range(0, len(thumbnails), _BLOCK):
        correlation = np.stack(thumbnails[start : start + _BLOCK]) @ np.stack(thumbnails).T
        earlier, later = np.nonzero(correlation >= ALIKE)
        for i, j in zip((earlier + start).tolist(), later.tolist(), strict=True):
            if i < j:
                found.setdefault(j, i)
    return found
