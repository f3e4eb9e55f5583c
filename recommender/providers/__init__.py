"""Where music comes from and goes to: each provider is a record of what it can do.

`None` says "cannot"; callers ask instead of catching. Every ability is called with the `Place` it works in, and loads
what it needs only then: no service costs a start anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol

from recommender.catalogue import BuiltIn, Catalogue
from recommender.constraints import NO_RULES, Constraints
from recommender.providers.place import Place
from recommender.types import Playlist, Saved, Track


@dataclass(frozen=True, slots=True)
class Found:
    """A playlist that a service has already.

    Args:
        uri: What a player takes ("spotify:playlist:…").
        title: As its owner named it.
        owner: Their name, as the service shows it.
        link: Opens it in a browser, at its service.
        tracks: How many; None when the service does not say.
        why: One sentence: what it was found by.
    """

    uri: str
    title: str
    owner: str
    link: str
    tracks: int | None
    why: str


@dataclass(frozen=True, slots=True)
class SaveWish:
    """How a playlist is to be saved.

    Args:
        name: What it is called there.
        public: Whether others may see it.
        replace: Fill one that mien made under that name anew, instead of making another.
        path: The file, for the sink that writes files.
        rules: What every track keeps, also one that stands in for what the service does not have.
        private: Keep nothing of it here once it is saved.
    """

    name: str
    public: bool = False
    replace: bool = False
    path: Path | None = None
    rules: Constraints = NO_RULES
    private: bool = False


@dataclass(frozen=True, slots=True)
class PlayWish:
    """How something is to be played.

    Args:
        device: Name or identifier of what is to sound; None: what is active.
        rules: What every track keeps, also one that stands in for what the service does not have.
        private: Keep nothing of it here.
    """

    device: str | None = None
    rules: Constraints = NO_RULES
    private: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """What plays now: on which device or server, and the title of the playlist."""

    where: str
    title: str


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a provider can be used.

    Args:
        state: "not set up" is no fault: nobody asked for it yet.
        message: What was found.
        remedy: What to do; "" when nothing is to be done.
    """

    state: Literal["ready", "not set up", "broken"]
    message: str
    remedy: str = ""


class Check(Protocol):
    """Looks after a provider; without `online` it sends nothing."""

    def __call__(self, place: Place, *, online: bool = False) -> Health: ...


@dataclass(frozen=True, slots=True)
class Provider:
    """What a source or a goal of music can do.

    Args:
        title: For people.
        catalogue: Opens the tracks to choose from.
        find: Finds existing playlists for a mood's word, at most so many, best first.
        sink: Saves a playlist; called again after it was broken off, it finishes the same one.
        player: Plays a playlist, or what a URI names.
        source: Yields the tracks that the user has there: which of them, the words say ("saved", "top").
        check: Says whether it can be used.
        login: Asks for access, keeps it, and returns a sentence; what it needs is given by keyword.
    """

    title: str
    catalogue: Callable[[Place], Catalogue] | None = None
    find: Callable[[Place, str, int], Sequence[Found]] | None = None
    sink: Callable[[Place, Playlist, SaveWish], Saved] | None = None
    player: Callable[[Place, Playlist | str, PlayWish], Played] | None = None
    source: Callable[[Place, tuple[str, ...]], Iterator[Track]] | None = None
    check: Check | None = None
    login: Callable[..., str] | None = None


def _of(package: str, ability: str) -> Callable[..., Any]:
    """Return an ability of `recommender.providers.PACKAGE.provider`, which is imported when it is called."""

    def called(*args: Any, **kwargs: Any) -> Any:
        return getattr(import_module(f"recommender.providers.{package}.provider"), ability)(*args, **kwargs)

    called.__qualname__ = called.__name__ = f"{package}.{ability}"
    return called


PROVIDERS: dict[str, Provider] = {
    "builtin": Provider("the table of songs that comes with mien", catalogue=lambda _: BuiltIn()),
    "file": Provider("a playlist file: .m3u8, .xspf, .jspf or .json", sink=_of("file", "sink")),
    "spotify": Provider(
        "Spotify",
        find=_of("spotify", "find"),
        sink=_of("spotify", "sink"),
        player=_of("spotify", "player"),
        source=_of("spotify", "source"),
        check=_of("spotify", "check"),
        login=_of("spotify", "login"),
    ),
    "subsonic": Provider(
        "your own server (OpenSubsonic)",
        sink=_of("subsonic", "sink"),
        player=_of("subsonic", "player"),
        source=_of("subsonic", "source"),
        check=_of("subsonic", "check"),
        login=_of("subsonic", "login"),
    ),
    "mpd": Provider(
        "MPD, the music player daemon",
        sink=_of("mpd", "sink"),
        player=_of("mpd", "player"),
        check=_of("mpd", "check"),
    ),
    "deezer": Provider("Deezer's public search (cover, preview, link)", check=_of("deezer", "check")),
}
"""`PACKAGE/provider.py` has a function of each ability's name."""
