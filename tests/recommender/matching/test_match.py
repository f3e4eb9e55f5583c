from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.matching.match import THRESHOLD, Candidate, match, queries
from recommender.matching.score import isrc, rate
from recommender.types import Track
from tests.recommender.matching.measuring import on_pairs, on_shelves
from tests.recommender.matching.pairs import pairs
from tests.recommender.matching.perturbations import Shelves, listings

PRECISION_BAR, RECALL_BAR = 0.98, 0.90

HEROES = Track("Heroes", ("David Bowie",), year=1977, duration_s=371.0, album="Heroes")


def listing(key: str, title: str = "Heroes", artist: str = "David Bowie", seconds: float | None = 371.0) -> Candidate:
    return Candidate(key, title, (artist,), seconds)


def test_the_labelled_pairs_are_told_apart() -> None:
    figures = on_pairs(pairs())
    assert figures.precision >= PRECISION_BAR, figures.examples
    assert figures.recall >= RECALL_BAR, figures.examples


def test_some_of_the_perturbed_titles_are_told_apart(shared: Path) -> None:
    alone, choices = on_shelves(Shelves(listings(shared)[::40]))
    assert min(alone.precision, choices.precision) >= PRECISION_BAR, alone.examples
    assert min(alone.recall, choices.recall) >= RECALL_BAR, alone.examples


@pytest.mark.slow
def test_all_20280_perturbed_titles_are_told_apart(shared: Path) -> None:
    songs = listings(shared)
    assert len(songs) == 20_280
    alone, choices = on_shelves(Shelves(songs))
    assert min(alone.precision, choices.precision) >= PRECISION_BAR, alone.mistakes
    assert min(alone.recall, choices.recall) >= RECALL_BAR, alone.mistakes


def test_the_song_is_taken_from_among_others() -> None:
    others = [
        listing("live", "Heroes - Live"),
        listing("cover", artist="Peter Gabriel"),
        listing("remix", "Heroes (X Remix)"),
    ]
    found = match(HEROES, [*others, listing("right", '"Heroes" - 2017 Remaster')])
    assert found is not None
    assert found.candidate.key == "right"
    assert THRESHOLD <= found.score <= 1
    assert found.why == "the same title and artist, the same length"


def test_nothing_is_taken_when_only_others_are_there() -> None:
    assert match(HEROES, [listing("live", "Heroes - Live"), listing("short", seconds=30.0)]) is None
    assert match(HEROES, []) is None


def test_the_service_s_order_decides_between_equals() -> None:
    found = match(HEROES, [listing("first"), listing("second")])
    assert found is not None
    assert found.candidate.key == "first"


def test_the_wanted_album_and_year_win_over_a_collection() -> None:
    best_of = Candidate("collection", "Heroes", ("David Bowie",), 371.0, "Best of Bowie", None, 2002)
    own = Candidate("own", "Heroes", ("David Bowie",), 371.0, "Heroes", None, 1977)
    found = match(HEROES, [best_of, own])
    assert found is not None
    assert found.candidate.key == "own"


def test_the_nearest_length_wins_where_a_song_is_listed_twice() -> None:
    found = match(HEROES, [listing("radio", "Heroes - Radio Edit", seconds=260.0), listing("whole", seconds=373.0)])
    assert found is not None
    assert found.candidate.key == "whole"


def test_a_live_recording_is_found_when_it_is_wanted() -> None:
    wanted = Track("Heroes - Live", ("David Bowie",))
    found = match(wanted, [listing("studio"), listing("stage", "Heroes (Live in Berlin, 2002)", seconds=400.0)])
    assert found is not None
    assert found.candidate.key == "stage"


def test_an_isrc_is_believed_whatever_the_names_unless_the_lengths_contradict() -> None:
    wanted = Track("夜に駆ける", ("YOASOBI",), identifiers={"isrc": "JPX012345678"}, duration_s=261.0)
    found = match(wanted, [Candidate("a", "Racing into the Night", ("Ayase",), 262.0, isrc="jp-x01-23-45678")])
    assert found is not None
    assert (found.score, found.why) == (1.0, "the same ISRC, JPX012345678")
    assert match(wanted, [Candidate("a", "Racing into the Night", ("Ayase",), 100.0, isrc="JPX012345678")]) is None


@pytest.mark.parametrize("code", [None, "", "JPX01", "JPX0123456789", "12X012345678"])
def test_what_is_no_isrc_counts_for_nothing(code: str | None) -> None:
    assert isrc(code) is None


@pytest.mark.parametrize(
    ("title", "artist", "expected"),
    [
        ("Heroes - 2017 Remaster", "David Bowie", ["David Bowie Heroes", "Heroes"]),
        (
            "(Sittin' On) The Dock (feat. X)",
            "Otis Redding",
            ["Otis Redding Sittin' On The Dock", "Otis Redding The Dock", "Sittin' On The Dock"],
        ),
        ("Desperado - Live", "Eagles", ["Eagles Desperado live", "Eagles Desperado", "Desperado"]),
        ("Gangnam Style (강남스타일)", "PSY", ["PSY Gangnam Style 강남스타일", "PSY 강남스타일"]),
        ("夜に駆ける", "YOASOBI", ["YOASOBI 夜に駆ける", "夜に駆ける"]),
        ("Song", "Unknown artist", ["Song"]),
        ('a: "b" OR c', "d", ["d a b OR c", "a b OR c"]),
    ],
)
def test_a_search_is_what_a_person_would_type(title: str, artist: str, expected: list[str]) -> None:
    assert queries(Track(title, (artist,))) == expected


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=20))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_finds_itself_and_never_crashes(title: str, artist: str) -> None:
    track = Track(title, (artist,), duration_s=200.0)
    assert rate(track, track).score >= THRESHOLD
    assert match(track, [Candidate("k", title, (artist,), 200.0)]) is not None
    assert len(queries(track)) <= 3
    assert all(0 < len(text) <= 100 for text in queries(track))


WORDS = st.lists(
    st.sampled_from(
        ["love", "(Live)", "- Remix", "feat. X", "[2011", "Pt. 2", "夜", "Кино", "&", "-", ":", "The", "*", "10"]
    )
).map(" ".join)


@given(WORDS, WORDS, st.none() | st.floats(0, 4000))
@settings(max_examples=300, deadline=None)
def test_a_score_is_a_share_and_near_the_same_both_ways(one: str, other: str, seconds: float | None) -> None:
    a, b = Track(f"a{one}", ("x",), duration_s=seconds), Track(f"a{other}", ("x",), duration_s=200.0)
    there, back = rate(a, b).score, rate(b, a).score
    assert 0 <= there <= 1
    assert (there >= THRESHOLD) == (back >= THRESHOLD) or abs(there - back) < 0.05
