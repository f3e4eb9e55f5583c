from __future__ import annotations

from dataclasses import replace

from recommender.store.merging import fill
from recommender.store.rows import identifiers_of, row_of, track_of
from recommender.types import Features, Track

ESTIMATE = Track("Sun", ("Ann",), features=Features(0.9, 0.8, 120.0), estimated=True)
MEASURED = Track("Sun", ("Ann",), features=Features(0.7, None, 124.0))


def filled(kept: Track, *others: Track) -> Track:
    row = row_of(kept)
    for other in others:
        fill(row, row_of(other))
    return track_of(row)


def test_what_is_measured_replaces_an_estimate_which_still_fills_its_gaps() -> None:
    both = replace(ESTIMATE, features=Features(0.7, 0.8, 124.0))
    assert filled(ESTIMATE, MEASURED) == both
    assert filled(MEASURED, ESTIMATE) == both


def test_a_track_is_estimated_until_all_of_it_is_measured() -> None:
    whole = replace(MEASURED, features=Features(0.6, 0.5, 110.0))
    assert filled(MEASURED, ESTIMATE, MEASURED).estimated
    assert filled(MEASURED, ESTIMATE, whole) == whole
    assert not filled(MEASURED, whole).estimated


def test_the_same_row_again_changes_nothing() -> None:
    row = row_of(MEASURED)
    assert fill(row, row_of(ESTIMATE))
    assert not fill(row, row_of(ESTIMATE))
    assert not fill(row, row_of(MEASURED))


def test_blanks_in_the_name_of_a_file_stay() -> None:
    path = "/music/a  song - live .mp3"
    assert identifiers_of(row_of(replace(MEASURED, identifiers={"file": path, "isrc": "X"}))[16])["file"] == path
