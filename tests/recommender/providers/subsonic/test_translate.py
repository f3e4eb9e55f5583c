from __future__ import annotations

from typing import Any

import pytest

from recommender.m3u import UNKNOWN_ARTIST
from recommender.providers.subsonic.translate import candidate_of, identifier, song_in, track_of, tracks_in
from recommender.types import Features

NAVIDROME: dict[str, Any] = {
    "id": "082f435a363c32c57d5edb6a678a28d4",
    "isDir": False,
    "title": '"polar expedition"',
    "album": "Live at The Casbah - 2005-04-29",
    "artist": "Artist 1 • Artist 2",
    "year": 2005,
    "genre": "Hip-Hop",
    "duration": 178,
    "isVideo": False,
    "bpm": 134,
    "isrc": ["nonsense", "US-SM1-83-00073", "DELV42300297"],
    "genres": [{"name": "Hip-Hop"}, {"name": "East coast"}],
    "artists": [{"id": "ar-1", "name": "Artist 1"}, {"id": "ar-2", "name": "Artist 2"}],
    "displayArtist": "Artist 1 feat. Artist 2",
    "moods": ["calm", "dreamy"],
    "explicitStatus": "explicit",
}
"""As the specification shows it (docs/responses/child, read 2026-11-21)."""


def test_everything_that_opensubsonic_adds_is_taken() -> None:
    track = track_of(NAVIDROME, "music.example")
    assert track is not None
    assert (track.title, track.artists) == ('"polar expedition"', ("Artist 1", "Artist 2"))
    assert (track.year, track.genre, track.duration_s, track.explicit) == (2005, "hip-hop", 178.0, True)
    assert track.features.tempo_bpm == 134
    assert track.features.valence == pytest.approx(0.625)
    assert track.features.energy == pytest.approx(0.25)
    assert track.estimated
    assert track.identifiers == {
        "subsonic": "082f435a363c32c57d5edb6a678a28d4@music.example",
        "isrc": "USSM18300073",
    }
    candidate = candidate_of(track)
    assert (candidate.key, candidate.isrc) == ("082f435a363c32c57d5edb6a678a28d4", "USSM18300073")


def test_a_server_that_knows_nothing_sends_defaults() -> None:
    bare = {"id": 7, "title": "T", "bpm": 0, "isrc": [], "genres": [], "moods": [], "explicitStatus": "", "artists": []}
    track = track_of(bare, "s")
    assert track is not None
    assert (track.artists, track.features, track.estimated) == ((UNKNOWN_ARTIST,), Features(), False)
    assert (track.year, track.genre, track.duration_s, track.explicit, track.album) == (None,) * 5
    assert track.identifiers == {"subsonic": "7@s"}


@pytest.mark.parametrize(
    "entry",
    [
        *(None, 3, [], {}, {"id": "1"}, {"title": "T"}, {"id": "", "title": "T"}, {"id": "1", "title": " \x00 "}),
        {"id": "1", "title": "T", "isDir": True},
        {"id": "1", "title": "T", "isVideo": True},
        {"id": True, "title": "T"},
    ],
)
def test_what_is_no_song_is_none(entry: Any) -> None:
    assert track_of(entry, "s") is None


@pytest.mark.parametrize("wrong", [None, 1, -1, 1e9, "x", [], {}, [1, None, {}], {"name": 3}, float("nan"), True])
def test_wrong_types_are_not_known(wrong: Any) -> None:
    names = [name for name in NAVIDROME if name not in ("id", "title", "isDir", "isVideo")]
    for name in names:
        track = track_of({**NAVIDROME, name: wrong}, "s")
        assert track is not None, name
        assert all(isinstance(artist, str) and artist for artist in track.artists)
        tempo = track.features.tempo_bpm
        assert tempo is None or 30 <= tempo <= 300


@pytest.mark.parametrize("artist", ["[unknown]", "Unknown Artist", "", "  "])
def test_an_unknown_artist_has_our_name(artist: str) -> None:
    track = track_of({"id": "1", "title": "T", "artist": artist}, "s")
    assert track is not None
    assert track.artists == (UNKNOWN_ARTIST,)


def test_lists_of_one_may_come_without_the_list() -> None:
    assert [track.title for track in tracks_in({"id": "1", "title": "T"}, "s")] == ["T"]
    assert list(tracks_in(None, "s")) == []


def test_an_identifier_comes_apart_again() -> None:
    assert song_in(identifier("a@b", "host:4533/music")) == ("a@b", "host:4533/music")
    assert song_in("bare") == ("bare", "")
