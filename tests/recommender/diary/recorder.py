"""A process that is to be killed: for every line that it reads it starts one that records, over and over.

It has loaded everything before, so that a kill meets the recording and not the loading.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg  # noqa: F401

from recommender.diary import book, entry  # noqa: F401
from recommender.diary.record import keep
from recommender.memory import damage, database, migrations, schema  # noqa: F401
from recommender.memory.place import Memory
from tests.recommender.diary.made_up import mood

START = datetime(2026, 1, 1, tzinfo=UTC)


def record_on(memory: Memory, number: int) -> None:
    """Say the process's id, then keep readings and say each number once it is acknowledged."""
    os.write(1, f"{os.getpid()}\n".encode())
    while True:
        kept, said = keep(memory, mood(), START + timedelta(seconds=number), source="watch")
        os.write(1, f"{number if kept and said is None else said}\n".encode())
        number += 1


def main() -> None:
    for line in sys.stdin:
        folder, address, first = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            record_on(Memory(Path(folder), address or None), int(first))
        os.waitpid(child, 0)
        os.write(1, b"end\n")


if __name__ == "__main__":
    main()
