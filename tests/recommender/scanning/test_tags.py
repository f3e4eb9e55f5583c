from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from errors import CatalogueError
from recommender.scanning.tags import Tags, read_tags, tags_of
from tests.recommender.scanning.conftest import tag, write


def tags(path: str = "/music/Artist/Album/01 Title.mp3", **found: Any) -> Tags:
    return tags_of(found, Path(path))


def test_flac_and_ogg_tags_are_read(folder: Path) -> None:
    for kind in ("flac", "ogg", "opus"):
        path = tag(
            write(folder / f"a.{kind}"),
            title="Ocean",
            artist=["Ann", "Bob"],
            album="Water",
            date="1999-02-03",
            genre=["Dream Pop", "Rock"],
            bpm="96.5",
            initialkey="F#m",
            mood=["calm", "dreamy"],
            isrc="US-RC1-76-07839",
            language="deu",
        )
        found = read_tags(path)
        assert (found.title, found.artists, found.album, found.year) == ("Ocean", ("Ann", "Bob"), "Water", 1999)
        assert (found.genre, found.tempo_bpm, found.key, found.mode) == ("dream pop", 96.5, 6, 0)
        assert (found.moods, found.isrc, found.language) == (("calm", "dreamy"), "USRC17607839", "de")
        assert found.named
        assert found.duration_s == pytest.approx(4.5, abs=0.6)


def test_id3_tags_are_read(folder: Path) -> None:
    frames: Any = import_module("mutagen.id3")
    path = write(folder / "a.mp3")
    id3 = frames.ID3()
    words = {"TIT2": "Ocean", "TPE1": "Ann; Bob", "TBPM": "96", "TKEY": "8A", "TMOO": "sad", "TCON": "(17)Rock"}
    for name, text in words.items():
        id3.add(getattr(frames, name)(encoding=3, text=text))
    id3.add(frames.TXXX(encoding=3, desc="ITUNESADVISORY", text="1"))
    id3.save(path)
    found = read_tags(path)
    assert (found.title, found.artists, found.tempo_bpm) == ("Ocean", ("Ann", "Bob"), 96)
    assert (found.key, found.mode, found.moods, found.genre, found.explicit) == (9, 0, ("sad",), "rock", True)


@pytest.mark.parametrize(
    ("text", "key", "mode"),
    [
        ("C", 0, 1),
        ("Am", 9, 0),
        ("Bb minor", 10, 0),
        ("F# major", 6, 1),
        ("8B", 0, 1),
        ("8A", 9, 0),
        ("1d", 0, 1),
        ("1m", 9, 0),
        ("2d", 7, 1),
        ("o", None, None),
        ("?", None, None),
    ],
)
def test_every_spelling_of_a_key_is_understood(text: str, key: int | None, mode: int | None) -> None:
    found = tags(initial_key=[text])
    assert (found.key, found.mode) == (key, mode)


@pytest.mark.parametrize("text", ["0", "abc", "9999", ""])
def test_a_tempo_that_is_none_is_not_known(text: str) -> None:
    assert tags(bpm=[text]).tempo_bpm is None


def test_a_file_without_tags_takes_its_names_from_its_path() -> None:
    assert tags("/m/03 - Ann - Ocean_Blue.mp3").title == "Ocean Blue"
    assert tags("/m/03 - Ann - Ocean_Blue.mp3").artists == ("Ann",)
    untagged = tags("/music/Rips/CD 2/Track 01.wav")
    assert (untagged.title, untagged.artists, untagged.named) == ("Track 01", ("Rips / CD 2",), False)
    assert tags("/01.wav").title == "01"


def test_a_file_that_is_no_audio_is_named_with_the_reason(folder: Path) -> None:
    (folder / "a.flac").write_bytes(b"no music at all" * 99)
    with pytest.raises(CatalogueError, match="is no audio file, or damaged"):
        read_tags(folder / "a.flac")
    (folder / "b.ogg").touch()
    with pytest.raises(CatalogueError, match="is empty"):
        read_tags(folder / "b.ogg")
    with pytest.raises(CatalogueError, match="cannot be read \\(No such file"):
        read_tags(folder / "c.mp3")


def test_control_characters_do_not_reach_the_catalogue() -> None:
    assert tags(title=["A\x00\nB\x1b[31m"], artist=["C"]).title == "A B [31m"
