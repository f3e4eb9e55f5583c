"""MPD as a provider: plays a playlist, or stores it."""

from __future__ import annotations

from importlib import util
from pathlib import Path

from errors import ConfigError, MienError, ProviderError
from recommender.providers import Health, Played, PlayWish, SaveWish
from recommender.providers.file.reading import is_playlist, read
from recommender.providers.mpd.client import NAME, Mpd, address_in, shown
from recommender.providers.mpd.finding import filled
from recommender.providers.mpd.queue import start, store
from recommender.providers.place import Place
from recommender.types import Pick, Playlist, Saved

STORED = "mpd:playlist:"


def player(place: Place, what: Playlist | str, wish: PlayWish) -> Played:
    """Play a playlist, a playlist file, an address, or `mpd:playlist:NAME`.

    Args:
        place: Its environment says where MPD is.
        what: What to play.
        wish: Its device is an output of MPD.

    Raises:
        ConfigError: Nothing of it is playable here, or python-mpd2 is not installed.
        ProviderError: MPD cannot be reached, or cannot play.
    """
    with Mpd(address_in(place.environ)) as mpd:
        uris: tuple[str, ...]
        missing: tuple[str, ...] = ()
        planned = 0
        if isinstance(what, str) and what.startswith(STORED):
            name = what.removeprefix(STORED)
            uris, title = tuple(mpd.ask("listplaylist", name)), name
        elif isinstance(what, str) and "://" in what:
            uris, title = (what,), what
        else:
            playlist = what if isinstance(what, Playlist) else _listed(what)
            found = filled(place, mpd, playlist, wish.rules)
            uris, title = found.keys, playlist.title
            planned, missing = len(playlist.picks), found.missing
        if not uris:
            names = f", such as {missing[0]}" if missing else ""
            reason = f"MPD at {mpd.address} has none of the songs{names}. Let MPD update its database"
            raise ProviderError(NAME, f"{reason}, or plan from your own files: mien catalogue scan FOLDER.")
        placed = start(mpd, uris, wish.device)
        status = mpd.ask("status")
        if status.get("error"):
            raise ProviderError(NAME, f"MPD at {mpd.address} cannot play: {shown(status['error'])}. See `mpc outputs`.")
        few = f" ({placed} of {planned} songs)" if placed < planned else ""
        return Played(f"MPD at {mpd.address}{few}", title)


def sink(place: Place, playlist: Playlist, wish: SaveWish) -> Saved:
    """Store a playlist in MPD's playlist folder.

    Raises:
        ConfigError: python-mpd2 is not installed.
        ProviderError: MPD cannot be reached, or stores no playlists.
    """
    with Mpd(address_in(place.environ)) as mpd:
        found = filled(place, mpd, playlist, wish.rules)
        if not found.keys:
            return Saved("", 0, found.missing)
        name = store(mpd, wish.name, found.keys, replace=wish.replace)
        where = f"{name!r} in MPD at {mpd.address} ({STORED}{name})"
        return Saved(where, len(found.keys), found.missing, found.playlist)


def check(place: Place, *, online: bool = False) -> Health:
    """Say whether MPD can play."""
    if util.find_spec("mpd") is None:
        return Health("not set up", "python-mpd2 is not installed", "pip install 'mien[mpd]' to play on MPD")
    try:
        address = address_in(place.environ)
        if not online:
            if not address.chosen and not address.is_socket:
                return Health("not set up", "MPD_HOST is not set", f"mien would look for MPD at {address}")
            return Health("ready", f"MPD at {address}, not asked", "mien doctor --online asks it")
        with Mpd(address) as mpd:
            songs = mpd.ask("stats").get("songs", "?")
            on = [str(one["outputname"]) for one in mpd.ask("outputs") if one.get("outputenabled") == "1"]
            message = f"MPD {mpd.version} at {address}, {songs} songs, output {', '.join(on) or 'none'}"
        return Health("ready" if on else "broken", message, "" if on else "switch one on: mpc enable 1")
    except MienError as error:
        return Health("broken", str(error).removeprefix(f"{NAME}: "), "")


def _listed(what: str) -> Playlist:
    path = Path(what)
    if not is_playlist(path):
        raise ConfigError(f"{what!r} is nothing that MPD plays; give a playlist file, an address, or {STORED}NAME.")
    listed = read(path)
    # its own choice, as a mapped playlist is: nothing stands in for what MPD does not have
    return Playlist(listed.title, "own", tuple(Pick(track, "", {}) for track in listed.tracks), contexts=(what,))
