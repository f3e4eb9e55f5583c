"""What counts as found, under which conditions, and the table that comes of it; with detectors that cheat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from emotion.opencv import cv2
from emotion.types import Box, Face, Frame
from errors import CatalogueError, ModelError, UnknownName
from tests.conftest import Mien
from training.detection.split import side_of
from training.detection_bench import Bench, Row, bench_json, measure, named_detectors, photos_aside
from training.detection_conditions import CONDITIONS, Place, beside_each_other, in_a_frame, is_hit, turned_by
from training.detection_console import show
from training.detection_sheet import contact_sheet, tile
from training.faceless import KINDS, faceless, photographs

BY_NAME = {condition.name: condition for condition in CONDITIONS}
RED = (230, 20, 20)


def photo(width: int = 120, height: int = 160, source: str = "photo.png") -> Frame:
    """A red disc on grey stands for the face."""
    pixels = np.full((height, width, 3), 128, np.uint8)
    cv2.circle(pixels, (width // 2, height // 2), round(0.4 * min(width, height)), RED, -1)
    return Frame(pixels, source)


class SeesRed:
    """Finds what is red, and knows no roll."""

    def __call__(self, frame: Frame, /) -> tuple[Face, ...]:
        red = frame.pixels[..., 0].astype(int) > 2 * frame.pixels[..., 1].astype(int) + 8
        _, _, stats, _ = cv2.connectedComponentsWithStats(red.astype(np.uint8))
        boxes = [Box(*(int(n) for n in s[:4])) for s in stats[1:] if s[4] > 60 and 0.8 < s[2] / s[3] < 1.25]
        return tuple(Face(box, 0.9) for box in boxes)


class SeesFacesEverywhere:
    """Finds one small face in the corner of everything."""

    def __call__(self, frame: Frame, /) -> tuple[Face, ...]:
        return (Face(Box(0, 0, 5, 5), 0.9),)


def face_at(x: float, y: float, side: int) -> Face:
    return Face(Box(round(x - side / 2), round(y - side / 2), side, side), 0.9)


@pytest.mark.parametrize(
    ("x", "y", "side", "hit"),
    [(50, 100, 80, True), (74, 148, 80, True), (78, 100, 80, False), (50, 40, 80, False), (50, 100, 20, False)],
)
def test_a_hit_is_centred_and_neither_too_small_nor_too_large(x: int, y: int, side: int, hit: bool) -> None:
    assert is_hit(face_at(x, y, side), Place(50, 100, 100, 200)) is hit


def test_the_largest_hit_is_a_little_more_than_the_shorter_side() -> None:
    assert is_hit(face_at(50, 100, 110), Place(50, 100, 100, 200))
    assert not is_hit(face_at(50, 100, 114), Place(50, 100, 100, 200))


def test_the_middle_half_turns_with_the_photo() -> None:
    upright, turned = Place(100, 100, 60, 200), Place(100, 100, 60, 200, roll_deg=90)
    below, left = face_at(100, 140, 50), face_at(60, 100, 50)
    assert (is_hit(below, upright), is_hit(left, upright)) == (True, False)
    assert (is_hit(below, turned), is_hit(left, turned)) == (False, True)


def test_a_photo_is_turned_clockwise_on_a_canvas_that_holds_it() -> None:
    upright = photo(100, 100)
    upright.pixels[:10, 40:60] = (0, 255, 0)  # at the top
    frame, (place,) = turned_by(upright, 90)
    assert (frame.width, frame.height) == (100, 100)
    rows, columns = np.nonzero(frame.pixels[..., 1] == 255)
    assert columns.mean() > 90  # now on the right
    assert rows.mean() == pytest.approx(49.5, abs=1)
    assert place.roll_deg == 90
    wide, _ = turned_by(photo(100, 100), 45)
    assert wide.width == wide.height == 142


@pytest.mark.parametrize("name", BY_NAME)
def test_under_every_condition_the_face_is_where_it_is_said_to_be(name: str) -> None:
    condition = BY_NAME[name]
    photos = [photo(source=f"photo {n}.png") for n in range(condition.photos)]
    for frame, places in condition.scenes(photos):
        assert len(places) == condition.photos
        if name != "12 % and noise":  # there, red is no longer red
            assert all(any(is_hit(face, place) for face in SeesRed()(frame)) for place in places)


def test_four_photos_stand_in_two_rows_and_two_in_one() -> None:
    (four, _), (two, places) = next(beside_each_other([photo()] * 4)), next(beside_each_other([photo()] * 2))
    assert (four.width, four.height, two.width, two.height) == (640, 640, 640, 320)
    assert [(place.x, place.width, place.height) for place in places] == [(160, 240, 320), (480, 240, 320)]


def test_the_same_photo_gives_the_same_pictures_every_time() -> None:
    for name in ("12 % and noise", "48 px in 640×480"):
        once, again = (next(BY_NAME[name].scenes([photo(source=s)])) for s in ("a/x.png", "b/x.png"))
        other = next(BY_NAME[name].scenes([photo(source="y.png")]))
        assert (once[0].pixels == again[0].pixels).all()
        assert (once[0].pixels != other[0].pixels).any()


def test_a_small_face_has_about_48_pixels_in_a_frame_of_640() -> None:
    frame, (place,) = next(in_a_frame([photo(300, 400)], 48))
    assert (frame.width, frame.height) == (640, 480)
    assert 0.83 * place.width == pytest.approx(48, abs=1)


def test_pictures_without_a_face_are_of_many_kinds_and_the_same_for_a_seed() -> None:
    first, again, other = (list(faceless(len(KINDS), seed)) for seed in (1, 1, 2))
    assert [frame.source.split()[0] for frame in first] == [name for name, _ in KINDS]
    assert all((a.pixels == b.pixels).all() for a, b in zip(first, again, strict=True))
    assert all((a.pixels != b.pixels).any() for a, b in zip(first, other, strict=True))


def test_without_scikit_image_there_are_no_photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert list(photographs(5)) == []


def photos_in(folder: Path, sides: Sequence[str] = ("aside",), count: int = 3) -> list[Path]:
    """Write so many photos of each side."""
    (folder / "images").mkdir()
    paths = []
    for side in sides:
        names = (f"P{chr(97 + n // 26)}{chr(97 + n % 26)}_0001.png" for n in range(600))
        for name in [n for n in names if side_of(n) == side][:count]:
            paths.append(folder / "images" / name)
            cv2.imwrite(str(paths[-1]), photo().pixels[..., ::-1])
    return paths


def rows_of(bench: Bench) -> dict[str, Row]:
    return {row.measure: row for row in bench.rows}


def test_three_photos_make_the_whole_table(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    seen: list[str] = []
    bench = measure(
        {"red": SeesRed(), "corner": SeesFacesEverywhere()},
        [*photos_in(tmp_path), broken],
        conditions=[BY_NAME[n] for n in ("upright", "turned ±20°", "two-face tiles")],
        without_faces=[tmp_path / "images" / p.name for p in (tmp_path / "images").iterdir()],
        faceless_count=1,
        cost_frames=1,
        look=lambda condition, _scene, _faces: seen.append(condition),
    )
    rows = rows_of(bench)
    assert bench.photos == 3
    assert len(bench.unreadable) == 1
    assert "broken.png" in bench.unreadable[0]
    assert [rows[f"found, {name}"].n for name in ("upright", "turned ±20°", "two-face tiles")] == [3, 6, 2]
    assert rows["found, upright"].values == {"red": 1, "corner": 0}
    assert rows["found, turned ±20°"].values == {"red": 1, "corner": 0}
    assert rows["roll is off by, turned ±20°"].values == {"red": pytest.approx(20), "corner": None}
    assert rows["other boxes, upright"].values == {"red": 0, "corner": 1}
    assert rows["false faces, drawn"].values["corner"] == 1
    assert rows["false faces, your own"].values == {"red": 1, "corner": 1}  # these do have faces
    cost = rows["CPU time by haar's, with a face"]
    assert cost.n == 1
    assert cost.values["corner"] is not None
    assert cost.met("corner") is True  # doing nothing is cheaper than Haar, on any machine
    assert seen.count("upright") == 3
    assert cv2.getNumThreads() > 0


def test_the_bar_decides_what_is_met() -> None:
    up = Row("found", 9, {"a": 0.97, "b": 0.96, "c": None}, 0.97, at_least=True)
    down = Row("false", 9, {"a": 0.03, "b": 0.02}, 0.02)
    free = Row("ms", 9, {"a": 3.0})
    assert [up.met(name) for name in "abc"] == [True, False, None]
    assert [down.met(name) for name in "ab"] == [False, True]
    assert free.met("a") is None


def test_the_table_fits_into_80_columns_and_marks_what_is_met() -> None:
    rows = (
        Row("found, upright", 1887, {"mien-face": 0.981, "haar": 0.914}, 0.97, at_least=True),
        Row("CPU time by haar's, without a face", 12, {"mien-face": 0.21, "haar": 1.0}, 0.5, unit="× haar"),
        Row("roll is off by, turned ±20°", 1887, {"mien-face": None, "haar": 20.0}, unit="degrees"),
    )
    console = Console(width=80, record=True, force_terminal=False)
    show(console, Bench(1887, ("x.png is a text file",), rows))
    text = console.export_text()
    assert "98.1% ✔" in text
    assert "91.4% ✘" in text
    assert "≥ 97.0%" in text
    assert "≤ 0.50×" in text
    assert "not read: x.png" in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_json_says_the_same() -> None:
    row = Row("found, upright", 9, {"a": 0.97123, "b": None}, 0.97, at_least=True)
    assert bench_json(Bench(9, (), (row,))) == {
        "photos": 9,
        "unreadable": [],
        "rows": [
            {
                "measure": "found, upright",
                "unit": "share",
                "n": 9,
                "bar": 0.97,
                "at_least": True,
                "values": {"a": 0.9712, "b": None},
                "met": {"a": True, "b": None},
            }
        ],
    }


def test_only_people_kept_aside_are_measured_on(tmp_path: Path) -> None:
    kept = photos_in(tmp_path, ("aside", "training", "validation"))[:3]
    assert photos_aside(tmp_path) == sorted(kept)
    assert photos_aside(tmp_path / "images", every=2) == sorted(kept)[::2]


def test_a_folder_without_such_photos_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="is not a folder"):
        photos_aside(tmp_path / "gone")
    photos_in(tmp_path, ("training",))
    with pytest.raises(CatalogueError, match="no photos of people who are kept aside"):
        photos_aside(tmp_path)


def test_detectors_are_made_by_name_or_from_a_file(tmp_path: Path) -> None:
    assert list(named_detectors(["haar"])) == ["haar"]
    with pytest.raises(UnknownName, match=r"no detector 'mienface'.*'mien-face'"):
        named_detectors(["mienface"])
    with pytest.raises(ModelError, match=r"no .*gone\.tflite"):
        named_detectors([str(tmp_path / "gone.tflite")])


def test_a_tile_shows_hits_in_green_and_others_in_red() -> None:
    frame = Frame(np.full((100, 100, 3), 128, np.uint8))
    scene = frame, (Place.whole(frame),)

    def has(drawn: Any, channel: int) -> bool:
        rest = np.delete(drawn.astype(int), channel, axis=2).max(axis=2)
        return bool((drawn[..., channel].astype(int) - rest > 60).any())

    hit, other = tile(scene, [face_at(50, 50, 60)]), tile(scene, [face_at(10, 10, 15)])
    assert (has(hit, 1), has(hit, 0)) == (True, False)
    assert (has(other, 1), has(other, 0)) == (False, True)
    assert contact_sheet([hit] * 17).shape == (2 * 130, 15 * 130, 3)


def test_the_command_prints_json_and_draws_the_sheet(mien: Mien, tmp_path: Path) -> None:
    photos_in(tmp_path)
    sheet = tmp_path / "sheet.png"
    common = ("--data", tmp_path, "--detector", "haar", "--faceless", "0", "--frames", "0", "--condition", "upright")
    done = mien("bench", "detectors", *common, "--sheet", sheet, "--json")
    assert done.code == 0
    document = json.loads(done.out)
    assert document["photos"] == 3
    assert document["rows"][0]["measure"] == "found, upright"
    assert document["rows"][0]["values"] == {"haar": 0}  # a red disc is nobody
    assert sheet.stat().st_size > 1000


def test_the_command_knows_its_conditions(mien: Mien) -> None:
    done = mien("bench", "detectors", "--detector", "haar", "--condition", "upside down")
    assert done.code == 2
    assert "no condition 'upside down'" in done.err
