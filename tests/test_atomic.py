import errno
import os
from pathlib import Path

import pytest

from atomic import write_atomically
from errors import ConfigError


def test_a_file_is_created_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert write_atomically(path, "one") == path.resolve()
    write_atomically(path, "zwei ü")
    assert path.read_bytes() == "zwei ü".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch(mode=0o600)
    write_atomically(path, "secret")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match=r"a\.txt cannot be written: No space left on device\. Make .* writable or"):
        write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_says_to_create_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no folder .*gone\. Create it"):
        write_atomically(tmp_path / "gone" / "a.txt", "x")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is a folder\. Give a file name in it"):
        write_atomically(tmp_path, "x")


@pytest.mark.parametrize("name", ["x" * 300, "nul\0", "~no-such-user-here/x/y"])
def test_a_name_that_cannot_be_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="cannot be written"):
        write_atomically(Path(name), "x")


def test_text_that_utf8_cannot_hold_is_still_written(tmp_path: Path) -> None:
    path = write_atomically(tmp_path / "a.txt", "caf\udce9")
    assert path.read_text(encoding="utf-8") == "caf?"


def test_a_private_file_is_its_owners_alone_even_where_an_open_one_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch(mode=0o644)
    write_atomically(path, "secret", private=True)
    assert path.stat().st_mode & 0o777 == 0o600
