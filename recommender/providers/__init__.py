"""Where music comes from and goes to: each provider is a record of what it can do.

`None` says "cannot"; callers ask instead of catching.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.catalogue import BuiltIn, Catalogue
from recommender.providers.file.provider import save
from recommender.types import Playlist, Saved


@dataclass(frozen=True, slots=True)
class Provider:
    """What a source or a goal of music can do.

    Args:
        title: For people.
        catalogue: Opens the tracks to choose from.
        search_playlists: Finds existing playlists for some words, as addresses.
        sink: Puts a playlist where the path says.
        player: Plays a playlist.
    """

    title: str
    catalogue: Callable[[], Catalogue] | None = None
    search_playlists: Callable[[str], Sequence[str]] | None = None
    sink: Callable[[Playlist, Path], Saved] | None = None
    player: Callable[[Playlist], None] | None = None


PROVIDERS: dict[str, Provider] = {
    "builtin": Provider("the table of songs that comes with mien", catalogue=BuiltIn),
    "file": Provider("a playlist file: .m3u8, .xspf, .jspf or .json", sink=save),
}
