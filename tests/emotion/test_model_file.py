"""Files that were given as a network and are something else: the error names what they are."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from emotion.engine import Engine
from emotion.model_file import foreign, kind_of
from emotion.models import WEIGHTS
from errors import ModelError
from tests.emotion.conftest import MakeModel

FOREIGN = {
    "web page": b"<!DOCTYPE html><html><body>404</body></html>",
    "Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(40),
    "Python pickle": b"\x80\x02}q\x00.",
    "gzip": b"\x1f\x8b\x08\x00" + bytes(30),
    "PNG picture": b"\x89PNG\r\n\x1a\n" + bytes(30),
    "ONNX model": b"\x08\x08\x12\x04mien:\x00",
    "JSON": b'{"class_name": "Sequential"}',
    "it is empty": b"",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_is_called_by_its_kind(tmp_path: Path, what: str) -> None:
    path = tmp_path / "given.tflite"
    path.write_bytes(FOREIGN[what])
    with pytest.raises(ModelError, match=rf"given\.tflite is not a LiteRT model that can run here \(.*{what}"):
        Engine(path)


def test_zips_are_told_apart(tmp_path: Path) -> None:
    for member, what in (("model/data.pkl", "PyTorch file"), ("a.txt", "a zip")):
        path = tmp_path / "given.tflite"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, "")
        assert what in str(kind_of(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", "")
    assert foreign(path, "a LiteRT model") == "it is a Keras model"
    assert foreign(path, "a Keras model") is None
    path.write_bytes(path.read_bytes()[:20])
    assert kind_of(path) == "a zip that is damaged or cut off"


def test_what_is_not_known_is_not_guessed(tmp_path: Path, make_model: MakeModel) -> None:
    (tmp_path / "noise").write_bytes(bytes(range(64, 128)))
    assert kind_of(tmp_path / "noise") is None
    assert kind_of(tmp_path / "gone") is None
    assert kind_of(tmp_path) is None
    assert kind_of(make_model()) == "a LiteRT model"


def test_a_shipped_file_cut_anywhere_is_refused_by_name(tmp_path: Path) -> None:
    whole = (WEIGHTS / "mobile.tflite").read_bytes()
    path = tmp_path / "cut.tflite"
    for share in (0.001, 0.3, 0.7, 0.999):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(ModelError, match=r"cut\.tflite"):
            Engine(path)
