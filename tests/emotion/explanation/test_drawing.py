from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion.explanation.average import average, spread
from emotion.explanation.drawing import PANEL, Panel, Row, check_name, enlarged, figure, overlay, save, strongest
from emotion.explanation.occlusion import by_occlusion
from emotion.frames import from_path
from errors import ConfigError
from tests.emotion.explanation.test_occlusion import bars, looking_at

GREY = np.full((48, 48), 128, np.uint8)


def split_map() -> np.ndarray:
    """For the class on the left, against it on the right, nothing between."""
    values = np.zeros((48, 48), np.float32)
    values[:, :16], values[:, 32:] = 2, -2
    return values


def test_evidence_is_red_where_it_is_for_and_blue_where_it_is_against() -> None:
    drawn = overlay(GREY, split_map(), 2).astype(int)
    for_it, neither, against = drawn[120, 20], drawn[120, 120], drawn[120, 220]
    assert for_it[0] - for_it[2] > 100
    assert against[2] - against[0] > 80
    assert neither == pytest.approx([128] * 3)


def test_less_evidence_is_less_coloured() -> None:
    full, half = (overlay(GREY, split_map(), scale).astype(int)[120, 20] for scale in (2, 4))
    assert 0 < half[0] - half[2] < full[0] - full[2]


def test_a_flat_map_leaves_the_face_as_it_is() -> None:
    assert (overlay(GREY, np.zeros((48, 48), np.float32), 0) == 128).all()


def test_a_colour_photo_becomes_grey_under_its_map_and_stays_coloured_beside_it() -> None:
    red = np.zeros((300, 300, 3), np.uint8)
    red[..., 0] = 200
    assert np.ptp(overlay(red, np.zeros((48, 48), np.float32), 1)[5, 5]) == 0
    assert enlarged(red)[5, 5].tolist() == [200, 0, 0]


def test_a_figure_has_a_row_for_each_row(tmp_path: Path) -> None:
    panel = Panel(enlarged(GREY), "happy 91%")
    small, large = figure([Row("one", [panel])]), figure([Row("one", [panel] * 8), Row("zwei – 👀", [panel])])
    assert large.shape[0] > 2 * PANEL > small.shape[0]
    assert large.shape[1] > 8 * PANEL
    path = save(large, tmp_path / "maps.png")
    assert np.array_equal(from_path(path).pixels, large)


def test_a_name_without_a_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"maps\.gif says no format that mien draws.*\.png"):
        check_name(Path("maps.gif"))
    with pytest.raises(ConfigError, match="There is no folder"):
        save(enlarged(GREY), tmp_path / "gone" / "maps.png")


def test_maps_shown_together_share_the_largest_value() -> None:
    assert strongest(np.stack([split_map(), 3 * split_map()])) == 6


def test_an_average_is_of_each_label_and_says_what_was_read() -> None:
    explainer = by_occlusion("known", (48, 48, 1), looking_at(slice(30, 44), slice(16, 32)))
    told: list[int] = []
    striped, plain = np.stack([bars()] * 3), np.full((2, 48, 48, 1), 0.5, np.float32)
    faces = {"happy": striped, "sad": plain, "fear": plain[:0]}
    found = average(explainer, faces, advance=told.append)
    assert list(found) == ["happy", "sad"]
    assert sum(told) == 5
    assert found["happy"].faces == 3
    assert found["happy"].read_as[3] == 1
    assert np.allclose(found["happy"].maps, explainer.explain(bars()).maps, atol=1e-5)
    assert np.allclose(found["happy"].face, bars())
    assert np.abs(found["sad"].maps).max() < 1e-3


def test_a_few_of_many_are_spread_evenly_and_the_same_each_time() -> None:
    assert spread(np.arange(100), 5).tolist() == [0, 25, 50, 74, 99]
    assert spread(np.arange(3), 5).tolist() == [0, 1, 2]
