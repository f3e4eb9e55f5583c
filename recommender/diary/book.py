"""The readings of a listener: add one, read a period, erase them all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from emotion.types import EmotionScores
from recommender.diary.entry import Entry
from recommender.diary.schema import COLUMNS, PART, STEPS
from recommender.memory.database import Database, Row
from recommender.memory.migrations import is_there, migrate
from recommender.types import Mood

SAME_SNAP_S = 30
"""How far a snap's moment in the diary and in the memory of playlists may lie apart."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ALL = ", ".join(COLUMNS)
_INSERT = (
    f"INSERT INTO diary_readings (listener, number, {_ALL})"
    f" SELECT ?, coalesce(max(number), 0) + 1, {', '.join('?' * len(COLUMNS))}"
    " FROM diary_readings WHERE listener = ?"
)


def add(db: Database, *entries: Entry) -> None:
    """Keep readings, all of them or none; they are on the disk when this returns.

    Raises:
        MemoryTrouble: They could not be kept.
    """
    migrate(db, PART, STEPS)
    with db.writing():
        for entry in entries:
            db.run(_INSERT, (db.listener, *_row(entry), db.listener))


def correct_snap(db: Database, mood: Mood, when: datetime) -> bool:
    """Replace the mood of the snap that was taken about `when`, and return whether there is one.

    Raises:
        MemoryTrouble: It could not be kept.
    """
    if not is_there(db, PART):
        return False
    at_s = _seconds(when)
    with db.writing():
        found = db.rows(
            "SELECT number FROM diary_readings WHERE listener = ? AND source = 'snap' AND at_s BETWEEN ? AND ?"
            " ORDER BY abs(at_s - ?), number DESC LIMIT 1",
            (db.listener, at_s - SAME_SNAP_S, at_s + SAME_SNAP_S, at_s),
        )
        for (number,) in found:
            db.run(
                "UPDATE diary_readings SET emotion = ?, valence = ?, arousal = ?, certainty = ?, corrected = 1"
                " WHERE listener = ? AND number = ?",
                (mood.emotion, mood.valence, mood.arousal, mood.certainty, db.listener, number),
            )
    return bool(found)


def readings(db: Database, first: date | None = None, last: date | None = None) -> list[Entry]:
    """Return the readings of local days, oldest first.

    Args:
        db: An open memory.
        first: The first day; None for the beginning.
        last: The last day; None for the end.
    """
    if not is_there(db, PART):
        return []
    # A local day begins at most a day before or after the one of UTC.
    low = -1e18 if first is None else _seconds(datetime(first.year, first.month, first.day, tzinfo=UTC)) - 86400
    high = 1e18 if last is None else _seconds(datetime(last.year, last.month, last.day, tzinfo=UTC)) + 2 * 86400
    found = db.rows(
        f"SELECT {_ALL} FROM diary_readings WHERE listener = ? AND at_s BETWEEN ? AND ? ORDER BY at_s, number",
        (db.listener, low, high),
    )
    entries = map(_entry, found)
    return [e for e in entries if (first is None or first <= e.day) and (last is None or e.day <= last)]


def first_day(db: Database) -> date | None:
    """Return the local day of the oldest reading."""
    if not is_there(db, PART):
        return None
    found = db.rows(
        "SELECT at_s, offset_s FROM diary_readings WHERE listener = ? ORDER BY at_s, number LIMIT 1", (db.listener,)
    )
    return _moment(*found[0]).date() if found else None


def count(db: Database) -> int:
    """Return how many readings there are."""
    if not is_there(db, PART):
        return 0
    return int(db.rows("SELECT count(*) FROM diary_readings WHERE listener = ?", (db.listener,))[0][0])


def erase(db: Database) -> int:
    """Remove all readings of the listener for good, and return how many there were.

    In a SQLite file they are overwritten, and the log that may still hold them is emptied.

    Raises:
        MemoryTrouble: They could not be removed; all are still there.
    """
    if not is_there(db, PART):
        return 0
    with db.writing():
        gone = db.run("DELETE FROM diary_readings WHERE listener = ?", (db.listener,))
    if not db.postgres:
        db.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone


def _row(entry: Entry) -> tuple[object, ...]:
    offset = entry.when.utcoffset()
    assert offset is not None  # an Entry has one
    mood = entry.mood
    return (
        _seconds(entry.when),
        round(offset.total_seconds()),
        mood.emotion,
        mood.valence,
        mood.arousal,
        mood.certainty,
        *entry.scores.probabilities,
        entry.source,
        int(entry.corrected),
    )


def _entry(row: Row) -> Entry:
    at_s, offset_s, emotion, valence, arousal, certainty, *rest = row
    *probabilities, source, corrected = rest
    mood = Mood(emotion, valence, arousal, certainty, EmotionScores(tuple(probabilities)))
    return Entry(_moment(at_s, offset_s), mood, source, bool(corrected))


def _seconds(when: datetime) -> float:
    return (when - _EPOCH) / timedelta(seconds=1)


def _moment(at_s: float, offset_s: int) -> datetime:
    return (_EPOCH + timedelta(seconds=at_s)).astimezone(timezone(timedelta(seconds=offset_s)))
