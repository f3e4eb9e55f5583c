import logging
import re
import socket
import ssl
import threading
import time
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import requests
import urllib3

from errors import AuthRequired, ConfigError, Forbidden, ProviderError, RateLimited, Unavailable
from recommender.providers.logins import BLOCKED
from recommender.providers.place import Place
from recommender.providers.secrets import secrets_in
from recommender.providers.spotify.client import Block, Misunderstood, NotThere, SpotifyClient
from recommender.providers.spotify.transport import LONGEST_BODY, Patience, Unreached, trouble_of
from recommender.providers.waiting import retry_after_s
from tests.recommender.providers.spotify.scripted import Clock, Reply, Scripted

HOUR_S = 3600.0


def refusal(status: int, message: str, reason: str | None = None) -> dict[str, Any]:
    return {"error": {"status": status, "message": message} | ({"reason": reason} if reason else {})}


def test_a_request_carries_the_token_and_brings_json_back(logged_in: Place, server: Scripted) -> None:
    server.replies = [Reply(body={"tracks": {"items": [None]}}), Reply(201, {"id": "p"})]
    with SpotifyClient(logged_in) as client:
        assert client.request("GET", "search", params={"q": "a & b", "limit": 10}, retry=True) == {
            "tracks": {"items": [None]}
        }
        assert client.request("POST", "me/playlists", body={"name": "ü"}, retry=False) == {"id": "p"}
    first, second = server.asked
    assert (first.method, first.path) == ("GET", "/v1/search?q=a+%26+b&limit=10")
    assert first.headers["Authorization"] == "Bearer access-1"
    assert (second.method, second.path, second.body) == ("POST", "/v1/me/playlists", '{"name": "\\u00fc"}')
    assert server.connections == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_an_empty_answer_is_none(logged_in: Place, server: Scripted, status: int) -> None:
    server.replies = [Reply(status, "")]
    with SpotifyClient(logged_in) as client:
        assert client.request("PUT", "playlists/p/items", body={"uris": []}, retry=True) is None


def test_a_random_word_after_a_command_to_the_player_is_no_trouble(logged_in: Place, server: Scripted) -> None:
    server.replies = [Reply(200, "AbC-dEf_9")]
    with SpotifyClient(logged_in) as client:
        assert client.request("PUT", "me/player/play", body={"uris": ["spotify:track:1"]}, retry=True) is None


# --- answers that are none


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "HTML": ({"body": "<html>Log in to the hotel</html>"}, r"answered with HTML\. .* log in to its network first\."),
    "text": ({"body": "ok"}, r"answered with something that is no JSON"),
    "half of it": ({"body": '{"items": [1, 2', "length": 15}, r"no JSON"),
    "cut off": ({"body": '{"items": [1, 2', "length": 400}, r"broke the connection off\. Try again\."),
    "reset": ({"reset": True}, r"broke the connection off\. Try again\."),
    "chunks cut off": (
        {"body": '20\r\n{"items": [', "headers": {"Transfer-Encoding": "chunked"}, "length": 0},
        r"broke the connection off",
    ),
    "no gzip": ({"body": "{}", "headers": {"Content-Encoding": "gzip"}}, r"broke the connection off"),
    "silence": ({"body": "{}", "length": 400, "drip_s": 9.0}, r"did not answer in time\. Try again\."),
    "drops": ({"body": '{"items": [1, 2, 3, 4, 5]}', "drip_s": 0.1}, r"is too slow\. Try again later"),
    "a redirect": ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, r"in trouble \(status 302"),
    "a server error": ({"status": 500, "body": "<html>"}, r"in trouble \(status 500 for .*\)\. Try again later\."),
    "an error that is a word": ({"status": 503, "body": {"error": "upstream"}}, r"in trouble \(status 503"),
    "an error that is a list": ({"status": 502, "body": [1]}, r"in trouble \(status 502"),
}


SHORT = {"silence": Patience(20.0, 0.3, 20.0), "drops": Patience(20.0, 20.0, 0.5)}
"""Where patience is to end; elsewhere a machine that is busy must not look like a slow service."""


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("retry", [True, False])
def test_what_is_no_answer_is_said_so_and_only_repeated_where_that_does_no_harm(
    logged_in: Place, server: Scripted, case: str, retry: bool
) -> None:
    reply, message = BROKEN[case]
    server.replies = [Reply(**reply)]
    with (
        SpotifyClient(logged_in, patience=SHORT.get(case, Patience())) as client,
        pytest.raises(Unavailable, match=message) as caught,
    ):
        client.request("GET" if retry else "POST", "me/playlists", retry=retry)
    assert "access-1" not in repr(caught.value) + str(caught.value.__cause__)
    assert len(server.asked) == (3 if retry and case != "a redirect" else 1)


def test_a_body_without_end_is_given_up(logged_in: Place, server: Scripted) -> None:
    server.replies = [Reply(body=" " * (LONGEST_BODY + 10))]
    with (
        SpotifyClient(logged_in) as client,
        pytest.raises(Unavailable, match=r"sends more than 8 MB\. Try again later\."),
    ):
        client.request("POST", "me", retry=False)


def test_trouble_that_passes_is_not_seen(logged_in: Place, server: Scripted, clock: Clock) -> None:
    server.replies = [Reply(reset=True), Reply(503, "busy", {"Retry-After": "2"}), Reply(body=[1])]
    with SpotifyClient(logged_in) as client:
        assert client.request("GET", "me", retry=True) == [1]
    assert clock.slept == [0.5, 2.0]


def test_even_a_post_is_repeated_when_nobody_was_reached(logged_in: Place, clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nobody = place_with(logged_in, MIEN_SPOTIFY_API=f"http://127.0.0.1:{port}")
    with (
        SpotifyClient(nobody) as client,
        pytest.raises(Unavailable, match=r"cannot be reached\. Look at your network, then try again\."),
    ):
        client.request("POST", "me/playlists", retry=False)
    assert clock.slept == [0.5, 1.0]


def test_a_password_in_the_address_is_not_told(logged_in: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nobody = place_with(logged_in, MIEN_SPOTIFY_API=f"http://me:sesame@127.0.0.1:{port}")
    with SpotifyClient(nobody) as client, pytest.raises(Unavailable, match=rf"spotify: 127\.0\.0\.1:{port} cannot be"):
        client.request("GET", "me", retry=False)


@pytest.mark.parametrize(
    ("trouble", "never_left", "message"),
    [
        (ssl.SSLCertVerificationError(1, "certificate has expired"), True, "does not prove who it is"),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), False, "broke the connection off"),
    ],
)
def test_trouble_with_tls_is_certain_to_be_early_only_when_a_certificate_is_refused(
    trouble: ssl.SSLError, never_left: bool, message: str
) -> None:
    trouble.reason = "AS_THE_REAL_ONES_HAVE"
    wrapped = urllib3.exceptions.SSLError(trouble)
    error = requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(None, "/v1/me", wrapped))  # type: ignore[arg-type]
    found = trouble_of("api.spotify.com", error)
    assert isinstance(found, Unreached) is never_left
    assert message in str(found)


# --- too many requests


def test_a_short_wait_is_waited_for_and_even_a_post_goes_out_again(
    logged_in: Place, server: Scripted, clock: Clock
) -> None:
    server.replies = [
        Reply(429, refusal(429, "API rate limit exceeded"), {"Retry-After": "3"}),
        Reply(201),
    ]
    with SpotifyClient(logged_in) as client:
        assert client.request("POST", "me/playlists", body={"name": "x"}, retry=False) == {}
    assert clock.slept == [3.0]
    assert len(server.asked) == 2


def test_hours_are_reported_and_nobody_asks_meanwhile(logged_in: Place, server: Scripted, clock: Clock) -> None:
    server.replies = [Reply(429, refusal(429, "API rate limit exceeded"), {"Retry-After": "86400"})]
    for _ in range(2):
        with SpotifyClient(logged_in) as client, pytest.raises(RateLimited) as caught:
            client.request("GET", "search", retry=True)
        assert caught.value.retry_after_s == 86400
        assert re.search(
            r"takes no requests from you until \d\d:\d\d on \d+ \w+; repeat the command then\.$", str(caught.value)
        )
    assert (len(server.asked), clock.slept) == (1, [])
    clock.now_s += 86401
    server.replies = [Reply(body={"access_token": "access-2"}), Reply()]
    with SpotifyClient(logged_in) as client:
        assert client.request("GET", "me", retry=True) == {}


def test_a_wait_of_minutes_is_told_as_a_time_of_day(logged_in: Place, server: Scripted, clock: Clock) -> None:
    clock.now_s = datetime(2026, 11, 21, 17, 30).timestamp()
    server.replies = [Reply(body={"access_token": "access-2"}), Reply(429, "", {"Retry-After": "90"})]
    with (
        SpotifyClient(logged_in) as client,
        pytest.raises(RateLimited, match=r"until 17:32; repeat the command then\."),
    ):
        client.request("GET", "search", retry=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "99999999999"}, 604800.0),
        ({"Retry-After": "Sun, 22 Nov 2026 12:00:30 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 30.0),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 0.0),
        ({"Retry-After": "Sun, 22 Nov 2026 12:00:30 GMT", "Date": "no"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "\u0663"}, None),
        ({}, None),
    ],
)
def test_the_wait_is_a_number_or_a_date_by_the_servers_own_clock(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after_s(headers) == seconds


def test_a_server_that_is_never_satisfied_is_left_after_three_tries(
    logged_in: Place, server: Scripted, clock: Clock
) -> None:
    server.replies = [Reply(429, "Too many requests", {"Retry-After": "0"})]
    with SpotifyClient(logged_in) as client, pytest.raises(RateLimited):
        client.request("GET", "me", retry=True)
    assert len(server.asked) == 3


def test_a_quota_that_is_used_up_is_not_waited_for(logged_in: Place, server: Scripted, clock: Clock) -> None:
    server.replies = [Reply(429, refusal(429, "Quota exceeded", "QUOTA_EXCEEDED"))]
    with SpotifyClient(logged_in) as client, pytest.raises(RateLimited):
        client.request("GET", "me", retry=True)
    assert (len(server.asked), clock.slept) == (1, [])


def test_a_block_from_a_clock_that_was_wrong_does_not_count(logged_in: Place, clock: Clock) -> None:
    clock.now_s += 1000 * HOUR_S
    Block(logged_in).set(HOUR_S)
    assert Block(logged_in).remaining_s() == HOUR_S
    clock.now_s -= 1000 * HOUR_S
    assert Block(logged_in).remaining_s() == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"since_s": 1}', '{"since_s": "a", "until_s": 2}', "\xff"])
def test_a_damaged_note_of_a_block_does_not_count(logged_in: Place, text: str) -> None:
    (logged_in.data_dir / BLOCKED).write_bytes(text.encode("latin-1"))
    assert Block(logged_in).remaining_s() == 0


@pytest.mark.parametrize("until", ["Infinity", "1e300"])
def test_a_block_without_end_ends_within_a_week(logged_in: Place, until: str) -> None:
    (logged_in.data_dir / BLOCKED).write_text(f'{{"since_s": 1, "until_s": {until}}}')
    assert Block(logged_in).remaining_s() == 7 * 24 * HOUR_S
    with SpotifyClient(logged_in) as client, pytest.raises(RateLimited, match="takes no requests from you until"):
        client.request("GET", "me", retry=True)


def test_a_longer_block_stays(logged_in: Place) -> None:
    block = Block(logged_in)
    block.set(HOUR_S)
    block.set(1)
    assert Block(logged_in).remaining_s() == HOUR_S


def test_two_requests_are_in_flight_and_never_three(logged_in: Place, server: Scripted) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def before() -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.05)
        with lock:
            inside -= 1

    server.before, server.replies = before, [Reply()]
    with SpotifyClient(logged_in) as client:
        threads = [
            threading.Thread(target=client.request, args=("GET", "me"), kwargs={"retry": True}) for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (most, len(server.asked)) == (2, 6)


# --- refusals


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        (
            403,
            refusal(403, "Player command failed: Premium required", "PREMIUM_REQUIRED"),
            Forbidden,
            "needs Spotify Premium",
        ),
        (403, "Active premium subscription required for the owner of the app.", Forbidden, "owner of your app has no"),
        (403, "User not registered in the Developer Dashboard", Forbidden, "not among your app's users. Add it"),
        (403, refusal(403, "Insufficient client scope"), AuthRequired, r"not for this \(Insufficient client scope\)"),
        (
            403,
            refusal(403, "You cannot see items of this list"),
            Forbidden,
            r"cannot see items of this list\. See docs/",
        ),
        (403, "", Forbidden, "gives no reason"),
        (
            404,
            refusal(404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE"),
            NotThere,
            "--device NAME",
        ),
        (404, refusal(404, "Resource not found"), NotThere, r"nothing at GET me \(Resource not found\)"),
        (404, "<html>", NotThere, r"nothing at GET me \(status 404\)"),
        (400, refusal(400, "Invalid limit"), Unavailable, r"did not understand GET me \(status 400: Invalid limit\)"),
        (400, refusal(400, "so \x1b[2J\n wrong"), Misunderstood, r"\(status 400: so \[2J wrong\)"),
        (418, "", Unavailable, r"did not understand GET me \(status 418\)"),
    ],
)
def test_a_refusal_says_what_to_do(
    logged_in: Place, server: Scripted, status: int, body: Any, kind: type[ProviderError], message: str
) -> None:
    server.replies = [Reply(status, body)]
    with SpotifyClient(logged_in) as client, pytest.raises(kind, match=message):
        client.request("GET", "me", retry=True)
    assert len(server.asked) == 1


def test_an_error_that_repeats_the_token_is_masked(logged_in: Place, server: Scripted) -> None:
    server.replies = [Reply(400, refusal(400, "Bad: access-1"))]
    with SpotifyClient(logged_in) as client, pytest.raises(Unavailable, match=r"Bad: \*\*\*"):
        client.request("GET", "me", retry=True)


# --- tokens


def test_a_token_that_ended_too_early_is_renewed_and_the_post_sent_once(logged_in: Place, server: Scripted) -> None:
    expired = refusal(401, "The access token expired")
    fresh = {"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 3600}
    server.replies = [Reply(401, expired), Reply(body=fresh), Reply(201, {"id": "p"})]
    with SpotifyClient(logged_in) as client:
        assert client.request("POST", "me/playlists", body={"name": "x"}, retry=False) == {"id": "p"}
    assert [asked.path for asked in server.asked] == ["/v1/me/playlists", "/api/token", "/v1/me/playlists"]
    assert server.asked[2].headers["Authorization"] == "Bearer access-2"
    assert secrets_in(logged_in.data_dir, logged_in.environ).load("spotify") == {
        "client_id": "app",
        "access_token": "access-2",
        "refresh_token": "refresh-2",
        "scope": "playlist-modify-private playlist-read-private",
        "expires_at_s": logged_in.clock() + 3600,
        "consented_at_s": logged_in.clock() - 86400,
    }


def test_a_server_that_takes_no_token_at_all_is_asked_twice_only(logged_in: Place, server: Scripted) -> None:
    fresh = {"access_token": "access-2", "expires_in": 3600}
    server.replies = [Reply(401, ""), Reply(body=fresh), Reply(401, "")]
    with SpotifyClient(logged_in) as client, pytest.raises(AuthRequired, match="Log in again: mien login spotify"):
        client.request("GET", "me", retry=True)
    assert len(server.asked) == 3


def test_without_a_login_nothing_is_sent(place: Place, server: Scripted) -> None:
    with (
        SpotifyClient(place) as client,
        pytest.raises(AuthRequired, match=r"not logged in\. Log in: mien login spotify\."),
    ):
        client.request("GET", "me", retry=True)
    assert server.asked == []


def test_no_token_is_in_any_log(
    logged_in: Place, server: Scripted, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    clock.now_s += HOUR_S
    fresh = {"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 3600}
    server.replies = [Reply(body=fresh), Reply(), Reply(400, "access-2 is bad")]
    with caplog.at_level(logging.DEBUG), SpotifyClient(logged_in) as client:
        client.request("GET", "me", retry=True)
        with pytest.raises(Unavailable):
            client.request("GET", "me", retry=True)
    assert "Sending GET" in caplog.text
    assert not any(token in caplog.text for token in ("access-1", "access-2", "refresh-1", "refresh-2"))


@pytest.mark.parametrize(
    "address", ["http://api.example/v1", "ftp://127.0.0.1", "api.spotify.com", "https://", "http://[::1"]
)
def test_tokens_go_to_https_only_or_stay_on_this_computer(logged_in: Place, address: str) -> None:
    with pytest.raises(ConfigError, match=r"MIEN_SPOTIFY_API must be an https address"):
        SpotifyClient(place_with(logged_in, MIEN_SPOTIFY_API=address))


def place_with(place: Place, **environ: str) -> Place:
    return replace(place, environ={**place.environ, **environ})
