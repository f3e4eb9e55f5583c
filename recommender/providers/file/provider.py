"""The sink that saves a playlist as a file; its name's ending says in which format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from atomic import write_atomically
from errors import ConfigError
from recommender.links import context_link
from recommender.providers import SaveWish
from recommender.providers.file.translate import as_json, as_jspf, as_m3u8, as_xspf
from recommender.providers.place import Place
from recommender.types import Playlist, Saved

FORMATS: dict[str, Callable[[Playlist], str]] = {
    ".m3u8": as_m3u8,
    ".xspf": as_xspf,
    ".jspf": as_jspf,
    ".json": as_json,
}


def sink(_place: Place, playlist: Playlist, wish: SaveWish) -> Saved:
    """Write a playlist to the file that is wished.

    Raises:
        ConfigError: No file is named, or what `save` raises.
    """
    if wish.path is None:
        raise ConfigError(f"A playlist file needs a name: --save NAME, which ends in {', '.join(FORMATS)}.")
    return save(playlist, wish.path)


def save(playlist: Playlist, path: Path) -> Saved:
    """Write a playlist to a file, atomically, in the format of its ending.

    Args:
        playlist: What to save.
        path: Where to; an existing file is replaced.

    Returns:
        The file's real path; `missing` names the mapped playlists that only their service can look into.

    Raises:
        ConfigError: The ending is none of `FORMATS`, the folder is missing or not writable, or the disk is full.
    """
    render = format_of(path)
    where = write_atomically(path, render(playlist))
    whole = () if render is as_json else tuple(context_link(c) for c in playlist.contexts if not _is_file(c))
    return Saved(str(where), len(playlist.picks), whole)


def format_of(path: Path) -> Callable[[Playlist], str]:
    """Return what renders a playlist in the format of a file's ending, before there is a playlist.

    Raises:
        ConfigError: The ending is none of `FORMATS`.
    """
    render = FORMATS.get(path.suffix.lower())
    if render is None:
        raise ConfigError(f"{path} cannot be saved: end its name in {', '.join(FORMATS)}, which says the format.")
    return render


def _is_file(context: str) -> bool:
    return context_link(context).startswith("file:")
