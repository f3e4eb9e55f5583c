"""How a memory of any age becomes one of today: numbered steps for each part of it, each step in one transaction.

A step is never changed once released: a memory that has taken it would differ from one that takes it later. Each part
("memory", "diary") has its own steps and is made when it is first needed.
"""

from __future__ import annotations

from recommender.memory.database import Database, MemoryTrouble

Steps = tuple[str, ...]
"""Each a few statements, parted by semicolons."""


def migrate(db: Database, part: str, steps: Steps) -> None:
    """Bring one part of a memory up to date; two processes may do it at once.

    Args:
        db: An open memory.
        part: Its name, the beginning of its tables' names.
        steps: All there are.

    Raises:
        MemoryTrouble: It was made by a newer mien, cannot be written, or is damaged.
    """
    version = _version(db, part)
    if version > len(steps):
        known = f"version {version} of the {part}, this mien knows {len(steps)}"
        raise MemoryTrouble(
            db.where,
            f"was made by a newer mien ({known}). Install the newer mien again, or use another data directory.",
        )
    if version == len(steps):
        return
    with db.writing(shared=True):
        db.run("CREATE TABLE IF NOT EXISTS memory_schema (part TEXT PRIMARY KEY, version INTEGER NOT NULL)")
        for number, step in enumerate(steps[_version(db, part) :], _version(db, part) + 1):
            for statement in filter(str.strip, step.split(";")):
                db.run(statement)
            db.run(
                "INSERT INTO memory_schema (part, version) VALUES (?, ?)"
                " ON CONFLICT (part) DO UPDATE SET version = excluded.version",
                (part, number),
            )


def is_there(db: Database, part: str) -> bool:
    """Say whether a part of the memory was ever made."""
    return _version(db, part) > 0


def _version(db: Database, part: str) -> int:
    if not db.has_table("memory_schema"):
        return 0
    found = db.rows("SELECT version FROM memory_schema WHERE part = ?", (part,))
    return int(found[0][0]) if found else 0
