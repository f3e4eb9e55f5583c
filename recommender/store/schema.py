"""What the store keeps: tracks, the keys that say which track is which, the imports, and how dense the plane is.

`tracks` is one row a song. Artists are parted by line breaks, identifiers are lines "scheme value": a list is always
read whole, so a table of its own would only cost a join. `identities` maps 64-bit hashes of everything that names a
song (its ISRC, its identifiers, its normalised title and artist) to the track. `density` counts tracks by coarse
cell, −1 for tracks without valence or energy, and is exact after every transaction. No foreign keys: `writing` keeps
the tables together in its transactions, and a database that looked up each of a million tracks again took longer.
"""

from __future__ import annotations

from hashlib import blake2b

from sqlalchemy import BigInteger, Column, Double, Integer, MetaData, SmallInteger, Table, Text

METADATA = MetaData()

IMPORTS = Table(
    "imports",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column("finished", Text, nullable=False),
    Column("mapping", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("added", BigInteger, nullable=False),
    Column("merged", BigInteger, nullable=False),
    Column("bad", BigInteger, nullable=False),
)
TRACKS = Table(
    "tracks",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("song", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("artists", Text, nullable=False),
    Column("year", SmallInteger),
    Column("genre", Text),
    Column("language", Text),
    Column("valence", Double),
    Column("energy", Double),
    Column("tempo_bpm", Double),
    Column("acousticness", Double),
    Column("mode", SmallInteger),
    Column("instrumentalness", Double),
    Column("key", SmallInteger),
    Column("danceability", Double),
    Column("loudness_db", Double),
    Column("identifiers", Text, nullable=False),
    Column("estimated", SmallInteger, nullable=False),
    Column("duration_s", Double),
    Column("album", Text),
    Column("explicit", SmallInteger),
    Column("cell", Integer),
    Column("source", Integer),
)
IDENTITIES = Table(
    "identities",
    METADATA,
    Column("key", BigInteger, primary_key=True),
    Column("track", BigInteger, nullable=False),
)
DENSITY = Table(
    "density",
    METADATA,
    Column("cell", Integer, primary_key=True),
    Column("tracks", BigInteger, nullable=False),
)

MOOD_INDEX = "CREATE INDEX tracks_mood ON tracks (cell, valence, energy, tempo_bpm, acousticness, mode, id)"
"""Holds all that ranking reads; a large import makes it anew at its end."""

COLUMNS = tuple(column.name for column in TRACKS.columns)
"""The order of every row of tracks that is read or written."""

AT = {name: place for place, name in enumerate(COLUMNS)}
"""Column → its place in a row."""


def key_of(name: str) -> int:
    """Return the 64-bit key of a text that names a song: "isrc …", "spotify …", "song title|artist".

    Among 100 million songs with three names each, some two fall together with a chance of 0.2 %.
    """
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
