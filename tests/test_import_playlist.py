from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Mien

XSPF = """<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/">
  <title>Sunday</title>
  <trackList>
    <track><title>Dancing Queen</title><creator>ABBA</creator><location>abba.mp3</location></track>
    <track><title>Entirely Unheard</title><creator>Nobody</creator></track>
    <track><annotation>nothing</annotation></track>
  </trackList>
</playlist>
"""


@pytest.fixture
def sunday(tmp_path: Path) -> Path:
    path = tmp_path / "sunday.xspf"
    path.write_text(XSPF, encoding="utf-8")
    return path


def test_the_songs_of_a_file_are_in_the_catalogue_once(mien: Mien, sunday: Path) -> None:
    done = mien("import-playlist", sunday)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "Sunday: 2 songs, 2 new, 0 there already",
        "  ☞ 1 entries name no song",
        "  ☞ 1 have no known valence and energy, so moods do not lead to them yet: mien catalogue scan FOLDER listens "
        "to your files",
    ]
    assert mien("import-playlist", sunday).out.startswith("Sunday: 2 songs, 0 new, 2 there already")
    found = json.loads(mien("catalogue", "search", "dancing queen", "--json").out.splitlines()[0])
    assert "abba.mp3" in json.dumps(found)


def test_it_is_said_as_json(mien: Mien, sunday: Path, tmp_path: Path) -> None:
    done = mien("import-playlist", sunday, tmp_path / "gone.jspf", "--json")
    assert done.code == 5
    first, second = map(json.loads, done.out.splitlines())
    assert (first["title"], first["tracks"], first["added"], first["unnamed"]) == ("Sunday", 2, 2, 1)
    assert second["error"].endswith("there is no such file; correct the path.")


def test_an_emotion_plays_the_file(mien: Mien, sunday: Path) -> None:
    done = mien("import-playlist", sunday, "--for", "Happy")
    assert f"happy: {sunday}" in done.out
    playlist = json.loads(mien("playlist", "--mood", "happy", "--json").out)["playlist"]
    assert [track["title"] for track in playlist["tracks"]] == ["Dancing Queen", "Entirely Unheard"]
    assert playlist["mapped_by"] == "happy"


def test_a_wrong_emotion_changes_nothing(mien: Mien, sunday: Path, tmp_path: Path) -> None:
    done = mien("import-playlist", sunday, "--for", "joy")
    assert done.code == 2
    assert "There is no emotion 'joy'" in done.err
    assert not (tmp_path / "data" / "catalogue.db").exists()
    done = mien("import-playlist", tmp_path / "list.json", "--for", "sad")
    assert (done.code, "is not a playlist" in done.err) == (5, True)


def test_what_is_no_playlist_is_told(mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    done = mien("import-playlist", tmp_path / "a.txt")
    assert done.code == 5
    assert "There is no format of playlist files '.txt'" in done.err
