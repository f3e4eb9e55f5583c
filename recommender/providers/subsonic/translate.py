"""Songs as the server describes them → our tracks and candidates. Pure: no request is made here.

The fields are those of `Child` (https://opensubsonic.netlify.app/docs/responses/child/, read 2026-11-21). Only `id`,
`isDir` and `title` are promised; `bpm`, `moods[]`, `genres[]`, `isrc[]`, `artists[]` and `explicitStatus` are
OpenSubsonic's, and a server that knows nothing sends 0, "" or an empty list. Whatever has another type than it should
is taken as not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recommender.importing.cells import genre_of, isrc_of, year_of
from recommender.m3u import UNKNOWN_ARTIST
from recommender.matching.match import Candidate
from recommender.scanning.words import place_of
from recommender.types import Features, Track

SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0

UNKNOWN = {"", "[unknown]", "unknown", "unknown artist", "[unknown artist]", "<unknown>"}
"""What servers write where a file names no artist."""


def track_of(song: Any, server: str) -> Track | None:
    """Return the track of a song entry; None for a folder, a video, or an entry without id or title.

    Args:
        song: An entry as JSON.
        server: Goes into the identifier, since two servers give the same id to different songs.
    """
    if not isinstance(song, dict) or song.get("isDir") is True or song.get("isVideo") is True:
        return None
    number, title = _text(song.get("id")), _text(song.get("title"))
    if not number or not title:
        return None
    isrc = next((code for text in _texts(song.get("isrc")) if (code := isrc_of(text))), None)
    mood = place_of(_texts(song.get("moods")))
    valence, energy = mood if mood is not None else (None, None)
    bpm = _number(song.get("bpm"))
    tempo = bpm if bpm is not None and SLOWEST_BPM <= bpm <= FASTEST_BPM else None
    explicit = {"explicit": True, "clean": False}.get(_text(song.get("explicitStatus")))
    duration = _number(song.get("duration"))
    return Track(
        title=title,
        artists=_artists(song),
        year=year_of(str(song.get("year"))),
        genre=next((genre for text in _genres(song) if (genre := genre_of(text))), None),
        features=Features(valence=valence, energy=energy, tempo_bpm=tempo),
        identifiers={"subsonic": identifier(number, server)} | ({"isrc": isrc} if isrc else {}),
        estimated=mood is not None,
        duration_s=duration if duration else None,
        album=_text(song.get("album")) or None,
        explicit=explicit,
    )


def candidate_of(track: Track) -> Candidate:
    """Return what is compared with a wanted track; its key is the song's id."""
    return Candidate(
        key=song_in(track.identifiers["subsonic"])[0],
        title=track.title,
        artists=track.artists,
        duration_s=track.duration_s,
        album=track.album,
        isrc=track.identifiers.get("isrc"),
        year=track.year,
    )


def tracks_in(entries: Any, server: str) -> Iterator[Track]:
    """Yield the tracks of a list of entries, or of one entry where a server leaves the list out."""
    for song in entries if isinstance(entries, list) else [entries]:
        track = track_of(song, server)
        if track is not None:
            yield track


def objects_in(entries: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, or of one object where a server leaves the list out."""
    return [one for one in (entries if isinstance(entries, list) else [entries]) if isinstance(one, dict)]


def identifier(song: str, server: str) -> str:
    """Return what a track carries: "id@host:port/path"."""
    return f"{song}@{server}"


def song_in(identifier: str) -> tuple[str, str]:
    """Return id and server of an identifier; an id may hold an @, a server does not."""
    song, _, server = identifier.rpartition("@")
    return (song, server) if song else (identifier, "")


def _artists(song: dict[str, Any]) -> tuple[str, ...]:
    named = [_text(one.get("name")) for one in objects_in(song.get("artists"))]
    known = [name for name in named if name.casefold() not in UNKNOWN]
    if known:
        return tuple(dict.fromkeys(known))
    for field in ("artist", "displayArtist"):
        one = _text(song.get(field))
        if one.casefold() not in UNKNOWN:
            return (one,)
    return (UNKNOWN_ARTIST,)


def _genres(song: dict[str, Any]) -> list[str]:
    genres = song.get("genres")
    named = [one.get("name") if isinstance(one, dict) else one for one in genres] if isinstance(genres, list) else []
    return [text for one in (*named, song.get("genre")) if (text := _text(one))]


def _texts(value: Any) -> list[str]:
    return [text for one in (value if isinstance(value, list) else [value]) if (text := _text(one))]


def _text(value: Any) -> str:
    """Return one line of text; ids are numbers with some servers."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e6 else None
