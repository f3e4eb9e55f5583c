"""The diary as a table: one row a reading, moments both in UTC and as local clocks showed them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path

from atomic import write_atomically
from emotion.types import EMOTIONS
from recommender.diary.entry import Entry

HEADER = ("utc", "local", "emotion", "valence", "arousal", "certainty", *EMOTIONS, "source", "corrected")


def write_csv(path: Path, entries: Iterable[Entry]) -> int:
    """Write readings to a CSV file and return how many.

    Raises:
        ConfigError: The file cannot be written; what was there is still there.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADER)
    rows = [_row(entry) for entry in entries]
    table.writerows(rows)
    write_atomically(path, text.getvalue())
    return len(rows)


def _row(entry: Entry) -> tuple[object, ...]:
    mood = entry.mood
    return (
        entry.when.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        entry.when.isoformat(),
        mood.emotion,
        *(f"{value:.6g}" for value in (mood.valence, mood.arousal, mood.certainty, *entry.scores.probabilities)),
        entry.source,
        int(entry.corrected),
    )
