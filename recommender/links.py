"""Links that open a track, or a search for it where its identifier is not known.

The search addresses are those of the services' own web pages and need no key.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import quote

from recommender.m3u import UNKNOWN_ARTIST
from recommender.types import Track


def links_for(track: Track) -> dict[str, str]:
    """Return service → address, ready to click; a file or an address of the track's own comes first."""
    search = quote(_query(track), safe="")
    links = {
        "spotify": f"https://open.spotify.com/search/{search}",
        "youtube": f"https://www.youtube.com/results?search_query={search}",
        "deezer": f"https://www.deezer.com/search/{search}",
    }
    own: dict[str, str] = {}
    known = track.identifiers
    if "file" in known:
        own["file"] = file_link(known["file"])
    if re.match(r"https?://", known.get("url", ""), re.IGNORECASE):
        own["url"] = known["url"]
    if spotify_id := re.fullmatch(r"(?:spotify:track:)?([0-9A-Za-z]+)", known.get("spotify", "")):
        links["spotify"] = f"https://open.spotify.com/track/{spotify_id[1]}"
    if deezer_id := re.fullmatch(r"\d+", known.get("deezer", "")):
        links["deezer"] = f"https://www.deezer.com/track/{deezer_id[0]}"
    return own | links


def context_link(context: str) -> str:
    """Return an address that opens a whole playlist: a Spotify URI, a URL, or the path of a file."""
    if uri := re.fullmatch(r"spotify:(?:user:[^:]+:)?playlist:(\w+)", context):
        return f"https://open.spotify.com/playlist/{uri[1]}"
    return context if "://" in context else file_link(context)


def file_link(path: str) -> str:
    """Return the file:// address of an absolute path, of this system or of Windows (RFC 8089)."""
    windows = PureWindowsPath(path)
    if windows.drive:
        return windows.as_uri() if windows.is_absolute() else quote(path)
    posix = PurePosixPath(path)
    return posix.as_uri() if posix.is_absolute() else quote(path)


def _query(track: Track) -> str:
    """Return what a person would type: main artist and title. A slash would part the address, so it becomes a space."""
    artist = "" if track.artists[0] == UNKNOWN_ARTIST else track.artists[0]
    words = f"{artist} {track.title}".replace("/", " ").replace("\\", " ")
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())
