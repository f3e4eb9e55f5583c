"""The fake Spotify is as strict as the real one, and goes wrong as it is told."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from recommender.types import Features
from tests.fakes.spotify.accounts import CLIENT_ID, CONSENT_LIFE_S
from tests.fakes.spotify.faults import Fault
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import Device, Entry, Song

HAPPY = Song("Happy", ("Pharrell Williams",), "G I R L", 2014, 232_720, "USQ4E1300686", features=Features(valence=0.96))
OTHERS = [Song(f"Happy Song {n}", ("Somebody",), f"Album {n}", 1990 + n) for n in range(30)]
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def api(spotify: Spotify) -> Iterator[httpx.Client]:
    """A client that is logged in for everything."""
    spotify.world.add([HAPPY, *OTHERS])
    header = {"Authorization": f"Bearer {spotify.tokens()['access_token']}"}
    with httpx.Client(base_url=spotify.api_url, headers=header, trust_env=False, timeout=10) as client:
        yield client


def refused(spotify: Spotify) -> list[str]:
    """Return what the fake complains of, which this test did on purpose."""
    found = list(spotify.complaints)
    spotify.complaints.clear()
    spotify.exchanges.clear()
    return found


def message(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json()["error"].get("message")


def test_a_search_finds_at_most_ten_and_has_holes(spotify: Spotify, api: httpx.Client) -> None:
    found = api.get("/search", params={"q": "track:Happy artist:Pharrell", "type": "track", "limit": 10}).json()
    assert [one["id"] for one in found["tracks"]["items"]] == [HAPPY.id]
    many = api.get("/search", params={"q": "happy", "type": "track", "limit": 10}).json()["tracks"]
    assert many["items"][1] is None
    assert len(many["items"]) == 10
    assert len(api.get("/search", params={"q": "happy", "type": "track"}).json()["tracks"]["items"]) == 5
    assert message(api.get("/search", params={"q": "happy", "type": "track", "limit": 11})) == (400, "Invalid limit")
    assert message(api.get("/search", params={"q": "happy", "type": "track", "offset": 1001})) == (
        400,
        "Invalid offset",
    )
    assert message(api.get("/search", params={"q": "x" * 251, "type": "track"}))[0] == 400
    assert len(refused(spotify)) == 3


def test_a_search_by_isrc_finds_one_recording(spotify: Spotify, api: httpx.Client) -> None:
    found = api.get("/search", params={"q": "isrc:USQ4E1300686", "type": "track"}).json()["tracks"]["items"]
    assert [one["external_ids"]["isrc"] for one in found] == ["USQ4E1300686"]


def test_a_playlist_is_public_unless_one_says_otherwise(spotify: Spotify, api: httpx.Client) -> None:
    assert api.post("/me/playlists", json={"name": "Loud"}).json()["public"] is True
    assert api.post("/me/playlists", json={"name": "Quiet", "public": False}).json()["public"] is False
    assert [one["name"] for one in api.get("/me/playlists").json()["items"]] == ["Quiet", "Loud"]


def test_a_hundred_items_go_into_a_playlist_at_once_and_no_more(spotify: Spotify, api: httpx.Client) -> None:
    playlist = spotify.world.new_playlist("Mine")
    many = api.post(f"/playlists/{playlist.id}/items", json={"uris": [HAPPY.uri] * 100})
    assert (many.status_code, len(playlist.entries)) == (201, 100)
    assert message(api.post(f"/playlists/{playlist.id}/items", json={"uris": [HAPPY.uri] * 101}))[0] == 400
    assert len(refused(spotify)) == 1
    pages = [api.get(f"/playlists/{playlist.id}/items", params={"limit": 50, "offset": o}).json() for o in (0, 50)]
    assert [len(page["items"]) for page in pages] == [50, 50]
    assert (pages[0]["next"] is None, pages[1]["next"]) == (False, None)


def test_items_are_put_in_place_moved_replaced_and_removed(spotify: Spotify, api: httpx.Client) -> None:
    a, b, c = OTHERS[:3]
    playlist = spotify.world.new_playlist("Mine", songs=[a, b])
    where = f"/playlists/{playlist.id}/items"
    api.post(where, json={"uris": [c.uri], "position": 0})
    assert playlist.uris == [c.uri, a.uri, b.uri]
    api.put(where, json={"range_start": 0, "insert_before": 3})
    assert playlist.uris == [a.uri, b.uri, c.uri]
    api.request("DELETE", where, json={"items": [{"uri": b.uri}]})
    assert playlist.uris == [a.uri, c.uri]
    api.put(where, json={"uris": [b.uri]})
    assert playlist.uris == [b.uri]


def test_nobody_sees_or_changes_what_is_in_another_persons_playlist(spotify: Spotify, api: httpx.Client) -> None:
    theirs = spotify.world.new_playlist("Theirs", "friend", [HAPPY])
    assert "items" not in api.get(f"/playlists/{theirs.id}").json()
    assert api.get(f"/playlists/{theirs.id}/items").status_code == 403
    assert api.post(f"/playlists/{theirs.id}/items", json={"uris": [HAPPY.uri]}).status_code == 403
    hidden = spotify.world.new_playlist("Happy Hits", "spotify", [HAPPY])
    assert api.get(f"/playlists/{hidden.id}").status_code == 404
    found = api.get("/search", params={"q": "happy hits", "type": "playlist"}).json()["playlists"]["items"]
    assert found == [None]


@pytest.mark.parametrize(("names", "inside", "place"), [("new", {"items"}, {"item"}), ("old", {"tracks"}, {"track"})])
def test_old_and_new_names_both_occur(
    spotify: Spotify, api: httpx.Client, names: str, inside: set[str], place: set[str]
) -> None:
    spotify.world.rule(names=names)
    playlist = spotify.world.new_playlist("Mine", songs=[HAPPY])
    whole = api.get(f"/playlists/{playlist.id}").json()
    assert {"items", "tracks"} & set(whole) == inside
    first = api.get(f"/playlists/{playlist.id}/items").json()["items"][0]
    assert {"item", "track"} & set(first) == place


def test_fields_leave_only_what_was_asked_for(spotify: Spotify, api: httpx.Client) -> None:
    playlist = spotify.world.new_playlist("Mine", songs=[HAPPY])
    asked = {"fields": "total,items(item(uri,album.name))"}
    found = api.get(f"/playlists/{playlist.id}/items", params=asked).json()
    assert found == {"total": 1, "items": [{"item": {"uri": HAPPY.uri, "album": {"name": "G I R L"}}}]}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/recommendations", 404),
        ("GET", f"/audio-features/{HAPPY.id}", 403),
        ("GET", "/artists/x/top-tracks", 403),
        ("GET", "/browse/new-releases", 403),
        ("GET", "/playlists/x/tracks", 403),
        ("POST", "/users/me/playlists", 403),
        ("GET", "/tracks", 403),
        ("PUT", "/me/tracks", 403),
    ],
)
def test_what_development_mode_lost_is_refused(
    spotify: Spotify, api: httpx.Client, method: str, path: str, status: int
) -> None:
    assert api.request(method, path).status_code == status
    refused(spotify)


def test_extended_quota_still_has_features_and_recommendations(spotify: Spotify, api: httpx.Client) -> None:
    spotify.world.rule(extended=True)
    known = api.get("/audio-features", params={"ids": HAPPY.id}).json()["audio_features"]
    assert known[0]["valence"] == 0.96
    asked = {"seed_genres": "pop", "target_valence": "0.96", "limit": "1"}
    assert [one["id"] for one in api.get("/recommendations", params=asked).json()["tracks"]] == [HAPPY.id]
    assert len(api.get("/search", params={"q": "happy", "type": "track", "limit": 50}).json()["tracks"]["items"]) > 10
    spotify.exchanges.clear()  # the description knows only ten


def test_the_library_takes_forty_uris_in_its_query(spotify: Spotify, api: httpx.Client) -> None:
    uris = ",".join(song.uri for song in OTHERS)
    assert api.put("/me/library", params={"uris": uris}).status_code == 200
    assert len(api.get("/me/tracks", params={"limit": 50}).json()["items"]) == 30
    assert api.get("/me/library/contains", params={"uris": f"{OTHERS[0].uri},{HAPPY.uri}"}).json() == [True, False]
    assert api.put("/me/library", params={"uris": ",".join([HAPPY.uri] * 41)}).status_code == 400
    refused(spotify)
    api.delete("/me/library", params={"uris": OTHERS[0].uri})
    assert len(spotify.world.saved) == 29


def test_the_player_needs_premium_and_a_device(spotify: Spotify, api: httpx.Client) -> None:
    play = {"uris": [HAPPY.uri]}
    assert api.put("/me/player/play", json=play).json()["error"]["reason"] == "NO_ACTIVE_DEVICE"
    spotify.world.devices = [Device("d1", "Kitchen"), Device("d2", "Desk")]
    assert api.put("/me/player/play", json=play, params={"device_id": "d2"}).status_code == 204
    assert [one["is_active"] for one in api.get("/me/player/devices").json()["devices"]] == [False, True]
    assert spotify.world.playing == {"device": "d2", "uris": [HAPPY.uri]}
    spotify.world.rule(premium=False)
    assert api.put("/me/player/play", json=play).json()["error"]["reason"] == "PREMIUM_REQUIRED"


def test_a_request_with_anything_unknown_in_it_is_refused(spotify: Spotify, api: httpx.Client) -> None:
    assert api.get("/me/playlists", params={"colour": "blue"}).status_code == 400
    assert api.post("/me/playlists", json={"name": "x", "secret": True}).status_code == 400
    assert api.post("/me/playlists", json={"name": 5}).status_code == 400
    assert api.post("/me/playlists", content=b"name=x").status_code == 400
    assert api.get("/me/nothing").status_code == 404
    assert api.post("/search").status_code == 404
    assert len(refused(spotify)) == 6


def test_a_token_runs_out_after_an_hour_and_covers_its_scopes_only(spotify: Spotify, api: httpx.Client) -> None:
    assert message(httpx.get(f"{spotify.api_url}/me", trust_env=False)) == (401, "No token provided")
    narrow = {"Authorization": f"Bearer {spotify.tokens('user-read-private')['access_token']}"}
    assert message(api.get("/me/playlists", headers=narrow)) == (403, "Insufficient client scope")
    assert message(api.post("/me/playlists", headers=narrow, json={"name": "x"})) == (403, "Insufficient client scope")
    spotify.world.clock.advance(3601)
    assert message(api.get("/me")) == (401, "The access token expired")


def test_too_many_requests_are_told_when_to_come_again(spotify: Spotify, api: httpx.Client) -> None:
    spotify.world.rule(quota=3)
    statuses = [api.get("/me").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert 1 <= int(api.get("/me").headers["retry-after"]) <= 30
    spotify.world.clock.advance(31)
    assert api.get("/me").status_code == 200
    spotify.block(10 * 3600)
    assert int(api.get("/me").headers["retry-after"]) > 35_000


# The accounts service


@pytest.fixture
def loopback() -> Iterator[tuple[str, list[str]]]:
    """A page on loopback, as a login waits behind it, and what came to it."""
    came: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/callback", came
    server.shutdown()
    server.server_close()
    thread.join()


def login_page(spotify: Spotify, redirect: str, **changes: str) -> str:
    asked = {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "redirect_uri": redirect,
        "state": "nobody-guesses-this",
        "scope": "playlist-modify-private",
        "code_challenge_method": "S256",
        "code_challenge": CHALLENGE,
    } | changes
    return str(httpx.URL(f"{spotify.accounts_url}/authorize", params=asked))


def exchange(spotify: Spotify, **form: str) -> httpx.Response:
    whole = {"client_id": CLIENT_ID} | form
    return httpx.post(f"{spotify.accounts_url}/api/token", data=whole, trust_env=False)


def code_in(came: list[str]) -> str:
    return parse_qs(urlsplit(came[-1]).query)["code"][0]


def test_a_login_with_pkce_brings_tokens_once(spotify: Spotify, loopback: tuple[str, list[str]]) -> None:
    redirect, came = loopback
    spotify.browse(login_page(spotify, redirect))
    form = {
        "grant_type": "authorization_code",
        "redirect_uri": redirect,
        "code_verifier": VERIFIER,
        "code": code_in(came),
    }
    tokens = exchange(spotify, **form).json()
    assert {"access_token", "refresh_token", "token_type", "expires_in", "scope"} == set(tokens)
    assert tokens["access_token"] in spotify.secrets
    assert exchange(spotify, **form).json()["error"] == "invalid_grant"


def test_a_wrong_verifier_gets_nothing(spotify: Spotify, loopback: tuple[str, list[str]]) -> None:
    redirect, came = loopback
    spotify.browse(login_page(spotify, redirect))
    answer = exchange(
        spotify, grant_type="authorization_code", redirect_uri=redirect, code_verifier="w" * 64, code=code_in(came)
    )
    assert answer.json() == {"error": "invalid_grant", "error_description": "code_verifier was incorrect"}
    assert refused(spotify) == ["code_verifier was incorrect"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"redirect_uri": "http://localhost:8080/callback"}, "Insecure redirect URI"),
        ({"redirect_uri": "http://127.0.0.1:8080/elsewhere"}, "Invalid redirect URI"),
        ({"code_challenge_method": "plain"}, "S256"),
        ({"state": "1"}, "state"),
        ({"scope": "everything"}, "INVALID_SCOPE"),
        ({"client_id": "another"}, "INVALID_CLIENT"),
        ({"client_secret": "x"}, "unknown parameters"),
    ],
)
def test_a_login_that_is_not_as_it_should_be_is_refused(spotify: Spotify, changes: dict[str, str], words: str) -> None:
    answer = spotify.browse(login_page(spotify, "http://127.0.0.1:1/callback", **changes))
    assert answer.status_code == 400
    assert words in answer.text
    assert len(refused(spotify)) == 1


def test_a_listener_may_refuse(spotify: Spotify, loopback: tuple[str, list[str]]) -> None:
    redirect, came = loopback
    spotify.world.rule(refuse_login=True)
    spotify.browse(login_page(spotify, redirect))
    assert parse_qs(urlsplit(came[0]).query) == {"error": ["access_denied"], "state": ["nobody-guesses-this"]}


def test_a_refresh_brings_no_new_refresh_token_and_ends_after_six_months(spotify: Spotify) -> None:
    held = spotify.tokens("user-read-private")
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    again = exchange(spotify, **form).json()
    assert "refresh_token" not in again
    assert again["scope"] == "user-read-private"
    spotify.world.clock.advance(CONSENT_LIFE_S)
    late = exchange(spotify, **form)
    assert (late.status_code, late.json()["error_description"]) == (400, "Refresh token expired")


def test_a_rotated_refresh_token_is_good_once(spotify: Spotify) -> None:
    spotify.world.rule(rotates=True)
    form = {"grant_type": "refresh_token", "refresh_token": spotify.tokens()["refresh_token"]}
    assert exchange(spotify, **form).json()["refresh_token"] != form["refresh_token"]
    assert exchange(spotify, **form).json()["error_description"] == "Refresh token revoked"


# What goes wrong on purpose


def _never_an_answer(api: httpx.Client) -> None:
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        api.post("/me/playlists", json={"name": "x", "public": False})


def _silent(api: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        api.post("/me/playlists", json={"name": "x", "public": False}, timeout=0.3)


def _no_json(api: httpx.Client) -> None:
    answer = api.post("/me/playlists", json={"name": "x", "public": False})
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Invalid"):
        answer.json()


def _status(*statuses: int) -> Callable[[httpx.Client], None]:
    def look(api: httpx.Client) -> None:
        assert api.post("/me/playlists", json={"name": "x", "public": False}).status_code in statuses

    return look


LOOKS = {
    "reset": _never_an_answer,
    "cut": _never_an_answer,
    "silence": _silent,
    "truncated": _no_json,
    "html": _no_json,
    "empty": _no_json,
    "status": _status(503),
    "wrong": _status(200, 201),
}
NOT_DONE = {"limited": _status(429), "expired": _status(401)}


@pytest.mark.parametrize(
    ("kind", "look", "after"),
    [
        *((kind, look, after) for kind, look in LOOKS.items() for after in (False, True)),
        *((kind, look, False) for kind, look in NOT_DONE.items()),
    ],
)
def test_a_fault_happens_before_or_after_the_effect(
    spotify: Spotify, api: httpx.Client, kind: str, look: Callable[[httpx.Client], None], after: bool
) -> None:
    spotify.faults.add(Fault(kind, after=after), "POST", "/me/playlists$")
    look(api)
    assert len(spotify.world.mine()) == int(after)
    assert api.post("/me/playlists", json={"name": "y", "public": False}).status_code == 201
    assert [fault.kind for fault in spotify.faults.met] == [kind]


def test_a_write_can_be_done_by_half(spotify: Spotify, api: httpx.Client) -> None:
    playlist = spotify.world.new_playlist("Mine")
    spotify.faults.add(Fault("half"), "POST", "/items")
    uris = [song.uri for song in OTHERS[:10]]
    assert api.post(f"/playlists/{playlist.id}/items", json={"uris": uris}).status_code == 500
    assert playlist.uris == uris[:5]


def test_a_page_can_come_twice(spotify: Spotify, api: httpx.Client) -> None:
    for n in range(60):
        spotify.world.new_playlist(f"Number {n}")
    first = api.get("/me/playlists", params={"limit": 50}).json()
    spotify.faults.add(Fault("repeat"), "GET", "/me/playlists")
    assert api.get("/me/playlists", params={"limit": 50, "offset": 50}).json() == first


def test_a_new_playlist_may_show_in_the_list_later(spotify: Spotify, api: httpx.Client) -> None:
    spotify.world.rule(list_lag_s=20)
    api.post("/me/playlists", json={"name": "x", "public": False})
    assert api.get("/me/playlists").json()["total"] == 0
    spotify.world.clock.advance(21)
    assert api.get("/me/playlists").json()["total"] == 1


def test_a_song_that_was_taken_down_leaves_a_hole(spotify: Spotify, api: httpx.Client) -> None:
    playlist = spotify.world.new_playlist("Mine", songs=[HAPPY])
    playlist.entries.append(Entry("spotify:track:gone", None, 0.0))
    assert [one["item"] is None for one in api.get(f"/playlists/{playlist.id}/items").json()["items"]] == [False, True]


def test_simulated_time_counts_two_at_once_as_one(spotify: Spotify, api: httpx.Client) -> None:
    spotify.line.start(0.1, at_once=2)
    threads = [threading.Thread(target=lambda: [api.get("/me") for _ in range(6)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert spotify.line.most_under_way == 2
    assert 0.6 <= spotify.line.now_s + 1e-9 < 1.2
    spotify.line.start(0.1, at_once=2)
    api.get("/me")
    api.get("/me")
    assert spotify.line.now_s == pytest.approx(0.2)
