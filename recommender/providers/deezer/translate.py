"""Deezer's JSON ↔ our types; pure. What is not as it should be is left out, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from recommender.matching.match import Candidate

PAGE = "https://www.deezer.com/track/"
_EXPIRES = re.compile(r"\bexp=(\d{9,11})\b")


@dataclass(frozen=True, slots=True)
class Shown:
    """What Deezer shows of a song.

    Args:
        title: As Deezer writes it.
        artist: Likewise.
        link: Its page at Deezer.
        cover: Address of its album's picture.
        preview: Address of thirty seconds of it.
        preview_until_s: When that address dies, in seconds since 1970, if it says so.
        why: Why it is the song that was asked for.
    """

    title: str
    artist: str
    link: str
    cover: str | None = None
    preview: str | None = None
    preview_until_s: float | None = None
    why: str = ""


def candidate(item: Any) -> Candidate | None:
    """Return a song of an answer; None for anything else, and for what cannot be played ("readable")."""
    if not isinstance(item, dict) or item.get("readable") is False:
        return None
    number, title, artist = item.get("id"), _text(item.get("title")), _name(item.get("artist"))
    if not isinstance(number, int) or isinstance(number, bool) or number <= 0 or not title or not artist:
        return None
    others = item.get("contributors")
    names = [artist, *(_name(other) for other in others)] if isinstance(others, list) else [artist]
    length: Any = item.get("duration")
    known = isinstance(length, int | float) and not isinstance(length, bool) and 0 < length < 86_400
    album = item.get("album")
    return Candidate(
        str(number),
        title,
        tuple(dict.fromkeys(name for name in names if name)),
        float(length) if known else None,
        _text(album.get("title")) if isinstance(album, dict) else None,
        _text(item.get("isrc")),
        _year(item.get("release_date")),
    )


def candidates(answer: Any) -> list[tuple[Candidate, dict[str, Any]]]:
    """Return the songs of a search's answer, each once, with what they were made from."""
    data = answer.get("data") if isinstance(answer, dict) else None
    found: dict[str, tuple[Candidate, dict[str, Any]]] = {}
    for item in data if isinstance(data, list) else ():
        if (song := candidate(item)) is not None:
            found.setdefault(song.key, (song, item))
    return list(found.values())


def shown(song: Candidate, item: dict[str, Any], why: str) -> Shown:
    """Return what is to be shown of a song."""
    preview = _address(item.get("preview"))
    album = item.get("album")
    covers = [album.get(size) for size in ("cover_medium", "cover_big", "cover")] if isinstance(album, dict) else []
    expires = _EXPIRES.search(unquote(preview)) if preview else None
    return Shown(
        song.title,
        ", ".join(song.artists),
        f"{PAGE}{song.key}",
        next((address for address in map(_address, covers) if address), None),
        preview,
        float(expires[1]) if expires else None,
        why,
    )


def _text(value: Any) -> str | None:
    text = " ".join("".join(c if c.isprintable() else " " for c in value).split()) if isinstance(value, str) else ""
    return text or None


def _name(value: Any) -> str | None:
    return _text(value.get("name")) if isinstance(value, dict) else None


def _address(value: Any) -> str | None:
    """Return an address that a browser may open; nothing but https is trusted."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme == "https" and parts.hostname else None


def _year(value: Any) -> int | None:
    year = int(value[:4]) if isinstance(value, str) and re.match(r"\d{4}-", value) else 0
    return year if 1000 < year < 3000 else None
