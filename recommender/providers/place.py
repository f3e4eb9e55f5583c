"""What every provider is opened with: directories, environment, clock and the user, all as arguments."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.library import Library

if TYPE_CHECKING:
    from recommender.memory.place import Memory


@dataclass(frozen=True, slots=True)
class Place:
    """Where a provider works.

    Args:
        data_dir: What mien keeps for the user; tokens lie in its folder `secrets`.
        config_dir: What the user wrote.
        library: The user's catalogue.
        environ: The environment's variables; a test gives its own.
        clock: Says how many seconds it is since 1970.
        sleep: Waits so many seconds.
        ask: Puts a question to the user and returns the answer; None where nobody is there to answer.
        listener: Whose memory it is, where several share a database.
    """

    data_dir: Path
    config_dir: Path
    library: Library
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)  # it may hold a password
    clock: Callable[[], float] = field(default=time.time, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    ask: Callable[[str], str] | None = field(default=None, repr=False)
    listener: str = "me"

    @property
    def memory(self) -> Memory:
        """Where what mien remembers of the listener is, and what it remembers of services."""
        from recommender.memory.place import Memory

        now = self.clock
        return Memory(
            self.data_dir, self.library.database, self.listener, clock=lambda: datetime.fromtimestamp(now(), UTC)
        )
