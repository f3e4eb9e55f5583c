import base64
import hashlib
import http.client
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from errors import AuthRequired, ConfigError, Forbidden, ProviderError, UnknownName
from recommender.providers.logins import ABILITIES, forget
from recommender.providers.masking import Secret
from recommender.providers.place import Place
from recommender.providers.secrets import secrets_in
from recommender.providers.spotify.login import Handshake, has_browser, login
from recommender.providers.spotify.loopback import Loopback
from recommender.providers.spotify.tokens import Tokens, scopes_of
from tests.recommender.providers.spotify.scripted import Clock, Reply, Scripted

SAVE = "playlist-modify-private playlist-read-private"
GRANTED = {"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 3600, "scope": SAVE}
ME = {"display_name": "Anna", "id": "anna"}


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def visit(address: str, method: str = "GET", host: str | None = None) -> tuple[int, str, dict[str, str]]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request(method, f"{parts.path}?{parts.query}", headers={"Host": host or parts.netloc})
    response = connection.getresponse()
    return response.status, response.read().decode(), dict(response.headers)


class Browser:
    """Does what a user's browser does with the address that it is given: it comes back with an answer."""

    def __init__(self, *, error: str | None = None, before: Callable[[dict[str, str]], None] = lambda _: None) -> None:
        self.error, self.before = error, before
        self.query: dict[str, str] = {}
        self.seen: list[tuple[int, str, dict[str, str]]] = []

    def __call__(self, address: str) -> bool:
        self.query = query_of(address)
        self.before(self.query)
        what = f"error={self.error}" if self.error else "code=the-code"
        self.seen.append(visit(f"{self.query['redirect_uri']}?{what}&state={quote(self.query['state'])}"))
        return True


def log_in(place: Place, browser: Any, **more: Any) -> tuple[str, list[str]]:
    told: list[str] = []
    given: dict[str, Any] = {"client_id": "app", "port": 0, "patience_s": 5.0} | more
    return login(place, tell=told.append, open_browser=browser, **given), told


def test_the_whole_way_with_a_browser(place: Place, server: Scripted, clock: Clock) -> None:
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    browser = Browser()
    said, told = log_in(place, browser)
    query = browser.query
    assert query["redirect_uri"].startswith("http://127.0.0.1:")
    assert query | {"redirect_uri": "", "state": "", "code_challenge": ""} == {
        "client_id": "app",
        "response_type": "code",
        "code_challenge_method": "S256",
        "scope": SAVE,
        "redirect_uri": "",
        "state": "",
        "code_challenge": "",
    }
    assert len(query["state"]) >= 32
    form = {name: values[0] for name, values in parse_qs(server.asked[0].body).items()}
    assert (server.asked[0].method, server.asked[0].path) == ("POST", "/api/token")
    digest = hashlib.sha256(form.pop("code_verifier").encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == query["code_challenge"]
    assert form == {
        "client_id": "app",
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": query["redirect_uri"],
    }
    where = place.data_dir / "secrets" / "spotify.json"
    assert said == f"Logged in to Spotify as Anna, to find and save. Kept in {where}, for six months at most."
    assert told[0].startswith("Agree in the browser")
    assert secrets_in(place.data_dir, place.environ).load("spotify") == {
        "client_id": "app",
        "access_token": "access-1",
        "refresh_token": "refresh-1",
        "scope": SAVE,
        "expires_at_s": clock.now_s + 3600,
        "consented_at_s": clock.now_s,
    }


def test_the_page_holds_nothing_of_the_request_and_may_load_nothing(place: Place, server: Scripted) -> None:
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    browser = Browser()
    log_in(place, browser)
    status, page, headers = browser.seen[0]
    assert status == 200
    assert "Thank you." in page
    assert "the-code" not in page + repr(headers)
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert headers["Cache-Control"] == "no-store"


def test_what_is_not_ours_is_turned_away_and_waited_past(place: Place, server: Scripted) -> None:
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    seen: list[int] = []

    def others(query: dict[str, str]) -> None:
        uri, state = query["redirect_uri"], quote(query["state"])
        seen.append(visit(f"{uri}?code=evil&state=guessed")[0])
        seen.append(visit(f"{uri}?code=evil")[0])
        seen.append(visit(f"{uri}?error=access_denied&state=%C3%BC")[0])
        seen.append(visit(uri.replace("/callback", f"/favicon.ico?code=evil&state={state}"))[0])
        seen.append(visit(f"{uri}?code=evil&state={state}", host="evil.example")[0])
        seen.append(visit(f"{uri}?code=evil&state={state}", method="POST")[0])

    log_in(place, Browser(before=others))
    assert seen == [400, 400, 400, 404, 404, 501]
    assert "code=the-code" in server.asked[0].body


def test_a_browser_that_connects_in_advance_and_says_nothing_keeps_nobody_waiting(
    place: Place, server: Scripted
) -> None:
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    early: list[socket.socket] = []

    def connect(query: dict[str, str]) -> None:
        early.append(socket.create_connection(("127.0.0.1", urlsplit(query["redirect_uri"]).port or 0)))

    said, _ = log_in(place, Browser(before=connect))
    early[0].close()
    assert "as Anna" in said


def test_who_declines_is_told_how_to_change_their_mind(place: Place, server: Scripted) -> None:
    browser = Browser(error="access_denied")
    with pytest.raises(AuthRequired, match=r"you declined\. When you change your mind: mien login spotify\."):
        log_in(place, browser)
    assert "mien was not let in." in browser.seen[0][1]
    assert server.asked == []


def test_another_answer_of_the_accounts_service_is_shown_as_a_word_only(place: Place, server: Scripted) -> None:
    with pytest.raises(AuthRequired, match=r"did not agree \(server_errorscript\)\. Start again"):
        log_in(place, Browser(error="server_error<script>1"))


def test_nobody_is_waited_for_forever(place: Place) -> None:
    with pytest.raises(AuthRequired, match=r"nobody agreed within 0 seconds\. Try again; .* --headless"):
        log_in(place, lambda _: False, patience_s=0.05)


def test_without_a_browser_the_address_is_shown(place: Place) -> None:
    told: list[str] = []
    with pytest.raises(AuthRequired):
        login(place, client_id="app", port=0, tell=told.append, open_browser=lambda _: False, patience_s=0.05)
    assert told[0] == "Open this address in a browser on this computer, and agree there:"
    assert told[1].startswith(f"{place.environ['MIEN_SPOTIFY_ACCOUNTS']}/authorize?client_id=app&")


def test_a_port_that_is_taken_is_named_with_two_ways_out(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            ConfigError, match=rf"Port {port} of this computer cannot be used .*--port .*or use --headless"
        ):
            log_in(place, Browser(), port=port)


# --- without a browser


def asking(*answers: str | Callable[[dict[str, str]], str]) -> tuple[Callable[[str], str], list[str], list[str]]:
    """Return somebody who answers questions, the questions, and what they were told before."""
    left, questions = list(answers), list[str]()
    told: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        answer = left.pop(0)
        return answer if isinstance(answer, str) else answer(query_of(next(t for t in told if "/authorize?" in t)))

    return ask, questions, told


def redirected(query: dict[str, str]) -> str:
    return f"  {query['redirect_uri']}?code=the-code&state={quote(query['state'])} \n"


def test_the_whole_way_without_a_browser(place: Place, server: Scripted) -> None:
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    ask, questions, told = asking("http://127.0.0.1:8917/callback?code=x", "http://[::1?x", redirected)
    said = login(replace(place, ask=ask), client_id="app", headless=True, tell=told.append)
    assert said.startswith("Logged in to Spotify as Anna")
    assert questions == ["Paste it here: "] + ["That is not the whole address. Paste it here: "] * 2
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8917%2Fcallback" in told[1]


def test_a_pasted_address_of_another_attempt_is_not_taken(place: Place, server: Scripted) -> None:
    ask, _, told = asking(*["http://127.0.0.1:8917/callback?code=evil&state=guessed"] * 3)
    with pytest.raises(AuthRequired, match=r"belongs to another attempt to log in\. Start again: .* --headless\."):
        login(replace(place, ask=ask), client_id="app", headless=True, tell=told.append)
    assert server.asked == []


def test_what_was_pasted_may_be_anything(place: Place) -> None:
    ask, _, told = asking("http://[", "\udc80?state=\udc80", "\x00")
    with pytest.raises(AuthRequired, match=r"Start again: .* --headless\."):
        login(replace(place, ask=ask), client_id="app", headless=True, tell=told.append)


def test_without_somebody_to_paste_it_is_said_so(place: Place) -> None:
    with pytest.raises(ConfigError, match=r"needs somebody who pastes an address\. Run .* in a terminal\."):
        login(place, client_id="app", headless=True)


@pytest.mark.parametrize(
    ("environ", "platform", "seen"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "1 2 3 4"}, "linux", False),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", False),
    ],
)
def test_a_browser_is_opened_only_where_it_is_seen(environ: dict[str, str], platform: str, seen: bool) -> None:
    assert has_browser(environ, platform) is seen


# --- which app, and what for


def test_the_app_is_given_or_known_or_asked_for(place: Place, logged_in: Place, server: Scripted) -> None:
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    browser = Browser()
    log_in(logged_in, browser, client_id=None)
    assert browser.query["client_id"] == "app"
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    log_in(replace(logged_in, environ={**place.environ, "MIEN_SPOTIFY_CLIENT_ID": "mine"}), browser, client_id=None)
    assert browser.query["client_id"] == "mine"
    forget(logged_in)
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    ask, questions, _ = asking(" theirs ")
    log_in(replace(place, ask=ask), browser, client_id=None)
    assert browser.query["client_id"] == "theirs"
    assert "docs/spotify.md" in questions[0]
    forget(place)
    with pytest.raises(ConfigError, match=r"Which app\? Make one at developer\.spotify\.com/dashboard"):
        log_in(place, browser, client_id=None)


def test_a_damaged_login_is_mended_by_another(logged_in: Place, server: Scripted) -> None:
    (logged_in.data_dir / "secrets" / "spotify.json").write_text('{"access_token": "acc')
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    assert log_in(logged_in, Browser())[0].startswith("Logged in to Spotify as Anna")
    assert Tokens(logged_in).login() is not None


@pytest.mark.parametrize("wrong", ["a b", "app?x=1", "ü", "a" * 65])
def test_what_is_no_client_id_is_not_sent(place: Place, wrong: str) -> None:
    with pytest.raises(ConfigError, match="letters and digits only"):
        log_in(place, Browser(), client_id=wrong)


def test_only_what_is_needed_is_asked_for_and_earlier_consent_stays(logged_in: Place, server: Scripted) -> None:
    assert scopes_of(["find"]) == ""
    server.replies = [Reply(body=GRANTED | {"scope": scopes_of(["save", "play"])}), Reply(body=ME)]
    browser = Browser()
    said, _ = log_in(logged_in, browser, purposes=("play",))
    assert set(browser.query["scope"].split()) == set(scopes_of(["save", "play"]).split())
    assert "to find, play and save." in said
    server.replies = [Reply(body=GRANTED | {"scope": ""}), Reply(body=ME)]
    log_in(logged_in, browser, client_id="other", purposes=("find",))
    assert "scope" not in browser.query


def test_what_was_not_granted_is_said(place: Place, server: Scripted) -> None:
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    said, _ = log_in(place, Browser(), purposes=("save", "play", "import"))
    assert "Spotify did not grant what is needed to import and play." in said


def test_an_unknown_purpose_is_refused_with_the_choices(place: Place) -> None:
    with pytest.raises(UnknownName, match=r"no purpose 'sav'\. Did you mean 'save'\?"):
        log_in(place, Browser(), purposes=("sav",))


def test_a_note_of_abilities_that_cannot_be_removed_does_not_undo_a_login(place: Place, server: Scripted) -> None:
    (place.data_dir / ABILITIES).mkdir(parents=True)
    server.replies = [Reply(body=GRANTED), Reply(body=ME)]
    assert log_in(place, Browser())[0].startswith("Logged in to Spotify as Anna")


# --- the accounts service


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        (
            Reply(400, {"error": "invalid_grant", "error_description": "Invalid authorization code"}),
            AuthRequired,
            "Invalid auth",
        ),
        (Reply(400, {"error": "invalid_client"}), AuthRequired, r"does not know this client ID; .*--client-id ID"),
        (Reply(403, "Access denied"), Forbidden, r"Access denied\. See docs/spotify\.md"),
        (Reply(429, "", {"Retry-After": "7"}), ProviderError, "try again in 7 s"),
        (Reply(503, "<html>"), ProviderError, "the accounts service is in trouble"),
        (Reply(200, "<html>"), ProviderError, "answered with HTML"),
        (Reply(200, ""), ProviderError, "sent no token"),
        (Reply(200, {"access_token": 7}), ProviderError, "sent no token"),
        (Reply(200, {"access_token": "a"}), ProviderError, "sent no refresh token"),
    ],
)
def test_a_login_that_fails_keeps_nothing(
    place: Place, server: Scripted, reply: Reply, kind: type[ProviderError], message: str
) -> None:
    server.replies = [reply]
    with pytest.raises(kind, match=message) as caught:
        log_in(place, Browser())
    assert "the-code" not in repr(caught.value)
    assert len(server.asked) == 1
    assert Tokens(place).login() is None


def test_an_account_that_the_app_does_not_know_learns_it_at_once(place: Place, server: Scripted) -> None:
    server.replies = [Reply(body=GRANTED), Reply(403, "User not registered in the Developer Dashboard")]
    with pytest.raises(
        Forbidden, match=r"not among your app's users\. Add it: developer\.spotify\.com/dashboard, Users\."
    ):
        log_in(place, Browser())


def test_trouble_after_the_login_does_not_undo_it(place: Place, server: Scripted) -> None:
    server.replies = [Reply(body=GRANTED), Reply(503, "")]
    assert log_in(place, Browser())[0].startswith("Logged in to Spotify, to find and save.")


def test_a_handshake_shows_no_secret() -> None:
    handshake = Handshake("app", "http://127.0.0.1:1/callback", "")
    assert handshake.verifier.reveal() not in repr(handshake)
    assert len(handshake.verifier.reveal()) == 86  # RFC 7636 wants 43 to 128
    assert handshake.verifier != Handshake("app", "http://127.0.0.1:1/callback", "").verifier
    assert handshake.code_of({"code": "x"}) == Secret("x")


def test_a_page_that_is_loaded_twice_is_taken_once() -> None:
    with Loopback(0) as loopback:
        loopback.expect(lambda answer: answer.get("state") == "s")
        threads = [threading.Thread(target=visit, args=(f"{loopback.redirect_uri}?code={n}&state=s",)) for n in "ab"]
        for thread in threads:
            thread.start()
            thread.join()
        assert loopback.wait(1)["code"] == "a"
