"""What the diary keeps, as numbered steps: one row a reading, never a picture.

`at_s` is seconds since 1970 (UTC), `offset_s` what local clocks were ahead of UTC then, the emotions are the network's
probabilities as read; `emotion`, `valence`, `arousal` and `certainty` are the mood, as the user corrected it if so.
"""

from __future__ import annotations

from emotion.types import EMOTIONS

PART = "diary"

_FIRST = """
CREATE TABLE diary_readings (
    listener TEXT NOT NULL, number BIGINT NOT NULL, at_s DOUBLE PRECISION NOT NULL, offset_s INTEGER NOT NULL,
    emotion TEXT NOT NULL, valence DOUBLE PRECISION NOT NULL, arousal DOUBLE PRECISION NOT NULL,
    certainty DOUBLE PRECISION NOT NULL, angry DOUBLE PRECISION NOT NULL, disgust DOUBLE PRECISION NOT NULL,
    fear DOUBLE PRECISION NOT NULL, happy DOUBLE PRECISION NOT NULL, sad DOUBLE PRECISION NOT NULL,
    surprise DOUBLE PRECISION NOT NULL, neutral DOUBLE PRECISION NOT NULL, source TEXT NOT NULL,
    corrected SMALLINT NOT NULL,
    PRIMARY KEY (listener, number));
CREATE INDEX diary_readings_at ON diary_readings (listener, at_s)
"""

STEPS: tuple[str, ...] = (_FIRST,)
"""Never changed once released; a new one is added at the end."""

COLUMNS = ("at_s", "offset_s", "emotion", "valence", "arousal", "certainty", *EMOTIONS, "source", "corrected")
"""What a reading is written from and read into, in this order."""
