"""Playlist files in and out, beside second implementations: xspf-lib, a schema of JSPF; MPD in `mpd/`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from errors import CatalogueError, UnknownName
from recommender.links import links_for
from recommender.m3u import UNKNOWN_ARTIST
from recommender.providers.file.provider import FORMATS, save
from recommender.providers.file.reading import is_playlist, read
from recommender.types import Pick, Playlist, Track

TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "format": "uri", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$"}
URIS = {"type": "array", "items": URI, "minItems": 1}
WHOLE = {"type": "integer", "minimum": 0}
COMMON = {"title": TEXT, "creator": TEXT, "annotation": TEXT, "info": URI, "image": URI, "link": {"type": "array"}}
JSPF: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["playlist"],
    "properties": {
        "playlist": {
            "type": "object",
            "additionalProperties": False,
            "required": ["track"],
            "properties": COMMON
            | {
                **dict.fromkeys(("location", "identifier", "license"), URI),
                **{"date": {"type": "string", "format": "date-time"}, "attribution": {"type": "array"}},
                **{"meta": {"type": "array"}, "extension": {"type": "object"}},
                "track": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": COMMON
                        | {"location": URIS, "identifier": URIS, "album": TEXT, "trackNum": WHOLE, "duration": WHOLE}
                        | {"meta": {"type": "array"}, "extension": {"type": "object"}},
                    },
                },
            },
        }
    },
}
"""https://www.xspf.org/jspf with the rules of https://www.xspf.org/spec, read 2026-11-21."""

SONGS = (
    Track(
        "Heroes & <villains>", ("David Bowie",), album='"Heroes"', duration_s=371.2, identifiers={"file": "/m/a  b.mp3"}
    ),
    Track("夜に駆ける", ("YOASOBI", "Second One"), identifiers={"spotify": "spotify:track:3dPtXHP0oXQ4HCWHsOA9js"}),
    Track(
        "Ground #1 — 100% \"live\" 'n' loud", ("AC/DC",), identifiers={"url": "https://example.org/a%20b.mp3?x=1&y=2"}
    ),
    Track("🎉", ("Sigur Rós",), duration_s=0.4),
)


def playlist_of(*tracks: Track) -> Playlist:
    return Playlist(
        "Happy · “bright” & <lively>", "match", tuple(Pick(t, f"because {t.title}", links_for(t)) for t in tracks)
    )


@pytest.fixture
def xspf() -> Any:
    return pytest.importorskip("xspf_lib", reason="no xspf-lib here: pip install -e '.[dev]'")


def test_another_library_reads_the_xspf_that_mien_writes(tmp_path: Path, xspf: Any) -> None:
    path = tmp_path / "list.xspf"
    save(playlist_of(*SONGS), path)
    theirs = xspf.Playlist.parse(str(path))
    assert (theirs.title, theirs.creator) == ("Happy · “bright” & <lively>", "mien")
    assert [one.title for one in theirs] == [one.title for one in SONGS]
    assert [one.creator for one in theirs] == [one.artist for one in SONGS]
    assert [one.duration for one in theirs] == [371200, None, None, 400]
    assert [str(one.location[0]) for one in theirs if one.location] == [
        "file:///m/a  b.mp3",  # xspf-lib undoes the escapes
        "https://example.org/a b.mp3?x=1&y=2",
    ]
    assert theirs[0].album == '"Heroes"'
    assert str(theirs[1].identifier[0]) == "spotify:track:3dPtXHP0oXQ4HCWHsOA9js"


def test_mien_reads_the_xspf_that_another_library_writes(tmp_path: Path, xspf: Any) -> None:
    path = tmp_path / "theirs.xspf"
    theirs = xspf.Playlist(
        title="Evening",
        trackList=[
            xspf.Track(
                title="One & two", creator="A; B", duration=61_500, album="Three", location="file:///m/%C3%A9.mp3"
            ),
            xspf.Track(identifier="spotify:track:3dPtXHP0oXQ4HCWHsOA9js", title="Four", creator="Five"),
            xspf.Track(annotation="nothing known"),
        ],
    )
    theirs.write(str(path))
    listed = read(path)
    assert (listed.title, listed.unnamed) == ("Evening", 1)
    assert listed.tracks == (
        Track("One & two", ("A", "B"), identifiers={"file": "/m/é.mp3"}, duration_s=61.5, album="Three"),
        Track("Four", ("Five",), identifiers={"spotify": "spotify:track:3dPtXHP0oXQ4HCWHsOA9js"}),
    )


def test_the_jspf_that_mien_writes_keeps_to_its_description(tmp_path: Path) -> None:
    validator = pytest.importorskip("jsonschema", reason="no jsonschema here: pip install -e '.[dev]'")
    for number, tracks in enumerate([SONGS, ()]):
        path = tmp_path / f"{number}.jspf"
        save(playlist_of(*tracks), path)
        validator.Draft202012Validator(JSPF).validate(json.loads(path.read_text(encoding="utf-8")))
    with pytest.raises(validator.ValidationError):
        validator.Draft202012Validator(JSPF).validate({"playlist": {"track": [{"location": "file:///a"}]}})


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_written_comes_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"list{suffix}"
    save(playlist_of(*SONGS), path)
    listed = read(path)
    assert listed.title == "Happy · “bright” & <lively>"
    assert [track.title for track in listed.tracks] == [track.title for track in SONGS]
    assert [track.artists[0] for track in listed.tracks] == [
        one.artist if suffix == ".m3u8" else one.artists[0] for one in SONGS
    ]
    assert listed.tracks[0].identifiers["file"] == "/m/a  b.mp3"
    assert listed.tracks[1].identifiers.get("spotify") == SONGS[1].identifiers["spotify"]
    assert listed.tracks[2].identifiers["url"] == SONGS[2].identifiers["url"]
    assert round(listed.tracks[0].duration_s or 0) == 371


def test_the_output_of_json_is_a_playlist_too(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text('{"mood": null, "playlist": {"title": "T", "tracks": [{"title": "a", "artists": ["b"]}]}}')
    assert read(path).tracks == (Track("a", ("b",)),)


def written(tmp_path: Path, content: str | bytes, name: str = "list.xspf") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def xspf_of(tracks: str, head: str = 'xmlns="http://xspf.org/ns/0/"') -> str:
    return f'<?xml version="1.0"?><playlist version="1" {head}><trackList>{tracks}</trackList></playlist>'


@pytest.mark.parametrize(
    ("location", "identifiers"),
    [
        ("soul/a%20b.mp3", {"file": "HERE/soul/a b.mp3"}),
        ("../x.mp3", {"file": "HERE/../x.mp3"}),
        ("file:///C:/Music/a%20b.mp3", {"file": r"C:\Music\a b.mp3"}),
        ("file://localhost/m/a.mp3", {"file": "/m/a.mp3"}),
        ("file://elsewhere/m/a.mp3", {}),
        ("spotify:track:3dPtXHP0oXQ4HCWHsOA9js", {"spotify": "spotify:track:3dPtXHP0oXQ4HCWHsOA9js"}),
        (
            "https://open.spotify.com/track/3dPtXHP0oXQ4HCWHsOA9js?si=1",
            {"spotify": "spotify:track:3dPtXHP0oXQ4HCWHsOA9js"},
        ),
        ("HTTP://example.org/a.mp3", {"url": "HTTP://example.org/a.mp3"}),
        ("javascript:alert(1)", {}),
    ],
)
def test_places_become_identifiers(tmp_path: Path, location: str, identifiers: dict[str, str]) -> None:
    path = written(tmp_path, xspf_of(f"<track><location>{location}</location><title>t</title></track>"))
    (track,) = read(path).tracks
    assert track.identifiers == {k: v.replace("HERE", str(tmp_path)) for k, v in identifiers.items()}
    assert track.artists == (UNKNOWN_ARTIST,)


def test_names_come_from_files_and_codes_from_identifiers(tmp_path: Path) -> None:
    first = "<track><location>03%20-%20Nina%20Simone%20-%20Sinnerman.flac</location></track>"
    second = "<track><identifier>urn:isrc:us-vi2-0100-047</identifier><title>x</title></track>"
    named, coded = read(written(tmp_path, xspf_of(first + second))).tracks
    assert (named.title, named.artists) == ("Sinnerman", ("Nina Simone",))
    assert coded.identifiers == {"isrc": "USVI20100047"}


def test_a_base_counts_and_so_does_an_old_namespace(tmp_path: Path) -> None:
    track = "<track><location>a.mp3</location><title>t</title></track>"
    based = xspf_of(track, 'xmlns="http://xspf.org/ns/0/" xml:base="https://example.org/m/"')
    assert read(written(tmp_path, based)).tracks[0].identifiers == {"url": "https://example.org/m/a.mp3"}
    for head in ("", 'xmlns="http://xspf.org/ns/0"'):
        assert len(read(written(tmp_path, xspf_of(track, head))).tracks) == 1


def test_other_encodings_are_read(tmp_path: Path) -> None:
    text = xspf_of("<track><title>Jóga</title></track>").replace("?>", ' encoding="UTF-16"?>', 1)
    assert read(written(tmp_path, text.encode("utf-16"))).tracks[0].title == "Jóga"


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xspf", f"{BOMB}<playlist><trackList/></playlist>", "holds a document type"),
        ("a.xspf", '<!DOCTYPE p SYSTEM "file:///etc/passwd"><playlist/>', "holds a document type"),
        ("a.xspf", "<playlist><trackList>", r"line 1: is no XML \(no element found"),
        ("a.xspf", "\n\nnot xml", r"line 3: is no XML"),
        ("a.xspf", "", "is no XML"),
        ("a.xspf", '<?xml version="1.0" encoding="nonsense"?><playlist/>', "is no XML"),
        ("a.xspf", "<html><body/></html>", "it begins with <html>, not <playlist>"),
        ("a.jspf", "{", r"line 1: is no JSON"),
        ("a.jspf", "[" * 100_000, "is no JSON"),
        ("a.jspf", b"\xff\xfe\x00", "is no JSON"),
        ("a.jspf", "[]", "it has no object 'playlist'"),
        ("a.jspf", '{"playlist": {"title": "x"}}', "it has no list 'track'"),
        ("a.json", '{"playlist": null}', "it has no object 'playlist'"),
    ],
)
def test_what_is_no_playlist_is_told(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        read(written(tmp_path, content, name))


def test_entries_of_any_shape_do_no_harm(tmp_path: Path) -> None:
    entries: list[Any] = [
        None,
        1,
        "x",
        [],
        {},
        {"title": 5},
        {"title": "t", "creator": 7, "duration": "x", "location": {"a": 1}},
    ]
    entries += [{"title": "u", "duration": 1e400, "location": [None, 3, ""]}, {"location": ["file:///m/v.mp3"]}]
    path = written(tmp_path, json.dumps({"playlist": {"title": 3, "track": entries}}), "odd.jspf")
    listed = read(path)
    assert [track.title for track in listed.tracks] == ["t", "u", "v"]
    assert (listed.title, listed.unnamed) == ("odd", 2)


def test_files_that_are_missing_too_large_or_of_another_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CatalogueError, match="there is no such file"):
        read(tmp_path / "gone.xspf")
    monkeypatch.setattr("recommender.providers.file.reading.LARGEST_BYTES", 10)
    with pytest.raises(CatalogueError, match="too large for a playlist"):
        read(written(tmp_path, xspf_of("")))
    with pytest.raises(UnknownName, match=r"no format of playlist files '\.txt'"):
        read(tmp_path / "a.txt")
    assert not is_playlist(Path("a.txt"))


@pytest.mark.parametrize("place", ["http://[::1", "http://[x]/a.mp3", "file://[x/y"])
def test_a_location_that_is_no_address_is_left_out(tmp_path: Path, place: str) -> None:
    path = tmp_path / "list.jspf"
    path.write_text(json.dumps({"playlist": {"track": [{"title": "T", "creator": "A", "location": [place]}]}}))
    assert [dict(track.identifiers) for track in read(path).tracks] == [{}]


def test_a_base_that_is_no_address_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "list.xspf"
    path.write_text(
        '<playlist version="1" xmlns="http://xspf.org/ns/0/" xml:base="http://[x"><trackList><track>'
        "<location>a.mp3</location></track></trackList></playlist>"
    )
    assert [dict(track.identifiers) for track in read(path).tracks] == [{"file": str(tmp_path / "a.mp3")}]
