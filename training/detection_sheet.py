"""What a detector finds, drawn for the eye: many small pictures with their boxes on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from emotion.opencv import cv2
from emotion.types import Face
from training.detection_conditions import Scene, is_hit


def contact_sheet(tiles: Sequence[np.ndarray[Any, Any]], columns: int = 15) -> np.ndarray[Any, Any]:
    """Lay tiles (`tile`) out in rows, uint8 RGB."""
    filled = [*tiles, *[np.full_like(tiles[0], 255)] * (-len(tiles) % columns)]
    return np.vstack([np.hstack(filled[start : start + columns]) for start in range(0, len(filled), columns)])


def tile(scene: Scene, faces: Sequence[Face], side: int = 130) -> np.ndarray[Any, Any]:
    """Draw a small copy of a scene with its boxes, turned as the faces are: green for a hit, red for any other."""
    frame, places = scene
    rim = max(frame.width, frame.height) // 6
    shrink = side / (max(frame.width, frame.height) + 2 * rim)
    wide = cv2.copyMakeBorder(frame.pixels, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    small = cv2.resize(wide, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    drawn = np.full((side, side, 3), 255, np.uint8)
    drawn[: small.shape[0], : small.shape[1]] = small[:side, :side]
    for face in faces:
        colour = (0, 190, 0) if any(is_hit(face, place) for place in places) else (230, 0, 0)
        centre = tuple(shrink * (c + rim) for c in face.box.centre)
        corners = cv2.boxPoints((centre, (shrink * face.box.w, shrink * face.box.h), face.roll_deg))
        cv2.polylines(drawn, [np.round(corners).astype(np.int32)], True, colour, 1, cv2.LINE_AA)
        top = (corners[1] + corners[2]) / 2  # of the head
        cv2.line(drawn, tuple(map(round, centre)), tuple(map(round, top.tolist())), colour, 1, cv2.LINE_AA)
    return drawn
