import math

import pytest

from emotion.types import EMOTIONS, EmotionScores
from errors import ConfigError, UnknownName
from recommender.mood import CIRCUMPLEX, EMOJI, describe, mood_at, mood_named, mood_of, torn_between


def reading(**scores: float) -> EmotionScores:
    rest = 1 - sum(scores.values())
    return EmotionScores.of({**dict.fromkeys(EMOTIONS, 0.0), "neutral": rest, **scores} if rest > 0 else scores)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_certain_reading_lies_at_its_emotions_point(emotion: str) -> None:
    mood = mood_of(EmotionScores.of({emotion: 1.0}))
    assert (mood.emotion, mood.certainty) == (emotion, 1.0)
    assert (mood.valence, mood.arousal) == pytest.approx(CIRCUMPLEX[emotion])


def test_the_whole_distribution_counts_and_not_only_its_peak() -> None:
    mood = mood_of(reading(sad=0.5, angry=0.3, happy=0.2))
    assert mood.emotion == "sad"
    assert mood.valence == pytest.approx(0.5 * -0.63 + 0.3 * -0.51 + 0.2 * 0.81)
    assert mood.arousal == pytest.approx(0.5 * -0.27 + 0.3 * 0.59 + 0.2 * 0.51)


def test_certainty_falls_from_one_emotion_over_two_to_none_in_particular() -> None:
    clear = mood_of(reading(happy=0.9))
    torn = mood_of(reading(sad=0.5, fear=0.5))
    clueless = mood_of(EmotionScores((1 / 7,) * 7))
    assert clear.certainty > 0.7 > torn.certainty > clueless.certainty
    assert torn.certainty == pytest.approx((1 - 1 / math.log2(7)) / 2)
    assert clueless.certainty == pytest.approx(0, abs=1e-9)


def test_the_scores_stay_with_the_mood() -> None:
    scores = reading(happy=0.7)
    assert mood_of(scores).scores is scores


def test_rounding_errors_do_not_leave_the_circumplex() -> None:
    assert mood_of(EmotionScores((0.0, 0.0, 0.0, 1.0009, 0.0, 0.0, 0.0))).certainty == 1


@pytest.mark.parametrize("name", ["happy", " Happy ", "HAPPY"])
def test_a_mood_can_be_named(name: str) -> None:
    mood = mood_named(name)
    assert (mood.emotion, mood.valence, mood.arousal, mood.certainty, mood.scores) == ("happy", 0.81, 0.51, 1, None)


def test_an_unknown_mood_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"There is no emotion 'hapy'\. Did you mean 'happy'\?"):
        mood_named("hapy")


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_point_near_an_emotion_gets_its_word(emotion: str) -> None:
    valence, arousal = CIRCUMPLEX[emotion]
    assert mood_at(valence + 0.01, arousal - 0.01).emotion == emotion


@pytest.mark.parametrize("point", [(1.1, 0.0), (0.0, -1.01), (math.nan, 0.0), (0.0, math.inf)])
def test_a_point_outside_the_circumplex_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ConfigError, match="give a number from -1 to 1"):
        mood_at(*point)


def test_two_emotions_close_together_are_torn() -> None:
    assert torn_between(mood_of(reading(sad=0.45, fear=0.40))) == ("sad", "fear")
    assert torn_between(mood_of(reading(sad=0.7, fear=0.2))) is None
    assert torn_between(mood_named("sad")) is None


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ({"happy": 0.95}, "very happy and lively"),
        ({"happy": 0.7}, "quite happy and awake"),
        ({"sad": 0.9}, "very sad and low"),
        ({"sad": 0.7}, "quite sad"),
        ({"angry": 1.0}, "very angry and tense"),
        ({"surprise": 0.9}, "very surprised and wide awake"),
        ({"sad": 0.45, "fear": 0.4}, "torn between sadness and fear"),
        ({"sad": 0.45, "neutral": 0.4, "fear": 0.15}, "a little sad, close to neutral"),
        ({"neutral": 0.45, "sad": 0.4, "fear": 0.15}, "neutral, with more than a touch of sadness"),
        ({"neutral": 0.95, "sad": 0.05}, "calm and neutral"),
        ({"neutral": 0.6, "happy": 0.4}, "mostly neutral, with a touch of happiness"),
        (dict.fromkeys(EMOTIONS, 1 / 7), "hard to read, perhaps anger or disgust"),
    ],
)
def test_a_reading_is_said_in_words_for_people(scores: dict[str, float], words: str) -> None:
    assert describe(mood_of(reading(**scores))) == words


def test_a_named_mood_and_a_point_are_said_in_words_too() -> None:
    assert describe(mood_named("happy")) == "happy and lively"
    assert describe(mood_named("neutral")) == "neutral"
    assert describe(mood_at(0.6, -0.5)) == "relaxed and at peace"
    assert describe(mood_at(-0.9, -0.9)) == "very gloomy and tired"
    assert describe(mood_at(0.3, 0.0)) == "a little content"
    assert describe(mood_at(0.05, 0.05)) == "even-tempered"


def test_every_emotion_has_a_point_and_an_emoji() -> None:
    assert tuple(CIRCUMPLEX) == tuple(EMOJI) == EMOTIONS
