"""Songs as MPD describes them → our tracks and candidates. Pure: nothing is asked here."""

from __future__ import annotations

import contextlib
from typing import Any

from recommender.importing.cells import genre_of, year_of
from recommender.m3u import UNKNOWN_ARTIST
from recommender.matching.match import Candidate
from recommender.types import Track

LONGEST_S = 86_400.0
"""Of a song that is believed: a day; streams have no end."""


def track_of(song: Any) -> Track | None:
    """Return the track of a song; None for what is no song, such as a folder.

    Args:
        song: Tags by name, a list where there are several (MPD's doc/protocol.rst, "Tags", read 2026-11-21).
    """
    path = _first(song, "file") if isinstance(song, dict) else ""
    if not path:
        return None
    title = _first(song, "title") or path.rpartition("/")[2].rpartition(".")[0] or path
    duration = None
    with contextlib.suppress(ValueError):
        said = float(_first(song, "duration") or _first(song, "time") or "")
        duration = said if 0 < said < LONGEST_S else None
    return Track(
        title=title,
        artists=tuple(_every(song, "artist") or _every(song, "albumartist")) or (UNKNOWN_ARTIST,),
        year=year_of(_first(song, "date")),
        genre=genre_of(_first(song, "genre")),
        identifiers={"mpd": path},
        duration_s=duration,
        album=_first(song, "album") or None,
    )


def candidate_of(track: Track) -> Candidate:
    """Return what is compared with a wanted track; its key is the song's path in MPD's database."""
    return Candidate(
        key=track.identifiers["mpd"],
        title=track.title,
        artists=track.artists,
        duration_s=track.duration_s,
        album=track.album,
        isrc=None,
        year=track.year,
    )


def quoted(text: str) -> str:
    """Return a text as a filter's value: "(file == 'VALUE')" (doc/protocol.rst, "Escaping String Values")."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"') + "'"


def _every(song: dict[str, Any], name: str) -> list[str]:
    value = song.get(name, "")
    return [text for one in (value if isinstance(value, list) else [value]) if (text := str(one).strip())]


def _first(song: dict[str, Any], name: str) -> str:
    return next(iter(_every(song, name)), "")
