"""What the diary keeps, for `mien erase`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from recommender.diary import consent
from recommender.memory.keepers import Keeper

if TYPE_CHECKING:
    from recommender.memory.place import Memory


def keeper(memory: Memory) -> Keeper:
    """Return the keeper of a listener's readings and of the consent to keep them."""

    def what() -> Sequence[str]:
        lines = []
        if memory.exists:
            from recommender.diary.book import count, first_day

            with memory.open() as db:
                if many := count(db):
                    lines.append(f"{many:,} reading{'s' * (many != 1)} since {first_day(db)}")
        if consent.since(memory.data_dir, memory.listener) is not None:
            lines.append("that the diary is on")
        return lines

    def erase() -> None:
        consent.withdraw(memory.data_dir, memory.listener)  # first, so that nothing is added meanwhile
        if memory.exists:
            from recommender.diary import book

            with memory.open() as db:
                book.erase(db)

    return Keeper("diary", what, erase)
