from __future__ import annotations

from typing import Any

import pytest

from errors import Unavailable
from recommender.providers.spotify import playlists, translate, uris
from recommender.providers.spotify.translate import Device, Page
from recommender.types import Features, Track

ID = "4iV5W9uYEdYUVa79Axb7Rh"
URI = f"spotify:track:{ID}"
SONG: dict[str, Any] = {
    "type": "track",
    "uri": URI,
    "name": " Lovely  Day ",
    "artists": [{"name": "Bill Withers"}, None, {"name": ""}],
    "album": {"name": "Menagerie", "release_date": "1977-10-28", "album_type": "album"},
    "duration_ms": 254_560,
    "explicit": False,
    "external_ids": {"isrc": "US-SM1-77-00365"},
}


def page(*items: Any, **more: Any) -> dict[str, Any]:
    return {"href": "", "items": list(items), "limit": 50, "offset": 0, "total": len(items), **more}


def test_a_track_is_read_with_all_that_is_known_of_it() -> None:
    assert translate.track_of(SONG) == Track(
        "Lovely Day",
        ("Bill Withers",),
        1977,
        identifiers={"spotify": URI, "isrc": "USSM17700365"},
        duration_s=254.56,
        album="Menagerie",
        explicit=False,
    )


@pytest.mark.parametrize(
    ("field", "value", "gone"),
    [
        ("duration_ms", "long", "duration_s"),
        ("duration_ms", 0, "duration_s"),
        ("duration_ms", True, "duration_s"),
        ("album", None, "album"),
        ("album", {"name": "Best of", "release_date": "2015", "album_type": "compilation"}, "year"),
        ("album", {"name": "Odd", "release_date": "0000"}, "year"),
        ("explicit", "no", "explicit"),
    ],
)
def test_what_makes_no_sense_in_a_track_is_not_known(field: str, value: Any, gone: str) -> None:
    track = translate.track_of(SONG | {field: value})
    assert track is not None
    assert getattr(track, gone) is None


@pytest.mark.parametrize("isrc", [None, 7, "", "USSM1770036", "USSM177003655", "1234"])
def test_an_odd_isrc_is_left_out(isrc: Any) -> None:
    track = translate.track_of(SONG | {"external_ids": {"isrc": isrc}})
    assert track is not None
    assert dict(track.identifiers) == {"spotify": URI}


@pytest.mark.parametrize(
    "hole",
    [None, 3, [], {}, SONG | {"type": "episode"}, SONG | {"is_local": True}, SONG | {"name": None},
     SONG | {"artists": 1}, SONG | {"artists": []}, SONG | {"uri": "spotify:local:a:b:c:9"}, SONG | {"uri": None}],
)  # fmt: skip
def test_holes_podcasts_and_local_files_are_no_tracks(hole: Any) -> None:
    assert translate.track_of(hole) is None


def test_a_search_skips_holes_and_what_cannot_be_played_here() -> None:
    answer = {"tracks": page(None, SONG | {"is_playable": False}, SONG)}
    (found,) = translate.found_tracks(answer)
    assert (found.key, found.title, found.isrc, found.year) == (URI, "Lovely Day", "USSM17700365", 1977)


def test_a_search_by_isrc_says_the_isrc_that_the_answer_leaves_out() -> None:
    bare = {name: value for name, value in SONG.items() if name != "external_ids"}
    (found,) = translate.found_tracks({"tracks": page(bare)}, "USSM17700365")
    assert found.isrc == "USSM17700365"


@pytest.mark.parametrize("answer", [None, [], {}, {"tracks": None}, {"tracks": {"items": {}, "total": 0}}, "no", 3])
def test_an_answer_of_another_shape_is_refused_with_what_to_do(answer: Any) -> None:
    with pytest.raises(Unavailable, match=r"makes no sense\. Try again later"):
        translate.found_tracks(answer)


def test_a_page_that_was_not_asked_for_is_refused() -> None:
    with pytest.raises(Unavailable, match="makes no sense"):
        translate.page_of(page(SONG, offset=50), offset=0, what="songs")


@pytest.mark.parametrize("names", [("items", "item"), ("tracks", "track")])
def test_old_and_new_names_of_fields_are_read_alike(names: tuple[str, str]) -> None:
    many, one = names
    places = Page(({one: SONG}, {one: None}, None), 0, 3)
    assert playlists.entries_of(places) == [URI, None, None]
    (own,) = playlists.own_playlists(
        Page(({"id": "a", "name": "N", "description": "x &amp; y", many: {"total": 3}},), 0, 1)
    )
    assert (own.tracks, own.description) == (3, "x & y")


def test_found_playlists_have_an_owner_and_a_link_and_no_holes() -> None:
    named = {"uri": "spotify:playlist:abc", "name": "Sunny", "owner": {"id": "ann", "display_name": None}}
    found = playlists.found_playlists({"playlists": page(None, named, {"uri": "x", "name": "y"})}, "why")
    (one,) = found
    assert (one.uri, one.owner, one.link, one.tracks) == (
        "spotify:playlist:abc", "ann", "https://open.spotify.com/playlist/abc", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        (ID, URI),
        (URI, URI),
        (f"https://open.spotify.com/track/{ID}?si=1", URI),
        (f"https://open.spotify.com/intl-de/track/{ID}", URI),
        (f"https://open.spotify.com.evil.example/track/{ID}", None),
        ("spotify:track:short", None),
        ("", None),
    ],
)
def test_a_track_is_known_by_uri_address_or_id(text: str, uri: str | None) -> None:
    assert uris.track_uri(text) == uri


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("spotify:playlist:abc", "spotify:playlist:abc"),
        ("spotify:user:ann:playlist:abc", "spotify:playlist:abc"),
        ("https://open.spotify.com/playlist/abc?si=1", "spotify:playlist:abc"),
        ("https://example.com/playlist/abc", None),
        ("/home/ann/a.m3u8", None),
    ],
)
def test_a_playlist_is_known_by_uri_or_address(text: str, uri: str | None) -> None:
    assert uris.playlist_uri(text) == uri


def test_restricted_and_nameless_devices_are_left_out() -> None:
    listed = [
        {"id": "a", "name": "Kitchen", "is_active": True},
        {"id": None, "name": "Guest"},
        {"id": "b", "name": "TV", "is_restricted": True},
        None,
        {"id": "c", "name": None},
    ]
    assert translate.devices_of({"devices": listed}) == [Device("a", "Kitchen", True), Device("c", "c", False)]
    with pytest.raises(Unavailable, match="your devices"):
        translate.devices_of({"devices": None})


def test_audio_features_that_say_not_known_are_not_known() -> None:
    listed = [None, {"uri": URI, "valence": 0.5, "energy": 2, "tempo": 0, "key": -1, "mode": 1, "loudness": -7.5}]
    found = translate.features_of({"audio_features": listed})
    assert found == {URI: Features(valence=0.5, mode=1, loudness_db=-7.5)}


def test_an_answer_to_another_question_is_noticed() -> None:
    answer = {"tracks": page(href="https://api.spotify.com/v1/search?query=lovely+day&type=track")}
    assert translate.is_answer_to(answer, "track", "Lovely Day!")
    assert not translate.is_answer_to(answer, "track", "Grandma's Hands")
    assert translate.is_answer_to({"tracks": page()}, "track", "anything")


def test_a_terminal_obeys_nothing_that_others_wrote() -> None:
    evil = SONG | {"name": "Lovely\x1b[2J\x9b31m\u202e Day", "artists": [{"name": "Bill\x07\x00Withers"}]}
    track = translate.track_of(evil)
    assert track is not None
    assert (track.title, track.artists) == ("Lovely [2J 31m Day", ("Bill Withers",))
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # one sign, joined by marks that are no letters
    assert playlists.own_playlists(Page(({"id": "x", "name": family},), 0, 1))[0].name == family


@pytest.mark.parametrize("length", [float("inf"), float("nan"), 10**400, -1, 0, True, "254560", None])
def test_a_length_that_makes_no_sense_is_not_known(length: Any) -> None:
    track = translate.track_of(SONG | {"duration_ms": length})
    assert track is not None
    assert track.duration_s is None


def test_the_address_of_a_page_may_be_none() -> None:
    answer = {"tracks": {"href": "http://[?query=lovely+day"}}
    assert translate.is_answer_to(answer, "track", "lovely day")
    assert not translate.is_answer_to(answer, "track", "another")
