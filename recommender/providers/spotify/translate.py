"""Spotify's JSON as our types. Pure: nothing here asks anything.

Lists have holes (null items), old answers say `tracks`/`track` where new ones say `items`/`item`, and fields come and
go with the app's quota: what is not there is not known. What has another shape altogether is refused as `Unavailable`.
Names: developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide (read 2026-11-21).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from errors import Unavailable
from recommender.matching.match import Candidate
from recommender.providers.foreign import one_line
from recommender.providers.spotify import uris
from recommender.providers.spotify.transport import NAME
from recommender.types import Features, Track

LONGEST_MS = 86_400_000
"""Of a track that is believed: a day."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: its items with their holes, and how many there are in all."""

    items: tuple[Any, ...]
    offset: int
    total: int


@dataclass(frozen=True, slots=True)
class Device:
    """Something that plays."""

    id: str
    name: str
    active: bool


def nonsense(what: str) -> Unavailable:
    """Return the error for an answer of another shape."""
    return Unavailable(
        NAME, f"Spotify's answer about {what} makes no sense. Try again later; if it stays, update mien."
    )


def page_of(answer: Any, *, offset: int, what: str) -> Page:
    """Return a page.

    Args:
        answer: The JSON.
        offset: That was asked for.
        what: For the message.

    Raises:
        Unavailable: It is no page, or another one than was asked for.
    """
    page = object_in(answer, what)
    items, total = page.get("items"), page.get("total")
    if not isinstance(items, list) or not isinstance(total, int) or page.get("offset", offset) != offset:
        raise nonsense(what)
    return Page(tuple(items), offset, total)


def found_tracks(answer: Any, isrc: str | None = None) -> list[Candidate]:
    """Return the tracks of a search that can be played, the first as Spotify ranks them.

    Args:
        answer: The JSON.
        isrc: That was searched for: what was found has it, whether the answer says so or not.

    Raises:
        Unavailable: It is no answer to a search.
    """
    page = page_of(object_in(answer, "songs").get("tracks"), offset=0, what="songs")
    return [each for item in page.items if (each := _candidate(item, isrc)) is not None]


def is_answer_to(answer: Any, kind: str, query: str) -> bool:
    """Say whether a search's page belongs to a query, as far as its own address tells."""
    page = answer.get(f"{kind}s") if isinstance(answer, dict) else None
    href = page.get("href") if isinstance(page, dict) else None
    said = parse_qs(href.partition("?")[2].partition("#")[0]).get("query") if isinstance(href, str) else None
    return not said or _letters(said[0]) == _letters(query)


def listed_tracks(page: Page) -> Iterator[Track]:
    """Yield the tracks of a page: of saved or top tracks, or of a playlist."""
    for item in page.items:
        inner = inner_of(item)
        track = track_of(inner if isinstance(inner, dict) else item)
        if track is not None:
            yield track


def track_of(item: Any) -> Track | None:
    """Return a track; None for a hole, a podcast, or a file that only the user has."""
    if not isinstance(item, dict) or item.get("type", "track") != "track" or item.get("is_local") is True:
        return None
    uri, artists = uris.track_uri(str(item.get("uri"))), _artists(item)
    if uri is None or not text_of(item.get("name")) or not artists:
        return None
    isrc, explicit = _isrc(item), item.get("explicit")
    return Track(
        text_of(item["name"]),
        artists,
        year=_year(item),
        identifiers={"spotify": uri} | ({"isrc": isrc} if isrc else {}),
        duration_s=_duration_s(item),
        album=_album(item),
        explicit=explicit if isinstance(explicit, bool) else None,
    )


def features_of(answer: Any) -> dict[str, Features]:
    """Return URI → audio features, of the tracks that have some (apps with extended quota only).

    Raises:
        Unavailable: It is no list of audio features.
    """
    listed = object_in(answer, "audio features").get("audio_features")
    if not isinstance(listed, list):
        raise nonsense("audio features")
    found = {}
    for each in listed:
        uri = uris.track_uri(str(each.get("uri"))) if isinstance(each, dict) else None
        if uri is not None:
            found[uri] = Features(
                valence=_within(each, "valence", 0, 1),
                energy=_within(each, "energy", 0, 1),
                tempo_bpm=_within(each, "tempo", 20, 400),
                acousticness=_within(each, "acousticness", 0, 1),
                mode=_whole(each, "mode", 1),
                instrumentalness=_within(each, "instrumentalness", 0, 1),
                key=_whole(each, "key", 11),
                danceability=_within(each, "danceability", 0, 1),
                loudness_db=_within(each, "loudness", -80, 10),
            )
    return found


def recommended(answer: Any) -> list[Track]:
    """Return the tracks of a recommendation (apps with extended quota only).

    Raises:
        Unavailable: It is none.
    """
    listed = object_in(answer, "recommendations").get("tracks")
    if not isinstance(listed, list):
        raise nonsense("recommendations")
    return [track for each in listed if (track := track_of(each)) is not None and each.get("is_playable") is not False]


def devices_of(answer: Any) -> list[Device]:
    """Return the devices that can be told to play.

    Raises:
        Unavailable: It is no list of devices.
    """
    devices = object_in(answer, "your devices").get("devices")
    if not isinstance(devices, list):
        raise nonsense("your devices")
    return [
        Device(each["id"], text_of(each.get("name")) or each["id"], each.get("is_active") is True)
        for each in devices
        if isinstance(each, dict) and isinstance(each.get("id"), str) and each.get("is_restricted") is not True
    ]


def _candidate(item: Any, isrc: str | None) -> Candidate | None:
    track = track_of(item)
    if track is None or item.get("is_playable") is False:
        return None
    return Candidate(
        key=track.identifiers["spotify"],
        title=track.title,
        artists=track.artists,
        duration_s=track.duration_s,
        album=track.album,
        isrc=isrc or track.identifiers.get("isrc"),
        year=track.year,
    )


def object_in(answer: Any, what: str) -> Json:
    """Return an answer that is an object; `what` it is about is said where it is none."""
    if not isinstance(answer, dict):
        raise nonsense(what)
    return answer


def inner_of(item: Any) -> Any:
    """Return what a place of a list holds: `item` in new answers, `track` in old ones."""
    return (item.get("item") or item.get("track")) if isinstance(item, dict) else None


def text_of(value: Any) -> str:
    """Return a text as one line; "" where there is none."""
    return one_line(value) if isinstance(value, str) else ""


def _artists(item: Json) -> tuple[str, ...]:
    artists = item.get("artists")
    listed = artists if isinstance(artists, list) else []
    names = [text_of(each.get("name")) for each in listed if isinstance(each, dict)]
    return tuple(filter(None, names))


def _album(item: Json) -> str | None:
    album = item.get("album")
    return text_of(album.get("name")) or None if isinstance(album, dict) else None


def _year(item: Json) -> int | None:
    """Return the year of the album, which for a song on a compilation is later than its own."""
    album = item.get("album")
    said = str(album.get("release_date", "")) if isinstance(album, dict) else ""
    year = int(said[:4]) if re.match(r"\d{4}", said) else 0
    compilation = isinstance(album, dict) and album.get("album_type") == "compilation"
    return year if year >= 1877 and not compilation else None


def _duration_s(item: Json) -> float | None:
    duration_ms = _within(item, "duration_ms", 1, LONGEST_MS)
    return None if duration_ms is None else round(duration_ms / 1000, 3)


def _isrc(item: Json) -> str | None:
    known = item.get("external_ids")
    said = known.get("isrc") if isinstance(known, dict) else None
    plain = said.replace("-", "").strip().upper() if isinstance(said, str) else ""
    return plain if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", plain) else None


def _within(item: Json, name: str, low: float, high: float) -> float | None:
    """Return a number that makes sense; a tempo of 0 and a key of −1 say "not known"."""
    value = item.get(name)
    sensible = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    return float(value) if sensible else None  # type: ignore[arg-type]


def _whole(item: Json, name: str, high: int) -> int | None:
    value = _within(item, name, 0, high)
    return None if value is None else int(value)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
