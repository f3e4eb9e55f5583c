"""One reading in the diary.

The moment is kept as UTC with the offset that local clocks had then, so that an evening stays an evening wherever its
owner travels and whatever summer time does: its day and its hour are those that the clock on the wall showed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from emotion.types import EmotionScores
from recommender.types import Mood

HAPPY = "happy"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one reading said.

    Args:
        when: The moment, with the offset of local time at that moment.
        mood: What mien made of the scores, or what the user said it should have been; carries the scores as read.
        source: "snap" or "watch".
        corrected: Whether the user corrected the mood.
    """

    when: datetime
    mood: Mood
    source: str
    corrected: bool = False

    def __post_init__(self) -> None:
        if self.when.utcoffset() is None:
            raise ValueError("an entry's moment needs an offset from UTC")
        if self.mood.scores is None:
            raise ValueError("an entry is about a face that was read, so it has scores")

    @property
    def scores(self) -> EmotionScores:
        """What the network said."""
        assert self.mood.scores is not None
        return self.mood.scores

    @property
    def happy(self) -> bool:
        """Whether it counts as a happy reading: happy is what the face most likely showed."""
        return self.mood.emotion == HAPPY

    @property
    def day(self) -> date:
        """The local day."""
        return self.when.date()
