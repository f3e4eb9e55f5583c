"""How the store grows with its catalogue: python -m benchmarks.store_curve [--rows 100000 1000000 5000000]

For each size: how long `mien catalogue import` takes to bring a CSV file in beside pandas, which only reads it; how
much memory; and how long a playlist of 20 tracks takes, planner and store together, over random moods and all
strategies, when the store is warm. On SQLite, and on PostgreSQL when a server's programs are installed (it runs on
loopback and goes away).

CPU seconds stand beside the clock's, since they mean the same on a busy machine; a PostgreSQL server's are not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.made_up_tracks import write_table
from recommender.journey import journey_from
from recommender.mood import mood_at
from recommender.planner import plan

RATIO_BAR, MEMORY_BAR_MB, JOURNEY_BAR_MS, GROWTH_BAR = 6.0, 600, 60.0, 2.5
LENGTH = 20
STRATEGIES = ("match", "lift", "calm", "energise", "auto")

READ = """
import json, sys, time, pandas
clock, cpu = time.perf_counter(), time.process_time()
pandas.read_csv(sys.argv[1])
print(json.dumps({"s": time.perf_counter() - clock, "cpu_s": time.process_time() - cpu}))
"""

IMPORT = """
import json, resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from recommender.importing.imports import import_file
from recommender.store.engine import engine_at, engine_of
engine = engine_of(sys.argv[2]) if "://" in sys.argv[2] else engine_at(Path(sys.argv[2]))
clock, cpu = time.perf_counter(), time.process_time()
done = import_file(engine, Path(sys.argv[1]), bad_path=Path(sys.argv[1] + ".bad"), now=datetime.now(UTC))
engine.dispose()
print(json.dumps({"s": time.perf_counter() - clock, "cpu_s": time.process_time() - cpu, "rows": done.rows,
                  "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--journeys", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where tables and stores are made (3 × the tables' size)")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--again", action="store_true", help="only plan, on the SQLite stores that are in the folder")
    arguments = parser.parse_args()
    if arguments.again:
        _again(arguments.folder or parser.error("--again needs --folder"), arguments.rows, arguments.journeys)
        return
    with _folder(arguments.folder) as folder, contextlib.ExitStack() as stack:
        stores = {} if arguments.only == "postgresql" else {"sqlite": ""}
        if arguments.only != "sqlite" and (address := _postgresql(stack)):
            stores["postgresql"] = address
        _measure(folder, stores, arguments.rows, arguments.journeys)


def _measure(folder: Path, stores: dict[str, str], sizes: list[int], journeys: int) -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {datetime.now(UTC):%Y-%m-%d}")
    print(
        "store       rows       pandas s (cpu)   import s (cpu)   ratio (cpu)  peak MB  disk MB  journey ms (cpu)  95 %"
    )
    medians: dict[str, list[float]] = {name: [] for name in stores}
    for rows in sizes:
        table = folder / f"{rows}.csv"
        if not table.exists():
            write_table(table, rows)
        pandas = _asked(READ, table)
        for name, address in stores.items():
            where = address or str(folder / f"{rows}.db")
            _empty(where)
            done = _asked(IMPORT, table, where)
            clock, cpu = _journeys(where, journeys)
            medians[name].append(statistics.median(cpu))
            disk = _size_mb(where)
            ratios = f"{done['s'] / pandas['s']:5.1f} ({done['cpu_s'] / pandas['cpu_s']:4.1f})"
            times = f"{pandas['s']:6.2f} ({pandas['cpu_s']:5.2f})  {done['s']:7.2f} ({done['cpu_s']:6.2f})"
            median_ms, cpu_ms = (1000 * statistics.median(times_s) for times_s in (clock, cpu))
            slow_ms = 1000 * sorted(clock)[int(0.95 * len(clock))]
            print(f"{name:11} {rows:<10,} {times}  {ratios}  {done['mb']:6.0f}  {disk:7.0f}", end=" ")
            print(f" {median_ms:7.1f} ({cpu_ms:5.1f})  {slow_ms:7.1f}", flush=True)
    print(
        f"bars: ratio {RATIO_BAR:g}, {MEMORY_BAR_MB} MB at 1,000,000 rows; journey {JOURNEY_BAR_MS:g} ms there,",
        end=" ",
    )
    print(f"growing less than {GROWTH_BAR} times from the least to the most; grew", end=" ")
    print(", ".join(f"{found[-1] / found[0]:.2f} on {name}" for name, found in medians.items() if found))


def _again(folder: Path, sizes: list[int], journeys: int) -> None:
    for rows in sizes:
        clock, cpu = _journeys(str(folder / f"{rows}.db"), journeys)
        median_ms, cpu_ms = (1000 * statistics.median(times_s) for times_s in (clock, cpu))
        print(f"{rows:<10,} {median_ms:7.1f} ({cpu_ms:5.1f}) ms", flush=True)


def _asked(code: str, *words: object) -> dict[str, float]:
    """Run a program of its own, so that memory and time are its own, and return what it prints."""
    command = [sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _journeys(where: str, count: int) -> tuple[list[float], list[float]]:
    """Return the seconds, by the clock and of the processor, that each playlist took."""
    from recommender.store.catalogue import StoreCatalogue
    from recommender.store.engine import engine_at, engine_of

    engine = engine_of(where) if "://" in where else engine_at(Path(where))
    store = StoreCatalogue(engine)
    rng = random.Random(0)
    clock: list[float] = []
    cpu: list[float] = []
    for number in range(count + count // 4):
        mood = mood_at(rng.uniform(-0.7, 0.7), rng.uniform(-0.7, 0.7))
        journey = journey_from(mood, LENGTH, strategy=rng.choice(STRATEGIES))
        began, worked = time.perf_counter(), time.process_time()
        plan(journey, store, seed=number)
        clock.append(time.perf_counter() - began)
        cpu.append(time.process_time() - worked)
    engine.dispose()
    return clock[count // 4 :], cpu[count // 4 :]  # the first ones warm it


def _size_mb(where: str) -> float:
    if "://" not in where:
        return Path(where).stat().st_size / 1e6
    from recommender.store.engine import engine_of

    engine = engine_of(where)
    with engine.connect() as connection:
        size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    engine.dispose()
    return float(size) / 1e6


def _empty(where: str) -> None:
    if "://" not in where:
        for end in ("", "-wal", "-shm"):
            Path(where + end).unlink(missing_ok=True)
        return
    from recommender.store.engine import engine_of

    engine = engine_of(where)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def _postgresql(stack: contextlib.ExitStack) -> str:
    try:
        import psycopg  # noqa: F401
    except ModuleNotFoundError:
        return ""
    from tests.recommender.store.postgres import server, tool

    return stack.enter_context(server()) if tool("pg_ctl") else ""


@contextlib.contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted
        return
    folder = Path(tempfile.mkdtemp(prefix="mien-curve-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
