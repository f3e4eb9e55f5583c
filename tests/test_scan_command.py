from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.rendered_music import RATE, Piece, render
from tests.conftest import Mien


def music(folder: Path) -> Path:
    import soundfile

    made = folder / "music"
    made.mkdir()
    soundfile.write(made / "Ann - Ocean.flac", render(Piece(seconds=5)), RATE)
    (made / "broken.mp3").write_bytes(b"no music " * 999)
    return made


def test_a_folder_is_scanned_in_processes_and_found_again(mien: Mien, tmp_path: Path) -> None:
    folder = music(tmp_path)
    document = json.loads(mien("catalogue", "scan", folder, "--jobs", "1", "--json").out)
    assert (document["files"], document["measured"], document["added"]) == (2, 1, 1)
    assert document["broken"][0]["path"] == str(folder / "broken.mp3")
    (found,) = json.loads(mien("catalogue", "search", "ocean", "--json").out)
    assert found["estimated"]
    assert found["features"]["valence"] is not None
    (folder / "Ann - Ocean.flac").unlink()
    again = mien("catalogue", "scan", folder)
    assert "1 audio file, 1 unchanged" in again.out
    assert "1 file could not be read" in again.out
    assert "1 file is no longer there (--prune takes them out of your catalogue)" in again.out
    assert "1 track went with it" in mien("catalogue", "scan", folder, "--prune").out
    assert "0 tracks" in mien("catalogue", "stats").out


def test_what_cannot_be_is_refused(mien: Mien, tmp_path: Path) -> None:
    missing = mien("catalogue", "scan", tmp_path / "nowhere")
    assert (missing.code, "there is no such folder" in missing.err) == (5, True)
    both = mien("catalogue", "scan", tmp_path, "--tags-only", "--write-tags")
    assert (both.code, "leave out --tags-only" in both.err) == (2, True)


def test_a_folder_of_broken_files_alone_ends_with_a_code(mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"no music " * 999)
    assert mien("catalogue", "scan", tmp_path, "--tags-only").code == 5


def test_ctrl_c_is_answered_in_words(mien: Mien, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.scanning import scan

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scan, "scan", stopped)
    done = mien("catalogue", "scan", tmp_path)
    assert (done.code, "the same command goes on from there" in done.err) == (130, True)
