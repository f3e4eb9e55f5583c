"""Small songs and lists for tests of the memory."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.memory import plays
from recommender.memory.database import Database
from recommender.memory.plays import Read
from recommender.mood import mood_named
from recommender.types import Features, Track

LOVELY = Track("Lovely Day", ("Bill Withers",), 1977, "soul", "en", Features(0.7, 0.6), {"isrc": "USSM17700373"})
SUNSHINE = Track("Ain't No Sunshine", ("Bill Withers",), 1971, "soul", "en", Features(0.5, 0.4))
BLUE = Track("Blue Monday", ("New Order",), 1983, "synth-pop", "en", Features(0.6, 0.85))
PRESSURE = Track("Under Pressure", ("Queen", "David Bowie"), 1981, "rock", "en", Features(0.5, 0.75))
SONGS = (LOVELY, SUNSHINE, BLUE, PRESSURE)


def shown(
    db: Database, tracks: Sequence[Track], *, now_s: float, seed: int = 1, read: Read | None = None, **more: int
) -> int:
    """Remember a list of these tracks."""
    wish = {"length": len(tracks)}
    return plays.remember(
        db, "Happy", tracks, mood_named("happy"), seed=seed, wish=wish, read=read, now_s=now_s, **more
    )
