"""A track as a row of the table, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recommender.identity import song_key
from recommender.store.cells import cell_of
from recommender.store.schema import COLUMNS, key_of
from recommender.types import Features, Track

Row = Sequence[Any]
"""Values in the order of `schema.COLUMNS`."""

FEATURES = slice(COLUMNS.index("valence"), COLUMNS.index("loudness_db") + 1)
"""The columns of `Features`, in its order."""


def track_of(row: Row) -> Track:
    """Return the track of a row."""
    explicit = row[20]
    return Track(
        row[2],
        tuple(row[3].split("\n")),
        row[4],
        row[5],
        row[6],
        Features(*row[FEATURES]),
        identifiers_of(row[16]),
        bool(row[17]),
        row[18],
        row[19],
        None if explicit is None else bool(explicit),
    )


def row_of(track: Track) -> list[Any]:
    """Return the row of a track, without id and source."""
    sound = track.features
    return [
        None,
        song_key(track.title, track.artists[0]),
        track.title,
        "\n".join(" ".join(artist.split()) for artist in track.artists),
        track.year,
        track.genre,
        track.language,
        sound.valence,
        sound.energy,
        sound.tempo_bpm,
        sound.acousticness,
        sound.mode,
        sound.instrumentalness,
        sound.key,
        sound.danceability,
        sound.loudness_db,
        identifiers_text(track.identifiers.items()),
        int(track.estimated),
        track.duration_s,
        track.album,
        None if track.explicit is None else int(track.explicit),
        cell_of(sound.valence, sound.energy),
        None,
    ]


def identifiers_of(text: str) -> dict[str, str]:
    """Return scheme → identifier of the lines "scheme value"."""
    return dict(line.split(" ", 1) for line in text.split("\n")) if text else {}


def identifiers_text(identifiers: Any) -> str:
    """Return (scheme, identifier) pairs as lines "scheme value"; blanks stay, for they count in names of files."""
    return "\n".join(f"{scheme} {value.replace(chr(10), ' ')}" for scheme, value in identifiers if value.strip())


def keys_of(row: Row) -> list[int]:
    """Return the keys that name a row's song, the surest first."""
    lines = sorted(row[16].split("\n"), key=lambda line: not line.startswith("isrc ")) if row[16] else []
    return [*map(key_of, lines), key_of(f"song {row[1]}")]
