from __future__ import annotations

import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from errors import CatalogueError, ConfigError
from recommender.scanning import tagging
from recommender.scanning.decoding import decode
from recommender.scanning.payload import fingerprint
from recommender.scanning.tagging import clear_drafts, write_tags
from recommender.scanning.tags import read_tags
from tests.recommender.scanning.conftest import SHORT, Scan, tag, write

KINDS = ("mp3", "flac", "ogg", "opus", "wav", "m4a")


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def decoded(path: Path) -> str:
    return hashlib.sha256(np.ascontiguousarray(decode(path).samples).tobytes()).hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_tags_are_written_and_the_sound_stays_bit_for_bit(folder: Path, kind: str) -> None:
    path = write(folder / f"a.{kind}")
    path.chmod(0o640)
    before, sound, size = decoded(path), fingerprint(path), path.stat().st_size
    assert write_tags(path, tempo_bpm=109.7, mood="melancholic")
    found = read_tags(path)
    assert (found.tempo_bpm, found.moods) == (110, ("melancholic",))
    assert (decoded(path), fingerprint(path)) == (before, sound)
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.stat().st_size > size - 1
    assert not write_tags(path, tempo_bpm=55.0, mood="happy"), "what is there stays"
    assert read_tags(path).moods == ("melancholic",)
    assert names_in(folder) == [path.name]


def test_other_tags_and_pictures_stay(folder: Path) -> None:
    flac: Any = import_module("mutagen.flac")

    path = tag(write(folder / "a.flac"), title="Ocean", artist="Ann", bpm="96")
    audio = flac.FLAC(path)
    picture = flac.Picture()
    picture.data, picture.mime, picture.type = b"\xff\xd8" * 500, "image/jpeg", 3
    audio.add_picture(picture)
    audio.save()
    assert write_tags(path, tempo_bpm=110, mood="calm")
    found = flac.FLAC(path)
    assert (found["title"], found["bpm"], found["mood"]) == (["Ocean"], ["96"], ["calm"])
    assert found.pictures[0].data == picture.data


def test_an_old_id3_version_stays_and_still_gets_its_mood(folder: Path) -> None:
    frames: Any = import_module("mutagen.id3")

    path = write(folder / "a.mp3")
    id3 = frames.ID3()
    id3.add(frames.TIT2(encoding=1, text="Ocean"))
    id3.save(path, v2_version=3)
    assert write_tags(path, tempo_bpm=110, mood="calm")
    assert frames.ID3(path).version[:2] == (2, 3)
    assert (read_tags(path).title, read_tags(path).moods) == ("Ocean", ("calm",))


def test_a_link_stays_one_and_its_file_is_written(folder: Path) -> None:
    real = write(folder / "real" / "a.flac")
    link = folder / "b.flac"
    link.symlink_to(real)
    assert write_tags(link, tempo_bpm=110, mood=None)
    assert link.is_symlink()
    assert read_tags(real).tempo_bpm == 110


def test_a_file_whose_sound_would_change_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(folder / "a.flac")
    before = path.read_bytes()
    real = tagging._written

    def clumsy(draft: Path, tempo_bpm: float | None, mood: str | None) -> bool:
        done = real(draft, tempo_bpm, mood)
        with draft.open("r+b") as file:
            file.seek(-100, 2)
            file.write(b"scratch")
        return done

    monkeypatch.setattr(tagging, "_written", clumsy)
    with pytest.raises(CatalogueError, match="the sound would have changed"):
        write_tags(path, tempo_bpm=110, mood="calm")
    assert path.read_bytes() == before
    assert names_in(folder) == ["a.flac"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_fingerprint_sees_every_change_of_the_sound(folder: Path, kind: str) -> None:
    path = write(folder / f"a.{kind}")
    before = fingerprint(path)
    data = bytearray(path.read_bytes())
    data[len(data) * 3 // 5] ^= 0xFF
    path.write_bytes(data)
    assert fingerprint(path) != before


def test_a_file_that_is_no_audio_is_refused(folder: Path) -> None:
    (folder / "a.flac").write_bytes(b"words " * 99)
    with pytest.raises(CatalogueError, match="no audio file that mien knows"):
        write_tags(folder / "a.flac", tempo_bpm=110, mood=None)
    (folder / "b.ogg").write_bytes(b"OggS" + b"\1" * 99)
    with pytest.raises(CatalogueError, match="damaged"):
        write_tags(folder / "b.ogg", tempo_bpm=110, mood=None)


def test_a_full_disk_leaves_the_file_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(folder / "a.flac")
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CatalogueError, match="tags were not written \\(No space left"):
        write_tags(path, tempo_bpm=110, mood="calm")
    assert path.read_bytes() == before
    assert names_in(folder) == ["a.flac"]


def test_old_drafts_are_cleared_and_young_ones_left_to_their_owner(folder: Path) -> None:
    for name in ("old", "young"):
        (folder / f".mien-draft-{name}.flac").touch()
    os.utime(folder / ".mien-draft-old.flac", (0, 0))
    clear_drafts(folder)
    assert names_in(folder) == [".mien-draft-young.flac"]


def test_without_mutagen_it_says_what_to_install(scanned: Scan, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagging, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'mien\[tags\]'"):
        scanned(write=True)


def test_a_scan_writes_tags_on_request_alone_and_then_leaves_the_files_be(
    scanned: Scan, store: Engine, folder: Path
) -> None:
    path = write(folder / "Ann - Ocean.flac", SHORT)
    first = path.read_bytes()
    assert scanned(listen=True).tagged == 0
    assert path.read_bytes() == first
    written = scanned(listen=True, write=True)
    assert (written.read, written.measured, written.added) == (1, 0, 0), "it was listened to before"
    assert (written.tagged, written.untagged) == (1, [])
    assert read_tags(path).tempo_bpm == 110
    assert read_tags(path).moods
    again = scanned(listen=True, write=True)
    assert (again.read, again.unchanged) == (0, 1)
    with store.connect() as connection:
        tempo = connection.exec_driver_sql("SELECT tempo_bpm FROM tracks").scalar()
    assert tempo != 110, "what was measured stays finer than the tag"
    assert scanned(listen=True, again=True).measured == 1
