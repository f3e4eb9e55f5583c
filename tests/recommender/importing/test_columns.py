# The headers are as their tables have them.
# ruff: noqa: E501
from __future__ import annotations

from pathlib import Path

import pytest

from errors import CatalogueError, UnknownName
from recommender.importing.columns import parse_corrections, recognise

TABLES = {
    "audio features": (
        "track,artist,uri,danceability,energy,key,loudness,mode,acousticness,valence,tempo,duration_ms",
        [
            "Divorced",
            "Blacklisted",
            "spotify:track:0iAdSLiQBIizTAiLUP7p5E",
            "0.3",
            "0.9",
            "1",
            "-2.6",
            "1",
            ".0",
            ".2",
            "77",
            "89427",
        ],
        {"title": "track", "artists": "artist", "spotify": "uri", "duration": "duration_ms ms", "energy": "energy 0–1"},
    ),
    "600k tracks": (
        "id,name,popularity,duration_ms,explicit,artists,id_artists,release_date,energy,valence,tempo",
        [
            "35iwgR4jXetI318WEWsa1Q",
            "Carve",
            "6",
            "126903",
            "0",
            "['Uli']",
            "['45tIt06XoI0Iio4LBEVpls']",
            "1922-02-22",
            ".4",
            ".1",
            "104",
        ],
        {"title": "name", "artists": "artists", "spotify": "id", "year": "release_date", "explicit": "explicit"},
    ),
    "114k tracks": (
        ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,energy,valence,tempo,track_genre",
        [
            "0",
            "5SuOikwiRyPMVoIQDJUgSV",
            "Gen Hoshino",
            "Comedy",
            "Comedy",
            "73",
            "230666",
            "False",
            ".4",
            ".7",
            "87",
            "acoustic",
        ],
        {"title": "track_name", "spotify": "track_id", "genre": "track_genre", "album": "album_name"},
    ),
    "tracks db": (
        "genre,artist_name,track_name,track_id,popularity,duration_ms,energy,key,mode,tempo,valence",
        [
            "Movie",
            "Henri Salvador",
            "C'est beau",
            "0BRjO6ga9RKCKjfDqeFgWV",
            "0",
            "99373",
            ".9",
            "C#",
            "Major",
            "166",
            ".8",
        ],
        {"title": "track_name", "artists": "artist_name", "genre": "genre", "key": "key", "mode": "mode"},
    ),
    "top songs": (
        ",title,artist,top genre,year,bpm,nrgy,dnce,dB,live,val,dur,acous,spch,pop",
        [
            "1",
            "Hey, Soul Sister",
            "Train",
            "neo mellow",
            "2010",
            "97",
            "89",
            "67",
            "-4",
            "8",
            "80",
            "217",
            "19",
            "4",
            "83",
        ],
        {"energy": "nrgy 0–100", "valence": "val 0–100", "duration": "dur s", "tempo": "bpm", "loudness": "dB"},
    ),
    "top 2000s": (
        "Index,Title,Artist,Top Genre,Year,Beats Per Minute (BPM),Energy,Danceability,Loudness (dB),Valence,Length (Duration)",
        ["1", "Sunrise", "Norah Jones", "adult standards", "2004", "157", "30", "53", "-14", "68", "201"],
        {"tempo": "Beats Per Minute (BPM)", "duration": "Length (Duration) s", "valence": "Valence 0–100"},
    ),
    "30000 songs": (
        "track_id,track_name,track_artist,track_album_name,track_album_release_date,playlist_name,playlist_genre,energy,valence",
        [
            "6f807x0ima9a1j3VPbc7VN",
            "I Don't Care",
            "Ed Sheeran",
            "I Don't Care",
            "2019-06-14",
            "Pop Remix",
            "pop",
            ".9",
            ".5",
        ],
        {
            "artists": "track_artist",
            "year": "track_album_release_date",
            "genre": "playlist_genre",
            "album": "track_album_name",
        },
    ),
    "most streamed": (
        "track_name,artist(s)_name,artist_count,released_year,released_month,bpm,key,mode,danceability_%,valence_%,energy_%",
        ["Seven", "Latto, Jung Kook", "2", "2023", "7", "125", "B", "Major", "80", "89", "83"],
        {"artists": "artist(s)_name", "year": "released_year", "valence": "valence_% 0–100"},
    ),
    "Exportify": (
        '"Track URI","Track Name","Album Name","Artist Name(s)","Release Date","Duration (ms)","Explicit","Genres","Energy"',
        ["spotify:track:6f807x0ima9a1j3VPbc7VN", "A", "B", "C", "2011", "1000", "true", "", ".5"],
        {"title": "Track Name", "artists": "Artist Name(s)", "duration": "Duration (ms) ms", "genre": "Genres"},
    ),
    "Chosic": (
        "#,Song,Artist,BPM,Camelot,Energy,Duration,Genres,Album,Album Date,Dance,Acoustic,Valence,Loud (Db),Spotify Track Id,ISRC",
        [
            "1",
            "A",
            "B",
            "120",
            "8A",
            "70",
            "03:25",
            "pop",
            "C",
            "2011",
            "60",
            "5",
            "80",
            "-5",
            "6f807x0ima9a1j3VPbc7VN",
            "USRC17607839",
        ],
        {
            "duration": "Duration h:m:s",
            "key": "Camelot",
            "danceability": "Dance 0–100",
            "isrc": "ISRC",
            "loudness": "Loud (Db)",
        },
    ),
    "TuneMyMusic": (
        "Track name,Artist name,Album,Playlist name,Type,ISRC",
        ["A", "B", "C", "D", "Playlist", "USRC17607839"],
        {"title": "Track name", "artists": "Artist name", "isrc": "ISRC"},
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_that_people_have_are_recognised(name: str) -> None:
    header, row, expected = TABLES[name]
    names = [cell.strip('"') for cell in header.split(",")]
    found = {
        column.field: f"{column.name} {column.unit}".strip()
        for column in recognise(Path("x.csv"), names, [[cell] for cell in row])
    }
    assert {field: found[field][: len(column)] for field, column in expected.items()} == expected


def test_a_correction_wins_and_may_say_the_unit_or_that_there_is_none() -> None:
    header, sample = ["name", "who", "len", "genre"], [["a"], ["b"], ["200"], ["pop"]]
    wanted = parse_corrections(["title=name", "artist=WHO", "duration_s=len", "genre="])
    found = {column.field: (column.name, column.unit) for column in recognise(Path("x"), header, sample, wanted)}
    assert found == {"title": ("name", ""), "artists": ("who", ""), "duration": ("len", "s")}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "no column is the artists. Say which with --map artists=COLUMN, one of: title, wer"),
        (["artists=nobody"], "has no column 'nobody'. There are: title, wer"),
    ],
)
def test_what_is_missing_is_said(words: list[str], reason: str) -> None:
    with pytest.raises(CatalogueError, match=reason):
        recognise(Path("x"), ["title", "wer"], [["a"], ["b"]], parse_corrections(words))


def test_a_field_that_does_not_exist_is_said() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'title'"):
        recognise(Path("x"), ["title", "artist"], [["a"], ["b"]], {"titel": "title"})
    with pytest.raises(CatalogueError, match="FIELD=COLUMN"):
        parse_corrections(["title"])


def test_a_running_number_is_no_identifier() -> None:
    columns = recognise(Path("x"), ["id", "title", "artist"], [["1", "2"], ["a", "b"], ["c", "d"]])
    assert "spotify" not in {column.field for column in columns}
