"""What mien remembers of services, for `mien erase`; logins have a keeper of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from recommender.memory.keepers import Keeper

if TYPE_CHECKING:
    from recommender.memory.place import Memory


def keeper(memory: Memory) -> Keeper:
    """Return the keeper of songs looked up at services and of playlists saved there; the playlists themselves stay."""

    def what() -> Sequence[str]:
        if not memory.exists:
            return []
        from recommender.memory.migrations import is_there
        from recommender.resolving.schema import PART, TABLES

        lines = []
        with memory.open() as db:
            if is_there(db, PART):
                for table, words in TABLES.items():
                    query = f"SELECT count(*) FROM {table} WHERE listener = ?"
                    if db.has_table(table) and (many := int(db.rows(query, (db.listener,))[0][0])):
                        lines.append(f"{many:,} {words[many != 1]}")
        return lines

    def erase() -> None:
        if not memory.exists:
            return
        from recommender.memory.migrations import is_there
        from recommender.resolving.schema import PART, TABLES

        with memory.open() as db:
            if is_there(db, PART):
                with db.writing():
                    for table in filter(db.has_table, TABLES):
                        db.run(f"DELETE FROM {table} WHERE listener = ?", (db.listener,))

    return Keeper("services", what, erase)
