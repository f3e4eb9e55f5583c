"""Tracks that a service lists, into the user's catalogue: features are joined from what is known of the same songs.

Services name songs and say nothing of how they sound. A song that the built-in table has takes its estimates from
there; one that the user's catalogue has keeps what is known of it, and gains the service's identifier.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine

from recommender.identity import song_key
from recommender.store.dialect import marks
from recommender.store.engine import translated, writing
from recommender.store.migrations import migrate
from recommender.store.queries import named
from recommender.store.rows import keys_of, row_of
from recommender.store.writing import Writer
from recommender.types import Features, Track

AT_ONCE = 500
"""Tracks that are written in one transaction, so that a broken import has what came before."""

Asked = Callable[[Sequence[Track]], Mapping[str, Features]]
"""Tells how tracks sound: URI → features, of those that it knows."""


@dataclass(slots=True)
class Listed:
    """What an import did.

    Args:
        service: Registry name of the provider.
        tracks: That the service listed.
        added: Songs that are new.
        merged: Songs that were there already.
        joined: Songs whose features came from the built-in table.
        asked: Songs whose features came from a service.
        without_mood: Songs without valence or energy, which no mood leads to.
    """

    service: str
    tracks: int = 0
    added: int = 0
    merged: int = 0
    joined: int = 0
    asked: int = 0
    without_mood: int = 0


def import_listed(
    engine: Engine,
    service: str,
    tracks: Iterable[Track],
    known: Sequence[Track],
    *,
    now: datetime,
    ask: Asked | None = None,
    progress: Callable[[int], None] = lambda _many: None,
) -> Listed:
    """Put a service's tracks into the catalogue; the same ones again add nothing.

    Args:
        engine: Of the store.
        service: Registry name of the provider.
        tracks: As the service lists them.
        known: Tracks whose features are known: the built-in table.
        now: The time that the import is dated with.
        ask: Tells how tracks sound that nobody here knows.
        progress: Told how many tracks there are so far.

    Raises:
        CatalogueError: The store cannot be written.
        ProviderError: The service breaks off; what came before is kept.
    """
    migrate(engine)
    twins = {song_key(track.title, track.artists[0]): track for track in reversed(known)}
    done, waiting = Listed(service), iter(tracks)
    while batch := list(islice(waiting, AT_ONCE)):
        joined = [_joined(track, twins) for track in batch]
        done.tracks += len(joined)
        done.joined += sum(_has_mood(track) for track in joined)
        there = [None if _has_mood(track) else stored(engine, track) for track in joined]
        if ask is not None:
            unknown = [t for t, s in zip(joined, there, strict=True) if not _has_mood(t) and not _has_mood(s)]
            found = ask(unknown) if unknown else {}
            done.asked += len(found)
            joined = [_sounding(track, found) for track in joined]
        both = zip(joined, there, strict=True)
        done.without_mood += sum(not _has_mood(track) and not _has_mood(own) for track, own in both)
        _write(engine, done, joined, now)
        progress(done.tracks)
    return done


def listed_json(done: Listed) -> dict[str, Any]:
    """Return what an import did as plain values."""
    return asdict(done)


def _joined(track: Track, twins: Mapping[str, Track]) -> Track:
    """Return a track with what is known of the same song."""
    twin = twins.get(song_key(track.title, track.artists[0]))
    if twin is None or track.features != Features():
        return track
    return replace(
        track,
        features=twin.features,
        estimated=twin.estimated,
        genre=track.genre or twin.genre,
        language=track.language or twin.language,
        year=twin.year or track.year,
    )


def _sounding(track: Track, found: Mapping[str, Features]) -> Track:
    sound = next((found[uri] for uri in track.identifiers.values() if uri in found), None)
    return track if sound is None else replace(track, features=sound)


def stored(engine: Engine, track: Track) -> Track | None:
    """Return the same song of the catalogue, by identifier or else by title and artist; None when it has none."""
    keys = [f"{scheme} {value}" for scheme, value in track.identifiers.items()]
    for key in (*keys, f"song {song_key(track.title, track.artists[0])}"):
        if (found := named(engine, key)) is not None:
            return found
    return None


def _has_mood(track: Track | None) -> bool:
    return track is not None and track.features.valence is not None and track.features.energy is not None


def _write(engine: Engine, done: Listed, tracks: Sequence[Track], now: datetime) -> None:
    rows = [row_of(track) for track in tracks]
    with translated(engine), writing(engine) as connection:
        source = _source(connection, done.service)
        writer = Writer(connection, source)
        writer.add(rows, [keys_of(row) for row in rows])
        writer.finish()
        done.added += writer.written.added
        done.merged += writer.written.merged
        mark = marks(connection)
        connection.exec_driver_sql(
            f"UPDATE imports SET finished = {mark}, rows = {mark}, added = added + {mark}, merged = {mark}"
            f" WHERE id = {mark}",
            (now.isoformat(timespec="seconds"), done.tracks, writer.written.added, done.merged, source),
        )


def _source(connection: Connection, service: str) -> int:
    """Return the id under which the store lists a service among its imports; the same every time."""
    mark, mapping = marks(connection), json.dumps({"service": service})
    query = f"SELECT id FROM imports WHERE path = {mark} AND mapping = {mark}"
    found = connection.exec_driver_sql(query, (service, mapping)).scalar()
    if found is not None:
        return int(found)
    number = int(connection.exec_driver_sql("SELECT max(id) FROM imports").scalar() or 0) + 1
    places = ", ".join([mark] * 8)
    connection.exec_driver_sql(f"INSERT INTO imports VALUES ({places})", (number, service, "", mapping, 0, 0, 0, 0))
    return number
