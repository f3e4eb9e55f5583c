from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from errors import ConfigError
from training.store import read_arrays, write_arrays, write_bytes, write_json


def test_arrays_and_their_meta_come_back_as_they_were(tmp_path: Path) -> None:
    arrays: dict[str, npt.NDArray[Any]] = {"a": np.arange(6, dtype=np.uint8).reshape(2, 3), "b": np.array(1.5)}
    write_arrays(tmp_path / "x.npz", arrays, {"epoch": 3})
    found, meta = read_arrays(tmp_path / "x.npz")
    assert meta == {"epoch": 3}
    assert list(found) == ["a", "b"]
    assert found["a"].dtype == np.uint8
    assert np.array_equal(found["a"], arrays["a"])


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.json"
    write_json(path, [1])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConfigError, match=r"cannot be written: No space left on device"):
        write_json(path, [1, 2])
    assert json.loads(path.read_text()) == [1]
    assert [p.name for p in tmp_path.iterdir()] == ["history.json"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be made"):
        write_bytes(tmp_path / "file" / "below.bin", b"x")


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(ConfigError, match=r"is damaged .* delete it and start again"):
        read_arrays(tmp_path / "x.npz")
