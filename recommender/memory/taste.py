"""What a listener likes: a number from −1 to 1 for any track, from what was said of others like it.

Each opinion counts for the song, its artists, its genre and its region of the valence–energy plane, less the longer
ago (`fading.py`). Of each of these the estimate is a mean that is drawn towards what is known more broadly, as
strongly as `DOUBT` likes would: a song towards its artists, artists towards genre and region, and these towards 0,
which is "nothing known". A new listener therefore has no taste at all, one like of a song says a little about its
neighbours, and what was said of the song itself outweighs everything else. (A hierarchical normal model with known
variances; Gelman & Hill 2007, "Data Analysis Using Regression and Multilevel/Hierarchical Models", chapter 12.)
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.identity import artist_key, plain, song_key
from recommender.memory import fading
from recommender.memory.opinions import Opinion
from recommender.types import Track

STEPS = 20
"""Cells along each side of the plane for which the region's taste is worked out when first asked for."""

REGIONS = (
    ("dark and quiet", "even and quiet", "bright and quiet"),
    ("dark, midway", "even, midway", "bright, midway"),
    ("dark and lively", "even and lively", "bright and lively"),
)
"""Energy by valence, three parts each, in words."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """What is liked or not, for people.

    Args:
        name: Of the artist, genre or region.
        liking: −1 … 1.
        likes: How many were said.
        skips: Likewise.
    """

    name: str
    liking: float
    likes: int
    skips: int


class Taste:
    """What a listener likes.

    Args:
        opinions: All that was said.
        now_s: Seconds since 1970.
    """

    def __init__(self, opinions: Sequence[Opinion], now_s: float) -> None:
        self._sums: dict[tuple[str, str], tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
        self._points: list[tuple[float, float, float, float]] = []
        self._cells: dict[tuple[int, int], tuple[float, float]] = {}
        for opinion in opinions:
            sign, weight = self._weight(opinion, now_s)
            for key in self._keys(opinion):
                total, count = self._sums[key]
                self._sums[key] = total + sign * weight, count + weight
            if opinion.valence is not None and opinion.energy is not None:
                self._points.append((opinion.valence, opinion.energy, sign * weight, weight))

    def liking(self, track: Track) -> float:
        """Return how much the listener likes a track, −1 … 1; 0 when nothing is known."""
        genre = self._mean("genre", (plain(track.genre),) if track.genre else (), 0.0)
        region = self._region(track.features.valence, track.features.energy)
        artists = self._mean("artist", tuple(map(artist_key, track.artists)), (genre + region) / 2)
        return self._mean("song", (song_key(track.title, track.artists[0]),), artists)

    def _mean(self, kind: str, keys: Sequence[str], broader: float) -> float:
        found = [self._sums[kind, key] for key in keys if (kind, key) in self._sums]
        total, count = sum(pair[0] for pair in found), sum(pair[1] for pair in found)
        return (total + fading.DOUBT * broader) / (count + fading.DOUBT)

    def _region(self, valence: float | None, energy: float | None) -> float:
        if valence is None or energy is None or not self._points:
            return 0.0
        cell = round(valence * STEPS), round(energy * STEPS)
        if cell not in self._cells:
            total = count = 0.0
            for x, y, signed, weight in self._points:
                far = ((x - cell[0] / STEPS) ** 2 + (y - cell[1] / STEPS) ** 2) / (2 * fading.REGION**2)
                near = math.exp(-far)
                total, count = total + near * signed, count + near * weight
            self._cells[cell] = total, count
        total, count = self._cells[cell]
        return total / (count + fading.DOUBT)

    @staticmethod
    def _weight(opinion: Opinion, now_s: float) -> tuple[float, float]:
        age = fading.age_days(opinion.at_s, now_s)
        if opinion.opinion == "like":
            return 1.0, fading.LIKE * fading.left(age, fading.LIKE_HALF_LIFE_DAYS)
        return -1.0, fading.SKIP * fading.left(age, fading.SKIP_HALF_LIFE_DAYS)

    @staticmethod
    def _keys(opinion: Opinion) -> list[tuple[str, str]]:
        keys = [("artist", key) for key in opinion.artists]
        if opinion.song is not None:
            keys.append(("song", opinion.song))
        if opinion.genre:
            keys.append(("genre", plain(opinion.genre)))
        return keys


def leanings(opinions: Sequence[Opinion], now_s: float) -> dict[str, list[Leaning]]:
    """Return "songs", "artists", "genres" and "regions" → what is liked or not, the strongest first."""
    groups: dict[str, dict[str, list[Opinion]]] = {name: {} for name in ("songs", "artists", "genres", "regions")}
    names: dict[tuple[str, str], str] = {}

    def put(group: str, key: str, name: str, opinion: Opinion) -> None:
        groups[group].setdefault(key, []).append(opinion)
        names[group, key] = name

    for opinion in opinions:
        if opinion.song is not None:
            put("songs", opinion.song, opinion.name, opinion)
        for key, name in opinion.artists.items():
            put("artists", key, name, opinion)
        if opinion.genre:
            put("genres", plain(opinion.genre), opinion.genre, opinion)
        if opinion.valence is not None and opinion.energy is not None:
            region = region_of(opinion.valence, opinion.energy)
            put("regions", region, region, opinion)
    return {
        group: sorted(
            (_leaning(names[group, key], said, now_s) for key, said in found.items()),
            key=lambda leaning: (-abs(leaning.liking), leaning.name),
        )
        for group, found in groups.items()
    }


def region_of(valence: float, energy: float) -> str:
    """Return a part of the plane in words."""
    return REGIONS[min(2, int(energy * 3))][min(2, int(valence * 3))]


def _leaning(name: str, said: Sequence[Opinion], now_s: float) -> Leaning:
    weighed = [Taste._weight(opinion, now_s) for opinion in said]
    total, count = sum(sign * weight for sign, weight in weighed), sum(weight for _, weight in weighed)
    likes = sum(opinion.opinion == "like" for opinion in said)
    return Leaning(name, total / (count + fading.DOUBT), likes, len(said) - likes)
