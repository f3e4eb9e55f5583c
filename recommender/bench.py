"""How good the playlists are, in figures: the planner beside two simple ways, on any catalogue.

- `random`: as many emotion players do it, any tracks of the target's quadrant (bright or dark, lively or calm, parted
  at how music for a neutral mood sounds), a random one for each place.
- `nearest`: the track nearest to each target that was not played yet.

Path error is the mean distance to the targets, roughness the mean step between neighbours (`sounds.py`), both 0–1 and
without the planner's own weights. Repetition is the share of tracks of days two to ten that an earlier day had played,
with the same mood every day.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median

import numpy as np

from errors import CatalogueError
from recommender.catalogue import Catalogue, Listed
from recommender.identity import artist_key, song_key
from recommender.journey import journey_from
from recommender.memory.fading import REST_LEFT_A_DAY
from recommender.mood import mood_at
from recommender.planner import plan
from recommender.sounds import Sounds
from recommender.target import target_of
from recommender.types import Journey, Mood, Track

STRATEGIES = ("match", "lift", "calm", "energise", "auto", "goal")
LENGTH = 20
DAYS = 10
NEUTRAL = target_of(mood_at(0.0, 0.0)).features

Planner = Callable[[Journey, int, Mapping[str, float]], Sequence[Track]]
"""Journey, seed, and song → how lately it was played (1 … 0) → the tracks."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one way of choosing came to, means over all playlists.

    Args:
        path_error: Mean distance to the targets.
        end_error: The same of the first two and the last two tracks.
        roughness: Mean step between neighbours.
        artists: Share of tracks by an artist who is in the list once.
        worst_artist: The most tracks of one artist in any list.
        genres: Different genres in a list by its length; None where no genre is known.
        decade_entropy: Bits; None where no year is known.
        repetition: Share of tracks that an earlier day had played.
        ms: Median time of a playlist, choosing candidates included.
    """

    path_error: float
    end_error: float
    roughness: float
    artists: float
    worst_artist: int
    genres: float | None
    decade_entropy: float | None
    repetition: float
    ms: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A demand: what, the figure, the most or the least that is asked for."""

    what: str
    value: float
    bar: float
    most: bool = True

    @property
    def met(self) -> bool:
        return self.value <= self.bar if self.most else self.value >= self.bar


def measure(
    catalogue: Catalogue, *, moods: int, days_moods: int, seed: int, clock: Callable[[], float]
) -> dict[str, Figures]:
    """Return way → figures, over random moods and all strategies.

    Args:
        catalogue: What to choose from.
        moods: Random moods, uniform over the disc of the circumplex.
        days_moods: Of these, how many are lived for ten days.
        seed: Of everything.
        clock: Seconds.
    """
    tracks = catalogue.tracks()
    sounds = Sounds.of([track.features for track in tracks])
    ways: dict[str, Planner] = {
        "planner": _planner(catalogue),
        "random": _random(tracks, sounds),
        "nearest": _nearest(tracks, sounds),
    }
    rng = np.random.default_rng(seed)
    points = [_point(rng) for _ in range(moods)]
    goals = [_point(rng) for _ in range(moods)]
    journeys = [_journey(strategy, *pair) for pair in zip(points, goals, strict=True) for strategy in STRATEGIES]
    return {
        name: _figures(way, journeys, journeys[: days_moods * len(STRATEGIES)], seed, clock)
        for name, way in ways.items()
    }


def bars(found: Mapping[str, Figures]) -> list[Bar]:
    """Return what issue 5 asks of the planner against the simple ways."""
    planner, by_chance, nearest = found["planner"], found["random"], found["nearest"]
    wanted = [
        Bar("path error / random's", planner.path_error / by_chance.path_error, 0.5),
        Bar("roughness / nearest's", planner.roughness / nearest.roughness, 0.6),
        Bar("most tracks of one artist in 20", planner.worst_artist, 1),
        Bar("repetition over ten days", planner.repetition, 0.05),
    ]
    if planner.decade_entropy is not None and by_chance.decade_entropy:
        ratio = planner.decade_entropy / by_chance.decade_entropy
        wanted.append(Bar("decade entropy / random's", ratio, 0.8, most=False))
    return wanted


def bench_json(name: str, tracks: int, found: Mapping[str, Figures]) -> dict[str, object]:
    """Return the figures as `docs/json.md` describes them."""
    return {
        "data": name,
        "tracks": tracks,
        "ways": {way: asdict(figures) for way, figures in found.items()},
        "bars": [{"what": b.what, "value": b.value, "bar": b.bar, "most": b.most, "met": b.met} for b in bars(found)],
    }


def _point(rng: np.random.Generator) -> tuple[float, float]:
    radius, angle = math.sqrt(rng.random()), 2 * math.pi * rng.random()
    return radius * math.cos(angle), radius * math.sin(angle)


def _journey(strategy: str, start: tuple[float, float], goal: tuple[float, float]) -> Journey:
    mood: Mood = mood_at(*start)
    if strategy == "goal":
        return journey_from(mood, LENGTH, goal=f"{goal[0]:.6f},{goal[1]:.6f}")
    return journey_from(mood, LENGTH, strategy=strategy)


def _figures(
    way: Planner, journeys: Sequence[Journey], lived: Sequence[Journey], seed: int, clock: Callable[[], float]
) -> Figures:
    seconds, rows = [], []
    for number, journey in enumerate(journeys):
        began = clock()
        tracks = way(journey, seed + number, {})
        seconds.append(clock() - began)
        rows.append(_of_one(tracks, journey))
    return Figures(
        path_error=fmean(row["path"] for row in rows),
        end_error=fmean(row["ends"] for row in rows),
        roughness=fmean(row["rough"] for row in rows),
        artists=fmean(row["artists"] for row in rows),
        worst_artist=int(max(row["worst"] for row in rows)),
        genres=_mean([row["genres"] for row in rows]),
        decade_entropy=_mean([row["decades"] for row in rows]),
        repetition=fmean(_repetition(way, journey, seed) for journey in lived),
        ms=1000 * median(seconds),
    )


def _of_one(tracks: Sequence[Track], journey: Journey) -> dict[str, float]:
    sounds = Sounds.of([track.features for track in tracks])
    misses = [float(sounds.misses(t.features)[place]) for place, t in enumerate(journey.targets[: len(tracks)])]
    rough = sounds.roughness()
    by_artist = Counter(artist for track in tracks for artist in {artist_key(name) for name in track.artists})
    alone = sum(all(by_artist[artist_key(name)] == 1 for name in track.artists) for track in tracks)
    genres = [track.genre for track in tracks if track.genre is not None]
    decades = Counter(track.year // 10 for track in tracks if track.year is not None)
    return {
        "path": fmean(misses),
        "ends": fmean([*misses[:2], *misses[-2:]]),
        "rough": fmean(float(rough[a, b]) for a, b in pairwise(range(len(tracks)))),
        "artists": alone / len(tracks),
        "worst": max(by_artist.values()),
        "genres": len(set(genres)) / len(tracks) if genres else math.nan,
        "decades": _entropy(decades) if decades else math.nan,
    }


def _repetition(way: Planner, journey: Journey, seed: int) -> float:
    tired: dict[str, float] = {}
    played = again = 0
    for day in range(DAYS):
        songs = [_song(track) for track in way(journey, seed + 1000 * day, tired)]
        if day:
            played += len(songs)
            again += sum(song in tired for song in songs)
        tired = {song: REST_LEFT_A_DAY * left for song, left in tired.items()} | dict.fromkeys(songs, 1.0)
    return again / played


def _planner(catalogue: Catalogue) -> Planner:
    def choose(journey: Journey, seed: int, tired: Mapping[str, float]) -> Sequence[Track]:
        tiredness = (lambda track: tired.get(_song(track), 0.0)) if tired else None
        return [pick.track for pick in plan(journey, catalogue, seed=seed, tiredness=tiredness).picks]

    return choose


def _random(tracks: Sequence[Track], sounds: Sounds) -> Planner:
    """Take any track of the quadrant that a target lies in."""
    bright, lively = sounds.valence >= (NEUTRAL.valence or 0), sounds.energy >= (NEUTRAL.energy or 0)
    quadrants = {
        (is_bright, is_lively): np.flatnonzero((bright == is_bright) & (lively == is_lively))
        for is_bright in (True, False)
        for is_lively in (True, False)
    }

    def choose(journey: Journey, seed: int, _tired: Mapping[str, float]) -> Sequence[Track]:
        rng = np.random.default_rng(seed)
        taken: dict[int, None] = {}
        for target in journey.targets:
            f = target.features
            rows = quadrants[(f.valence or 0) >= (NEUTRAL.valence or 0), (f.energy or 0) >= (NEUTRAL.energy or 0)]
            free = rows[~np.isin(rows, list(taken))] if len(rows) > len(taken) else np.arange(len(tracks))
            taken[int(rng.choice(free))] = None
        return [tracks[row] for row in taken]

    return choose


def _nearest(tracks: Sequence[Track], sounds: Sounds) -> Planner:
    def choose(journey: Journey, _seed: int, _tired: Mapping[str, float]) -> Sequence[Track]:
        taken: list[int] = []
        ranked = {target: sounds.misses(target.features) for target in dict.fromkeys(journey.targets)}
        for target in journey.targets:
            misses = ranked[target].copy()
            misses[taken] = np.inf
            taken.append(int(np.argmin(misses)))
        return [tracks[row] for row in taken]

    return choose


def _song(track: Track) -> str:
    return song_key(track.title, track.artists[0])


def _entropy(counts: Mapping[int, int]) -> float:
    total = sum(counts.values())
    return -sum(count / total * math.log2(count / total) for count in counts.values())


def _mean(values: Sequence[float]) -> float | None:
    known = [value for value in values if not math.isnan(value)]
    return fmean(known) if known else None


def table_of(path: Path) -> Listed:
    """Return a table in any form that `mien catalogue import` reads, without tracks that no mood can find.

    A column "decade" ("60s", "00s") stands in for years where there are none.

    Raises:
        CatalogueError: The file cannot be read, or has neither title nor artist.
    """
    from recommender.importing.columns import recognise
    from recommender.importing.imports import tracks_of
    from recommender.importing.sources import open_source
    from recommender.store.rows import track_of

    source = open_source(path)
    decade = next((place for place, name in enumerate(source.header) if name.lower() == "decade"), None)
    found: list[Track] = []
    columns = None
    for chunk in source.chunks:
        columns = columns or recognise(path, source.header, chunk.columns, None)
        rows, bad = tracks_of(chunk, columns)
        wrong = {one.line for one in bad}
        decades = chunk.columns[decade] if decade is not None else [""] * len(chunk.lines)
        labels = [label for line, label in zip(chunk.lines, decades, strict=True) if line not in wrong]
        for row, label in zip(rows, labels, strict=True):
            track = track_of(row)
            if track.features.valence is not None and track.features.energy is not None:
                found.append(track if track.year is not None else replace(track, year=_year(label)))
    if not found:
        raise CatalogueError(path, "holds no track with valence and energy; choose a table of audio features.")
    return Listed(found)


def _year(decade: str) -> int | None:
    """Return the first year of a decade as people write it: "60s" is 1960, "00s" 2000."""
    digits = decade.strip().rstrip("s")
    if not digits.isdecimal() or len(digits) not in (2, 4):
        return None
    year = int(digits)
    return year if year > 99 else year + (2000 if year < 30 else 1900)
