from pathlib import Path

import pytest

from errors import ConfigError
from recommender.choice import Choice
from recommender.journey import journey_from
from recommender.mapping import HandMapping
from recommender.mood import mood_named
from recommender.target import target_of
from recommender.types import Features

SAD = mood_named("sad")


def mapped(choice: Choice) -> HandMapping:
    return HandMapping(Path("/config/mapping.toml"), {"sad": choice})


def test_without_a_mapping_every_target_lies_at_the_mood() -> None:
    journey = journey_from(SAD, 7, strategy="match")
    assert (journey.strategy, journey.mapped_by, journey.contexts) == ("match", "default", ())
    assert journey.targets == (target_of(SAD),) * 7
    assert journey.origin is SAD


def test_mapped_features_win_and_the_rest_does_not_count() -> None:
    journey = journey_from(SAD, 3, mapped(Choice(Features(valence=0.9))))
    assert journey.mapped_by == "sad"
    assert journey.targets[0].features == Features(valence=0.9)


def test_mapped_playlists_win_and_m3u_files_count_from_the_mappings_folder() -> None:
    journey = journey_from(SAD, 3, mapped(Choice(playlists=("spotify:playlist:abc", "mine.m3u8"))))
    assert (journey.strategy, journey.mapped_by, len(journey.targets)) == ("own", "sad", 3)
    assert journey.contexts == ("spotify:playlist:abc", str(Path("/config/mine.m3u8").absolute()))


@pytest.mark.parametrize(
    "mapping", [None, mapped(Choice()), HandMapping(Path("x"), {"happy": Choice(playlists=("a.m3u",))})]
)
def test_no_change_and_other_emotions_leave_the_default(mapping: HandMapping | None) -> None:
    assert journey_from(SAD, 3, mapping) == journey_from(SAD, 3)


@pytest.mark.parametrize("length", [0, -3, 1001])
def test_a_length_that_makes_no_sense_is_refused(length: int) -> None:
    with pytest.raises(ConfigError, match="give a length from 1 to 1000"):
        journey_from(SAD, length)
