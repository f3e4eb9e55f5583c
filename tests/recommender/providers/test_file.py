import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from errors import ConfigError
from recommender import m3u
from recommender.asjson import playlist_json
from recommender.links import links_for
from recommender.providers.file.provider import FORMATS, save
from recommender.types import Pick, Playlist, Track

NS = {"x": "http://xspf.org/ns/0/"}
HOSTILE = [
    "Rock & Roll <live>",
    "She said \"yes\" & 'no'",
    "Two\nlines\r\nand\ttabs",
    "🎉 Party \x00\x0b bell\x07",
    "]]> &amp; <!-- -->",
    "#EXTINF:1,Fake - Title",
    "  spaces  ",
    "夜に駆ける",
    "lone \ud83d surrogate",
]


def playlist_of(*tracks: Track) -> Playlist:
    return Playlist(
        'Happy · "bright" & <lively>', "match", tuple(Pick(t, f"because {t.title}", links_for(t)) for t in tracks)
    )


def one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_saved_and_says_what_it_did(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"list{suffix.upper()}"
    saved = save(playlist_of(Track("A", ("B",)), Track("C", ("D",))), path)
    assert (saved.where, saved.placed, saved.missing) == (str(path.resolve()), 2, ())
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("title", HOSTILE)
def test_m3u8_comes_back_through_our_own_reader(tmp_path: Path, title: str) -> None:
    path = tmp_path / "list.m3u8"
    track = Track(title, ("AC/DC, & Co",))
    save(playlist_of(track, Track("Last", ("One",))), path)
    first, last = m3u.read(path)
    assert first.title == one_line(title).replace("\ud83d", "?")
    assert first.artists == ("AC/DC, & Co",)
    assert first.identifiers == {"url": links_for(track)["spotify"]}
    assert last.title == "Last"


def test_m3u8_begins_with_its_header_and_plays_files_where_they_are_known(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    odd = "/music/line\nbreak.mp3"
    save(playlist_of(*(Track("T", ("A",), identifiers={"file": f}) for f in ("/music/a  b.mp3", odd))), path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["#EXTM3U", '#PLAYLIST:Happy · "bright" & <lively>']
    assert lines[2:] == ["#EXTINF:-1,A - T", "/music/a  b.mp3", "#EXTINF:-1,A - T", "file:///music/line%0Abreak.mp3"]
    assert [track.identifiers["file"] for track in m3u.read(path)] == ["/music/a  b.mp3", odd]


@pytest.mark.parametrize("title", HOSTILE)
def test_xspf_is_wellformed_whatever_the_title(tmp_path: Path, title: str) -> None:
    path = tmp_path / "list.xspf"
    save(playlist_of(Track(title, ("B",))), path)
    root = ET.parse(path).getroot()
    found = root.findtext("x:trackList/x:track/x:title", namespaces=NS)
    assert found is not None
    assert one_line(found) == one_line(title.replace("\ud83d", " "))


def test_xspf_holds_what_the_specification_wants(tmp_path: Path) -> None:
    path = tmp_path / "list.xspf"
    known = Track("T", ("A", "B"), identifiers={"file": "/m/a b.mp3", "spotify": "6rqh"})
    save(playlist_of(known, Track("U", ("C",))), path)
    root = ET.parse(path).getroot()
    assert root.tag == "{http://xspf.org/ns/0/}playlist"
    assert root.get("version") == "1"
    assert root.findtext("x:title", namespaces=NS) == 'Happy · "bright" & <lively>'
    first, second = root.findall("x:trackList/x:track", NS)
    assert [(child.tag.partition("}")[2], child.text) for child in first] == [
        ("location", "file:///m/a%20b.mp3"),
        ("identifier", "spotify:track:6rqh"),
        ("title", "T"),
        ("creator", "A, B"),
        ("annotation", "because T"),
        ("info", "https://open.spotify.com/track/6rqh"),
    ]
    assert [child.tag.partition("}")[2] for child in second] == ["title", "creator", "annotation", "info"]


def test_jspf_says_the_same_with_lists_where_they_belong(tmp_path: Path) -> None:
    path = tmp_path / "list.jspf"
    save(playlist_of(Track("T", ("A",), identifiers={"file": "/m/a.mp3", "spotify": "spotify:track:6rqh"})), path)
    content = json.loads(path.read_text(encoding="utf-8"))["playlist"]
    assert content["title"] == 'Happy · "bright" & <lively>'
    assert content["track"] == [
        {
            "location": ["file:///m/a.mp3"],
            "identifier": ["spotify:track:6rqh"],
            "title": "T",
            "creator": "A",
            "annotation": "because T",
            "info": "https://open.spotify.com/track/6rqh",
        }
    ]


def test_json_is_the_documented_shape(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    playlist = playlist_of(Track("🎉", ("A",)))
    save(playlist, path)
    assert json.loads(path.read_text(encoding="utf-8")) == playlist_json(playlist)


def test_an_empty_playlist_is_a_valid_file_too(tmp_path: Path) -> None:
    for suffix in FORMATS:
        assert save(playlist_of(), tmp_path / f"list{suffix}").placed == 0
    assert ET.parse(tmp_path / "list.xspf").getroot().find("x:trackList", NS) is not None


def test_whole_playlists_that_a_file_cannot_hold_are_named(tmp_path: Path) -> None:
    playlist = Playlist("T", "own", (), "happy", ("spotify:playlist:abc", "/m/x.m3u"))
    assert save(playlist, tmp_path / "a.m3u8").missing == ("https://open.spotify.com/playlist/abc",)
    assert save(playlist, tmp_path / "a.json").missing == ()


@pytest.mark.parametrize("name", ["list.mp3", "list", "list.m3u"])
def test_an_unknown_ending_names_the_formats(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"{name} cannot be saved: end its name in \.m3u8, \.xspf, \.jspf, \.json"):
        save(playlist_of(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_says_to_create_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Create it"):
        save(playlist_of(), tmp_path / "gone" / "list.m3u8")
