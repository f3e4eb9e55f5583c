"""What people ask of their catalogue: how much is in it, where a song is, which songs are there twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, case, func, or_, select

from recommender.identity import plain, song_key
from recommender.store.dialect import marks
from recommender.store.engine import translated, writing
from recommender.store.merging import fill
from recommender.store.rows import keys_of, track_of
from recommender.store.schema import AT, COLUMNS, DENSITY, IMPORTS, TRACKS, key_of
from recommender.store.writing import NO_MOOD, Writer, move, remove, rows_by_id
from recommender.types import Track

GRID = 5
"""`stats` counts a grid of so many cells a side, parted at fifths as docs/built-in.md does."""

PAGE = 20_000


@dataclass(frozen=True, slots=True)
class Stats:
    """What is in a store.

    Args:
        tracks: All of them.
        artists: Different texts of the main artist.
        with_mood: Tracks with valence and energy, which moods lead to.
        grid: Tracks of each cell, rows from the highest energy down, columns from low to high valence.
        decades: First year of the decade → tracks; None: not known.
        languages: The largest, code → tracks; None: not known.
        genres: The largest, genre → tracks; None: not known.
        imports: Each import: path, when it finished, rows, added, merged, bad.
    """

    tracks: int
    artists: int
    with_mood: int
    grid: tuple[tuple[int, ...], ...]
    decades: dict[int | None, int]
    languages: dict[str | None, int]
    genres: dict[str | None, int]
    imports: tuple[dict[str, Any], ...]


def stats(engine: Engine, largest: int = 12) -> Stats:
    """Count what is in a store."""
    with translated(engine), engine.connect() as connection:
        counted = dict(connection.execute(select(DENSITY.c.cell, DENSITY.c.tracks)).all())
        total = sum(counted.values())
        grid = [[0] * GRID for _ in range(GRID)]
        column, row = (_fifth(TRACKS.c[name]) for name in ("valence", "energy"))
        for x, y, many in connection.execute(
            select(column, row, func.count()).where(TRACKS.c.cell.is_not(None)).group_by(column, row)
        ):
            grid[GRID - 1 - int(y)][int(x)] = many
        decade = TRACKS.c.year - TRACKS.c.year % 10
        main = select(func.distinct(_main_artist(connection))).subquery()
        return Stats(
            tracks=total,
            artists=connection.execute(select(func.count()).select_from(main)).scalar_one(),
            with_mood=total - counted.get(NO_MOOD, 0),
            grid=tuple(map(tuple, grid)),
            decades=dict(connection.execute(select(decade, func.count()).group_by(decade).order_by(decade)).all()),
            languages=_largest(connection, TRACKS.c.language, largest),
            genres=_largest(connection, TRACKS.c.genre, largest),
            imports=tuple(dict(row) for row in connection.execute(select(IMPORTS).order_by(IMPORTS.c.id)).mappings()),
        )


def search(engine: Engine, words: str, limit: int = 20) -> list[Track]:
    """Return tracks whose title and artists hold every word, however they are written, the oldest first."""
    query = select(TRACKS).order_by(TRACKS.c.id).limit(limit)
    for word in plain(words).split() or [words.casefold()]:
        query = query.where(
            or_(
                TRACKS.c.song.contains(word, autoescape=True),
                func.lower(TRACKS.c.artists).contains(word, autoescape=True),
            )
        )
    with translated(engine), engine.connect() as connection:
        return [track_of(row) for row in connection.execute(query)]


def named(engine: Engine, identifier: str) -> Track | None:
    """Return the track that an identifier ("isrc …", "spotify …") or a song key ("song title|artist") names."""
    with translated(engine), engine.connect() as connection:
        mark = marks(connection)
        found = connection.exec_driver_sql(f"SELECT track FROM identities WHERE key = {mark}", (key_of(identifier),))
        number = found.scalar()
        return None if number is None else track_of(rows_by_id(connection, [number])[0])


def all_rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """Yield every row in the order of ids, a page in memory at a time."""
    mark, last = marks(connection), 0
    query = f"SELECT {', '.join(COLUMNS)} FROM tracks WHERE id > {mark} ORDER BY id LIMIT {mark}"
    while page := connection.exec_driver_sql(query, (last, PAGE)).all():
        yield from page
        last = page[-1][0]


def dedupe(engine: Engine, *, really: bool = True, examples: int = 10) -> tuple[int, list[tuple[Track, Track]]]:
    """Merge tracks that are one song by today's rules, which may be better than those they were imported by.

    Args:
        engine: Of the store.
        really: False only looks.
        examples: Pairs to return: what stays, and what went into it.

    Returns:
        How many tracks went into others, and the first pairs.
    """
    shown: list[tuple[Track, Track]] = []
    with translated(engine), writing(engine) as connection:
        leaders: dict[int, int] = {}
        owners: dict[int, int] = {}
        renamed: list[tuple[str, int]] = []
        for row in all_rows(connection):
            song = song_key(row[AT["title"]], row[AT["artists"]].partition("\n")[0])
            if song != row[AT["song"]]:
                renamed.append((song, row[0]))
                row = (row[0], song, *row[2:])
            same = {_leader(leaders, owners[key]) for key in keys_of(row) if key in owners}
            leader = min(same, default=row[0])
            for other in (same | {row[0]}) - {leader}:
                leaders[other] = leader
            owners.update(dict.fromkeys(keys_of(row), leader))
        groups: dict[int, list[int]] = defaultdict(list)
        for other in sorted(leaders):
            groups[_leader(leaders, other)].append(other)
        for leader, others in groups.items():
            rows = {row[0]: list(row) for row in rows_by_id(connection, [leader, *others])}
            shown += [(track_of(rows[leader]), track_of(rows[other])) for other in others[: examples - len(shown)]]
            if really:
                for other in others:
                    fill(rows[leader], rows[other])
                _write(connection, rows[leader])
        if really:
            move(connection, {other: _leader(leaders, other) for other in leaders})
            remove(connection, leaders)
            _rename(connection, renamed, leaders)
            Writer(connection).finish()
        return sum(map(len, groups.values())), shown


def _leader(leaders: dict[int, int], number: int) -> int:
    while number in leaders:
        number = leaders[number]
    return number


def _write(connection: Connection, row: list[Any]) -> None:
    mark = marks(connection)
    settings = ", ".join(f"{name} = {mark}" for name in COLUMNS[1:])
    connection.exec_driver_sql(f"UPDATE tracks SET {settings} WHERE id = {mark}", (*row[1:], row[0]))


def _rename(connection: Connection, renamed: list[tuple[str, int]], leaders: dict[int, int]) -> None:
    mark = marks(connection)
    for song, number in renamed:
        owner = _leader(leaders, number)
        if owner == number:
            connection.exec_driver_sql(f"UPDATE tracks SET song = {mark} WHERE id = {mark}", (song, number))
        connection.exec_driver_sql(
            f"INSERT INTO identities (key, track) VALUES ({mark}, {mark}) ON CONFLICT (key) DO NOTHING",
            (key_of(f"song {song}"), owner),
        )


def _largest(connection: Connection, column: Any, largest: int) -> dict[Any, int]:
    many = func.count()
    rows = connection.execute(select(column, many).group_by(column).order_by(many.desc(), column).limit(largest))
    return dict(Counter(dict(rows.all())))


def _fifth(column: Any) -> Any:
    return case(*((column < edge / GRID, edge - 1) for edge in range(1, GRID)), else_=GRID - 1)


def _main_artist(connection: Connection) -> Any:
    """Return what comes behind the bar of the song's key: the main artist as compared."""
    if connection.dialect.name == "postgresql":
        return func.split_part(TRACKS.c.song, "|", 2)
    return func.substr(TRACKS.c.song, func.instr(TRACKS.c.song, "|") + 1)
