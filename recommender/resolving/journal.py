"""Playlists on their way to a service: written down before anything is sent, so that a broken save is finished.

A save is known by its list: the songs in their order. Once it is done, the list as it was saved (with stand-ins) is the
same save.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from recommender.memory.database import Database
from recommender.resolving.cache import key_of
from recommender.types import Track


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a saved playlist.

    Args:
        uri: At the service.
        place: In the list that was asked for, from 0.
        title: Of the track that is there.
        artists: Likewise.
    """

    uri: str
    place: int
    title: str
    artists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Save:
    """A playlist that is being saved, or was.

    Args:
        key: Of the songs that were asked for.
        name: At the service.
        mark: A word of its own, which stands in the playlist's description there.
        items: What it is to hold.
        missing: What the service does not have, in words.
        playlist: Its identifier there; None: not made yet, as far as is known.
        in_doubt: It was asked for, and the answer was lost.
        began_s: Seconds since 1970.
        done_s: When all was there.
    """

    key: str
    name: str
    mark: str
    items: tuple[Item, ...]
    missing: tuple[str, ...]
    began_s: float
    playlist: str | None = None
    in_doubt: bool = False
    done_s: float | None = None

    @property
    def uris(self) -> list[str]:
        """What the playlist is to hold, in order."""
        return [item.uri for item in self.items]


def list_key(tracks: Sequence[Track]) -> str:
    """Return the same text for the same songs in the same order."""
    return blake2b("\n".join(map(key_of, tracks)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def find(db: Database, service: str, key: str) -> Save | None:
    """Return the save of a list, as it was asked for or as it was saved."""
    return _one(db, service, "(list = ? OR saved_list = ?) ORDER BY list = ? DESC", (key, key, key))


def finished_as(db: Database, service: str, name: str) -> Save | None:
    """Return the latest finished save under a name."""
    return _one(db, service, "name = ? AND done_s IS NOT NULL AND playlist IS NOT NULL ORDER BY done_s DESC", (name,))


def begin(db: Database, service: str, save: Save, *, saved_list: str) -> None:
    """Write down what is to be saved, before anything is sent.

    Args:
        db: Of `schema.opened`.
        service: Registry name of the provider.
        save: With its items.
        saved_list: Key of the list with its stand-ins.

    Raises:
        MemoryTrouble: It cannot be written.
    """
    items, missing = _texts(save)
    with db.writing():
        db.run("DELETE FROM services_saves WHERE listener = ? AND service = ? AND list = ?", _at(db, service, save.key))
        if save.playlist is not None:  # it is filled anew: what it held before is there no more
            db.run(
                "DELETE FROM services_saves WHERE listener = ? AND service = ? AND playlist = ?",
                _at(db, service, save.playlist),
            )
        db.run(
            "INSERT INTO services_saves (listener, service, list, saved_list, name, mark, playlist, in_doubt, items,"
            " missing, began_s, done_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *_at(db, service, save.key),
                saved_list,
                save.name,
                save.mark,
                save.playlist,
                int(save.in_doubt),
                items,
                missing,
                save.began_s,
                save.done_s,
            ),
        )


def change(db: Database, service: str, save: Save, *, saved_list: str) -> None:
    """Write down that a playlist is to hold something else than was thought when it was begun.

    Args:
        db: Of `schema.opened`.
        service: Registry name of the provider.
        save: With its new items, and what is missing now.
        saved_list: Key of the list with its stand-ins.

    Raises:
        MemoryTrouble: It cannot be written.
    """
    with db.writing():
        db.run(
            "UPDATE services_saves SET items = ?, missing = ?, saved_list = ?"
            " WHERE listener = ? AND service = ? AND list = ?",
            (*_texts(save), saved_list, *_at(db, service, save.key)),
        )


def doubt(db: Database, service: str, key: str, in_doubt: bool) -> None:
    """Note that a playlist is about to be made, or that it surely was not."""
    _change(db, service, key, "in_doubt = ?", int(in_doubt))


def made(db: Database, service: str, key: str, playlist: str | None) -> None:
    """Note that the playlist is there; None: that it is there no more."""
    _change(db, service, key, "in_doubt = 0, playlist = ?", playlist)


def done(db: Database, service: str, key: str, *, now_s: float) -> None:
    """Note that everything is there."""
    _change(db, service, key, "done_s = ?", now_s)


def drop(db: Database, service: str, key: str) -> None:
    """Forget a save."""
    with db.writing():
        db.run("DELETE FROM services_saves WHERE listener = ? AND service = ? AND list = ?", _at(db, service, key))


def _one(db: Database, service: str, which: str, values: Sequence[object]) -> Save | None:
    found = db.rows(
        "SELECT list, name, mark, items, missing, began_s, playlist, in_doubt, done_s FROM services_saves"
        f" WHERE listener = ? AND service = ? AND {which} LIMIT 1",
        (db.listener, service, *values),
    )
    if not found:
        return None
    key, name, mark, items, missing, began_s, playlist, in_doubt, done_s = found[0]
    return Save(
        key, name, mark, tuple(map(_item, json.loads(items))), tuple(json.loads(missing)), began_s, playlist,
        bool(in_doubt), done_s,
    )  # fmt: skip


def _texts(save: Save) -> tuple[str, str]:
    items = [{"uri": i.uri, "place": i.place, "title": i.title, "artists": i.artists} for i in save.items]
    return json.dumps(items, ensure_ascii=False), json.dumps(save.missing, ensure_ascii=False)


def _item(plain: dict[str, Any]) -> Item:
    return Item(plain["uri"], plain["place"], plain["title"], tuple(plain["artists"]))


def _change(db: Database, service: str, key: str, what: str, value: object) -> None:
    with db.writing():
        db.run(
            f"UPDATE services_saves SET {what} WHERE listener = ? AND service = ? AND list = ?",
            (value, *_at(db, service, key)),
        )


def _at(db: Database, service: str, key: str) -> tuple[str, str, str]:
    return db.listener, service, key
