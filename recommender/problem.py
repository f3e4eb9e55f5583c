"""The planner's problem as numbers: what each track costs at each place, and what each pair of tracks costs.

A plan is an array of rows, one for each place. Its cost is that of `weights.py`; `exact` in the tests finds the best
plan of small problems from the same arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.identity import artist_key, song_key
from recommender.sounds import Numbers, Sounds
from recommender.types import Target, Track
from recommender.weights import ARTIST_WINDOW, Weights

Rows = NDArray[np.int64]

FOREVER = 1_000_000
"""Places for which a song rests after it was played: all of them."""

Liking = Callable[[Track], float]
"""How much a user likes a track, −1 … 1, 0 when nothing is known."""

Tiredness = Callable[[Track], float]
"""How lately a track was played, 1 (just now) … 0 (never, or long ago)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What to plan: P places, N tracks.

    Args:
        tracks: The candidates.
        single: (P, N), the cost of a track at a place.
        step: (N, N), the cost of two tracks side by side.
        again: (N, N), the cost of two tracks at most `memory` places apart.
        rest: (N, N), how many places apart two tracks must be at least; `FOREVER` for the same song, 0 for most.
        songs: (N,), the same number for listings of the same song.
        memory: See `Weights`.
    """

    tracks: tuple[Track, ...]
    single: Numbers
    step: Numbers
    again: Numbers
    rest: Rows
    songs: Rows
    memory: int

    @property
    def places(self) -> int:
        return int(self.single.shape[0])

    def cost(self, plan: Sequence[int] | Rows) -> float:
        """Return the cost of a plan, which may be shorter than the problem."""
        rows = np.asarray(plan, dtype=np.int64)
        return float(self.costs(rows[None])[0])

    def costs(self, plans: Rows, first: int = 0) -> Numbers:
        """Return the costs of many stretches of one length that begin at a place, (M, L) → (M,)."""
        length = plans.shape[1]
        total: Numbers = self.single[np.arange(first, first + length), plans].sum(axis=1)
        for apart in range(1, min(self.memory, length - 1) + 1):
            one, other = plans[:, :-apart], plans[:, apart:]
            total = total + self.again[one, other].sum(axis=1)
            if apart == 1:
                total = total + self.step[one, other].sum(axis=1)
        return total

    def is_valid(self, plan: Sequence[int] | Rows) -> bool:
        """Say whether every two tracks rest as long as they must."""
        rows = np.asarray(plan, dtype=np.int64)
        apart = np.abs(np.arange(len(rows))[:, None] - np.arange(len(rows)))
        clash = self.rest[rows[:, None], rows] > apart
        np.fill_diagonal(clash, False)
        return not clash.any()


def problem_of(
    targets: Sequence[Target],
    tracks: Sequence[Track],
    weights: Weights,
    *,
    seed: int = 0,
    liking: Liking | None = None,
    tiredness: Tiredness | None = None,
    pool: int = 240,
) -> Problem:
    """Weigh tracks for targets, and keep those that are among the best for some place.

    Args:
        targets: One a place.
        tracks: Candidates, none twice.
        weights: Of the cost.
        seed: Draws each track's part of chance.
        liking: What the user likes; None: nothing is known.
        tiredness: What was played lately; None: nothing.
        pool: Tracks kept, about; each place has its share, and as many more as there are places.
    """
    sounds = Sounds.of([track.features for track in tracks])
    own = weights.chance * np.random.default_rng(seed).random(len(tracks))
    if liking is not None:
        own -= weights.affinity * np.array([liking(track) for track in tracks])
    if tiredness is not None:
        own += weights.recent * np.array([tiredness(track) for track in tracks])
    misses = {target: sounds.misses(target.features) for target in dict.fromkeys(targets)}
    moving = len(misses) > 1
    factors = [weights.fit * _importance(place, len(targets), weights, moving) for place in range(len(targets))]
    single = np.array([factor * misses[target] + own for factor, target in zip(factors, targets, strict=True)])
    kept = _kept(single, pool // max(1, len(misses)) + len(targets))
    chosen = [tracks[row] for row in kept]
    step = weights.jump * sounds.take(kept).roughness()
    songs = _codes([song_key(track.title, track.artists[0]) for track in chosen])
    return Problem(
        tuple(chosen), single[:, kept], step, _again(chosen, weights), _rest(chosen, songs), songs, weights.memory
    )


def _importance(place: int, length: int, weights: Weights, moving: bool) -> float:
    return weights.ends if moving and min(place, length - 1 - place) < 2 else 1.0


def _kept(single: Numbers, pool: int) -> Rows:
    """Return the rows that are among the best of some place, in order."""
    if single.shape[1] <= pool:
        return np.arange(single.shape[1])
    kept = np.zeros(single.shape[1], bool)  # np.unique would load numpy.ma, for 12 ms of every snap
    kept[np.argpartition(single, pool - 1, axis=1)[:, :pool]] = True
    return np.flatnonzero(kept)


def _again(tracks: Sequence[Track], weights: Weights) -> Numbers:
    again = np.zeros((len(tracks), len(tracks)))
    alike: tuple[tuple[float, list[Hashable]], ...] = (
        (weights.decade, [None if t.year is None else t.year // 10 for t in tracks]),
        (weights.genre, [t.genre for t in tracks]),
        (weights.album, [t.album for t in tracks]),
    )
    for weight, values in alike:
        if any(value is not None for value in values):
            codes = _codes(values)
            again += weight / weights.memory * (codes[:, None] == codes)
    return again


def _rest(tracks: Sequence[Track], songs: Rows) -> Rows:
    by_artist: dict[str, list[int]] = {}
    for row, track in enumerate(tracks):
        for artist in {artist_key(name) for name in track.artists}:
            by_artist.setdefault(artist, []).append(row)
    rest = np.zeros((len(tracks), len(tracks)), dtype=np.int64)
    for rows in by_artist.values():
        if len(rows) > 1:
            rest[np.ix_(rows, rows)] = ARTIST_WINDOW
    rest[songs[:, None] == songs] = FOREVER
    return rest


def _codes(values: Sequence[Hashable]) -> Rows:
    """Return the same number for equal values, and a number of its own for each that is not known."""
    known: dict[Hashable, int] = {}
    return np.array(
        [-1 - row if value is None else known.setdefault(value, len(known)) for row, value in enumerate(values)]
    )
