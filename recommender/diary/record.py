"""Keep one reading, if the user wants a diary.

A snap never waits for it in vain and never fails over it: while the diary is off one small file is looked at and no
database is loaded, and what goes wrong becomes a sentence for the user.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from emotion.types import EmotionScores
from errors import MienError
from recommender.diary import consent
from recommender.types import Mood

if TYPE_CHECKING:
    from recommender.memory.place import Memory


def record(
    memory: Memory, mood: Mood, when: datetime, *, scores: EmotionScores | None = None, source: str = "snap"
) -> str | None:
    """Keep a reading.

    Args:
        memory: Where the listener's memory is.
        mood: Of a face that was read; one that was named, not read, is not kept.
        when: The moment, with the offset of local time at that moment: `datetime.now().astimezone()`.
        scores: As the network gave them, where the mood's differ; None takes the mood's.
        source: What asked for the reading: "snap" or "watch".

    Returns:
        A sentence for the user when it could not be kept, or when a damaged memory was set aside for it.
    """
    return keep(memory, mood, when, scores=scores, source=source)[1]


def keep(
    memory: Memory, mood: Mood, when: datetime, *, scores: EmotionScores | None = None, source: str
) -> tuple[bool, str | None]:
    """Do what `record` does; also return whether the reading is on the disk now."""
    if mood.scores is None or consent.since(memory.data_dir, memory.listener) is None:
        return False, None
    from recommender.diary.book import add
    from recommender.diary.entry import Entry

    try:
        with memory.open() as db:
            add(db, Entry(when, replace(mood, scores=scores or mood.scores), source))
            return True, db.note
    except (MienError, OSError) as error:
        return False, f"Your diary did not keep this reading: {error}"


def correct(memory: Memory, mood: Mood, when: datetime) -> str | None:
    """Say what a reading should have been; its scores stay as they were read.

    Args:
        memory: Where the listener's memory is.
        mood: What it should have been.
        when: The moment of the snap, with a time zone; without a reading of about that moment nothing is changed.

    Returns:
        A sentence for the user when that failed.
    """
    if consent.since(memory.data_dir, memory.listener) is None or not memory.exists:
        return None
    from recommender.diary.book import correct_snap

    try:
        with memory.open() as db:
            correct_snap(db, mood, when)
            return db.note
    except (MienError, OSError) as error:
        return f"Your diary did not keep this correction: {error}"
