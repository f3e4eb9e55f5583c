"""Play songs of your server: on MPD, on the server's own loudspeakers (its jukebox), or with a player on this machine.

A stream's address proves who you are (a token, a key, the password in hexadecimal): a player must have it, and nobody
else. Players here get it in a file that only its owner may read, never as an argument, which everybody on the machine
could see; MPD shows it to everyone who may look into its queue.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from errors import ConfigError, ProviderError, lookup
from recommender.providers import Played, PlayWish
from recommender.providers.mpd.client import Mpd, address_in
from recommender.providers.mpd.queue import Stream, start
from recommender.providers.place import Place
from recommender.providers.subsonic.account import NAME
from recommender.providers.subsonic.client import Client, Refused
from recommender.providers.subsonic.finding import filled, songs_for
from recommender.providers.subsonic.saving import tracks_of
from recommender.types import Playlist, Track

PLAYLIST = "subsonic:playlist:"

PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "mpv": ("--no-video", "--playlist={}"),
    "vlc": ("--play-and-exit", "{}"),
    "cvlc": ("--play-and-exit", "{}"),
    "mplayer": ("-playlist", "{}"),
}
"""Players of this machine and how they take a playlist file, the first that is there when none is named."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be played: the songs' ids, the tracks that they are, how many were planned, and a title."""

    songs: Sequence[str]
    tracks: Sequence[Track]
    planned: int
    title: str


def play(place: Place, client: Client, what: Playlist | str, wish: PlayWish) -> Played:
    """Play a playlist, or one of the server's, `subsonic:playlist:ID`.

    Args:
        place: Its environment says where MPD and the players are.
        client: Of the server.
        what: What to play.
        wish: Its device is "mpd", "mpd:OUTPUT", "jukebox" or one of `PROGRAMS`; without one, the first that is there.

    Raises:
        ConfigError: There is nothing to play, or nothing that plays.
        ProviderError: Server or player cannot do it.
    """
    order = _order(place, client, what, wish)
    if not order.songs:
        raise ProviderError(NAME, f"{client.account.url} has none of the songs. Plan from it: {IMPORT}.")
    device, _, output = (wish.device or _there(place)).partition(":")
    ways: dict[str, Callable[[], str]] = {
        "mpd": lambda: _on_mpd(place, client, order, output),
        "jukebox": lambda: _on_jukebox(client, order),
        **{name: lambda name=name: _by_program(place, client, order, name) for name in PROGRAMS},  # type: ignore[misc]
    }
    where = lookup(ways, device.lower(), "player for your server")()
    few = f" ({len(order.songs)} of {order.planned} songs)" if len(order.songs) < order.planned else ""
    return Played(f"{where}{few}", order.title)


IMPORT = "mien catalogue import --from subsonic"


def _order(place: Place, client: Client, what: Playlist | str, wish: PlayWish) -> Order:
    if isinstance(what, Playlist):
        found = filled(place, client, what, wish.rules)
        return Order(found.keys, [pick.track for pick in found.playlist.picks], len(what.picks), what.title)
    if not what.startswith(PLAYLIST):
        raise ConfigError(f"{what!r} is no playlist of your server; it looks like {PLAYLIST}ID.")
    number = what.removeprefix(PLAYLIST)
    title, tracks = tracks_of(client, number)
    songs = [song for song in songs_for(client, tracks) if song is not None]
    return Order(songs, tracks, len(tracks), title or number)


def _there(place: Place) -> str:
    if address_in(place.environ).chosen:
        return "mpd"
    for name in PROGRAMS:
        if shutil.which(name, path=place.environ.get("PATH")):
            return name
    raise ConfigError(
        "There is nothing here to play with. Install mpv, or set MPD_HOST, or let the server play: --device jukebox."
    )


def _on_mpd(place: Place, client: Client, order: Order, output: str) -> str:
    streams = [
        Stream(client.stream_url(song), track.title, track.artist)
        for song, track in zip(order.songs, order.tracks, strict=True)
    ]
    with Mpd(address_in(place.environ)) as mpd:
        start(mpd, streams, output or None)
        return f"MPD at {mpd.address}"


def _on_jukebox(client: Client, order: Order) -> str:
    try:
        client.ask("jukeboxControl", [("action", "set"), *(("id", song) for song in order.songs)])
        client.ask("jukeboxControl", [("action", "skip"), ("index", "0")])
        client.ask("jukeboxControl", [("action", "start")])
    except Refused as refused:
        reason = f"{str(refused).removeprefix(NAME + ': ')} Its jukebox may be off; play elsewhere: --device mpv"
        raise ProviderError(NAME, f"{reason}.") from refused
    return f"the loudspeakers of {client.account.url}"


def _by_program(place: Place, client: Client, order: Order, name: str) -> str:
    """Run a player until it ends."""
    program = shutil.which(name, path=place.environ.get("PATH"))
    if program is None:
        raise ConfigError(f"{name} is not installed. Install it, or play elsewhere: --device mpd.")
    lines = ["#EXTM3U"]
    for song, track in zip(order.songs, order.tracks, strict=True):
        names = " ".join(f"{track.artist} - {track.title}".split())
        lines += [f"#EXTINF:{round(track.duration_s or 0) or -1},{names}", client.stream_url(song)]
    try:
        handle, path = tempfile.mkstemp(prefix="mien-", suffix=".m3u8")  # 0600 from the first byte
    except OSError as error:
        raise ConfigError(f"{name} needs a temporary file ({error.strerror}). Make room, or set TMPDIR.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        done = subprocess.run([program, *(word.format(path) for word in PROGRAMS[name])], check=False)
    except OSError as error:
        reason = f"{name} cannot be started ({error.strerror}). Try it alone: {program} --version"
        raise ProviderError(NAME, f"{reason}.") from error
    finally:
        Path(path).unlink(missing_ok=True)
    if done.returncode:
        raise ProviderError(NAME, f"{name} ended with an error ({done.returncode}); it said above what is wrong.")
    return name
