import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from errors import AuthRequired, ConfigError, Unavailable
from recommender.providers.masking import Secret
from recommender.providers.place import Place
from recommender.providers.secrets import secrets_in
from recommender.providers.spotify.tokens import PURPOSES, Tokens
from tests.recommender.providers.spotify.scripted import Clock, Reply, Scripted

FRESH = {"access_token": "access-2", "expires_in": 3600}


def kept(place: Place) -> dict[str, Any] | None:
    return secrets_in(place.data_dir, place.environ).load("spotify")


def test_a_good_token_is_used_without_asking(logged_in: Place, server: Scripted, clock: Clock) -> None:
    tokens = Tokens(logged_in)
    clock.now_s += 3539
    assert tokens.access() == Secret("access-1")
    assert server.asked == []


def test_a_token_is_renewed_before_it_ends_and_keeps_the_refresh_token(
    logged_in: Place, server: Scripted, clock: Clock
) -> None:
    server.replies = [Reply(body=FRESH)]
    clock.now_s += 3541
    assert Tokens(logged_in).access() == Secret("access-2")
    assert server.asked[0].body == "grant_type=refresh_token&refresh_token=refresh-1&client_id=app"
    document = kept(logged_in) or {}
    assert (document["refresh_token"], document["expires_at_s"]) == ("refresh-1", clock.now_s + 3600)


def test_a_clock_that_went_back_costs_one_refusal_at_most(logged_in: Place, server: Scripted, clock: Clock) -> None:
    server.replies = [Reply(body=FRESH)]
    clock.now_s -= 10 * 86400
    tokens = Tokens(logged_in)
    assert tokens.access() == Secret("access-1")
    assert tokens.access(Secret("access-1")) == Secret("access-2")
    assert tokens.access(Secret("access-1")) == Secret("access-2")
    assert len(server.asked) == 1


def test_threads_renew_once(logged_in: Place, server: Scripted, clock: Clock) -> None:
    server.replies = [Reply(body=FRESH | {"refresh_token": "refresh-2"}), Reply(400, {"error": "invalid_grant"})]
    clock.now_s += 4000
    tokens, found = Tokens(logged_in), list[Secret]()
    threads = [threading.Thread(target=lambda: found.append(tokens.access())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Secret("access-2")] * 8
    assert len(server.asked) == 1


def test_two_miens_renew_once(logged_in: Place, server: Scripted, clock: Clock) -> None:
    one, another = Tokens(logged_in), Tokens(logged_in)
    one.access()
    another.access()
    server.replies = [Reply(body=FRESH | {"refresh_token": "refresh-2"}), Reply(400, {"error": "invalid_grant"})]
    clock.now_s += 4000
    assert one.access() == another.access() == Secret("access-2")
    assert len(server.asked) == 1


@pytest.mark.parametrize("words", ["Refresh token expired", "Refresh token revoked"])
def test_a_dead_refresh_token_is_thrown_away_and_a_login_asked_for(
    logged_in: Place, server: Scripted, clock: Clock, words: str
) -> None:
    server.replies = [Reply(400, {"error": "invalid_grant", "error_description": words})]
    clock.now_s += 183 * 86400
    tokens = Tokens(logged_in)
    with pytest.raises(AuthRequired, match=r"your login has ended, .* six months\. Log in again: mien login spotify\."):
        tokens.access()
    assert kept(logged_in) == {"client_id": "app", "scope": "playlist-modify-private playlist-read-private"}
    for again in (tokens, Tokens(logged_in)):
        with pytest.raises(AuthRequired, match="not logged in"):
            again.access()
        assert again.login() is None
        assert again.client_id() == "app"
    assert len(server.asked) == 1


@pytest.mark.parametrize("reply", [Reply(503, ""), Reply(200, "<html>"), Reply(reset=True), Reply(200, {"scope": "x"})])
def test_trouble_with_the_accounts_service_kills_no_token(
    logged_in: Place, server: Scripted, clock: Clock, reply: Reply
) -> None:
    server.replies = [reply, Reply(body=FRESH)]
    clock.now_s += 4000
    with pytest.raises(Unavailable):
        Tokens(logged_in).access()
    assert Tokens(logged_in).access() == Secret("access-2")


def test_an_app_that_is_gone_is_said_so(logged_in: Place, server: Scripted, clock: Clock) -> None:
    server.replies = [Reply(400, {"error": "invalid_client", "error_description": "Invalid client"})]
    clock.now_s += 4000
    with pytest.raises(AuthRequired, match=r"does not know this client ID; developer\.spotify\.com/dashboard shows it"):
        Tokens(logged_in).access()
    assert (kept(logged_in) or {})["refresh_token"] == "refresh-1"


@pytest.mark.parametrize("missing", ["access_token", "expires_at_s"])
def test_a_document_with_holes_is_mended_by_renewing(logged_in: Place, server: Scripted, missing: str) -> None:
    document = dict(kept(logged_in) or {})
    del document[missing]
    secrets_in(logged_in.data_dir, logged_in.environ).store("spotify", document)
    server.replies = [Reply(body=FRESH)]
    assert Tokens(logged_in).access() == Secret("access-2")


def test_a_damaged_document_asks_for_a_login(logged_in: Place) -> None:
    (logged_in.data_dir / "secrets" / "spotify.json").write_text(json.dumps(kept(logged_in))[:-3])
    with pytest.raises(ConfigError, match=r"damaged\. Log in again: mien login spotify\."):
        Tokens(logged_in).access()


def test_what_a_login_is_for_is_checked_before_anything_is_sent(logged_in: Place, server: Scripted) -> None:
    tokens = Tokens(logged_in)
    tokens.need("save", "find")
    with pytest.raises(AuthRequired, match=r"your login is not for this\. Extend it: mien login spotify --for play\."):
        tokens.need("save", "play")
    tokens.forget()
    with pytest.raises(AuthRequired, match=r"not logged in\. Log in: mien login spotify --for save --for play\."):
        tokens.need("save", "play")
    assert server.asked == []


def test_a_login_says_what_it_is_for_and_when_it_ends(logged_in: Place, clock: Clock) -> None:
    login = Tokens(logged_in).login()
    assert login is not None
    assert login.purposes == ("find", "save")
    assert login.ends_at_s == clock.now_s + 181 * 86400
    assert login.client_id == "app"
    assert "access-1" not in repr(login)


def test_the_app_of_the_environment_comes_first(logged_in: Place) -> None:
    assert (
        Tokens(replace(logged_in, environ={"MIEN_SPOTIFY_CLIENT_ID": " mine ", "MIEN_KEYRING": "0"})).client_id()
        == "mine"
    )


def test_every_scope_is_one_that_is_needed() -> None:
    assert PURPOSES["find"] == ()
    assert not {s for scopes in PURPOSES.values() for s in scopes} & {
        "user-read-email",
        "user-read-private",
        "streaming",
    }
