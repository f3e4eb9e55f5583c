from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.store.cells import LEVELS, Box, cell_of

SHARES = st.floats(0, 1)


def inside(box: Box, cell: int) -> bool:
    return any(low <= cell <= high for low, high in box.ranges())


@settings(max_examples=200, deadline=None)
@given(SHARES, SHARES, SHARES, SHARES, st.integers(0, LEVELS), st.integers(0, 3))
def test_what_lies_outside_a_box_is_at_least_as_far_as_its_edge(
    valence: float, energy: float, x: float, y: float, level: int, reach: int
) -> None:
    box = Box(level, valence, energy, reach)
    cell = cell_of(x, y)
    assert cell is not None
    if not inside(box, cell):
        across, up = box.gaps()
        assert abs(x - valence) >= across - 1e-12 or abs(y - energy) >= up - 1e-12


@settings(max_examples=60, deadline=None)
@given(SHARES, SHARES, st.integers(2, LEVELS), st.integers(1, 4))
def test_rings_hold_every_cell_once(valence: float, energy: float, level: int, reach: int) -> None:
    def cells(ranges: list[tuple[int, int]]) -> int:
        return sum(high - low + 1 for low, high in ranges)

    rings = [Box(level, valence, energy, ring).ranges(ring - 1) for ring in range(reach + 1)]
    assert sum(map(cells, rings)) == cells(Box(level, valence, energy, reach).ranges())


def test_the_whole_plane_is_one_range_and_has_no_edge() -> None:
    box = Box(3, 0.4, 0.9, 8)
    assert box.ranges() == [(0, 4**LEVELS - 1)]
    assert box.gaps() == (math.inf, math.inf)
    assert box.is_everything


@pytest.mark.parametrize(("valence", "energy"), [(None, 0.5), (0.5, None), (None, None)])
def test_an_unknown_mood_has_no_cell(valence: float | None, energy: float | None) -> None:
    assert cell_of(valence, energy) is None
