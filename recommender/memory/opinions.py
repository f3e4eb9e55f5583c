"""What a listener said of songs and artists: likes and skips, which fade, and bans, which do not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.identity import artist_key, song_key
from recommender.memory.database import Database
from recommender.memory.fading import DAY_S, FORGOTTEN_DAYS
from recommender.types import Track

OPINIONS = ("like", "skip")
SONG, ARTIST = "song", "artist"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an opinion or a ban is about: a song, or an artist.

    Args:
        artists: Names, the main artist first; of an artist one.
        track: The song; None for an artist.
    """

    artists: tuple[str, ...]
    track: Track | None = None

    @classmethod
    def song(cls, track: Track) -> Subject:
        """Return a song as a subject."""
        return cls(track.artists, track)

    @property
    def kind(self) -> str:
        return ARTIST if self.track is None else SONG

    @property
    def key(self) -> str:
        """The same text for every spelling."""
        return artist_key(self.artists[0]) if self.track is None else song_key(self.track.title, self.artists[0])

    @property
    def name(self) -> str:
        """For people: "Lovely Day by Bill Withers", or "Bill Withers"."""
        return self.artists[0] if self.track is None else f"{self.track.title} by {', '.join(self.artists)}"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was said once.

    Args:
        opinion: "like" or "skip".
        at_s: When, in seconds since 1970.
        song: Key of the song; None when it was said of an artist.
        name: Of the song or artist, for people.
        artists: Key → name.
        genre: Of the song, as far as known.
        valence: Likewise, 0–1.
        energy: Likewise, 0–1.
    """

    opinion: str
    at_s: float
    song: str | None
    name: str
    artists: dict[str, str]
    genre: str | None = None
    valence: float | None = None
    energy: float | None = None


@dataclass(frozen=True, slots=True)
class Ban:
    """What never comes: kind "song" or "artist", its key, and its name for people."""

    kind: str
    key: str
    name: str


def say(db: Database, opinion: str, subjects: Sequence[Subject], *, now_s: float) -> None:
    """Keep an opinion about each subject, all or none; saying it again makes it stronger.

    Raises:
        MemoryTrouble: It cannot be kept.
    """
    with db.writing():
        found = db.rows("SELECT max(number) FROM memory_opinions WHERE listener = ?", (db.listener,))
        rows = []
        for number, subject in enumerate(subjects, int(found[0][0] or 0) + 1):
            names = json.dumps(subject.artists, ensure_ascii=False)
            keys = json.dumps([artist_key(artist) for artist in subject.artists], ensure_ascii=False)
            track = subject.track
            song: tuple[object, ...] = (None,) * 5
            if track is not None:
                song = (subject.key, track.title, track.genre, track.features.valence, track.features.energy)
            rows.append((db.listener, number, now_s, opinion, names, keys, *song))
        db.many(
            "INSERT INTO memory_opinions (listener, number, at_s, opinion, artists, artist_keys, song, title, genre,"
            " valence, energy) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        old = now_s - FORGOTTEN_DAYS * DAY_S
        db.run("DELETE FROM memory_opinions WHERE listener = ? AND at_s < ?", (db.listener, old))


def opinions(db: Database) -> list[Opinion]:
    """Return all that was said, the oldest first."""
    rows = db.rows(
        "SELECT opinion, at_s, song, title, artists, artist_keys, genre, valence, energy FROM memory_opinions"
        " WHERE listener = ? ORDER BY number",
        (db.listener,),
    )
    found = []
    for opinion, at_s, song, title, artists, keys, genre, valence, energy in rows:
        names = json.loads(artists)
        name = names[0] if title is None else f"{title} by {', '.join(names)}"
        by = dict(zip(json.loads(keys), names, strict=True))
        found.append(Opinion(opinion, at_s, song, name, by, genre, valence, energy))
    return found


def forget_opinions(db: Database) -> int:
    """Forget all likes and skips, and return how many there were."""
    with db.writing():
        return db.run("DELETE FROM memory_opinions WHERE listener = ?", (db.listener,))


def ban(db: Database, subjects: Sequence[Subject], *, now_s: float) -> None:
    """Never play these again, all or none.

    Raises:
        MemoryTrouble: It cannot be kept.
    """
    with db.writing():
        db.many(
            "INSERT INTO memory_bans (listener, kind, key, name, at_s) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (listener, kind, key) DO UPDATE SET name = excluded.name, at_s = excluded.at_s",
            [(db.listener, subject.kind, subject.key, subject.name, now_s) for subject in subjects],
        )


def unban(db: Database, subjects: Sequence[Subject]) -> list[bool]:
    """Let these come again, and return of each whether it was banned."""
    with db.writing():
        statement = "DELETE FROM memory_bans WHERE listener = ? AND kind = ? AND key = ?"
        return [db.run(statement, (db.listener, subject.kind, subject.key)) > 0 for subject in subjects]


def bans(db: Database) -> list[Ban]:
    """Return what is banned, the latest last."""
    query = "SELECT kind, key, name FROM memory_bans WHERE listener = ? ORDER BY at_s, kind, key"
    return [Ban(*row) for row in db.rows(query, (db.listener,))]
