"""Playlist files as tracks: M3U and M3U8, XSPF, JSPF, and mien's own JSON.

XSPF is https://www.xspf.org/spec, JSPF is the same elements as JSON (https://www.xspf.org/jspf), both read 2026-11-21.
Files come from anywhere, so they are read with care: no more than 32 MB, no document type (which could grow without
end), nothing that a type or an encoding could break.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin

from errors import CatalogueError, lookup
from recommender import m3u
from recommender.importing.cells import artists_of, isrc_of, spotify_of
from recommender.m3u import LARGEST_BYTES, UNKNOWN_ARTIST
from recommender.types import Track

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

XSPF = "{http://xspf.org/ns/0/}"
OLD_XSPF = "{http://xspf.org/ns/0}"
"""What some writers leave the slash out of."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a playlist file holds.

    Args:
        title: As the file says, else its name.
        tracks: In order; features are not known.
        unnamed: How many entries have neither a title nor a place that names one.
    """

    title: str
    tracks: tuple[Track, ...]
    unnamed: int = 0


def read(path: Path) -> Listed:
    """Return what a playlist file holds.

    Raises:
        CatalogueError: It is missing, unreadable, too large, or no playlist.
    """
    reader = lookup(READERS, path.suffix.lower(), "format of playlist files")
    return reader(path)


def is_playlist(path: Path) -> bool:
    """Say whether the ending of a file is one that `read` knows."""
    return path.suffix.lower() in READERS


def _m3u(path: Path) -> Listed:
    tracks = m3u.read(path)
    title = ""
    with path.open("rb") as file:
        for line in file.read(4096).decode("utf-8-sig", "replace").splitlines():
            if line.upper().startswith("#PLAYLIST:"):
                title = " ".join(line[10:].split())
                break
    return Listed(title or path.stem, tracks)


def _xspf(path: Path) -> Listed:
    from xml.etree import ElementTree as ET  # only this format needs it

    class NoDocumentType(ET.TreeBuilder):
        def doctype(self, *_: Any) -> None:
            raise CatalogueError(path, "holds a document type, which no playlist needs; write it without <!DOCTYPE.")

    parser = ET.XMLParser(target=NoDocumentType())
    try:
        parser.feed(_bytes(path))
        root: Element = parser.close()
    except (ET.ParseError, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ET.ParseError) else None
        raise CatalogueError(path, f"is no XML ({error}). Write it again, or give another file.", line=line) from error
    space = next((name for name in (XSPF, OLD_XSPF, "") if root.tag == f"{name}playlist"), None)
    if space is None:
        raise CatalogueError(path, f"is no XSPF: it begins with <{root.tag.rpartition('}')[2][:40]}>, not <playlist>.")
    base = root.get("{http://www.w3.org/XML/1998/namespace}base", "")

    def entries() -> Iterator[Mapping[str, Any]]:
        for track in root.iterfind(f"{space}trackList/{space}track"):
            entry: dict[str, Any] = {}
            for child in track:
                name = child.tag.removeprefix(space) if isinstance(child.tag, str) else ""
                if name in ("location", "identifier"):
                    entry.setdefault(name, []).append(child.text)
                else:
                    entry.setdefault(name, child.text)
            yield entry

    return _listed(path, root.findtext(f"{space}title", ""), entries(), base)


def _jspf(path: Path) -> Listed:
    try:
        document = json.loads(_bytes(path))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise CatalogueError(path, f"is no JSON ({error}). Write it again, or give another file.", line=line) from error
    playlist = document.get("playlist", document) if isinstance(document, dict) else None
    if not isinstance(playlist, dict):
        raise CatalogueError(path, "is no playlist: it has no object 'playlist'.")
    entries = playlist.get("track")
    if entries is None and isinstance(playlist.get("tracks"), list):
        return _own(path, playlist)
    if not isinstance(entries, list):
        raise CatalogueError(path, "is no playlist: it has no list 'track'.")
    return _listed(path, playlist.get("title"), (one for one in entries if isinstance(one, dict)), "")


def _own(path: Path, playlist: Mapping[str, Any]) -> Listed:
    """Return what mien's own JSON holds (docs/json.md)."""

    def entries() -> Iterator[Mapping[str, Any]]:
        for one in playlist["tracks"]:
            if isinstance(one, dict):
                seconds = _number(one.get("duration_s"))
                known = {"creator": one.get("artists"), "known": one.get("identifiers")}
                yield {**one, **known, "duration": None if seconds is None else seconds * 1000}

    return _listed(path, playlist.get("title"), entries(), "")


READERS: dict[str, Callable[[Path], Listed]] = {
    ".m3u": _m3u,
    ".m3u8": _m3u,
    ".xspf": _xspf,
    ".jspf": _jspf,
    ".json": _jspf,
}


def _listed(path: Path, title: Any, entries: Iterator[Mapping[str, Any]], base: str) -> Listed:
    tracks, unnamed = [], 0
    for entry in entries:
        track = _track(entry, path.parent, base)
        if track is None:
            unnamed += 1
        else:
            tracks.append(track)
    return Listed(_text(title) or path.stem, tuple(tracks), unnamed)


def _track(entry: Mapping[str, Any], folder: Path, base: str) -> Track | None:
    """Return the track of an entry; a file without a title takes it from its name, as in M3U."""
    known = _identifiers(entry, folder, base)
    title, artists = _text(entry.get("title")), _artists(entry.get("creator"))
    if not title and (place := known.get("file") or known.get("url")):
        named = m3u.named(place)
        title, artists = named.title, artists or named.artists
    if not title:
        return None
    duration = _number(entry.get("duration"))
    return Track(
        title,
        artists or (UNKNOWN_ARTIST,),
        identifiers=known,
        duration_s=duration / 1000 if duration else None,  # both formats count milliseconds
        album=_text(entry.get("album")) or None,
    )


def _identifiers(entry: Mapping[str, Any], folder: Path, base: str) -> dict[str, str]:
    known: dict[str, str] = {}
    inner = entry.get("known")
    if isinstance(inner, dict):
        known |= {str(scheme): value for scheme, value in inner.items() if isinstance(value, str) and value}
    for place in (*_places(entry.get("identifier")), *_places(entry.get("location"))):
        if place.startswith(("spotify:track:", "https://open.spotify.com/")):
            if uri := spotify_of(place):
                known.setdefault("spotify", uri)
        elif (isrc := re.fullmatch(r"(?:urn:)?isrc:(.+)", place, re.IGNORECASE)) and (code := isrc_of(isrc[1])):
            known.setdefault("isrc", code)
    for place in _places(entry.get("location")):
        if place.startswith(("spotify:", "https://open.spotify.com/")):
            continue
        whole = _joined(base, place)
        found = re.match(r"([A-Za-z][\w+.-]+):", whole)
        scheme = found[1].lower() if found else ""
        if scheme in ("http", "https"):
            if m3u.address_parts(whole).netloc:
                known.setdefault("url", whole)
        elif scheme in ("", "file") and (path := _path(whole, folder)):
            known.setdefault("file", path)
    return known


def _joined(base: str, place: str) -> str:
    """Return a location with the address that it is relative to; as it is where that is no address."""
    try:
        return urljoin(base, place) if base else place
    except ValueError:
        return place


def _path(place: str, folder: Path) -> str:
    """Return the path that a location names: file:///a%20b, file://C:/a, or one relative to the playlist."""
    if place.lower().startswith("file:"):
        parts = m3u.address_parts(place)
        path = unquote(parts.path)
        if re.match(r"/[A-Za-z]:[/\\]", path):
            return str(PureWindowsPath(path[1:]))
        if parts.netloc not in ("", "localhost"):
            return f"{unquote(parts.netloc)}{path}" if re.match(r"[A-Za-z]:?$", parts.netloc) else ""
        return path
    path = unquote(place)
    if PureWindowsPath(path).drive:
        return path
    return str(folder.absolute() / path.replace("\\", "/")) if path else ""


def _artists(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_texts(value))
    text = _text(value)
    found = artists_of(text) if text else None
    return tuple(found.split("\n")) if found else ()


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise CatalogueError(path, "is too large for a playlist; choose a file of songs.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CatalogueError(path, "there is no such file; correct the path.") from error
    except OSError as error:
        raise CatalogueError(path, f"cannot be read ({error.strerror or error}); make it readable.") from error


def _places(value: Any) -> list[str]:
    """Return the texts of a list, or of one text, as they are."""
    return [text for one in (value if isinstance(value, list) else [value]) if (text := _place(one))]


def _place(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [text for one in (value if isinstance(value, list) else [value]) if (text := _text(one))]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    clean = "".join(c if c.isprintable() else " " for c in value)
    return " ".join(clean.split())


def _number(value: Any) -> float | None:
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        return None
    return number if 0 < number < 1e12 else None
