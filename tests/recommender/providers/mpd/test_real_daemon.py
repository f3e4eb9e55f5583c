"""The whole way with a real MPD."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from errors import AuthRequired, ConfigError, Forbidden, ProviderError, Unavailable, UnknownName
from recommender.links import links_for
from recommender.providers import PROVIDERS, PlayWish, SaveWish
from recommender.providers.file.provider import save
from recommender.providers.mpd.client import Mpd, NotDone, address_in
from recommender.providers.mpd.provider import check, player, sink
from recommender.providers.mpd.queue import start
from recommender.providers.place import Place
from recommender.types import Pick, Playlist, Track
from tests.recommender.providers.mpd.daemon import Daemon, daemon
from tests.recommender.providers.music import rendered
from tests.recommender.providers.subsonic.server import SONGS, free_port

counter = itertools.count(1)


@pytest.fixture
def name() -> str:
    """Of a playlist that no other test stores."""
    return f"Happy “{next(counter)}”"


def playlist_of(*tracks: Track) -> Playlist:
    return Playlist("Happy", "match", tuple(Pick(track, "", links_for(track)) for track in tracks))


def every() -> list[Track]:
    return [Track(title, (artist,)) for title, artist, *_ in SONGS]


def queue(mpd: Daemon) -> list[str]:
    return [song["title"] for song in mpd.ask("playlistinfo")]


def test_a_playlist_plays_in_its_order(place: Place, mpd: Daemon) -> None:
    mpd.ask("random", "1")
    played = player(place, playlist_of(*every()[::-1]), PlayWish())
    assert (played.where, played.title) == (f"MPD at 127.0.0.1:{mpd.port}", "Happy")
    assert queue(mpd) == [title for title, *_ in SONGS][::-1]
    status = mpd.ask("status")
    assert (status["state"], status["random"], status["song"]) == ("play", "0", "0")


def test_what_mpd_does_not_have_is_said_and_left_out(place: Place, mpd: Daemon) -> None:
    played = player(place, playlist_of(Track("Nowhere", ("Nobody",)), *every()[:2]), PlayWish())
    assert played.where.endswith("(2 of 3 songs)")
    assert queue(mpd) == ["Sunny Road", "Night Bus (Remastered 2011)"]


def test_nothing_to_play_leaves_the_queue_as_it_was(place: Place, mpd: Daemon) -> None:
    player(place, playlist_of(*every()[:2]), PlayWish())
    with pytest.raises(ProviderError, match=r"none of the songs, such as Nowhere by Nobody\. Let MPD update"):
        player(place, playlist_of(Track("Nowhere", ("Nobody",))), PlayWish())
    assert len(queue(mpd)) == 2


def test_scanned_files_are_found_by_their_path(place: Place, mpd: Daemon) -> None:
    files = sorted(mpd.music.rglob("*.flac"))
    tracks = [Track("another title", ("Another",), identifiers={"file": str(path)}) for path in files]
    player(place, playlist_of(*tracks), PlayWish())
    assert [song["file"] for song in mpd.ask("playlistinfo")] == [str(path.relative_to(mpd.music)) for path in files]


def test_windows_paths_are_found_by_their_end(place: Place, mpd: Daemon) -> None:
    path = r"D:\Music\The Bobs\Days\01 Sunny Road.flac"
    player(place, playlist_of(Track("x", ("y",), identifiers={"file": path})), PlayWish())
    assert queue(mpd) == ["Sunny Road"]


def test_a_file_outside_its_folder_plays_over_the_socket_only(place: Place, mpd: Daemon, tmp_path: Path) -> None:
    inside = next(mpd.music.rglob("01*.flac"))
    outside = tmp_path / "elsewhere.flac"
    outside.write_bytes(inside.read_bytes())
    wanted = playlist_of(Track("Elsewhere", ("Somebody",), identifiers={"file": str(outside)}))
    with pytest.raises(ProviderError, match="none of the songs"):
        player(place, wanted, PlayWish())
    played = player(replace(place, environ={"MPD_HOST": mpd.socket}), wanted, PlayWish())
    assert played.where == f"MPD at {mpd.socket}"
    assert [song["file"] for song in mpd.ask("playlistinfo")] == [str(outside)]


def test_quotes_and_line_breaks_stay_words(place: Place, mpd: Daemon) -> None:
    before = queue(mpd)
    hostile = Track('x") or (title != "\nclear\nkill', ("'\\\"",), identifiers={"file": "/a\nclear", "mpd": "b\nclear"})
    with pytest.raises(ProviderError, match="none of the songs"):
        player(place, playlist_of(hostile), PlayWish())
    assert queue(mpd) == before


def test_an_output_is_switched_on_by_name(place: Place, mpd: Daemon) -> None:
    player(place, playlist_of(*every()[:1]), PlayWish("kitchen"))
    assert [one["outputenabled"] for one in mpd.ask("outputs")] == ["1", "1"]
    with pytest.raises(UnknownName, match=r"no output of MPD 'bath'.*Silence, Kitchen"):
        player(place, playlist_of(*every()[:1]), PlayWish("bath"))


@pytest.mark.parametrize("suffix", [".m3u8", ".xspf", ".jspf", ".json"])
def test_a_playlist_file_plays(place: Place, mpd: Daemon, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"evening{suffix}"
    save(playlist_of(*every()[2:5]), path)
    player(place, str(path), PlayWish())
    assert queue(mpd) == ["Hello", "Hello", "Jóga & friends"]
    assert [song["artist"] for song in mpd.ask("playlistinfo")][:2] == ["Adel Rey", "Leon Richter"]


@pytest.mark.parametrize("suffix", [".m3u8", ".xspf"])
def test_mpd_reads_the_files_that_mien_writes(mpd: Daemon, tmp_path: Path, suffix: str) -> None:
    """MPD is the second implementation: its own parsers come to the same songs."""
    files = sorted(mpd.music.rglob("*.flac"))
    path = mpd.music / f"written{suffix}"
    save(playlist_of(*(Track(f.stem, ("A, B & C",), identifiers={"file": str(f)}) for f in files)), path)
    try:
        named = [Path(one).name for one in mpd.ask("listplaylist", path.name)]
        if suffix == ".xspf":  # MPD 0.23 does not undo the escapes that XSPF wants in its addresses
            named = [unquote(one) for one in named]
        assert named == [file.name for file in files]
    finally:
        path.unlink()


def test_a_playlist_is_stored_once(place: Place, mpd: Daemon, name: str) -> None:
    first = sink(place, playlist_of(*every(), Track("Nowhere", ("Nobody",))), SaveWish(name))
    assert (first.placed, first.missing) == (len(SONGS), ("Nowhere by Nobody",))
    assert first.where == f"{name!r} in MPD at 127.0.0.1:{mpd.port} (mpd:playlist:{name})"
    assert sink(place, playlist_of(*every()), SaveWish(name)).where == first.where
    assert [song["title"] for song in mpd.ask("listplaylistinfo", name)] == [title for title, *_ in SONGS]


def test_a_half_stored_playlist_is_finished_and_another_one_left_alone(place: Place, mpd: Daemon, name: str) -> None:
    sink(place, playlist_of(*every()[:2]), SaveWish(name))
    sink(place, playlist_of(*every()), SaveWish(name))
    assert len(mpd.ask("listplaylist", name)) == len(SONGS)
    assert f"'{name} (2)'" in sink(place, playlist_of(*every()[3:]), SaveWish(name)).where
    assert sink(place, playlist_of(*every()[:1]), SaveWish(name, replace=True)).placed == 1
    assert len(mpd.ask("listplaylist", name)) == 1


def test_a_name_with_slashes_is_a_name(place: Place, mpd: Daemon) -> None:
    saved = sink(place, playlist_of(*every()[:1]), SaveWish("../a/b\nc"))
    assert "'..-a-b c'" in saved.where
    player(place, "mpd:playlist:..-a-b c", PlayWish())
    assert queue(mpd) == ["Sunny Road"]


def test_a_song_that_mpd_refuses_costs_itself_only(mpd: Daemon, place: Place) -> None:
    good = [str(path.relative_to(mpd.music)) for path in sorted(mpd.music.rglob("*.flac"))[:2]]
    with Mpd(address_in(place.environ)) as client:
        assert start(client, [good[0], "no/such/file.flac", good[1]]) == 2
        with pytest.raises(NotDone, match=r"could not do addid: No such (directory|song)"):
            start(client, ["no/such/file.flac"])


def test_what_works_is_said(place: Place, mpd: Daemon) -> None:
    assert check(place).message == f"MPD at 127.0.0.1:{mpd.port}, not asked"
    health = check(place, online=True)
    assert health.state == "ready"
    assert f" at 127.0.0.1:{mpd.port}, {len(SONGS)} songs, output Silence" in health.message
    assert health.message.startswith("MPD 0.")
    assert check(replace(place, environ={})).state in ("not set up", "ready")
    assert PROVIDERS["mpd"].player is not None


def test_no_mpd_says_how_to_name_one(place: Place) -> None:
    nobody = replace(place, environ={"MPD_HOST": "127.0.0.1", "MPD_PORT": str(free_port())})
    with pytest.raises(Unavailable, match=r"cannot be reached \(Connection refused\)\. Start it, or say where it is"):
        player(nobody, playlist_of(*every()), PlayWish())
    assert check(nobody, online=True).state == "broken"
    with pytest.raises(ConfigError, match="MPD_PORT is 'x'; set it to a number such as 6600"):
        address_in({"MPD_PORT": "x"})


@pytest.fixture
def impostor() -> Iterator[tuple[int, list[bytes]]]:
    """Something that answers each connection with given bytes and hangs up."""
    said: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    for piece in said:
                        connection.sendall(piece)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1], said
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=10)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([b"HTTP/1.1 400 Bad Request\r\n\r\n<html>"], r"is no MPD \(.*\)\. Set MPD_HOST"),
        ([b"\xff\xfe\x00\n"], r"is no MPD \(.*\)\. Set MPD_HOST"),
        ([], r"cannot be reached \(Connection lost while reading.*\)\. Start it"),
        ([b"OK MPD 0.23.5\n"], r"cannot be reached"),
        ([b"OK MPD 0.23.5\n", b"garbage without a colon\nOK\n"], r"is no MPD|cannot be reached"),
        ([b"OK MPD 0.23.5\n", b"ACK [99@0] {find} odd\n"], r"is no MPD|cannot be reached|could not do"),
    ],
)
def test_what_is_no_mpd_is_told(
    place: Place, impostor: tuple[int, list[bytes]], said: list[bytes], message: str
) -> None:
    port, answers = impostor
    answers += said
    with pytest.raises(ProviderError, match=message):
        player(
            replace(place, environ={"MPD_HOST": "127.0.0.1", "MPD_PORT": str(port)}), playlist_of(*every()), PlayWish()
        )


def test_a_password_is_given_and_never_shown(tmp_path: Path, place: Place) -> None:
    more = 'password "open-sesame@read,add,control,admin"\npassword "look@read"\ndefault_permissions "read"'
    with daemon(tmp_path / "closed", rendered(tmp_path / "music"), more, "open-sesame") as closed:

        def here(host: str) -> Place:
            return replace(place, environ={"MPD_HOST": host, "MPD_PORT": str(closed.port)})

        played = player(here("open-sesame@127.0.0.1"), playlist_of(*every()[:1]), PlayWish())
        assert "sesame" not in played.where
        assert "sesame" not in repr(address_in(here("open-sesame@127.0.0.1").environ))
        with pytest.raises(AuthRequired, match="knows another password") as caught:
            player(here("close-sesame@127.0.0.1"), playlist_of(*every()[:1]), PlayWish())
        assert "sesame" not in str(caught.value)
        with pytest.raises(Forbidden, match=r"does not let you do .*MPD_HOST=password@host"):
            player(here("look@127.0.0.1"), playlist_of(*every()[:1]), PlayWish())


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({"MPD_HOST": "music.local"}, "music.local:6600"),
        ({"MPD_HOST": "pw@music.local", "MPD_PORT": "7700"}, "music.local:7700"),
        ({"MPD_HOST": "@abstract"}, "@abstract"),
        ({"MPD_HOST": "pw@@abstract"}, "@abstract"),
        ({"MPD_HOST": "/run/user/1000/mpd/socket"}, "/run/user/1000/mpd/socket"),
        ({"MPD_HOST": "p@w@/tmp/s"}, "w@/tmp/s:6600"),
    ],
)
def test_addresses_are_read_as_every_client_reads_them(environ: dict[str, str], address: str) -> None:
    assert str(address_in(environ)) == address
