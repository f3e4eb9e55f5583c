"""Turning, scaling and blending one picture into another, grey and in place."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Move = npt.NDArray[np.float64]
"""2×3, source pixels to canvas pixels."""

Rng = np.random.Generator


def move(
    source: tuple[float, float], goal: tuple[float, float], scale: float, roll: float, *, flip: bool = False
) -> Move:
    """Return the move that puts a point of the source on a goal, enlarged, and rolled clockwise as the viewer sees it.

    Args:
        source: The point in the source, in pixels.
        goal: Where it comes to lie on the canvas.
        scale: Canvas pixels for a source pixel.
        roll: In radians.
        flip: Whether left and right are exchanged first.
    """
    across, down = scale * math.cos(roll), scale * math.sin(roll)
    # y points down, so that this turns clockwise as seen.
    turn = np.array([[across, -down], [down, across]])
    if flip:
        turn[:, 0] *= -1
    shift = np.array(goal) - turn @ np.array(source)
    return np.concatenate([turn, shift[:, None]], axis=1)


def fitting(sizes: Sequence[U8], where: Move) -> tuple[U8, Move]:
    """Choose the size of a picture whose pixels are nearest to those of the canvas, and its move."""
    level, scale = 0, math.hypot(where[0, 0], where[1, 0])
    while level + 1 < len(sizes) and scale < 0.6:
        level, scale = level + 1, scale * 2
    picked = sizes[level]
    if level:
        # Pixel centres lie at halves, which is where enlarging starts.
        x, y = sizes[0].shape[1] / picked.shape[1], sizes[0].shape[0] / picked.shape[0]
        larger = np.array([[x, 0, x / 2 - 0.5], [0, y, y / 2 - 0.5], [0, 0, 1]])
        where = where @ larger
    return picked, where


def paste(canvas: U8, picture: U8, where: Move, mask: U8 | None = None, *, match: float = 0.0) -> None:
    """Blend a picture into the canvas.

    Args:
        canvas: uint8 (H, W), changed.
        picture: uint8 (h, w).
        where: Picture pixels to canvas pixels.
        mask: uint8 (h, w), 255 where the picture covers the canvas; None: everywhere.
        match: How far brightness and contrast of the picture become those of what it covers, 0–1.
    """
    height, width = picture.shape
    corners = where @ np.array([[0, width, width, 0], [0, 0, height, height], [1, 1, 1, 1]])
    left, top = (max(0, math.floor(v)) for v in corners.min(axis=1))
    right = min(canvas.shape[1], math.ceil(corners[0].max()) + 1)
    bottom = min(canvas.shape[0], math.ceil(corners[1].max()) + 1)
    if right - left < 2 or bottom - top < 2:
        return
    local = where.copy()
    local[:, 2] -= left, top
    size = right - left, bottom - top
    if mask is None:
        mask = np.full(picture.shape, 255, np.uint8)
    cover: U8 = np.asarray(cv2.warpAffine(mask, local, size, flags=cv2.INTER_LINEAR), np.uint8)
    warped: U8 = np.asarray(
        cv2.warpAffine(picture, local, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
    below = canvas[top:bottom, left:right]
    if match:
        warped = _matched(warped, below, cover, match)
    canvas[top:bottom, left:right] = cv2.blendLinear(
        warped, below, cover.astype(np.float32) / 255, (255 - cover).astype(np.float32) / 255
    )


def filled(canvas: U8, picture: U8, where: Move, border: int) -> None:
    """Fill the whole canvas with a picture; beyond its edge as `border`, one of OpenCV's modes, says."""
    height, width = canvas.shape
    value = float(canvas[0, 0])
    cv2.warpAffine(
        picture, where, (width, height), dst=canvas, flags=cv2.INTER_LINEAR, borderMode=border, borderValue=value
    )


def square_mask(side: int, feather: float) -> U8:
    """A square whose rim fades over `feather` of the side; 0 is a hard edge."""
    if feather <= 0:
        return np.full((side, side), 255, np.uint8)
    edge = np.minimum(np.arange(side) + 0.5, side - np.arange(side) - 0.5) / (feather * side)
    ramp = np.clip(edge, 0, 1)
    return np.asarray(255 * np.minimum.outer(ramp, ramp), np.uint8)


def oval_mask(side: int, width: float, height: float, feather: float) -> U8:
    """An upright ellipse; width, height and the fading rim in shares of the side."""
    across = (np.arange(side) + 0.5) / side - 0.5
    distance = np.hypot(across[None] / (width / 2), across[:, None] / (height / 2))
    return np.asarray(255 * np.clip((1 - distance) / feather + 0.5, 0, 1), np.uint8)


def _matched(picture: U8, below: U8, cover: U8, share: float) -> U8:
    inside = cover > 64
    if inside.sum() < 16:
        return picture
    source, goal = picture[inside], below[inside]
    gain = float(np.clip((goal.std() + 4) / (source.std() + 4), 0.4, 2.0)) ** share
    shift = source.mean() + share * (goal.mean() - source.mean()) - gain * source.mean()
    return np.asarray(np.clip(picture * np.float32(gain) + np.float32(shift), 0, 255), np.uint8)
