"""Draw the picture of docs/diary.md, `docs/diary.svg`: a month of a diary that nobody kept.

Run with `python docs/draw_diary.py`. With a folder, `python docs/draw_diary.py FOLDER`, the made-up readings go into a
diary there, for MIEN_DATA_DIR to look at.
"""

from __future__ import annotations

import math
import random
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from emotion.types import EMOTIONS, EmotionScores
from recommender.diary import book, consent
from recommender.diary.drawing import draw
from recommender.diary.entry import Entry
from recommender.diary.period import last_days
from recommender.diary.summary import summarise
from recommender.memory.place import Memory
from recommender.mood import mood_of

ROOT = Path(__file__).parents[1]
LAST = date(2026, 11, 20)
HERE = timezone(timedelta(hours=1))


def main() -> None:
    entries = made_up(random.Random(3))
    (ROOT / "docs" / "diary.svg").write_text(draw(summarise(entries, last_days(30, LAST))), encoding="utf-8")
    if len(sys.argv) > 1:
        memory = Memory(Path(sys.argv[1]))
        consent.give(memory.data_dir, memory.listener, datetime.now(UTC))
        with memory.open() as db:
            book.add(db, *entries)


def made_up(rng: random.Random) -> list[Entry]:
    """Return readings of somebody who is happiest after lunch, more so on some days than on others."""
    entries = []
    for back in reversed(range(60)):
        day, good_day = LAST - timedelta(days=back), rng.uniform(-0.4, 0.8)
        for hour in range(7, 23):
            if rng.random() < 0.5:
                when = datetime(day.year, day.month, day.day, hour, rng.randrange(60), tzinfo=HERE)
                good = good_day + math.sin((hour - 7) / 15 * math.pi) - 0.6 + rng.gauss(0, 0.6)
                entries.append(Entry(when, mood_of(_scores(good, rng)), "watch"))
    return entries


def _scores(good: float, rng: random.Random) -> EmotionScores:
    weights = {emotion: rng.random() ** 3 for emotion in EMOTIONS}
    weights["neutral"] += 1
    weights["happy"] += 2.5 * max(0, good)
    weights["sad"] += 1.5 * max(0, -good)
    total = sum(weights.values())
    return EmotionScores.of({emotion: weight / total for emotion, weight in weights.items()})


if __name__ == "__main__":
    main()
