from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion.opencv import cv2
from emotion.preprocessing import framing
from emotion.types import Box
from errors import CatalogueError
from tests.training.detection.tiny import face, material
from training.detection import material as module
from training.detection.agreement import AGREED, NONE, ONE, Label, Labeller, agree
from training.detection.material import gather, photo
from training.detection.split import side_of


def test_the_framing_of_a_tight_faces_box_is_the_tight_face() -> None:
    x, y, side = material().face_box
    scale = 100  # boxes are whole pixels
    box = Box(round(scale * (x - side / 2)), round(scale * (y - side / 2)), round(scale * side), round(scale * side))
    framed = framing(box)
    assert (framed.x, framed.y, framed.w) == pytest.approx((0, 0, 48 * scale), abs=30)


def test_a_photo_has_smaller_sizes() -> None:
    one = photo(np.zeros((120, 100), np.uint8), (1, 2, 3), 1)
    assert [size.shape for size in one.sizes] == [(120, 100), (60, 50), (30, 25)]


def test_two_squares_agree_when_they_are_near_and_alike() -> None:
    assert agree((50, 50, 40), (55, 48, 44))
    assert not agree((50, 50, 40), (65, 50, 40))
    assert not agree((50, 50, 40), (50, 50, 70))


def labeller(haar: list[tuple[float, float, float]], hog: list[tuple[float, float, float]]) -> Labeller:
    from emotion.types import Face

    made = object.__new__(Labeller)
    faces = tuple(Face(Box(round(x - s / 2), round(y - s / 2), round(s), round(s)), 1.0) for x, y, s in haar)
    made._haar = lambda frame: faces  # type: ignore[assignment]
    made._hog = lambda grey: hog
    return made


def test_the_trust_in_a_box_is_that_of_those_who_saw_it() -> None:
    pixels = np.zeros((100, 100, 3), np.uint8)
    assert labeller([(50, 50, 60)], [(52, 50, 64)])(pixels) == Label((51, 50, 62), AGREED)
    assert labeller([(50, 50, 60)], [(20, 20, 30)])(pixels) == Label((50, 50, 60), ONE)
    assert labeller([], [])(pixels) == Label((50, 50, 86), NONE)


def test_sources_are_split_by_person_and_those_aside_are_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = tmp_path / "photos"
    (photos / "images").mkdir(parents=True)
    names = [f"Person{chr(97 + i)}_Of{chr(97 + i)}_0001.png" for i in range(26)]
    for i, name in enumerate(names):
        if side_of(name) == "aside":
            (photos / "images" / name).write_bytes(b"not to be read")
        else:
            cv2.imwrite(str(photos / "images" / name), face(i, 64))
    (photos / "legend.csv").write_text("user.id,image,emotion\n" + "".join(f"1,{name},happy\n" for name in names))
    rows = [f"3,{' '.join(map(str, face(i).ravel()))},Training" for i in range(60)]
    (tmp_path / "fer.csv").write_text("\n".join(["emotion,pixels,Usage", *rows]) + "\n")
    monkeypatch.setattr(module, "Labeller", lambda: lambda pixels: Label((32, 32, 60), AGREED))
    lines: list[str] = []
    learn, check = gather(photos, tmp_path / "fer.csv", None, tmp_path / "cache", tell=lines.append)
    sides = [side_of(name) for name in names]
    assert len(learn.photos) == sides.count("training") > 0
    assert len(check.photos) == sides.count("validation") > 0
    assert len(learn.faces) + len(check.faces) == 60
    assert learn.digest != check.digest
    assert "two detectors agree" in lines[0]
    again, _ = gather(photos, tmp_path / "fer.csv", None, tmp_path / "cache")
    assert again.digest == learn.digest


def test_a_folder_of_backgrounds_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fer.csv").write_text(f"emotion,pixels,Usage\n3,{' '.join(['1'] * 2304)},Training\n")
    with pytest.raises(CatalogueError, match="no picture"):
        module._grounds(tmp_path)
