"""What the memory keeps, as numbered steps. Every row belongs to a listener; moments are seconds since 1970 (UTC).

`memory_playlists` has what was shown, with what was wished and read, so that a correction can plan it again: `reading`
is the number of the playlist that was first made of a reading, and `scores` are the network's own, before the resting
face is taken into account. `memory_plays` has the tracks; `memory_opinions` likes and skips, one row each;
`memory_bans` what never comes; `memory_corrections` what readings should have been, with the same scores. Lists are
JSON.
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE memory_playlists (
    listener TEXT NOT NULL, playlist BIGINT NOT NULL, at_s DOUBLE PRECISION NOT NULL, title TEXT NOT NULL,
    emotion TEXT NOT NULL, seed BIGINT NOT NULL, wish TEXT NOT NULL,
    reading BIGINT, read_at_s DOUBLE PRECISION, scores TEXT, model TEXT,
    PRIMARY KEY (listener, playlist));
CREATE TABLE memory_plays (
    listener TEXT NOT NULL, playlist BIGINT NOT NULL, place INTEGER NOT NULL, at_s DOUBLE PRECISION NOT NULL,
    song TEXT NOT NULL, title TEXT NOT NULL, artists TEXT NOT NULL, artist_keys TEXT NOT NULL, genre TEXT,
    valence DOUBLE PRECISION, energy DOUBLE PRECISION, identifiers TEXT NOT NULL,
    PRIMARY KEY (listener, playlist, place));
CREATE INDEX memory_plays_at ON memory_plays (listener, at_s, song);
CREATE TABLE memory_opinions (
    listener TEXT NOT NULL, number BIGINT NOT NULL, at_s DOUBLE PRECISION NOT NULL, opinion TEXT NOT NULL,
    song TEXT, title TEXT, artists TEXT NOT NULL, artist_keys TEXT NOT NULL, genre TEXT,
    valence DOUBLE PRECISION, energy DOUBLE PRECISION,
    PRIMARY KEY (listener, number));
CREATE TABLE memory_bans (
    listener TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, at_s DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (listener, kind, key));
CREATE TABLE memory_corrections (
    listener TEXT NOT NULL, number BIGINT NOT NULL, at_s DOUBLE PRECISION NOT NULL, kind TEXT NOT NULL,
    emotion TEXT NOT NULL, scores TEXT NOT NULL, model TEXT NOT NULL, reading BIGINT,
    PRIMARY KEY (listener, number))
"""

STEPS: tuple[str, ...] = (_FIRST,)
"""Never changed once released; a new one is added at the end."""
