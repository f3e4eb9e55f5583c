from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from errors import ConfigError, Forbidden, RateLimited, Unavailable
from recommender.library import Library
from recommender.providers import PROVIDERS
from recommender.providers.deezer.client import QUOTA, QUOTA_S, Client
from recommender.providers.deezer.provider import look_up, search_page
from recommender.providers.deezer.translate import candidate, candidates
from recommender.providers.place import Place
from recommender.types import Track
from tests.fakes.deezer import NO_DATA, QUOTA_ERROR, Deezer, serving, song

HEROES = Track("Heroes", ("David Bowie",), duration_s=371.0)
LISTED = song(7, "Heroes (2017 Remaster)", "David Bowie", 371, "GBA000000007")


class Clock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now_s, self.slept = 0.0, list[float]()

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds


@pytest.fixture
def deezer() -> Iterator[Deezer]:
    with serving(
        Deezer(song(1, "Heroes (Live)", "David Bowie", 380), song(2, "Heroes", "A Tribute", 371), LISTED)
    ) as d:
        yield d


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path: Path, deezer: Deezer, clock: Clock) -> Place:
    library = Library(tmp_path / "catalogue.db")
    return Place(tmp_path, tmp_path, library, {"MIEN_DEEZER_API": deezer.url}, clock, clock.sleep)


@pytest.fixture
def client(place: Place, clock: Clock) -> Iterator[Client]:
    with Client(place, now=clock) as ready:
        yield ready


def test_a_song_is_found_with_cover_preview_and_a_link_back(client: Client, deezer: Deezer) -> None:
    shown = look_up(client, HEROES)
    assert shown is not None
    assert (shown.title, shown.artist) == ("Heroes (2017 Remaster)", "David Bowie")
    assert shown.link == "https://www.deezer.com/track/7"
    assert shown.cover == "https://cdn-images.dzcdn.net/images/cover/a/250.jpg"
    assert shown.preview is not None
    assert shown.preview_until_s == 1_795_270_000
    assert deezer.asked == ["/search/track?q=David+Bowie+Heroes&limit=25"]


def test_an_isrc_needs_no_search(client: Client, deezer: Deezer) -> None:
    shown = look_up(client, replace(HEROES, identifiers={"isrc": "GB-A00-00-00007"}))
    assert shown is not None
    assert shown.why == "the same ISRC, GBA000000007"
    assert deezer.asked == ["/track/isrc:GBA000000007"]


def test_a_number_of_deezer_s_own_is_believed(client: Client, deezer: Deezer) -> None:
    shown = look_up(client, replace(HEROES, identifiers={"deezer": "2"}))
    assert shown is not None
    assert shown.artist == "A Tribute"
    assert deezer.asked == ["/track/2"]


def test_an_isrc_that_deezer_does_not_know_ends_in_a_search(client: Client, deezer: Deezer) -> None:
    assert look_up(client, replace(HEROES, identifiers={"isrc": "GBA009999999"})) is not None
    assert len(deezer.asked) == 2


def test_what_deezer_does_not_have_is_none(client: Client, deezer: Deezer) -> None:
    assert look_up(client, Track("Nowhere", ("Nobody",))) is None
    assert len(deezer.asked) == 2


def test_fifty_requests_go_out_at_once_and_the_next_waits(client: Client, clock: Clock) -> None:
    for _ in range(QUOTA):
        client.ask("track/7")
    assert clock.slept == []
    client.ask("track/7")
    assert clock.slept == [QUOTA_S]


def test_a_full_quota_is_waited_for_once_and_then_told(client: Client, deezer: Deezer, clock: Clock) -> None:
    deezer.refusals = [QUOTA_ERROR]
    assert client.ask("track/7") is not None
    deezer.refusals = [QUOTA_ERROR] * 3
    with pytest.raises(RateLimited, match="try again in 5 s"):
        client.ask("track/7")
    assert clock.slept == [QUOTA_S, QUOTA_S]


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ({"error": {"type": "OAuthException", "message": "no", "code": 200}}, Forbidden, "Use the search links"),
        ({"error": {"type": "Exception", "message": "busy", "code": 700}}, Unavailable, "Try again later"),
        ({"error": {"type": "ParameterException", "message": "bad", "code": 500}}, Unavailable, "Update mien"),
        ({"error": "nonsense"}, Unavailable, "nonsense"),
        ([1, 2], Unavailable, "no JSON object"),
        ("text", Unavailable, "no JSON object"),
        (None, Unavailable, "no JSON object"),
    ],
)
def test_every_refusal_with_status_200_is_understood(
    client: Client, deezer: Deezer, answer: Any, error: type[Exception], says: str
) -> None:
    deezer.refusals = [answer]
    with pytest.raises(error, match=says):
        client.ask("track/7")


def test_no_data_is_a_result(client: Client, deezer: Deezer) -> None:
    deezer.refusals = [NO_DATA]
    assert client.ask("track/7") is None


@pytest.mark.parametrize(
    "item",
    [
        None, 5, [], {}, {"id": "7", "title": "T", "artist": {"name": "A"}}, {"id": 7, "title": "T"},
        {"id": 7, "title": "", "artist": {"name": "A"}}, {"id": True, "title": "T", "artist": {"name": "A"}},
        LISTED | {"readable": False},
    ],
)  # fmt: skip
def test_what_is_no_song_is_left_out(item: Any) -> None:
    assert candidate(item) is None
    assert candidates({"data": [item, LISTED, LISTED]}) == [(candidate(LISTED), LISTED)]


@pytest.mark.parametrize("strange", [None, 5, "text", ["x"], {"a": 1}, True, "2020-01-01", -1])
def test_strange_fields_make_no_strange_songs(strange: Any) -> None:
    for name in ("duration", "isrc", "album", "contributors", "release_date", "preview"):
        made = candidate(LISTED | {name: strange})
        assert made is not None
        assert made.title == LISTED["title"]


@pytest.mark.parametrize("address", ["http://example.org/a.mp3", "javascript:alert(1)", "https://", "https://a b", 5])
def test_only_safe_addresses_are_shown(client: Client, deezer: Deezer, address: Any) -> None:
    deezer.songs = [LISTED | {"preview": address, "album": {"cover_medium": address}}]
    shown = look_up(client, HEROES)
    assert shown is not None
    assert (shown.preview, shown.cover, shown.preview_until_s) == (None, None, None)


def test_another_address_must_be_safe(place: Place) -> None:
    for given in ("http://example.org", "ftp://example.org", "https://", "nonsense"):
        with pytest.raises(ConfigError, match="MIEN_DEEZER_API must be an https address"):
            Client(replace(place, environ={"MIEN_DEEZER_API": given}))


def test_the_doctor_sends_deezer_nothing(place: Place, deezer: Deezer) -> None:
    check = PROVIDERS["deezer"].check
    assert check is not None
    for online in (False, True):
        assert check(place, online=online).state == "ready"
    assert deezer.asked == []
    assert check(replace(place, environ={"MIEN_DEEZER_API": "x"})).state == "broken"


def test_the_search_page_is_a_link_and_no_request() -> None:
    assert search_page(HEROES) == "https://www.deezer.com/search/David%20Bowie%20Heroes"


def test_a_password_in_the_address_is_not_told(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nobody = replace(place, environ={"MIEN_DEEZER_API": f"http://me:sesame@127.0.0.1:{port}"})
    with Client(nobody) as client, pytest.raises(Unavailable, match=rf"deezer: 127\.0\.0\.1:{port} cannot be reached"):
        client.ask("track/7")


def test_what_deezer_says_is_shown_in_one_line(client: Client, deezer: Deezer) -> None:
    deezer.refusals = [{"error": {"message": "odd\x1b[2J\n" + "x" * 999, "code": 500}}]
    with pytest.raises(Unavailable) as caught:
        client.ask("track/7")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300
