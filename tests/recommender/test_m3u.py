from pathlib import Path

import pytest

from errors import CatalogueError
from recommender import m3u
from recommender.types import Features


def written(folder: Path, content: str | bytes, name: str = "list.m3u8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_extended_entries_give_artist_and_title(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "#EXTM3U\n#EXTINF:217,Nina Simone - Feeling Good\nsoul/feeling.mp3\n\n# a comment\n"
        '#EXTINF:-1 tvg-id="a,b" group="x",Björk - Jóga - Live\nhttps://example.org/joga.ogg\n',
    )
    first, second = m3u.read(path)
    assert (first.title, first.artists) == ("Feeling Good", ("Nina Simone",))
    assert first.identifiers == {"file": str(tmp_path / "soul" / "feeling.mp3")}
    assert first.features == Features()
    assert (second.title, second.artists) == ("Jóga - Live", ("Björk",))
    assert second.identifiers == {"url": "https://example.org/joga.ogg"}


@pytest.mark.parametrize(
    ("entry", "artist", "title"),
    [
        ("03 - Nina Simone - Feeling Good.mp3", "Nina Simone", "Feeling Good"),
        ("/music/Nina Simone - Feeling_Good.flac", "Nina Simone", "Feeling Good"),
        ("12. Feeling Good.mp3", m3u.UNKNOWN_ARTIST, "Feeling Good"),
        ("99 Luftballons.mp3", m3u.UNKNOWN_ARTIST, "99 Luftballons"),
        ("C:\\Music\\Soul\\Nina Simone - Feeling Good.mp3", "Nina Simone", "Feeling Good"),
        ("https://example.org/a/Feeling%20Good.mp3?x=1", m3u.UNKNOWN_ARTIST, "Feeling Good"),
    ],
)
def test_plain_entries_are_named_by_their_file(tmp_path: Path, entry: str, artist: str, title: str) -> None:
    (track,) = m3u.read(written(tmp_path, entry))
    assert (track.artist, track.title) == (artist, title)


def test_an_artist_line_names_the_artist(tmp_path: Path) -> None:
    text = "#EXTART:Nina Simone\n#EXTINF:1,Feeling Good\na.mp3\n#EXTART:Abba\n#EXTINF:1,ABBA - SOS\nb.mp3\nc.mp3\n"
    found = [(t.artist, t.title) for t in m3u.read(written(tmp_path, text))]
    assert found == [("Nina Simone", "Feeling Good"), ("Abba", "SOS"), (m3u.UNKNOWN_ARTIST, "c")]


@pytest.mark.parametrize(
    ("entry", "identifiers"),
    [
        ("spotify:track:6rqhFgbbKwnb9MLmUQDhG6", {"spotify": "spotify:track:6rqhFgbbKwnb9MLmUQDhG6"}),
        ("https://open.spotify.com/intl-de/track/6rqh?si=1", {"spotify": "spotify:track:6rqh"}),
        ("file:///music/a%20b.mp3", {"file": "/music/a b.mp3"}),
        ("D:\\a.mp3", {"file": "D:\\a.mp3"}),
        ("/abs/a.mp3", {"file": "/abs/a.mp3"}),
    ],
)
def test_an_entry_becomes_an_identifier(tmp_path: Path, entry: str, identifiers: dict[str, str]) -> None:
    assert m3u.read(written(tmp_path, entry))[0].identifiers == identifiers


def test_relative_windows_paths_are_found_from_the_playlist(tmp_path: Path) -> None:
    (track,) = m3u.read(written(tmp_path, "soul\\a.mp3"))
    assert track.identifiers == {"file": str(tmp_path / "soul" / "a.mp3")}


@pytest.mark.parametrize("raw", ["Björk - Jóga.mp3".encode("latin-1"), b"\xef\xbb\xbf" + "Björk - Jóga.mp3".encode()])
def test_latin1_and_utf8_are_both_read(tmp_path: Path, raw: bytes) -> None:
    (track,) = m3u.read(written(tmp_path, raw + b"\r\n", "list.m3u"))
    assert (track.artist, track.title) == ("Björk", "Jóga")


def test_an_empty_playlist_has_no_tracks(tmp_path: Path) -> None:
    assert m3u.read(written(tmp_path, "#EXTM3U\n#EXTINF:1,A - B\n")) == ()


def test_an_info_line_without_a_name_leaves_the_file_name(tmp_path: Path) -> None:
    assert m3u.read(written(tmp_path, "#EXTINF:12\nA - B.mp3"))[0].title == "B"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"ID3\0\0\0", "not a text file"),
        ("#EXTM3U\n#EXT-X-VERSION:3\nx.ts\n", "line 2: this is an HLS stream"),
    ],
)
def test_what_is_no_list_of_songs_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        m3u.read(written(tmp_path, content))


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"gone\.m3u: there is no such file; correct the path"):
        m3u.read(tmp_path / "gone.m3u")
    with pytest.raises(CatalogueError, match="cannot be read"):
        m3u.read(tmp_path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.m3u"
    with path.open("wb") as file:
        file.truncate(m3u.LARGEST_BYTES + 1)
    with pytest.raises(CatalogueError, match="too large for a playlist"):
        m3u.read(path)


def test_an_address_that_is_none_costs_nothing_but_itself(tmp_path: Path) -> None:
    tracks = m3u.read(
        written(tmp_path, "#EXTINF:1,Ann - Song\nhttp://[::1\nfile://[x/y\nhttps://[z]/b.mp3\nright.mp3\n")
    )
    assert [(track.title, dict(track.identifiers)) for track in tracks] == [
        ("Song", {}),
        ("file://[x/y", {}),
        ("https://[z]/b.mp3", {}),
        ("right", {"file": str(tmp_path / "right.mp3")}),
    ]
