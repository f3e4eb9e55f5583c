from __future__ import annotations

from emotion.types import EMOTIONS, EmotionScores
from recommender.memory import corrections
from recommender.memory.corrections import CALIBRATED, CORRECTED
from recommender.memory.fading import CORRECTION_HALF_LIFE_DAYS, DAY_S
from recommender.memory.place import Memory
from recommender.memory.plays import Read

SAD = EmotionScores.of({"sad": 0.6, "neutral": 0.3, "happy": 0.1})


def read(number: int, model: str = "net") -> Read:
    return Read(SAD, model, 0.0, reading=number)


def test_nothing_is_learned_from_nothing(memory: Memory) -> None:
    with memory.open() as db:
        assert corrections.learned(db, "net", now_s=0.0) is None


def test_corrections_and_calibrations_teach_the_network_that_read(memory: Memory) -> None:
    with memory.open() as db:
        corrections.correct(db, read(1), "neutral", now_s=0.0)
        corrections.calibrate(db, read(2), now_s=0.0)
        bias = corrections.learned(db, "net", now_s=0.0)
        assert corrections.count(db) == {CORRECTED: 1, CALIBRATED: 1}
        assert corrections.learned(db, "another", now_s=0.0) is None
    assert bias is not None
    assert max(zip(bias, EMOTIONS, strict=True))[1] == "neutral"


def test_of_one_reading_the_last_word_counts(memory: Memory) -> None:
    with memory.open() as db:
        corrections.correct(db, read(1), "angry", now_s=0.0)
        corrections.correct(db, read(1), "happy", now_s=1.0)
        assert corrections.count(db)[CORRECTED] == 1
        bias = corrections.learned(db, "net", now_s=1.0)
    assert bias is not None
    assert max(zip(bias, EMOTIONS, strict=True))[1] == "happy"


def test_lessons_fade(memory: Memory) -> None:
    with memory.open() as db:
        corrections.correct(db, read(1), "happy", now_s=0.0)
        now, later = (corrections.learned(db, "net", now_s=days * DAY_S) for days in (0, 3 * CORRECTION_HALF_LIFE_DAYS))
    assert now is not None
    assert later is not None
    assert max(later) < 0.5 * max(now)


def test_all_of_it_can_be_forgotten(memory: Memory) -> None:
    with memory.open() as db:
        corrections.correct(db, read(1), "happy", now_s=0.0)
        corrections.calibrate(db, read(2), now_s=0.0)
        assert corrections.forget_corrections(db) == 2
        assert corrections.learned(db, "net", now_s=0.0) is None
