from itertools import pairwise
from pathlib import Path

import pytest

from errors import ConfigError, UnknownName
from recommender.choice import Choice
from recommender.journey import journey_from
from recommender.mapping import HandMapping
from recommender.mood import mood_at, mood_named
from recommender.reasons import reasons_for
from recommender.strategies import goal_named, goal_of, progress
from recommender.target import target_of
from recommender.types import Features, Track


@pytest.mark.parametrize(
    ("emotion", "strategy"),
    [
        ("sad", "lift"),
        ("angry", "calm"),
        ("fear", "calm"),
        ("disgust", "calm"),
        ("happy", "match"),
        ("neutral", "match"),
        ("surprise", "match"),
    ],
)
def test_auto_lifts_the_sad_calms_the_tense_and_stays_with_the_rest(emotion: str, strategy: str) -> None:
    assert journey_from(mood_named(emotion)).strategy == strategy
    assert goal_of("AUTO", mood_named(emotion))[0] == strategy


@pytest.mark.parametrize("point", [(-0.6, -0.3), (0.0, 0.0), (0.9, 0.1), (-0.5, 0.6)])
def test_a_way_never_ends_less_pleasant_than_it_began(point: tuple[float, float]) -> None:
    mood = mood_at(*point)
    for strategy in ("lift", "calm", "energise"):
        _, goal = goal_of(strategy, mood)
        assert goal is not None
        assert goal.valence >= mood.valence
    calm, energise = goal_of("calm", mood)[1], goal_of("energise", mood)[1]
    assert calm is not None and energise is not None  # noqa: PT018
    assert calm.arousal <= mood.arousal <= energise.arousal


@pytest.mark.parametrize("length", [4, 5, 12, 20, 300])
def test_two_tracks_meet_the_mood_two_are_at_the_goal_and_steps_are_even(length: int) -> None:
    parts = progress(length)
    assert parts[:2] == [0, 0]
    assert parts[-2:] == [1, 1]
    steps = [b - a for a, b in pairwise(parts[1:-1])]
    assert steps == pytest.approx([steps[0]] * len(steps))


def test_short_ways_have_one_track_at_each_end() -> None:
    assert [progress(n) for n in (1, 2, 3)] == [[0], [0, 1], [0, 0.5, 1]]


def test_a_journey_begins_at_the_mood_and_ends_at_the_goal() -> None:
    journey = journey_from(mood_named("sad"), 20, goal="0.6,0.2")
    assert journey.strategy == "goal"
    assert journey.targets[0] == journey.targets[1] == target_of(mood_named("sad"))
    assert journey.targets[-1].features.valence == pytest.approx(target_of(mood_at(0.6, 0.2)).features.valence)
    assert journey.goal == mood_at(0.6, 0.2)


@pytest.mark.parametrize("words", ["happy", " Happy "])
def test_a_goal_may_be_an_emotion(words: str) -> None:
    assert goal_named(words) == mood_named("happy")


def test_goals_and_strategies_that_make_no_sense_say_what_would() -> None:
    with pytest.raises(UnknownName, match=r"no goal 'hapy'\. Did you mean 'happy'"):
        goal_named("hapy")
    with pytest.raises(ConfigError, match=r"valence is 3\.0; give a number from -1 to 1"):
        goal_named("3,0")
    with pytest.raises(ConfigError, match=r"write it like 0\.6,0\.2"):
        goal_named("1.2.3,0")
    with pytest.raises(UnknownName, match="Did you mean 'lift'"):
        journey_from(mood_named("sad"), strategy="lft")
    with pytest.raises(ConfigError, match="not both"):
        journey_from(mood_named("sad"), strategy="lift", goal="happy")


def test_a_mapped_strategy_or_goal_is_followed_unless_another_is_asked_for() -> None:
    mapping = HandMapping(Path("x"), {"sad": Choice(strategy="match"), "happy": Choice(goal="neutral")})
    assert journey_from(mood_named("sad"), 5, mapping).strategy == "match"
    assert journey_from(mood_named("sad"), 5, mapping, strategy="lift").strategy == "lift"
    assert journey_from(mood_named("happy"), 5, mapping).goal == mood_named("neutral")


def test_reasons_say_what_each_track_does_on_the_way() -> None:
    journey = journey_from(mood_named("sad"), 6, strategy="lift")
    sounds = [target.features for target in journey.targets]
    sounds[3] = sounds[2]
    reasons = reasons_for([Track(f"T{i}", (f"A{i}",), features=sound) for i, sound in enumerate(sounds)], journey)
    roles = [reason.rsplit(", ", 1)[1] for reason in reasons]
    assert roles[:3] == ["meets your mood", "meets your mood", "a step brighter and livelier"]
    assert roles[3:] == ["keeps you company on the way", "at the goal", "at the goal"]
    far = reasons_for([Track("T", ("A",), features=Features(0.9, 0.9))], journey)
    assert far[0].endswith("as near to your mood as your music comes")


def test_calm_music_measures_dark_but_nobody_is_told_so() -> None:
    journey = journey_from(mood_named("angry"), 6, strategy="calm")
    tracks = [Track("T", ("A",), features=target.features) for target in journey.targets]
    assert not any("darker" in reason for reason in reasons_for(tracks, journey))
