from pathlib import Path

import pytest

from recommender.choice import Choice
from recommender.journey import journey_from
from recommender.mapping import HandMapping
from recommender.mood import mood_at, mood_named
from recommender.reasons import own_reason, reason_for, sound_of, title_of
from recommender.target import target_of
from recommender.types import Features, Journey, Target, Track

GOAL = Features(valence=0.55, energy=0.75, tempo_bpm=125, acousticness=0.1, mode=1)


def why(sound: Features, *, mapped: bool = False) -> str:
    journey = Journey("match", (Target(GOAL),), mood_named("happy"), "happy" if mapped else "default")
    return reason_for(Track("T", ("A",), features=sound), Target(GOAL), journey)


@pytest.mark.parametrize(
    ("sound", "reason"),
    [
        (GOAL, "bright and lively, 125 bpm, right at your mood"),
        (Features(0.60, 0.77, 124), "bright and lively, 124 bpm, right at your mood"),
        (Features(0.66, 0.76, 130, 0.1), "bright and lively, 130 bpm, matches your energy"),
        (Features(0.57, 0.62, 130, 0.1), "bright and lively, 130 bpm, as bright or dark as you feel"),
        (Features(0.90, 0.75, 125, 0.1), "bright and lively, 125 bpm, clearly brighter than your mood"),
        (Features(0.30, 0.70, 125, 0.1), "moody and driving, 125 bpm, a bit darker than your mood"),
        (Features(0.55, 0.30, 125, 0.8), "sunny and easy-going, 125 bpm, acoustic, clearly gentler than your mood"),
        (Features(0.45, 0.95, 65, 0.1), "restless and driving, 65 bpm, a bit livelier than your mood"),
        (Features(tempo_bpm=125, instrumentalness=0.9), "125 bpm, no singing, right at your mood"),
        (Features(), "nobody told me how it sounds, so let it surprise you"),
    ],
)
def test_a_reason_comes_from_the_comparison_with_the_mood(sound: Features, reason: str) -> None:
    assert why(sound) == reason


def test_what_the_user_mapped_is_what_they_asked_for() -> None:
    assert why(GOAL, mapped=True).endswith("just what you asked for")
    assert why(Features(0.9, 0.75, 125, 0.1), mapped=True).endswith("clearly brighter than you asked for")
    assert why(Features(0.55, 0.75, 125, 0.8), mapped=True).endswith("clearly more acoustic than you asked for")


def test_a_mood_is_never_called_acoustic() -> None:
    assert "than your mood" not in why(Features(0.55, 0.75, 125, 0.9))


def test_half_time_is_called_neither_faster_nor_slower() -> None:
    assert not {"faster", "slower"} & set(why(Features(0.6, 0.8, 70, 0.1)).split())


def test_a_track_from_an_own_playlist_says_which() -> None:
    assert own_reason(Track("T", ("A",), features=GOAL), "/m/x.m3u") == "from your x.m3u, bright and lively, 125 bpm"


@pytest.mark.parametrize(
    ("emotion", "title"),
    [
        ("happy", "Happy · bright and lively"),
        ("sad", "Sad · wistful and low-key"),
        ("angry", "Angry · moody and driving"),
        ("neutral", "Neutral · mellow and unhurried"),
        ("fear", "Afraid · moody and driving"),
    ],
)
def test_a_title_says_mood_and_sound(emotion: str, title: str) -> None:
    assert title_of(journey_from(mood_named(emotion), 1)) == title


def test_a_point_without_a_word_is_titled_by_its_region() -> None:
    assert title_of(journey_from(mood_at(0.6, -0.5), 1)) == "Relaxed and at peace · hushed and tender"


def test_a_title_says_when_it_is_the_users_own_way() -> None:
    mapping = HandMapping(Path("x"), {"sad": Choice(Features(valence=0.8, energy=0.7))})
    assert title_of(journey_from(mood_named("sad"), 1, mapping)) == "Sad · your way, bright and lively"
    little = HandMapping(Path("x"), {"sad": Choice(Features(tempo_bpm=90))})
    assert title_of(journey_from(mood_named("sad"), 1, little)) == "Sad · your way"


def test_every_sound_in_range_has_words() -> None:
    grid = [i / 10 for i in range(11)]
    assert len({sound_of(Features(v, e)) for v in grid for e in grid}) == 16
    assert sound_of(Features(valence=0.5)) == ""
    assert sound_of(target_of(mood_named("surprise")).features) == "restless and driving"
