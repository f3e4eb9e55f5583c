from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recommender.scanning.estimates import ENERGY_WEIGHTS, VALENCE_WEIGHTS, Cues, cues_of, mood_of
from recommender.scanning.measuring import Measures
from recommender.scanning.reading import track_of
from recommender.scanning.tags import Tags
from recommender.scanning.words import PLACES, WRITTEN, place_of, word_for

MIDDLING = Measures(
    180.0,
    tempo_bpm=120.0,
    key=0,
    mode=1,
    key_fit=0.8,
    majorness=0.0,
    loudness_lufs=-15.0,
    register_octaves=-0.5,
    centroid_hz=1700.0,
    rolloff_hz=3000.0,
    flatness=0.01,
    onsets_per_s=3.0,
)
TAGS = Tags("Ocean", ("Ann",), named=True)


def test_the_weights_keep_the_published_order_and_the_scale() -> None:
    order = [VALENCE_WEIGHTS[name] for name in ("mode", "tempo", "register", "dynamics")]
    assert order == sorted(order, reverse=True)
    assert sum(VALENCE_WEIGHTS.values()) == pytest.approx(1)
    assert sum(ENERGY_WEIGHTS.values()) == pytest.approx(1)


def test_middling_music_is_in_the_middle_and_extremes_reach_the_edges() -> None:
    assert mood_of(cues_of(MIDDLING)) == (0.5, 0.5)
    assert mood_of(Cues(1, 1, 1, 1, 1)) == (1.0, 1.0)
    assert mood_of(Cues(-1, -1, -1, -1, -1)) == (0.0, 0.0)
    assert mood_of(Cues()) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("change", "valence", "energy"),
    [
        ({"majorness": 0.3}, 1, 0),
        ({"majorness": -0.3}, -1, 0),
        ({"tempo_bpm": 170.0, "onsets_per_s": 6.0}, 1, 1),
        ({"tempo_bpm": 70.0, "onsets_per_s": 1.0}, -1, -1),
        ({"register_octaves": 0.5}, 1, 0),
        ({"loudness_lufs": -7.0}, 1, 1),
        ({"loudness_lufs": -28.0}, -1, -1),
        ({"centroid_hz": 3500.0}, 0, 1),
    ],
)
def test_each_cue_moves_the_mood_its_own_way(change: dict[str, Any], valence: int, energy: int) -> None:
    found = mood_of(cues_of(replace(MIDDLING, **change)))
    assert [(value > 0.5) - (value < 0.5) for value in found] == [valence, energy]


def test_what_people_noted_replaces_what_was_measured() -> None:
    noted = replace(TAGS, tempo_bpm=60.0, key=9, mode=0, genre="soul")
    track = track_of("/m/a.mp3", noted, replace(MIDDLING, majorness=0.3))
    assert (track.features.tempo_bpm, track.features.key, track.features.mode) == (60.0, 9, 0)
    assert track.features.valence is not None
    assert track.features.valence < 0.3
    assert track.genre == "soul"
    assert track.estimated
    assert track.identifiers == {"file": "/m/a.mp3"}


def test_a_noted_tempo_that_is_the_measured_one_rounded_changes_nothing() -> None:
    track = track_of("/m/a.mp3", replace(TAGS, tempo_bpm=120.0), replace(MIDDLING, tempo_bpm=120.37))
    assert track.features.tempo_bpm == 120.37


def test_a_noted_mood_moves_the_estimate_unless_it_says_the_same() -> None:
    sad = track_of("/m/a.mp3", replace(TAGS, moods=("Sad",)), MIDDLING)
    assert (sad.features.valence, sad.features.energy) == PLACES["sad"]
    mood = mood_of(cues_of(replace(MIDDLING, majorness=0.1)))
    same = track_of("/m/a.mp3", replace(TAGS, moods=(word_for(*mood),)), replace(MIDDLING, majorness=0.1))
    assert (same.features.valence, same.features.energy) == mood
    unknown = track_of("/m/a.mp3", replace(TAGS, moods=("Tuesday",)), MIDDLING)
    assert (unknown.features.valence, unknown.features.energy) == (0.5, 0.5)


def test_tags_alone_give_a_mood_only_where_one_is_noted() -> None:
    bare = track_of("/m/a.mp3", replace(TAGS, tempo_bpm=100.0, duration_s=200.0), None)
    assert (bare.features.valence, bare.features.tempo_bpm, bare.duration_s) == (None, 100.0, 200.0)
    noted = track_of("/m/a.mp3", replace(TAGS, moods=("happy; energetic",)), None)
    assert noted.features.valence == pytest.approx(0.75)


def test_silence_has_no_mood() -> None:
    assert track_of("/m/a.mp3", TAGS, Measures(3.0)).features.valence is None


def test_words_lead_to_places_and_back() -> None:
    assert place_of(["HAPPY Music"]) == PLACES["happy"]
    assert place_of(["Tuesday", ""]) is None
    assert all(word_for(*PLACES[word]) == word for word in WRITTEN)
    assert all(0 <= value <= 1 for place in PLACES.values() for value in place)


def test_an_isrc_is_the_surest_identifier() -> None:
    track = track_of(str(Path("/m/a.mp3")), replace(TAGS, isrc="USRC17607839"), None)
    assert list(track.identifiers) == ["isrc", "file"]
