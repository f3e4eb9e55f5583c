"""Importers that are killed at random moments, and what is left of their stores: python -m … FOLDER SEED KILLS.

One process loads everything once and forks the importers, so that fifty of them take seconds. An importer brings in
file after file and acknowledges each by a line in a file. After every kill the store must hold each file as a whole or
not at all, every acknowledged one as a whole, and be sound. What is found is printed as JSON, one line a kill.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from recommender.importing import sources
from recommender.importing.imports import import_file
from recommender.store import writing
from recommender.store.engine import engine_at

FILES, ROWS = 12, 60
FRESH = 10
"""After so many kills a new store is begun."""

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def main(folder: Path, seed: int, kills: int) -> None:
    """Let importers work and kill them."""
    sources.BLOCK, writing.MOST = 700, 50  # many chunks, and keys that are written in the middle
    rng = random.Random(seed)
    tables = [folder / f"{number}.csv" for number in range(FILES)]
    for number, table in enumerate(tables):
        rows = [f"song {number} {row},artist {row % 9},{rng.random():.3f},{rng.random():.3f}" for row in range(ROWS)]
        table.write_text("\n".join(["title,artist,valence,energy", *rows, "not a row"]) + "\n")
    began = time.monotonic()
    _bring(folder / "warm", tables[:3])
    usual_s = (time.monotonic() - began) / 3
    for kill in range(kills):
        home = folder / f"home {kill // FRESH}"
        home.mkdir(exist_ok=True)
        victim = os.fork()
        if not victim:
            _bring(home, itertools.cycle(tables))
        time.sleep(rng.random() * 3 * usual_s)
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        sys.stdout.write(json.dumps(_left(home)) + "\n")
        sys.stdout.flush()


def _bring(home: Path, tables: object) -> None:
    home.mkdir(exist_ok=True)
    engine = engine_at(home / "catalogue.db")
    with (home / "acknowledged").open("a") as acknowledged:
        for table in tables:  # type: ignore[attr-defined]
            import_file(engine, table, bad_path=home / f"{table.stem}.bad.csv", now=NOW)
            acknowledged.write(f"{table.stem}\n")
            acknowledged.flush()
    engine.dispose()


def _left(home: Path) -> dict[str, object]:
    acknowledged = (home / "acknowledged").read_text().split() if (home / "acknowledged").exists() else []
    engine = engine_at(home / "catalogue.db")
    with engine.connect() as connection:
        ask = connection.exec_driver_sql
        if not ask("SELECT count(*) FROM sqlite_master WHERE name = 'tracks'").scalar():
            return {"acknowledged": acknowledged, "songs": {}, "troubles": []}
        songs: dict[str, int] = dict(
            ask("SELECT substr(song, 6, instr(substr(song, 6), ' ') - 1), count(*) FROM tracks GROUP BY 1").all()
        )
        sound = ask("PRAGMA integrity_check").scalar()
        asked = {
            "tracks without a name": "SELECT count(*) FROM tracks WHERE id NOT IN (SELECT track FROM identities)",
            "names without a track": "SELECT count(*) FROM identities WHERE track NOT IN (SELECT id FROM tracks)",
            "miscounted": "SELECT (SELECT count(*) FROM tracks) - (SELECT coalesce(sum(tracks), 0) FROM density)",
            "imports that are not done": "SELECT count(*) FROM imports WHERE rows = 0",
            "no index": "SELECT 1 - count(*) FROM sqlite_master WHERE name = 'tracks_mood'",
        }
        troubles = [what for what, query in asked.items() if ask(query).scalar()]
    engine.dispose()
    if sound != "ok":
        troubles.append(str(sound))
    troubles += [path.name for path in home.glob("*.bad.csv") if path.read_text().count("\n") != 2]
    return {"acknowledged": acknowledged, "songs": songs, "troubles": troubles}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
