"""What was shown: every playlist with its tracks, so that "like 3" has a meaning and tracks can rest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emotion.types import EmotionScores
from recommender.identity import artist_key, song_key
from recommender.memory.database import Database, Row
from recommender.memory.fading import DAY_S, PLAYLISTS_KEPT_DAYS, REST_DAYS, age_days, tiredness_after
from recommender.types import Features, Mood, Track


@dataclass(frozen=True, slots=True)
class Read:
    """A face that was read for a playlist.

    Args:
        scores: As the network gave them.
        model: Of which network.
        at_s: When, in seconds since 1970.
        reading: Number of the playlist that was first made of it; None: this is the first.
    """

    scores: EmotionScores
    model: str
    at_s: float
    reading: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A playlist that was shown.

    Args:
        number: Counted from 1 for each listener.
        at_s: When, in seconds since 1970.
        title: The playlist's.
        emotion: The mood's word.
        seed: That it was planned with.
        wish: What was wished of it, as `app` writes it.
        read: The face that it was made for; None when the mood was named.
        tracks: In playing order.
    """

    number: int
    at_s: float
    title: str
    emotion: str
    seed: int
    wish: Mapping[str, Any]
    read: Read | None
    tracks: tuple[Track, ...]


def remember(
    db: Database,
    title: str,
    tracks: Sequence[Track],
    mood: Mood,
    *,
    seed: int,
    wish: Mapping[str, Any],
    read: Read | None,
    now_s: float,
    instead_of: int | None = None,
) -> int:
    """Keep a playlist that was shown, and return its number; what is too old to matter is forgotten.

    Args:
        db: An open memory.
        title: The playlist's.
        tracks: In playing order.
        mood: That it was made for.
        seed: That it was planned with.
        wish: What was wished of it, as plain values.
        read: The face that was read for it; None when the mood was named.
        now_s: Seconds since 1970.
        instead_of: Number of a playlist that was not wanted and is forgotten, so that its tracks need no rest.

    Raises:
        MemoryTrouble: It cannot be kept.
    """
    with db.writing():
        number = 1 + _largest(db)
        face: tuple[object, ...] = (None,) * 4
        if read is not None:
            face = (read.reading or number, read.at_s, json.dumps(read.scores.probabilities), read.model)
        db.run(
            "INSERT INTO memory_playlists (listener, playlist, at_s, title, emotion, seed, wish,"
            " reading, read_at_s, scores, model) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (db.listener, number, now_s, title, mood.emotion, seed, json.dumps(wish), *face),
        )
        _put(db, number, tracks, now_s)
        # Moods of the past belong to the diary, which asks for consent; of earlier lists only the songs stay.
        db.run(
            "UPDATE memory_playlists SET title = '', emotion = '', wish = '{}', reading = NULL, read_at_s = NULL,"
            " scores = NULL, model = NULL WHERE listener = ? AND playlist < ?",
            (db.listener, number),
        )
        old = (db.listener, now_s - PLAYLISTS_KEPT_DAYS * DAY_S)
        for table in ("memory_plays", "memory_playlists"):
            db.run(f"DELETE FROM {table} WHERE listener = ? AND at_s < ?", old)
            db.run(f"DELETE FROM {table} WHERE listener = ? AND playlist = ?", (db.listener, instead_of or 0))
    return number


def replace(db: Database, number: int, tracks: Sequence[Track]) -> None:
    """Say what a playlist really holds: a service did not have every track, and others stand in.

    Raises:
        MemoryTrouble: It cannot be kept.
    """
    with db.writing():
        at = (db.listener, number)
        found = db.rows("SELECT at_s FROM memory_playlists WHERE listener = ? AND playlist = ?", at)
        if found:
            db.run("DELETE FROM memory_plays WHERE listener = ? AND playlist = ?", at)
            _put(db, number, tracks, found[0][0])


def last(db: Database) -> Shown | None:
    """Return the playlist that was shown last."""
    number = _largest(db)
    found = db.rows(
        "SELECT at_s, title, emotion, seed, wish, reading, read_at_s, scores, model FROM memory_playlists"
        " WHERE listener = ? AND playlist = ?",
        (db.listener, number),
    )
    if not found:
        return None
    at_s, title, emotion, seed, wish, reading, read_at_s, scores, model = found[0]
    read = None if scores is None else Read(EmotionScores(tuple(json.loads(scores))), model, read_at_s, reading)
    rows = db.rows(
        "SELECT title, artists, genre, valence, energy, identifiers FROM memory_plays"
        " WHERE listener = ? AND playlist = ? ORDER BY place",
        (db.listener, number),
    )
    return Shown(number, at_s, title, emotion, seed, json.loads(wish), read, tuple(map(_track, rows)))


def tiredness(db: Database, *, seed: int, now_s: float, without: int | None = None) -> dict[str, float]:
    """Return song → how tired it is, for those that were played lately.

    Args:
        db: An open memory.
        seed: Playlists of this seed do not count: who names the seed of a list wants that list again.
        now_s: Seconds since 1970.
        without: Number of another one that does not count.
    """
    found = db.rows(
        "SELECT song, max(at_s) FROM memory_plays WHERE listener = ? AND at_s > ? AND playlist <> ? AND playlist"
        " NOT IN (SELECT playlist FROM memory_playlists WHERE listener = ? AND seed = ?) GROUP BY song",
        (db.listener, now_s - REST_DAYS * DAY_S, without or 0, db.listener, seed),
    )
    return {song: tiredness_after(age_days(at_s, now_s)) for song, at_s in found}


def played(db: Database) -> list[Track]:
    """Return every track that is remembered as played, the latest first."""
    rows = db.rows(
        "SELECT title, artists, genre, valence, energy, identifiers FROM memory_plays WHERE listener = ?"
        " ORDER BY at_s DESC, place",
        (db.listener,),
    )
    return list(map(_track, rows))


def song_of(track: Track) -> str:
    """Return the key of a track's song."""
    return song_key(track.title, track.artists[0])


def columns(track: Track) -> tuple[object, ...]:
    """Return title, artists, artist_keys, genre, valence and energy as the tables have them."""
    names = json.dumps(track.artists, ensure_ascii=False)
    keys = json.dumps([artist_key(artist) for artist in track.artists], ensure_ascii=False)
    return track.title, names, keys, track.genre, track.features.valence, track.features.energy


def _put(db: Database, number: int, tracks: Sequence[Track], now_s: float) -> None:
    rows = []
    for place, track in enumerate(tracks, 1):
        names = json.dumps(dict(track.identifiers), ensure_ascii=False)
        rows.append((db.listener, number, place, now_s, song_of(track), *columns(track), names))
    db.many(
        "INSERT INTO memory_plays (listener, playlist, place, at_s, song, title, artists, artist_keys, genre,"
        " valence, energy, identifiers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _largest(db: Database) -> int:
    found = db.rows("SELECT max(playlist) FROM memory_playlists WHERE listener = ?", (db.listener,))
    return int(found[0][0] or 0)


def _track(row: Row) -> Track:
    title, artists, genre, valence, energy, identifiers = row
    sound = Features(valence=valence, energy=energy)
    return Track(title, tuple(json.loads(artists)), genre=genre, features=sound, identifiers=json.loads(identifiers))
