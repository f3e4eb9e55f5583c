"""`mien explain` and `mien bench explanation`, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emotion.explanation.drawing import PANEL
from emotion.frames import from_path
from emotion.models import MODELS, WEIGHTS
from emotion.opencv import cv2
from emotion.types import EMOTIONS
from tests.conftest import Mien
from tests.emotion.conftest import drawn_face


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """FER2013 in small: two faces of happy and of sad for PublicTest."""
    rng = np.random.default_rng(0)
    rows = ["emotion,pixels,Usage"]
    for label in (3, 4, 3, 4):
        face = np.clip(drawn_face(48).astype(int) + rng.integers(-20, 20, (48, 48)), 0, 255)
        rows.append(f"{label},{' '.join(map(str, face.ravel()))},PublicTest")
    path = tmp_path / "fer2013.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture
def two(samples: Path, tmp_path: Path) -> Path:
    """A photo of two faces."""
    pair = [from_path(samples / f"{name}.png").pixels for name in ("surprise", "happy")]
    path = tmp_path / "two.png"
    cv2.imwrite(str(path), np.hstack(pair))  # red for blue, which no network sees
    return path


def test_a_tilted_face_is_explained_as_it_is_read(mien: Mien, samples: Path, tmp_path: Path) -> None:
    tilted, picture = tmp_path / "tilted.png", from_path(samples / "happy.png").pixels
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 25, 1)
    cv2.imwrite(str(tilted), cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE))
    (face,) = json.loads(mien("read", tilted, "--json").out)["faces"]
    assert abs(face["roll_deg"]) > 10
    told = json.loads(mien("explain", tilted, "--class", "happy", "--out", tmp_path / "cam.png", "--json").out)
    (explained,) = told["faces"]
    assert explained["scores"]["happy"] == pytest.approx(face["scores"]["happy"], abs=1e-4)


def test_a_face_is_explained_by_the_mouth_that_smiles(mien: Mien, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "cam.png"
    done = mien("explain", samples / "happy.png", "--model", "elu", "--out", out)
    assert done.code == 0
    assert "happy" in done.out
    assert f"wrote {out}" in done.out.replace("\n", "")
    picture = from_path(out).pixels
    assert picture.shape[1] < 3 * PANEL
    told = json.loads(mien("explain", samples / "happy.png", "--model", "elu", "--out", out, "--json").out)
    (face,) = told["faces"]
    assert face["method"] == "occlusion"
    assert face["scores"]["happy"] > 0.8
    upper, middle, lower = face["thirds"]["happy"]
    assert lower > 0.5 > upper
    assert upper + middle + lower == pytest.approx(1, abs=1e-3)


def test_every_face_of_a_photo_and_every_class_get_a_panel(mien: Mien, two: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.png"
    done = mien("explain", two, "--models", "elu, mobile", "--all", "--out", out, "--json")
    faces = json.loads(done.out)["faces"]
    assert [(f["face"], f["model"]) for f in faces] == [(0, "elu"), (0, "mobile"), (1, "elu"), (1, "mobile")]
    picture = from_path(out).pixels
    assert picture.shape[1] > 8 * PANEL
    assert picture.shape[0] > 4 * PANEL
    one = mien("explain", two, "--model", "elu", "--face", "1", "--class", "SAD", "--out", out)
    assert one.code == 0
    assert "sad" in one.out
    assert from_path(out).pixels.shape[0] < 2 * PANEL


def test_a_picture_without_a_face_is_a_result(mien: Mien, tmp_path: Path) -> None:
    path = tmp_path / "wall.png"
    cv2.imwrite(str(path), np.full((200, 200, 3), 90, np.uint8))
    done = mien("explain", path, "--out", tmp_path / "cam.png")
    assert done.code == 0
    assert "No face found" in done.out
    assert not (tmp_path / "cam.png").exists()
    empty = json.loads(mien("explain", path, "--out", tmp_path / "cam.png", "--json").out)
    assert empty == {"path": str(path), "out": None, "faces": []}


def test_averages_are_of_the_labels_that_there_are(mien: Mien, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "average.png"
    done = mien("explain", "--data", data, "--split", "PublicTest", "--model", "elu", "--out", out, "--json")
    averages = json.loads(done.out)["averages"]
    assert [(a["label"], a["faces"]) for a in averages] == [("happy", 2), ("sad", 2)]
    assert list(averages[0]["read_as"]) == list(EMOTIONS)
    assert from_path(out).pixels.shape[0] < 2 * PANEL
    table = mien("explain", "--data", data, "--split", "PublicTest", "--model", "elu", "--all", "--out", out)
    assert table.code == 0
    assert "happy" in table.out
    assert from_path(out).pixels.shape[0] > 2 * PANEL
    asked = mien(
        "explain",
        "--data",
        data,
        "--split",
        "PublicTest",
        "--model",
        "elu",
        "--class",
        "sad",
        "--out",
        out,
        "--images",
        1,
    )
    assert asked.code == 0


def test_the_bench_prints_areas_and_a_verdict(mien: Mien, data: Path) -> None:
    done = mien("bench", "explanation", "elu", "--data", data, "--split", "PublicTest", "--images", "3", "--json")
    (found,) = json.loads(done.out)["models"]
    assert (found["model"], found["method"], found["faces"]) == ("elu", "occlusion", 3)
    assert 0 <= found["areas"]["deletion"]["map"] <= 1
    assert found["predictions"] == 50
    words = mien("bench", "explanation", "elu", "--data", data, "--split", "PublicTest", "--images", "2")
    assert "deletion" in words.out
    assert "random maps" in words.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "Give a picture, or --data"),
        (("a.png", "--data", "b.csv"), 2, "one of the two"),
        (("a.png", "--class", "sad", "--all"), 2, "not both"),
        (("a.png", "--model", "elu", "--models", "elu"), 2, "not both"),
        (("a.png", "--models", ","), 2, "names no network"),
        (("a.png", "--class", "sed"), 2, "Did you mean 'sad'"),
        (("a.png", "--out", "cam.bmp"), 2, "says no format that mien draws"),
        (("gone.png",), 3, "There is no file gone.png"),
        (("--data", "gone.csv"), 5, "does not exist"),
        (("--data", "gone.csv", "--split", "Public"), 2, "There is no split 'Public'"),
    ],
)
def test_what_cannot_be_done_is_said(mien: Mien, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = mien("explain", *arguments)
    assert done.code == code
    assert words in done.err


def test_a_network_that_cannot_be_explained_is_named(mien: Mien, samples: Path, two: Path, tmp_path: Path) -> None:
    happy = samples / "happy.png"
    assert "Did you mean 'elu'" in mien("explain", happy, "--model", "ely").err
    ungraded = mien("explain", happy, "--model", WEIGHTS / MODELS["elu"].file, "--method", "grad-cam")
    assert (ungraded.code, "Grad-CAM needs gradients" in ungraded.err) == (2, True)
    assert "Did you mean 'grad-cam'" in mien("explain", happy, "--method", "gradcam").err
    (tmp_path / "bad.tflite").write_bytes(b"no model")
    broken = mien("explain", happy, "--model", tmp_path / "bad.tflite")
    assert (broken.code, "bad.tflite" in broken.err) == (5, True)
    assert "There is no face 7" in mien("explain", two, "--face", "7").err


def test_data_of_another_split_is_named(mien: Mien, data: Path) -> None:
    done = mien("explain", "--data", data, "--split", "PrivateTest")
    assert done.code == 5
    assert "holds no images of PrivateTest" in done.err


def test_a_shipped_network_gets_exact_grad_cam_where_the_training_group_is(
    mien: Mien, samples: Path, tmp_path: Path
) -> None:
    asked = ("explain", samples / "happy.png", "--model", "elu", "--json", "--out")
    (face,) = json.loads(mien(*asked, tmp_path / "g.png", "--method", "grad-cam").out)["faces"]
    (occluded,) = json.loads(mien(*asked, tmp_path / "o.png").out)["faces"]
    assert (face["method"], occluded["method"]) == ("grad-cam", "occlusion")
    assert face["scores"] == pytest.approx(occluded["scores"], abs=1e-3)


def test_explaining_loads_no_tensorflow(samples: Path, tmp_path: Path) -> None:
    from tests.test_rooms import HEAVY, modules_after

    arguments = ["mien", "explain", str(samples / "happy.png"), "--model", "elu", "--out", str(tmp_path / "c.png")]
    code = f"import cli\nsys.argv = {arguments!r}\ntry: cli.main()\nexcept SystemExit as end: assert not end.code"
    assert modules_after(code).isdisjoint(HEAVY)
