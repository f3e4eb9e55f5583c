"""Servers that are not here: how each answer is understood, what is sent, and what is never shown."""

from __future__ import annotations

import itertools
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from errors import AuthRequired, ConfigError, Forbidden, ProviderError, RateLimited, Unavailable, UnknownName
from recommender.links import links_for
from recommender.providers import PlayWish, SaveWish
from recommender.providers.masking import Secret
from recommender.providers.place import Place
from recommender.providers.subsonic import saving
from recommender.providers.subsonic.account import Account, address_of, kept_in, with_token
from recommender.providers.subsonic.client import Client, Refused
from recommender.providers.subsonic.finding import songs_for
from recommender.providers.subsonic.login import log_in, named
from recommender.providers.subsonic.playing import play
from recommender.providers.subsonic.provider import check
from recommender.providers.subsonic.reading import library
from recommender.types import Pick, Playlist, Track

URL = "https://music.example:4533/sub"
TOKEN = with_token(URL, "mira", Secret("sesame"), "c19b2d")
KEY = Account(URL, "", "key", Secret("very-secret-key"))

Handler = Callable[[httpx.Request], httpx.Response]


def ok(**content: Any) -> httpx.Response:
    return httpx.Response(200, json={"subsonic-response": {"status": "ok", "version": "1.16.1", **content}})


def failed(code: int, message: str = "said so", status: int = 200, **more: Any) -> httpx.Response:
    error = {"code": code, "message": message, **more}
    return httpx.Response(status, json={"subsonic-response": {"status": "failed", "version": "1.16.1", "error": error}})


def client_of(handler: Handler, account: Account = TOKEN) -> Client:
    return Client(account, transport=httpx.MockTransport(handler))


def test_a_token_is_the_sum_of_password_and_salt() -> None:
    assert TOKEN.secret.reveal() == "26719a1196d2a940705a59634eb18eab"  # the specification's own example
    assert "26719a" not in repr(TOKEN) + str(TOKEN)


def test_a_request_says_who_and_in_which_version() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return ok()

    for account in (TOKEN, Account(URL, "mira", "password", Secret("sé")), KEY):
        client_of(handler, account).ask("search3", [("query", "a&b"), ("id", "1"), ("id", "2")])
    token, password, key = (dict(request.url.params.multi_items()) for request in seen)
    assert seen[0].url.path == "/sub/rest/search3.view"
    assert (token["u"], token["s"], token["v"], token["c"], token["f"]) == ("mira", "c19b2d", "1.13.0", "mien", "json")
    assert "p" not in token
    assert (password["p"], password["v"]) == ("enc:73c3a9", "1.8.0")
    assert (key["apiKey"], "u" in key) == ("very-secret-key", False)
    assert seen[0].url.params.get_list("id") == ["1", "2"]


def test_forms_keep_proofs_out_of_addresses_where_the_server_takes_them() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert (request.method, request.url.query) == ("POST", b"")
        assert parse_qs(request.content.decode())["id"] == ["1", "2"]
        return ok()

    account = Account(URL, "", "key", Secret("k"), form_post=True)
    client_of(handler, account).ask("createPlaylist", [("id", "1"), ("id", "2")])


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (failed(40, "Wrong username or password"), AuthRequired, r"code 40: Wrong username or password\)\. Log in"),
        (failed(41), AuthRequired, "code 41"),
        (failed(42, helpUrl="https://music.example/keys"), AuthRequired, r"See https://music.example/keys\. Log in"),
        (failed(44), AuthRequired, "code 44"),
        (failed(50), Forbidden, r"does not let you do ping .*Ask its owner"),
        (failed(60), Forbidden, "code 60"),
        (failed(20), Unavailable, r"speaks another version .*Update the server or mien"),
        (failed(70), Refused, "refused ping"),
        (failed(0, "boom"), Refused, r"code 0: boom\)\. Check the server's log"),
        (failed(0, "boom", 500), Unavailable, "has trouble of its own"),
        (failed(0, "Unknown method", 404), Refused, "has no ping"),
        (failed(10, "t=26719a1196d2a940705a59634eb18eab"), Refused, r"t=\*\*\*"),
        (httpx.Response(200, text="<html>hello"), Unavailable, r"as no Subsonic server does \(200, text/plain\)"),
        (httpx.Response(200, json=[1]), Unavailable, "as no Subsonic server does"),
        (httpx.Response(200, json={"subsonic-response": "x"}), Unavailable, "as no Subsonic server does"),
        (httpx.Response(200, json={"subsonic-response": {"status": "failed"}}), Unavailable, "as no Subsonic"),
        (httpx.Response(200, content=b'{"subsonic-response": {"sta'), Unavailable, "as no Subsonic server does"),
        (httpx.Response(200, content=b"[" * 100_000), Unavailable, "as no Subsonic server does"),
        (
            httpx.Response(301, headers={"location": "https://new.example/?t=26719a"}),
            Unavailable,
            "https://new.example/",
        ),
        (httpx.Response(401), AuthRequired, "wants another login"),
        (httpx.Response(403), Forbidden, "lets nobody in here"),
        (httpx.Response(404, text="<html>"), Refused, r"has no ping \(404\)\. Check the address"),
        (httpx.Response(429, headers={"retry-after": "7"}), RateLimited, "try again in 7 s"),
        (httpx.Response(429, headers={"retry-after": "soon"}), RateLimited, "try again in 60 s"),
        (httpx.Response(429, headers={"retry-after": "inf"}), RateLimited, "try again in 60 s"),
        (httpx.Response(429, headers={"retry-after": "1" * 400}), RateLimited, "try again in 7 days"),
        (httpx.Response(503), Unavailable, r"trouble of its own \(503\)\. Try again later"),
    ],
)
def test_every_answer_says_what_to_do(answer: httpx.Response, kind: type[ProviderError], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        client_of(lambda _: answer).ask("ping")
    assert "26719a" not in str(caught.value).replace("https://new.example/", "")


def _raise(error: Exception) -> Handler:
    def handler(_: httpx.Request) -> httpx.Response:
        raise error

    return handler


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (httpx.ConnectTimeout("timed out"), "did not answer within 20 s"),
        (httpx.ReadTimeout("timed out"), "did not answer within 20 s"),
        (httpx.ConnectError("[Errno 111] Connection refused"), r"cannot be reached \(.*refused\)"),
        (httpx.RemoteProtocolError("peer closed connection"), "cannot be reached"),
        (httpx.DecodingError("gzip"), "cannot be reached"),
    ],
)
def test_a_broken_connection_says_to_try_again(error: Exception, message: str) -> None:
    with pytest.raises(Unavailable, match=rf"{message}.*try again\.$"):
        client_of(_raise(error)).ask("ping")


def test_an_answer_without_end_is_not_waited_for() -> None:
    class Drops(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" " * 1024

    ticks = itertools.count(0, 10)
    slow = Client(
        TOKEN, transport=httpx.MockTransport(lambda _: httpx.Response(200, stream=Drops())), now=lambda: next(ticks)
    )
    with pytest.raises(Unavailable, match="answers too slowly"):
        slow.ask("ping")
    endless = client_of(lambda _: httpx.Response(200, stream=Drops()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recommender.providers.subsonic.client.LARGEST_BYTES", 10_000)
        with pytest.raises(Unavailable, match="answers without end"):
            endless.ask("ping")


def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for account in (TOKEN, KEY, Account(URL, "mira", "password", Secret("sesame"))):
        client_of(lambda _: ok(), account).ask("ping")
    assert "HTTP Request" in caplog.text
    for secret in ("26719a1196d2a940705a59634eb18eab", "very-secret-key", b"sesame".hex()):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("text", "url"),
    [(" https://a.example/rest/ ", "https://a.example"), ("http://127.0.0.1:5722/", "http://127.0.0.1:5722")],
)
def test_addresses_are_cut_to_what_is_asked(text: str, url: str) -> None:
    assert address_of(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "music.example",
        "ftp://a.example",
        "http://",
        "https://a.example/?u=x",
        "http://[x",
        "http://a b",
        "http://a\x1b",
    ],
)
def test_what_is_no_address_says_what_one_looks_like(text: str) -> None:
    with pytest.raises(ConfigError, match=r"give one such as https://music\.example:4533"):
        address_of(text)


@pytest.mark.parametrize("text", ["https://mira:sesame@a.example", "mira:sesame@a.example", "http://m:sesame@a.b/?x=1"])
def test_a_password_in_an_address_is_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError, match="Leave name and password out") as caught:
        address_of(text)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("text", ["https://a.example/rest/ping.view?u=mira&p=sesame", "https://a.b/@home?t=sesame&s=1"])
def test_a_whole_request_is_no_address_and_its_proof_is_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError, match="is no address of a server") as caught:
        address_of(text)
    assert "sesame" not in str(caught.value)


def server_of(kind: str, extensions: tuple[str, ...] = ()) -> Callable[[Account], Client]:
    """Return what makes clients of a server that takes one kind of proof."""

    def handler(request: httpx.Request) -> httpx.Response:
        given = dict(request.url.params.multi_items()) | {
            k: v[0] for k, v in parse_qs(request.content.decode()).items()
        }
        if kind == "key" and "apiKey" not in given:
            return failed(41 if "t" in given else 42, helpUrl="https://music.example/keys")
        if kind == "password" and "p" not in given:
            return failed(10, "Required parameter p is missing")
        if request.url.path.endswith("getOpenSubsonicExtensions.view") and extensions:
            return ok(openSubsonicExtensions=[{"name": name, "versions": [1]} for name in extensions])
        if request.url.path.endswith("ping.view"):
            return ok(type="navidrome", serverVersion="0.58.0", openSubsonic=True)
        return failed(0, "Unknown method", 404)

    return lambda account: client_of(handler, account)


def test_a_token_is_kept_and_the_password_is_not(place: Place) -> None:
    said = log_in(
        place, url=URL, user="mira", password=Secret("sesame"), client=server_of("token"), salt=lambda: "c19b2d"
    )
    assert said.startswith(
        f"navidrome 0.58.0 at {URL} knows mira by a token (mien does not keep your password), kept in"
    )
    text = (place.data_dir / "secrets" / "subsonic.json").read_text(encoding="utf-8")
    assert "sesame" not in text
    assert kept_in(place) == TOKEN
    assert check(place).message == f"mira at {URL} (token), not asked"


def test_a_key_is_kept_and_forms_are_used_where_they_are_taken(place: Place) -> None:
    log_in(
        place, url=URL, api_key=Secret("very-secret-key"), client=server_of("key", ("formPost", "apiKeyAuthentication"))
    )
    account = kept_in(place)
    assert account is not None
    assert (account.mode, account.form_post, account.secret.reveal()) == ("key", True, "very-secret-key")


def test_each_refusal_names_the_other_ways(place: Place) -> None:
    password = Secret("sesame")
    with pytest.raises(AuthRequired, match=r"See https://music.example/keys.*mien login subsonic --plain"):
        log_in(place, url=URL, user="mira", password=password, client=server_of("key"))
    with pytest.raises(AuthRequired, match="make an API key on its page: --api-key"):
        log_in(place, url=URL, user="mira", password=password, plain=True, client=server_of("key"))
    with pytest.raises(AuthRequired, match="or give --user and a password"):
        log_in(place, url=URL, api_key=password, client=server_of("password"))
    with pytest.raises(ConfigError, match="An API key goes alone"):
        log_in(place, url=URL, user="mira", api_key=password, client=server_of("key"))
    with pytest.raises(ConfigError, match="wants --user NAME and a password, or --api-key"):
        log_in(place, url=URL, user="mira", client=server_of("key"))
    assert kept_in(place) is None


def test_http_is_warned_of_except_on_this_machine(place: Place) -> None:
    for url, warned in (("http://nas.local:4533", True), ("http://127.0.0.1:4533", False), (URL, False)):
        said = log_in(place, url=url, user="mira", password=Secret("x"), client=server_of("token"))
        assert said.endswith("read along.") is warned


def test_what_is_kept_may_be_damaged(place: Place) -> None:
    log_in(place, url=URL, user="mira", password=Secret("x"), client=server_of("token"))
    path = place.data_dir / "secrets" / "subsonic.json"
    for text in ('{"url": 3}', json.dumps({"url": URL, "secret": "x", "mode": "magic"})):
        path.write_text(text, encoding="utf-8")
        assert check(place).state == "broken"
        assert "damaged. Log in: mien login subsonic" in check(place).message


def song(number: int) -> dict[str, Any]:
    return {"id": f"s{number}", "title": f"Song {number}", "artist": f"Artist {number}", "isDir": False}


def test_a_server_that_knows_no_offsets_ends_all_the_same() -> None:
    asked = itertools.count()

    def handler(_: httpx.Request) -> httpx.Response:
        assert next(asked) < 5
        return ok(searchResult3={"song": [song(number) for number in range(3)]})

    assert len(list(library(client_of(handler), ()))) == 3


def test_a_server_without_empty_searches_is_read_album_by_album() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if request.url.path.endswith("search3.view"):
            return ok(searchResult3={})
        if request.url.path.endswith("getAlbumList2.view"):
            albums = [{"id": f"a{number}"} for number in range(int(query["offset"]), 3)]
            return ok(albumList2={"album": albums})
        return ok(album={"id": query["id"], "song": [song(int(query["id"][1:]))]})

    assert [track.title for track in library(client_of(handler), ())] == ["Song 0", "Song 1", "Song 2"]


def test_similar_songs_come_where_they_are_offered() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("search3.view"):
            return ok(searchResult3={"song": [song(1)]})
        assert request.url.params["id"] == "s1"
        return ok(similarSongs={"song": [song(2), song(3)]})

    assert [track.title for track in library(client_of(handler), ("similar:Song 1",))] == ["Song 2", "Song 3"]


class Modern:
    """A server that answers `createPlaylist` with the playlist, and leaves songs out that it does not like."""

    def __init__(self, unliked: str = "") -> None:
        self.lists: dict[str, dict[str, Any]] = {}
        self._unliked = unliked

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query, method = request.url.params, request.url.path.rpartition("/")[2].removesuffix(".view")
        if method == "getPlaylists":
            return ok(
                playlists={"playlist": [{k: v for k, v in one.items() if k != "songs"} for one in self.lists.values()]}
            )
        if method == "createPlaylist":
            number = query.get("playlistId") or f"p{len(self.lists)}"
            kept = [one for one in query.get_list("songId") if one != self._unliked]
            self.lists.setdefault(number, {"id": number, "owner": "Mira", "name": query["name"]})["songs"] = kept
            return ok(playlist={"id": number})
        if method == "updatePlaylist":
            one = self.lists[query["playlistId"]]
            one["songs"] += [song for song in query.get_list("songIdToAdd") if song != self._unliked]
            one |= {k: query[k] for k in ("comment", "public") if k in query}
            return ok()
        if method == "getPlaylist":
            entries = [song(int(number[1:])) for number in self.lists[query["id"]]["songs"]]
            return ok(playlist={"id": query["id"], "name": "x", "entry": entries})
        return failed(70)


def planned(*numbers: int) -> Playlist:
    tracks = [Track(f"Song {n}", (f"Artist {n}",), identifiers={"subsonic": f"s{n}@{TOKEN.server}"}) for n in numbers]
    return Playlist("P", "match", tuple(Pick(track, "", links_for(track)) for track in tracks))


def test_a_modern_server_names_the_list_that_it_made(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "AT_ONCE", 2)
    server = Modern()
    saved = saving.save(place, client_of(server), planned(1, 2, 3, 4, 5), SaveWish("Mine", public=True))
    assert (saved.placed, saved.where) == (5, f"'Mine' on {URL} (subsonic:playlist:p0)")
    (made,) = server.lists.values()
    assert (made["songs"], made["public"]) == (["s1", "s2", "s3", "s4", "s5"], "true")
    saving.save(place, client_of(server), planned(6), SaveWish("Mine", replace=True))
    assert [one["songs"] for one in server.lists.values()] == [["s6"]]


def test_songs_that_a_server_leaves_out_in_silence_are_named(place: Place) -> None:
    saved = saving.save(place, client_of(Modern(unliked="s2")), planned(1, 2, 3), SaveWish("Mine"))
    assert (saved.placed, saved.missing) == (2, ("Song 2 by Artist 2",))
    assert saved.playlist is not None
    assert [pick.track.title for pick in saved.playlist.picks] == ["Song 1", "Song 3"]


def test_a_list_of_somebody_else_is_left_alone(place: Place) -> None:
    server = Modern()
    server.lists["p9"] = {"id": "p9", "owner": "other", "name": "Mine", "songs": ["s1"]}
    saving.save(place, client_of(server), planned(1, 2), SaveWish("Mine"))
    assert server.lists["p9"]["songs"] == ["s1"]
    assert server.lists["p1"]["songs"] == ["s1", "s2"]


def test_a_jukebox_is_given_the_songs_and_started(place: Place) -> None:
    asked: list[list[str]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.path.endswith("jukeboxControl.view")
        asked.append([request.url.params["action"], *request.url.params.get_list("id")])
        return ok(jukeboxStatus={"playing": True})

    played = play(place, client_of(handler), planned(3, 1, 2), PlayWish("Jukebox"))
    assert asked == [["set", "s3", "s1", "s2"], ["skip"], ["start"]]
    assert (played.where, played.title) == (f"the loudspeakers of {URL}", "P")


def test_players_that_are_not_known_or_not_there_are_named(place: Place) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.path.endswith("jukeboxControl.view")
        return failed(0, "Jukebox is disabled")

    with pytest.raises(UnknownName, match=r"no player for your server 'winamp'.*mpd, jukebox, mpv, vlc"):
        play(place, client_of(handler), planned(1), PlayWish("winamp"))
    with pytest.raises(ConfigError, match=r"vlc is not installed\. Install it, or play elsewhere"):
        play(place, client_of(handler), planned(1), PlayWish("vlc"))
    with pytest.raises(ProviderError, match=r"Jukebox is disabled.*play elsewhere: --device mpv\.$"):
        play(place, client_of(handler), planned(1), PlayWish("jukebox"))


def test_what_a_server_says_is_shown_short_and_in_one_line() -> None:
    for answer in (failed(10, "\x1b[2J" + "so long\n" * 1000, helpUrl="https://a.example/\x07" + "x" * 999), ok()):
        client = client_of(lambda _, answer=answer: answer)  # type: ignore[misc]
        try:
            said = named(client.ask("ping") | {"type": "sub\x1b]0;x\x07sonic " + "y" * 999})
        except Refused as refused:
            said = str(refused)
        assert len(said) < 600
        assert said.isprintable()


def test_a_player_that_cannot_be_started_is_named(place: Place, tmp_path: Path) -> None:
    program = tmp_path / "mpv"
    program.write_text("this is no program", encoding="utf-8")
    program.chmod(0o700)
    there = replace(place, environ={**place.environ, "PATH": str(tmp_path)})
    with pytest.raises(ProviderError, match=r"mpv cannot be started \(.+\)\. Try it alone: .+ --version\.$"):
        play(there, client_of(lambda _: ok()), planned(1), PlayWish("mpv"))


def test_no_room_for_a_players_list_is_told(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "mpv"
    program.touch(0o700)
    there = replace(place, environ={**place.environ, "PATH": str(tmp_path)})
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match=r"mpv needs a temporary file \(.+\)\. Make room, or set TMPDIR\."):
        play(there, client_of(lambda _: ok()), planned(1), PlayWish("mpv"))


def test_a_song_that_is_gone_is_not_found_by_a_search_that_still_shows_it() -> None:
    entries = [{"id": number, "title": "Song", "artist": "Artist"} for number in ("old", "new")]
    client = client_of(lambda _: ok(searchResult3={"song": entries}))
    wanted = [Track("Song", ("Artist",))]
    assert songs_for(client, wanted) == ["old"]
    assert songs_for(client, wanted, frozenset({"old"})) == ["new"]
    assert songs_for(client, wanted, frozenset({"old", "new"})) == [None]
