"""What mien remembers of services, as numbered steps of a part "services" of the memory database.

`services_resolved`: the name of a song at a service (NULL: it was not found) and until when that is believed.
`services_refused`: a name that the service gave once and does not take any more, and until when that is believed.
`services_saves`: playlists that are being saved or were saved, so that a broken one is finished and none is made twice.
Moments are seconds since 1970 (UTC), lists are JSON.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender.memory.database import Database
    from recommender.memory.place import Memory

PART = "services"

_FIRST = """
CREATE TABLE services_resolved (
    listener TEXT NOT NULL, service TEXT NOT NULL, market TEXT NOT NULL, song TEXT NOT NULL,
    uri TEXT, score DOUBLE PRECISION, at_s DOUBLE PRECISION NOT NULL, good_until_s DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (listener, service, market, song));
CREATE TABLE services_saves (
    listener TEXT NOT NULL, service TEXT NOT NULL, list TEXT NOT NULL, saved_list TEXT NOT NULL, name TEXT NOT NULL,
    mark TEXT NOT NULL, playlist TEXT, in_doubt INTEGER NOT NULL, items TEXT NOT NULL, missing TEXT NOT NULL,
    began_s DOUBLE PRECISION NOT NULL, done_s DOUBLE PRECISION,
    PRIMARY KEY (listener, service, list))
"""

_REFUSED = """
CREATE TABLE services_refused (
    listener TEXT NOT NULL, service TEXT NOT NULL, uri TEXT NOT NULL,
    at_s DOUBLE PRECISION NOT NULL, good_until_s DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (listener, service, uri))
"""

STEPS: tuple[str, ...] = (_FIRST, _REFUSED)
"""Never changed once released; a new one is added at the end."""

TABLES = {
    "services_resolved": ("song looked up at a service", "songs looked up at services"),
    "services_refused": ("track that a service took no more", "tracks that a service took no more"),
    "services_saves": ("playlist that was saved to a service", "playlists that were saved to services"),
}
"""Table → what one and what several of its rows are."""


@contextlib.contextmanager
def opened(memory: Memory) -> Iterator[Database]:
    """Open the memory with this part of it up to date.

    Raises:
        MemoryTrouble: It cannot be opened, read or written.
    """
    from recommender.memory.migrations import migrate

    with memory.open() as db:
        migrate(db, PART, STEPS)
        yield db
