"""The report on a photo collection, for people, for programs, and drawn."""

from __future__ import annotations

import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from emotion.types import EMOTIONS
from errors import ConfigError
from tests.conftest import Mien
from training.data import Loading, load
from training.data_plots import draw
from training.data_report import mean_of, report, report_json
from training.data_words import show


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Ten photos a class; those of Ada Lovelace in colour and tall; one that is no picture."""
    rng = np.random.default_rng(1)
    path = tmp_path / "photos"
    (path / "images").mkdir(parents=True)
    rows = [(f"{emotion}-{i}k.png", emotion.upper()) for emotion in EMOTIONS for i in range(9)]
    rows += [(f"Ada_Lovelace_{i:04}.png", emotion) for i, emotion in enumerate(EMOTIONS)]
    for name, _ in rows:
        grey = cv2.resize(rng.integers(0, 256, (8, 8), dtype=np.uint8), (40, 40), interpolation=cv2.INTER_NEAREST)
        colour = np.dstack([grey, 255 - grey, grey])
        picture = np.vstack([colour, colour]) if name.startswith("Ada") else grey
        assert cv2.imwrite(str(path / "images" / name), picture)
    (path / "images" / "sad-3k.png").write_text("no picture")
    (path / "images" / "sad-4k.png").write_bytes((path / "images" / "sad-5k.png").read_bytes())
    (path / "images" / "fear-4k.png").write_bytes((path / "images" / "sad-6k.png").read_bytes())
    (path / "legend.csv").write_text("user.id,image,emotion\n" + "".join(f"1,{n},{e}\n" for n, e in rows))
    return path


def test_a_report_counts_before_and_after_and_measures_sizes_colour_people_and_repeats(photos: Path) -> None:
    found = report(load(photos, Loading(side=32, cap={"happy": 4})))
    assert found.before == dict.fromkeys(EMOTIONS, 10)
    used = {emotion: sum(of[emotion] for of in found.counts.values()) for emotion in EMOTIONS}
    assert used == dict.fromkeys(EMOTIONS, 10) | {"happy": 4, "sad": 9}
    assert list(found.counts) == ["Training", "Validation", "Test"]
    assert found.origin.capped == {"happy": 6}
    assert found.width is not None
    assert found.height is not None
    assert (found.width.min, found.width.max, found.width.std) == (40, 40, 0)
    assert (found.height.min, found.height.max) == (40, 80)
    assert found.height.mean == pytest.approx((62 * 40 + 7 * 80) / 69)
    assert found.people["Ada Lovelace"] == sum(found.coloured.values()) >= 6
    assert found.people_across == 0
    assert sum(found.duplicates_within.values()) == 2
    assert set(found.duplicates_across.values()) == {0}
    assert found.conflicting == 2


def test_the_report_as_json_has_its_documented_keys(photos: Path) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
    document = json.loads(json.dumps(report_json(report(load(photos, Loading(side=32))))))
    for key in document:
        assert f"`{key}`" in documented, key
    assert document["rows"] == 70
    assert document["labels"]["ANGRY"] == 9
    assert document["labels"]["angry"] == 1
    assert document["shape"] == [32, 32, 3]
    assert document["people"]["named"] == 1
    assert document["people"]["most"] == [{"name": "Ada Lovelace", "images": 7}]
    assert {note["where"] for note in document["notes"]} == {"sad-6k.png", "sad-5k.png"}
    (bad,) = document["bad_rows"]
    assert bad["where"] == "sad-3k.png"


def test_the_printed_report_says_the_same_in_80_columns(photos: Path) -> None:
    faces = load(photos, Loading(side=32))
    out = io.StringIO()
    show(Console(file=out, width=80, markup=False), photos, report(faces))
    said = out.getvalue()
    assert "…" not in said
    assert "69 faces of 32×32, RGB" in said
    assert "height of the originals: 40–80 px" in said
    assert "people in file names: 1, 7.0 images each, most of Ada Lovelace (7); 0 of them" in said
    assert "in colour, the others grey: angry 10%" in said
    assert "look at: sad-6k.png: has the pixels of fear-4k.png, but is sad and not fear" in said
    assert "left out: sad-3k.png" in said


def test_four_plots_are_drawn_and_a_second_time_the_same(photos: Path, tmp_path: Path) -> None:
    faces = load(photos, Loading(side=32, cap={"fear": 3}))
    found = report(faces)
    drawn = draw(faces, found, tmp_path / "new" / "folder", smallest=32)
    assert [path.name for path in drawn] == ["classes.png", "sizes.png", "mean.png", "samples.png"]
    for path in drawn:
        picture = cv2.imread(str(path))
        assert picture is not None
        assert min(picture.shape[:2]) > 150
        assert picture.std() > 10
    again = draw(faces, found, tmp_path / "again", smallest=32)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in drawn]
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="file"):
        draw(faces, found, tmp_path / "file")


def test_a_mean_is_that_of_all_images_over_every_batch() -> None:
    images = np.random.default_rng(0).integers(0, 256, (600, 5, 4, 3), dtype=np.uint8)
    assert np.array_equal(mean_of(images), np.round(images.mean(axis=0)).astype(np.uint8))


def test_the_command_takes_the_options_and_writes_what_it_is_asked_for(
    mien: Mien, photos: Path, tmp_path: Path
) -> None:
    out, mean = tmp_path / "plots", tmp_path / "mean.png"
    options = ("--cap", "happy=4,sad=5", "--side", 32, "--smallest", 40, "--seed", 3, "--channels", 1)
    done = mien("data", "report", photos, *options, "--out", out, "--mean-image", mean, "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document["shape"] == [32, 32]
    assert document["capped"] == {"happy": 6, "sad": 4}
    assert sorted(path.name for path in out.iterdir()) == ["classes.png", "mean.png", "samples.png", "sizes.png"]
    average = cv2.imread(str(mean), cv2.IMREAD_UNCHANGED)
    assert average is not None
    assert average.shape == (32, 32)
    assert mien("data", "report", photos, "--cap", "joy=4").code == 2
    assert "Choose from: angry" in mien("data", "report", photos, "--cap", "joy=4").err
    (photos / "legend.csv").unlink()
    missing = mien("data", "report", photos)
    assert missing.code == 5
    assert "no legend.csv" in missing.err
