"""The whole way with a real server: supysonic."""

from __future__ import annotations

import hashlib
import itertools
import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from errors import AuthRequired, ConfigError, Forbidden, Unavailable
from recommender.links import links_for
from recommender.providers import PROVIDERS, PlayWish, SaveWish
from recommender.providers.masking import Secret
from recommender.providers.place import Place
from recommender.providers.subsonic import saving
from recommender.providers.subsonic.account import account_in
from recommender.providers.subsonic.client import Client, Refused
from recommender.providers.subsonic.login import log_in
from recommender.providers.subsonic.provider import check, player, sink, source
from recommender.types import Pick, Playlist, Track
from tests.recommender.providers.subsonic.server import PASSWORD, SONGS, USER, Supysonic

counter = itertools.count(1)


@pytest.fixture
def client(home: Place) -> Iterator[Client]:
    with Client(account_in(home)) as ready:
        yield ready


@pytest.fixture
def name() -> str:
    """Of a playlist that no other test makes."""
    return f"Happy & “lively” {next(counter)}"


def playlist_of(*tracks: Track) -> Playlist:
    return Playlist("Happy", "match", tuple(Pick(track, "", links_for(track)) for track in tracks))


def every(home: Place) -> list[Track]:
    return list(source(home, ()))


def lists_named(server: Supysonic, name: str) -> list[dict[str, object]]:
    listed = server.ask("getPlaylists")["playlists"]
    assert isinstance(listed, dict)
    return [one for one in listed.get("playlist", []) if one["name"] == name]


def test_a_token_that_the_server_cannot_check_says_what_to_do(place: Place, server: Supysonic) -> None:
    with pytest.raises(AuthRequired, match=r"code 10.*or this server may be one that cannot check tokens.*--plain\."):
        log_in(place, url=server.url, user=USER, password=Secret(PASSWORD))
    assert check(place).state == "not set up"


def test_the_password_is_sent_when_that_was_asked_for(place: Place, server: Supysonic) -> None:
    said = log_in(place, url=f"{server.url}/rest/", user=USER, password=Secret(PASSWORD), plain=True)
    assert said.startswith(f"The server (Subsonic 1.12.0) at {server.url} knows {USER} by the password itself")
    path = place.data_dir / "secrets" / "subsonic.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text(encoding="utf-8"))["mode"] == "password"
    assert check(place, online=True).message.endswith("The server (Subsonic 1.12.0) answers")


def test_a_wrong_password_is_not_kept(place: Place, server: Supysonic) -> None:
    with pytest.raises(AuthRequired, match=r"Wrong username or password.*Check name and password") as caught:
        log_in(place, url=server.url, user=USER, password=Secret("guessed-it"), plain=True)
    assert "guessed" not in str(caught.value)
    assert not (place.data_dir / "secrets").exists()


def test_an_address_without_a_music_server_says_so(place: Place, server: Supysonic) -> None:
    with pytest.raises(Refused, match=r"has no ping \(404\)\. Check the address"):
        log_in(place, url=f"{server.url}/music", user=USER, password=Secret("x"), plain=True)


def test_the_whole_library_comes_with_what_is_known(home: Place, server: Supysonic) -> None:
    tracks = every(home)
    assert sorted((t.title, t.artist, t.album, t.genre, str(t.year)) for t in tracks) == sorted(SONGS)
    assert {t.identifiers["subsonic"].rpartition("@")[2] for t in tracks} == {server.url.removeprefix("http://")}
    assert {t.duration_s for t in tracks} <= {1.0, 2.0, 3.0, 4.0}


def test_the_library_is_read_page_by_page(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.providers.subsonic.reading.PAGE", 3)
    assert len(every(home)) == len(SONGS)


def test_parts_of_the_library_have_names(home: Place, server: Supysonic) -> None:
    assert {track.title for track in source(home, ("genre:soul",))} == {"Sunny Road", "Night Bus (Remastered 2011)"}
    assert len(list(source(home, ("random", "all")))) == len(SONGS)
    assert list(source(home, ("genre:polka",))) == []
    sunny = next(track for track in every(home) if track.title == "Sunny Road")
    server.ask("star", id=sunny.identifiers["subsonic"].partition("@")[0])
    assert [track.title for track in source(home, ("saved",))] == ["Sunny Road"]
    with pytest.raises(Unavailable, match="does not know similar songs"):
        list(source(home, ("similar:Sunny Road",)))
    with pytest.raises(ConfigError, match="'top' names no part of your server's music; choose from all, saved"):
        list(source(home, ("top",)))


def test_a_playlist_is_saved_and_read_back_in_its_order(
    home: Place, server: Supysonic, client: Client, name: str
) -> None:
    tracks = every(home)[::-1]
    saved = sink(home, playlist_of(*tracks), SaveWish(name))
    assert (saved.placed, saved.missing) == (len(SONGS), ())
    (made,) = lists_named(server, name)
    assert (made["public"], made["songCount"]) == (False, len(SONGS))
    assert [track.title for track in saving.tracks_of(client, str(made["id"]))[1]] == [t.title for t in tracks]
    assert saved.where == f"{name!r} on {server.url} (subsonic:playlist:{made['id']})"


def test_tracks_without_an_id_are_found_by_title_and_artist(home: Place, server: Supysonic, name: str) -> None:
    wanted = [
        Track("Night Bus", ("Bobs",)),
        Track("Hello", ("Leon Richter",)),
        Track("夜に歩く", ("ヨルシマ",)),
        Track("Jóga & friends (feat. Nobody)", ("Björg",)),
        Track('She said "100% yes"', ("AC/DX",)),
        Track("Hello", ("Nobody At All",)),
        Track("Not there", ("The Bobs",)),
    ]
    saved = sink(home, playlist_of(*wanted), SaveWish(name))
    assert (saved.placed, saved.missing) == (5, ("Hello by Nobody At All", "Not there by The Bobs"))
    (made,) = lists_named(server, name)
    shown = server.ask("getPlaylist", id=str(made["id"]))["playlist"]
    assert isinstance(shown, dict)
    assert [entry["artist"] for entry in shown["entry"]] == ["The Bobs", "Leon Richter", "ヨルシマ", "Björg", "AC/DX"]


def test_one_song_that_was_planned_twice_is_placed_once(home: Place, name: str) -> None:
    saved = sink(home, playlist_of(Track("Sunny Road", ("The Bobs",)), every(home)[0]), SaveWish(name))
    assert saved.placed + len(saved.missing) == 2
    assert saved.placed == (1 if every(home)[0].title == "Sunny Road" else 2)


def test_a_song_that_is_gone_is_looked_for_again(home: Place, server: Supysonic, name: str) -> None:
    known = next(track for track in every(home) if track.title == "Sunny Road")
    server_name = known.identifiers["subsonic"].rpartition("@")[2]
    stale = "00000000-0000-4000-8000-000000000000@" + server_name
    moved = replace(known, identifiers={"subsonic": stale})
    lost = Track("Lost", ("Nobody",), identifiers={"subsonic": stale.replace("8000", "9000")})
    saved = sink(home, playlist_of(moved, lost, *every(home)[-2:]), SaveWish(name))
    assert saved.missing == ("Lost by Nobody",)
    (made,) = lists_named(server, name)
    assert made["songCount"] == saved.placed


def test_an_id_of_another_server_is_not_believed(home: Place, name: str) -> None:
    wrong = every(home)[0].identifiers["subsonic"].partition("@")[0] + "@elsewhere.example"
    saved = sink(home, playlist_of(Track("Unheard", ("Nobody",), identifiers={"subsonic": wrong})), SaveWish(name))
    assert (saved.placed, saved.missing) == (0, ("Unheard by Nobody",))
    assert saved.where == ""


def test_saving_the_same_list_again_makes_no_other(home: Place, server: Supysonic, name: str) -> None:
    playlist = playlist_of(*every(home))
    assert sink(home, playlist, SaveWish(name)) == sink(home, playlist, SaveWish(name))
    assert len(lists_named(server, name)) == 1


def test_another_list_of_that_name_stays_as_it_is(home: Place, server: Supysonic, name: str) -> None:
    first, second = every(home)[:2], every(home)[2:5]
    sink(home, playlist_of(*first), SaveWish(name))
    sink(home, playlist_of(*second), SaveWish(name))
    assert sorted(int(str(one["songCount"])) for one in lists_named(server, name)) == [2, 3]


def test_a_list_of_ours_can_be_replaced_and_a_foreign_one_cannot(home: Place, server: Supysonic, name: str) -> None:
    tracks = every(home)
    server.ask("createPlaylist", name=name, songId=tracks[3].identifiers["subsonic"].partition("@")[0])
    sink(home, playlist_of(*tracks[:2]), SaveWish(name))
    sink(home, playlist_of(*tracks[2:3]), SaveWish(name, replace=True))
    assert [one["songCount"] for one in lists_named(server, name)] == [1, 1]
    assert len({str(one["id"]) for one in lists_named(server, name)}) == 2


class Cut(httpx.HTTPTransport):
    """Loses the connection at one request, before the server has heard it or after."""

    def __init__(self, at: int, *, heard: bool) -> None:
        super().__init__()
        self._left, self._heard = at, heard

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left == 0:
            if self._heard:
                super().handle_request(request).read()
            raise httpx.ReadError("connection reset by peer")
        return super().handle_request(request)


@pytest.mark.parametrize("heard", [False, True])
def test_a_save_broken_off_anywhere_is_finished_by_the_next(
    home: Place, server: Supysonic, monkeypatch: pytest.MonkeyPatch, heard: bool, name: str
) -> None:
    monkeypatch.setattr(saving, "AT_ONCE", 1)
    tracks = every(home)[:3]
    account = account_in(home)
    for at in range(1, 100):
        called = f"{name} {at}"
        with Client(account, transport=Cut(at, heard=heard)) as client:
            try:
                saving.save(home, client, playlist_of(*tracks), SaveWish(called))
            except Unavailable as error:
                assert "cannot be reached (connection reset by peer)" in str(error)  # noqa: PT017
            else:
                break
        saved = sink(home, playlist_of(*tracks), SaveWish(called))
        (made,) = lists_named(server, called)
        shown = server.ask("getPlaylist", id=str(made["id"]))["playlist"]
        assert isinstance(shown, dict)
        assert [e["title"] for e in shown["entry"]] == [t.title for t in tracks]
        assert (saved.placed, saved.missing) == (len(tracks), ())
        server.ask("deletePlaylist", id=str(made["id"]))
    assert at > 8


def test_what_is_streamed_is_the_file_itself(client: Client, home: Place, server: Supysonic) -> None:
    track = next(track for track in every(home) if track.title == "Sunny Road")
    song = track.identifiers["subsonic"].partition("@")[0]
    body = httpx.get(client.stream_url(song)).content
    file = server.music / "The Bobs" / "Days" / "01 Sunny Road.flac"
    assert hashlib.sha256(body).digest() == hashlib.sha256(file.read_bytes()).digest()


def test_a_player_of_this_machine_gets_the_addresses_in_a_private_file(
    home: Place, tmp_path: Path, server: Supysonic, capfd: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "bin" / "mpv"
    script.parent.mkdir()
    script.write_text(
        '#!/bin/sh\nfor last; do :; done\nfile="${last#--playlist=}"\nstat -c %a "$file"\ncat "$file"\n'.replace(
            "stat", "/usr/bin/stat"
        ).replace("cat", "/bin/cat"),
        encoding="utf-8",
    )
    script.chmod(0o755)
    here = replace(home, environ={**home.environ, "PATH": str(script.parent)})
    tracks = [track for track in every(home) if track.title == "Sunny Road"]
    played = player(here, playlist_of(*tracks, Track("Not there", ("Nobody",))), PlayWish())
    assert (played.where, played.title) == ("mpv (1 of 2 songs)", "Happy")
    mode, header, name, address = capfd.readouterr().out.splitlines()
    assert (mode, header, name) == ("600", "#EXTM3U", "#EXTINF:1,The Bobs - Sunny Road")
    assert httpx.get(address).headers["content-type"] == "audio/flac"


def test_without_a_player_it_says_what_to_install(home: Place) -> None:
    with pytest.raises(ConfigError, match=r"nothing here to play with\. Install mpv, or set MPD_HOST"):
        player(home, playlist_of(*every(home)), PlayWish())


def test_a_jukebox_that_the_user_may_not_use_says_so(home: Place) -> None:
    with pytest.raises(Forbidden, match="does not let you do jukeboxControl"):
        player(home, playlist_of(*every(home)), PlayWish("jukebox"))


def test_the_registry_knows_it(home: Place, server: Supysonic) -> None:
    provider = PROVIDERS["subsonic"]
    assert provider.check is not None
    assert provider.source is not None
    assert provider.check(home, online=True).state == "ready"
    assert len(list(provider.source(home, ()))) == len(SONGS)
