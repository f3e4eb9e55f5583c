"""Readings as plain dicts, in the shape that docs/json.md promises."""

from __future__ import annotations

from typing import Any

from emotion.types import Face, Reading


def face_json(face: Face) -> dict[str, Any]:
    """Return `{"box": [x, y, w, h], "confidence": c, "roll_deg": r, "scores": {"angry": p, …}}`."""
    box = face.box
    return {
        "box": [box.x, box.y, box.w, box.h],
        "confidence": round(face.confidence, 4),
        "roll_deg": round(face.roll_deg, 1),
        "scores": None if face.scores is None else {e: round(p, 6) for e, p in face.scores.as_dict().items()},
    }


def reading_json(reading: Reading) -> dict[str, Any]:
    """Return `{"faces": […], "chosen": index or None}`, the largest face first."""
    return {"faces": [face_json(face) for face in reading.faces], "chosen": reading.chosen}
