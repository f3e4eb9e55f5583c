"""Fill MPD's queue and start it, or store a playlist there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from errors import UnknownName
from recommender.providers.mpd.client import NO_EXIST, Command, Mpd, NotDone


@dataclass(frozen=True, slots=True)
class Stream:
    """An address that is played as a song, with the names that MPD shows for it."""

    url: str
    title: str
    artist: str


def start(mpd: Mpd, songs: Sequence[str | Stream], device: str | None = None) -> int:
    """Play songs from the first, in their order, instead of what is in the queue.

    All goes as one list of commands, which MPD begins when it has all of it: a broken connection leaves the queue as it
    was, and a song that MPD does not take costs itself only.

    Args:
        mpd: That plays.
        songs: URIs and streams.
        device: Name or number of an output that is switched on first.

    Returns:
        How many are in the queue.

    Raises:
        UnknownName: There is no such output.
        ProviderError: MPD cannot play.
    """
    before: list[Command] = [] if device is None else [("enableoutput", _output(mpd, device))]
    left = list(songs)
    while True:
        # a shuffled journey would be none
        fill: list[Command] = [*before, ("clear",), ("random", "0"), ("single", "0")]
        fill += [("addid", song.url if isinstance(song, Stream) else song) for song in left]
        try:
            answers = mpd.ask_all(fill)
        except NotDone as refused:
            bad = _failed(refused) - (len(fill) - len(left))
            if not 0 <= bad < len(left) or len(left) == 1:
                raise
            del left[bad]
            continue
        ids = answers[len(fill) - len(left) :]
        names: list[Command] = []
        for number, song in zip(ids, left, strict=True):
            if isinstance(song, Stream):
                names += [
                    ("addtagid", str(number), "title", song.title),
                    ("addtagid", str(number), "artist", song.artist),
                ]
        mpd.ask_all([*names, ("play", "0")])
        return len(left)


def store(mpd: Mpd, name: str, uris: Sequence[str], *, replace: bool) -> str:
    """Store a playlist under a name; what an earlier run began is finished.

    Args:
        mpd: That stores.
        name: Wanted; another list of that name gets company ("Happy (2)") unless it is replaced.
        uris: Songs.
        replace: Write over the list of that name.

    Returns:
        The name that it has now.
    """
    plain = " ".join(name.replace("/", "-").split()) or "mien"
    for number in range(1, 1000):
        called = plain if number == 1 else f"{plain} ({number})"
        have = _stored(mpd, called)
        if replace or have == list(uris[: len(have)]):
            clear: list[Command] = [("playlistclear", called)] if replace and have else []
            rest = uris if replace else uris[len(have) :]
            if clear or rest:
                mpd.ask_all([*clear, *(("playlistadd", called, uri) for uri in rest)])
            return called
    raise NotDone(NO_EXIST, f"there are too many playlists named {plain!r}. Choose another name with --name.")


def _stored(mpd: Mpd, name: str) -> list[str]:
    try:
        return list(mpd.ask("listplaylist", name))
    except NotDone as refused:
        if refused.code == NO_EXIST:
            return []
        raise


def _output(mpd: Mpd, device: str) -> str:
    outputs = mpd.ask("outputs")
    for one in outputs:
        if device.casefold() in (str(one.get("outputname", "")).casefold(), str(one.get("outputid", ""))):
            return str(one["outputid"])
    raise UnknownName("output of MPD", device, [str(one.get("outputname", "")) for one in outputs])


def _failed(refused: NotDone) -> int:
    """Return which command of a list failed, counted from 0."""
    return getattr(refused.__cause__, "offset", None) or 0
