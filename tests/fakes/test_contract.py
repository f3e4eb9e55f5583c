"""The fake keeps to Spotify's OpenAPI description, and the check would notice if it did not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from recommender.types import Features
from tests.fakes import contract
from tests.fakes.contract import described, described_scopes, violations_of
from tests.fakes.spotify.api import GONE, SCOPES_OF
from tests.fakes.spotify.service import Exchange, Spotify
from tests.fakes.spotify.world import Device, Entry, Song

KNOWN = Features(0.5, 0.6, 120.0, 0.1, 1, 0.0, 3, 0.7, -6.0)
SONGS = [
    Song(f"Song {n}", ("Artist", "Guest"), f"Album {n}", 1990 + n, isrc=f"GBAAA00000{n:02}", features=KNOWN)
    for n in range(6)
]

pytestmark = pytest.mark.skipif(not contract.SPEC.exists(), reason="Spotify's description is not beside the repository")


@pytest.fixture
def api(spotify: Spotify) -> Iterator[httpx.Client]:
    """A client that is logged in for everything, in a world that has something of everything."""
    world = spotify.world
    world.add([*SONGS, replace(SONGS[0], title="Song of Elsewhere", playable=False)])
    world.devices = [Device("d1", "Kitchen", active=True)]
    world.saved = [Entry(song.uri, song, world.clock()) for song in SONGS]
    world.top = SONGS
    world.recent = [(song, world.clock() - 60 * n) for n, song in enumerate(SONGS)]
    header = {"Authorization": f"Bearer {spotify.tokens()['access_token']}"}
    with httpx.Client(base_url=spotify.api_url, headers=header, trust_env=False, timeout=10) as client:
        yield client


def everything(spotify: Spotify, api: httpx.Client) -> None:
    """Ask for everything that there is, in more than one way."""
    mine = spotify.world.new_playlist("Song list", songs=SONGS[:3])
    spotify.world.new_playlist("Song hits", "spotify", SONGS)
    theirs = spotify.world.new_playlist("Song of a friend", "friend", SONGS)
    uris, items = [song.uri for song in SONGS], f"/playlists/{mine.id}/items"
    assert api.get("/me").is_success
    assert api.get(
        "/search", params={"q": "song", "type": "track,playlist,artist", "limit": "10", "market": "DE"}
    ).is_success
    assert api.get("/search", params={"q": "song", "type": "track", "limit": "5", "offset": "5"}).is_success
    assert api.get(f"/tracks/{SONGS[0].id}", params={"market": "DE"}).is_success
    made = api.post("/me/playlists", json={"name": "Mood", "public": False, "description": "by mien & me"}).json()
    assert api.put(f"/playlists/{made['id']}", json={"name": "Moods", "description": "x"}).is_success
    assert api.get("/me/playlists", params={"limit": "1", "offset": "1"}).is_success
    assert api.get(f"/playlists/{mine.id}").is_success
    assert api.get(f"/playlists/{theirs.id}", params={"fields": "name,owner(id)"}).is_success
    assert api.get(items, params={"limit": "2", "offset": "1", "market": "DE", "additional_types": "track"}).is_success
    assert api.post(items, json={"uris": uris, "position": 0}).is_success
    assert api.put(items, json={"uris": uris}).is_success
    assert api.put(items, json={"range_start": 0, "insert_before": 2, "range_length": 1}).is_success
    assert api.request("DELETE", items, json={"items": [{"uri": uris[0]}]}).is_success
    assert api.get("/me/tracks", params={"limit": "5"}).is_success
    for method in ("PUT", "DELETE"):
        assert api.request(method, "/me/library", params={"uris": ",".join(uris)}).is_success
    assert api.get("/me/library/contains", params={"uris": mine.uri}).is_success
    for kind in ("tracks", "artists"):
        assert api.get(f"/me/top/{kind}", params={"time_range": "long_term", "limit": "5"}).is_success
    assert api.get("/me/player/devices").is_success
    assert api.put("/me/player", json={"device_ids": ["d1"], "play": False}).is_success
    assert api.put("/me/player/play", json={"context_uri": mine.uri, "offset": {"position": 1}}).is_success
    assert api.put("/me/player/play", json={"uris": uris}, params={"device_id": "d1"}).is_success
    assert api.get("/me/player").is_success
    assert api.post("/me/player/queue", params={"uri": uris[0]}).is_success
    assert api.get("/me/player/queue").is_success
    assert api.get("/me/player/recently-played", params={"limit": "3"}).is_success


@pytest.mark.parametrize("names", ["new", "old", "both"])
@pytest.mark.parametrize("extended", [False, True])
def test_everything_that_the_fake_says_is_described(
    spotify: Spotify, api: httpx.Client, names: str, extended: bool
) -> None:
    spotify.world.rule(names=names, extended=extended)
    everything(spotify, api)
    features = api.get("/audio-features", params={"ids": SONGS[0].id})
    single = api.get(f"/audio-features/{SONGS[0].id}")
    recommended = api.get("/recommendations", params={"seed_genres": "soul", "target_valence": "0.5", "limit": "3"})
    assert {answer.is_success for answer in (features, single, recommended)} == {extended}
    asked = {(exchange.method, exchange.template) for exchange in spotify.exchanges}
    assert asked == set(spotify.endpoints)
    assert violations_of(spotify.exchanges) == []


def test_every_error_of_the_fake_is_described(spotify: Spotify, api: httpx.Client) -> None:
    theirs = spotify.world.new_playlist("Theirs", "friend")
    spotify.world.devices = []
    spotify.world.rule(premium=False)
    answers = [
        api.get(f"/playlists/{theirs.id}/items"),
        api.get("/playlists/nothing"),
        api.get("/me", headers={"Authorization": "Bearer wrong"}),
        api.put("/me/player/play", json={"uris": [SONGS[0].uri]}),
    ]
    spotify.block(100)
    answers.append(api.get("/me"))
    assert [answer.status_code for answer in answers] == [403, 404, 401, 403, 429]
    assert violations_of(spotify.exchanges) == []


def test_every_endpoint_of_the_fake_is_described() -> None:
    assert set(Spotify().endpoints) | set(GONE) <= described()


def test_the_fake_asks_for_no_scope_that_is_not_described() -> None:
    for endpoint, scopes in SCOPES_OF.items():
        assert set(scopes) <= described_scopes(*endpoint), endpoint
    private = [("POST", "/me/playlists"), ("POST", "/playlists/{id}/items"), ("PUT", "/playlists/{id}")]
    for endpoint in private:
        assert described_scopes(*endpoint) == {"playlist-modify-public", "playlist-modify-private"}


# That the check is no rubber stamp


def changed(exchange: Exchange, change: Callable[[Any], None]) -> Exchange:
    content = exchange.answer_json
    change(content)
    return replace(exchange, answer=json.dumps(content).encode())


@pytest.fixture
def search(spotify: Spotify, api: httpx.Client) -> Exchange:
    api.get("/search", params={"q": "song", "type": "track", "limit": "3"})
    return spotify.exchanges[0]


def test_a_good_search_is_no_violation(search: Exchange) -> None:
    assert violations_of([search]) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a["tracks"].pop("total"), "'total' is a required property"),
        (lambda a: a["tracks"].update(total="3"), "'3' is not of type 'integer'"),
        (lambda a: a["tracks"].update(total=None), "None is not of type 'integer'"),
        (lambda a: a["tracks"]["items"][0].update(type="song"), "'song' is not one of"),
        (lambda a: a["tracks"]["items"][0].update(colour="blue"), "colour is not described"),
        (lambda a: a["tracks"]["items"][0]["album"].pop("artists"), "'artists' is a required property"),
        (lambda a: a.update(songs=[]), "songs is not described"),
    ],
)
def test_a_wrong_answer_is_a_violation(search: Exchange, change: Callable[[Any], None], words: str) -> None:
    assert any(words in line for line in violations_of([changed(search, change)]))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ([("q", "song"), ("type", "track"), ("limit", "11")], "11 is greater than the maximum of 10"),
        ([("q", "song"), ("type", "track"), ("limit", "many")], "'many' is not of type 'integer'"),
        ([("q", "song"), ("type", "track,record")], "'record' is not one of"),
        ([("type", "track")], "'q' is missing"),
        ([("q", "song"), ("type", "track"), ("q", "more")], "twice"),
        ([("q", "song"), ("type", "track"), ("country", "DE")], "'country' is not described"),
    ],
)
def test_a_wrong_query_is_a_violation(search: Exchange, query: list[tuple[str, str]], words: str) -> None:
    assert any(words in line for line in violations_of([replace(search, query=query)]))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"public": False}, "'name' is a required property"),
        ({"name": "x", "public": "no"}, "'no' is not of type 'boolean'"),
        ({"name": "x", "secret": True}, "secret is not described"),
    ],
)
def test_a_wrong_body_is_a_violation(spotify: Spotify, api: httpx.Client, body: dict[str, object], words: str) -> None:
    api.post("/me/playlists", json={"name": "x", "public": False})
    wrong = replace(spotify.exchanges[0], body=json.dumps(body).encode())
    assert any(words in line for line in violations_of([wrong]))


def test_an_endpoint_that_is_not_described_is_a_violation(search: Exchange) -> None:
    assert violations_of([replace(search, path="/lyrics", template="/lyrics")]) == ["GET /lyrics is not described"]


def test_a_status_that_is_not_described_is_a_violation(search: Exchange) -> None:
    assert any("status is not described" in line for line in violations_of([replace(search, status=202)]))
