"""What readings should have been: corrections and calibrations, from which the resting face is learned."""

from __future__ import annotations

import json

from emotion.types import EmotionScores
from recommender.memory.database import Database
from recommender.memory.fading import CORRECTION_HALF_LIFE_DAYS, age_days, left
from recommender.memory.plays import Read

CORRECTED, CALIBRATED = "correction", "calibration"
AT_REST = "neutral"


def correct(db: Database, read: Read, emotion: str, *, now_s: float) -> None:
    """Keep what a reading should have been; said again of the same reading, the last word counts.

    Raises:
        MemoryTrouble: It cannot be kept.
    """
    with db.writing():
        db.run(
            "DELETE FROM memory_corrections WHERE listener = ? AND reading = ?",
            (db.listener, read.reading),
        )
        _keep(db, CORRECTED, emotion, read, now_s)


def calibrate(db: Database, read: Read, *, now_s: float) -> None:
    """Keep a face at rest.

    Raises:
        MemoryTrouble: It cannot be kept.
    """
    with db.writing():
        _keep(db, CALIBRATED, AT_REST, read, now_s)


def count(db: Database) -> dict[str, int]:
    """Return how many corrections and calibrations there are, kind → number."""
    query = "SELECT kind, count(*) FROM memory_corrections WHERE listener = ? GROUP BY kind"
    return {CORRECTED: 0, CALIBRATED: 0} | {kind: int(number) for kind, number in db.rows(query, (db.listener,))}


def forget_corrections(db: Database) -> int:
    """Forget all of them, and return how many there were."""
    with db.writing():
        return db.run("DELETE FROM memory_corrections WHERE listener = ?", (db.listener,))


def learned(db: Database, model: str, *, now_s: float) -> tuple[float, ...] | None:
    """Return the bias of the listener's resting face for one network; None when nothing is known.

    Another network may read the same face another way, so that each learns from its own readings only.
    """
    rows = db.rows(
        "SELECT kind, emotion, scores, at_s FROM memory_corrections WHERE listener = ? AND model = ? ORDER BY number",
        (db.listener, model),
    )
    if not rows:
        return None
    from recommender.memory.resting_face import CALIBRATION, CORRECTION, Lesson, bias_of  # NumPy, for those who need it

    lessons = []
    for kind, emotion, scores, at_s in rows:
        at_rest = kind == CALIBRATED
        weight = CALIBRATION if at_rest else CORRECTION
        weight *= left(age_days(at_s, now_s), CORRECTION_HALF_LIFE_DAYS)
        lessons.append(Lesson(EmotionScores(tuple(json.loads(scores))), emotion, weight, at_rest))
    return bias_of(lessons)


def _keep(db: Database, kind: str, emotion: str, read: Read, now_s: float) -> None:
    found = db.rows("SELECT max(number) FROM memory_corrections WHERE listener = ?", (db.listener,))
    db.run(
        "INSERT INTO memory_corrections (listener, number, at_s, kind, emotion, scores, model, reading)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            db.listener,
            int(found[0][0] or 0) + 1,
            now_s,
            kind,
            emotion,
            json.dumps(read.scores.probabilities),
            read.model,
            read.reading,
        ),
    )
