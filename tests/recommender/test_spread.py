from __future__ import annotations

import csv
from pathlib import Path

import pytest

from recommender.catalogue import BuiltIn
from recommender.spread import COMMON, ENOUGH, STEPS, Cell, counted, place_of, spread
from recommender.types import Features

MEASURED = Path(__file__).parents[2].parent / "shared" / "data" / "tracks" / "spotify_features.csv"

ASKED = {0: (0, 1, 2), 1: (0, 1, 2, 3, 4), 2: (0, 1, 2, 3, 4, 5), 3: (1, 2, 3, 4, 5), 4: (1, 2, 3, 4, 5), 5: range(6)}
"""Row (energy) → the columns (valence) where measured music is common: known without the file, which not all have."""


def sound(valence: float | None, energy: float | None) -> Features:
    return Features(valence=valence, energy=energy)


@pytest.mark.parametrize(
    ("valence", "energy", "place"),
    [(0, 0, (0, 0)), (1, 1, (5, 5)), (0.5, 0.49, (3, 2)), (0.15, 0.2, (0, 1)), (0.85, 0.8, (5, 4))],
)
def test_a_boundary_counts_to_the_higher_cell_and_one_to_the_highest(
    valence: float, energy: float, place: tuple[int, int]
) -> None:
    assert place_of(sound(valence, energy)) == place


def test_a_sound_without_valence_or_energy_lies_nowhere() -> None:
    assert place_of(sound(None, 0.5)) is None
    assert counted([sound(0.5, None), sound(0.1, 0.1)]) == {(0, 0): 1}


def test_every_cell_is_told_with_its_share_and_its_tracks() -> None:
    cells = spread([sound(0.1, 0.1)] * 3, [sound(0.1, 0.1), sound(0.9, 0.9), sound(0.9, 0.9), sound(0.9, 0.9)])
    assert len(cells) == STEPS * STEPS
    assert cells[0] == Cell((0, 0), share=0.25, tracks=3)
    assert cells[-1] == Cell((5, 5), share=0.75, tracks=0)
    assert sum(cell.share for cell in cells) == 1


@pytest.mark.parametrize(
    ("share", "tracks", "thin"),
    [(COMMON, ENOUGH - 1, True), (COMMON, ENOUGH, False), (COMMON / 2, 0, False)],
    ids=["common and few", "common and enough", "rare"],
)
def test_only_a_cell_where_music_is_common_can_be_thin(share: float, tracks: int, thin: bool) -> None:
    assert Cell((0, 0), share, tracks).thin is thin


def test_nothing_measured_asks_for_nothing() -> None:
    assert not any(cell.asked for cell in spread([sound(0.1, 0.1)], []))


# The built-in table


def test_the_built_in_table_has_enough_songs_wherever_music_is_common() -> None:
    here = counted(track.features for track in BuiltIn().tracks())
    few = {(column, row) for row, columns in ASKED.items() for column in columns if here[column, row] < 20}
    assert few == set()


def test_the_cells_that_are_asked_for_are_those_of_the_measured_file() -> None:
    if not MEASURED.is_file():
        pytest.skip("../shared/data/tracks/spotify_features.csv is not here")
    with MEASURED.open(encoding="utf-8", newline="") as file:
        measured = [sound(float(row["valence"]), float(row["energy"])) for row in csv.DictReader(file)]
    cells = spread([track.features for track in BuiltIn().tracks()], measured)
    assert {cell.place for cell in cells if cell.asked} == {(c, row) for row, columns in ASKED.items() for c in columns}
    assert [cell for cell in cells if cell.thin] == []
