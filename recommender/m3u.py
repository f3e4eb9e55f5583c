"""Read M3U and M3U8 playlists: one entry a line, `#EXTINF:seconds,Artist - Title` before it where somebody wrote one.

M3U has no standard; this follows what Winamp, VLC and foobar2000 write: UTF-8 (always for .m3u8), else Latin-1; paths
relative to the playlist; Windows paths and file:// addresses too. `#EXTART:` names an artist.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from urllib.parse import SplitResult, unquote, urlsplit

from errors import CatalogueError
from recommender.types import Track

UNKNOWN_ARTIST = "Unknown artist"

LARGEST_BYTES = 32 * 1024 * 1024
"""A playlist larger than this is some other file: 32 MB hold some 300,000 entries."""


def read(path: Path) -> tuple[Track, ...]:
    """Return the entries of a playlist in order, as tracks whose features are not known.

    Args:
        path: An .m3u or .m3u8 file.

    Raises:
        CatalogueError: The file is missing, unreadable, or no list of songs.
    """
    lines = _text(path).splitlines()
    tracks: list[Track] = []
    info, artist = "", ""
    duration: float | None = None
    for number, line in enumerate(lines, start=1):
        entry = line.strip()
        if entry.upper().startswith("#EXTINF:"):
            info, duration = _name_in(entry), _seconds_in(entry)
        elif entry.upper().startswith("#EXTART:"):
            artist = entry[8:].strip()
        elif entry.upper().startswith("#EXT-X-"):
            raise CatalogueError(path, "this is an HLS stream, not a list of songs; choose another file.", line=number)
        elif entry and not entry.startswith("#"):
            track = replace(_track(info, artist, entry), identifiers=_identifiers(entry, path.parent))
            tracks.append(replace(track, duration_s=duration))
            info, artist, duration = "", "", None
    return tuple(tracks)


def named(place: str) -> Track:
    """Return the track that the name of a file or an address names: "03 - Artist - Title.mp3"."""
    return _track("", "", place)


def address_parts(address: str) -> SplitResult:
    """Return the parts of an address, all of them empty where it is none ("http://[")."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise CatalogueError(path, "too large for a playlist; choose an .m3u or .m3u8 file of songs.")
        raw = path.read_bytes()
    except FileNotFoundError as trouble:
        raise CatalogueError(path, "there is no such file; correct the path.") from trouble
    except OSError as trouble:
        raise CatalogueError(path, f"cannot be read ({trouble.strerror or trouble}); make it readable.") from trouble
    if b"\0" in raw:
        raise CatalogueError(path, "this is not a text file; choose an .m3u or .m3u8 file of songs.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _name_in(extinf: str) -> str:
    """Return the display name of an EXTINF line: what stands behind the first comma outside quotes."""
    match = re.match(r'#EXTINF:(?:"[^"]*"|[^,"])*,(.*)', extinf, re.IGNORECASE)
    return match[1].strip() if match else ""


def _seconds_in(extinf: str) -> float | None:
    """Return the length of an EXTINF line; 0 and -1 say that it is not known."""
    match = re.match(r"#EXTINF:\s*(\d{1,7}(?:\.\d{1,9})?)", extinf, re.IGNORECASE)
    return (float(match[1]) or None) if match else None


def _track(info: str, artist: str, entry: str) -> Track:
    name = info or _name_of(entry)
    first, dash, rest = (part.strip() for part in name.partition(" - "))
    if artist:
        title = rest if dash and first.casefold() == artist.casefold() else name
    elif dash and first and rest:
        artist, title = first, rest
    else:
        artist, title = UNKNOWN_ARTIST, name
    return Track(title or entry, (artist,))


def _name_of(entry: str) -> str:
    """Return the name in a file name: "03 - Artist - Title.mp3" and "03. Title.mp3" lose number and ending."""
    path = unquote(address_parts(entry).path) if "://" in entry else entry
    stem = PureWindowsPath(path).stem  # parts at / and at \
    return re.sub(r"^\d{1,3}(\s*[-.]\s+|\s+-\s*)", "", stem).replace("_", " ").strip() or entry


def _identifiers(entry: str, folder: Path) -> dict[str, str]:
    spotify = re.fullmatch(r"(?:spotify:track:|https://open\.spotify\.com/(?:intl-\w+/)?track/)(\w+)(?:\?.*)?", entry)
    if spotify:
        return {"spotify": f"spotify:track:{spotify[1]}"}
    if "://" in entry:
        path = unquote(address_parts(entry).path)
        if entry.lower().startswith("file://"):
            return {"file": path} if path else {}
        return {"url": entry} if address_parts(entry).netloc else {}
    if PureWindowsPath(entry).drive or "\\" in entry:
        return {
            "file": entry if PureWindowsPath(entry).is_absolute() else str(folder.absolute() / entry.replace("\\", "/"))
        }
    return {"file": str(folder.absolute() / entry)}
