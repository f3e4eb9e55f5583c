"""What a service calls a song, remembered with a date: asked once, then known for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recommender.identity import artist_key, plain
from recommender.memory.database import Database
from recommender.types import Track

FOUND_DAYS, NOT_FOUND_DAYS, HALF_ASKED_DAYS = 90, 14, 1
"""For how long it is believed: that a song is there, that it is not, and that it is not when not all was tried."""

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a song at a service.

    Args:
        uri: Its name there; None: the service does not have it.
        score: How sure the match is, 0–1.
        days: For how long to believe it.
    """

    uri: str | None
    score: float | None = None
    days: float = FOUND_DAYS


def key_of(track: Track) -> str:
    """Return the same text for the same recording; unlike `identity.song_key`, versions keep apart."""
    return f"{plain(track.title) or track.title.casefold()}|{artist_key(track.artists[0])}"


def known(db: Database, service: str, market: str, songs: Iterable[str], *, now_s: float) -> dict[str, Known]:
    """Return what is still believed of some songs.

    Args:
        db: Of `schema.opened`.
        service: Registry name of the provider.
        market: Country that was asked for; "" is the account's own.
        songs: Keys of `key_of`.
        now_s: Seconds since 1970.
    """
    found = {}
    for song in dict.fromkeys(songs):
        rows = db.rows(
            "SELECT uri, score FROM services_resolved WHERE listener = ? AND service = ? AND market = ? AND song = ?"
            " AND at_s <= ? AND good_until_s > ?",
            (db.listener, service, market, song, now_s, now_s),
        )
        if rows:
            found[song] = Known(rows[0][0], rows[0][1])
    return found


def keep(db: Database, service: str, market: str, found: Mapping[str, Known], *, now_s: float) -> None:
    """Remember what was found and what was not; what is no longer believed is forgotten.

    Args:
        db: Of `schema.opened`.
        service: Registry name of the provider.
        market: Country that was asked for.
        found: Key of `key_of` → what is known.
        now_s: Seconds since 1970.

    Raises:
        MemoryTrouble: It cannot be kept.
    """
    with db.writing():
        db.run(
            "DELETE FROM services_resolved WHERE listener = ? AND (good_until_s <= ? OR at_s > ?)",
            (db.listener, now_s, now_s),
        )
        db.many(
            "INSERT INTO services_resolved (listener, service, market, song, uri, score, at_s, good_until_s)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (listener, service, market, song) DO UPDATE SET"
            " uri = excluded.uri, score = excluded.score, at_s = excluded.at_s, good_until_s = excluded.good_until_s",
            [
                (db.listener, service, market, song, each.uri, each.score, now_s, now_s + each.days * DAY_S)
                for song, each in found.items()
            ],
        )


def refuse(db: Database, service: str, uri: str, *, now_s: float) -> None:
    """Remember that a service does not take one of its own names any more, and forget what was found under it.

    Args:
        db: Of `schema.opened`.
        service: Registry name of the provider.
        uri: That was refused.
        now_s: Seconds since 1970.

    Raises:
        MemoryTrouble: It cannot be kept.
    """
    with db.writing():
        _forget(db, service, [uri])
        db.run(
            "DELETE FROM services_refused WHERE listener = ? AND (good_until_s <= ? OR at_s > ?)",
            (db.listener, now_s, now_s),
        )
        db.run(
            "INSERT INTO services_refused (listener, service, uri, at_s, good_until_s) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (listener, service, uri) DO UPDATE SET at_s = excluded.at_s,"
            " good_until_s = excluded.good_until_s",
            (db.listener, service, uri, now_s, now_s + FOUND_DAYS * DAY_S),
        )


def refused(db: Database, service: str, *, now_s: float) -> frozenset[str]:
    """Return the names that a service is believed not to take any more.

    Args:
        db: Of `schema.opened`.
        service: Registry name of the provider.
        now_s: Seconds since 1970.
    """
    rows = db.rows(
        "SELECT uri FROM services_refused WHERE listener = ? AND service = ? AND at_s <= ? AND good_until_s > ?",
        (db.listener, service, now_s, now_s),
    )
    return frozenset(row[0] for row in rows)


def forget(db: Database, service: str, uris: Iterable[str]) -> None:
    """Forget what was found under some names, so that it is looked up anew.

    Args:
        db: Of `schema.opened`.
        service: Registry name of the provider.
        uris: As they were found.

    Raises:
        MemoryTrouble: It cannot be written.
    """
    with db.writing():
        _forget(db, service, uris)


def _forget(db: Database, service: str, uris: Iterable[str]) -> None:
    db.many(
        "DELETE FROM services_resolved WHERE listener = ? AND service = ? AND uri = ?",
        [(db.listener, service, uri) for uri in uris],
    )
