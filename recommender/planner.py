"""From a journey and a catalogue to a playlist: near the targets, varied, smooth, and the same for the same seed.

Two steps. `_chosen` walks along the targets and takes the track with the least cost each time: its distance to the
target, the jump from the track before, what repeats a decade or a genre, and a little chance. `_smoothed` then swaps
tracks while that makes the way shorter. No artist comes twice within any `ARTIST_WINDOW` consecutive tracks, and no
song comes twice at all.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from recommender.distance import TRANSITION, distance
from recommender.identity import artist_key, song_key
from recommender.links import links_for
from recommender.own import own_picks
from recommender.reasons import doubts, reason_for, title_of
from recommender.types import Journey, Pick, Playlist, Target, Track

if TYPE_CHECKING:
    from recommender.catalogue import Catalogue

ARTIST_WINDOW = 10
"""An artist comes at most once within so many consecutive tracks."""

POOL = 24
"""Candidates that are weighed for each place: the nearest that are allowed."""

CHANCE = 0.10
"""Largest cost that chance adds: two tracks whose distance differs by less may change places with another seed."""

SAME_DECADE = 0.05
SAME_GENRE = 0.06
"""Cost of a track whose decade or genre fills the last `MEMORY` places; less in proportion when it fills fewer."""

MEMORY = 5

JUMP = 0.25
"""Cost of the distance between neighbours, against a distance of the same size to the target."""

SWAP_REACH = 20
PASSES = 3
"""Tracks further apart than this are not swapped, and not more often, which keeps long playlists fast."""


def plan(journey: Journey, catalogue: Catalogue, *, seed: int = 0) -> Playlist:
    """Return the playlist for a journey: one track for each target as far as the catalogue goes.

    Args:
        journey: Where each track should lie, or the playlists that the user mapped.
        catalogue: What there is to choose from.
        seed: The same seed gives the same playlist, another one gives another that fits as well.

    Raises:
        ConfigError: A playlist that the user mapped cannot be read.
    """
    rng = random.Random(seed)
    notes = doubts(journey)
    if journey.contexts:
        picks, more = own_picks(journey, catalogue.tracks(), rng)
    else:
        chosen = _smoothed(_best_chosen(journey.targets, catalogue, rng), journey.targets)
        picks = tuple(
            Pick(c.track, reason_for(c.track, target, journey), links_for(c.track))
            for c, target in zip(chosen, journey.targets, strict=False)
        )
        more = _shortfall(len(picks), len(journey.targets), len(catalogue))
    return Playlist(title_of(journey), journey.strategy, picks, journey.mapped_by, journey.contexts, notes + more)


@dataclass(frozen=True)
class _Candidate:
    """A track with what the planner asks about it more than once."""

    track: Track

    @cached_property
    def song(self) -> str:
        return song_key(self.track.title, self.track.artists[0])

    @cached_property
    def artists(self) -> frozenset[str]:
        return frozenset(artist_key(artist) for artist in self.track.artists)

    @property
    def decade(self) -> int | None:
        return None if self.track.year is None else self.track.year // 10


def _best_chosen(targets: Sequence[Target], catalogue: Catalogue, rng: random.Random) -> list[_Candidate]:
    """Choose among the nearest; where that ends early, among all; at last so that artists block each other least."""
    state = rng.getstate()
    everything = len(catalogue)
    reach = min(everything, 4 * len(targets) + 100)
    chosen: list[_Candidate] = []
    for limit, spread in dict.fromkeys(((reach, False), (everything, False), (everything, True))):
        rng.setstate(state)
        candidates = [_Candidate(track) for target in dict.fromkeys(targets) for track in catalogue.near(target, limit)]
        chosen = max(chosen, _chosen(targets, candidates, rng, spread=spread), key=len)
        if len(chosen) == min(len(targets), everything):
            break
    return chosen


def _chosen(
    targets: Sequence[Target], candidates: Sequence[_Candidate], rng: random.Random, *, spread: bool = False
) -> list[_Candidate]:
    """Take a track for each target, until none is allowed.

    Args:
        targets: In playing order.
        candidates: All there are.
        rng: For the part of chance.
        spread: Take artists with most tracks left first, which keeps as many tracks playable as can be.
    """
    ranked: dict[Target, list[tuple[float, int]]] = {}
    left = Counter(artist for c in candidates for artist in c.artists) if spread else Counter[str]()
    chosen: list[_Candidate] = []
    used: set[int] = set()
    songs: set[str] = set()
    for target in targets:
        if target not in ranked:
            sounds = enumerate(c.track.features for c in candidates)
            ranked[target] = sorted((distance(sound, target.features), i) for i, sound in sounds)
        decades = Counter(c.decade for c in chosen[-MEMORY:])
        genres = Counter(c.track.genre for c in chosen[-MEMORY:])
        resting = {artist for c in chosen[-(ARTIST_WINDOW - 1) :] for artist in c.artists}
        best: tuple[float, int] | None = None
        weighed = 0
        for gap, i in ranked[target]:
            candidate = candidates[i]
            if i in used or candidate.song in songs or candidate.artists & resting:
                continue
            if spread:
                cost = gap - max(left[artist] for artist in candidate.artists)
            else:
                cost = gap + CHANCE * rng.random()
                cost += (SAME_DECADE * decades[candidate.decade] + SAME_GENRE * genres[candidate.track.genre]) / MEMORY
                if chosen:
                    cost += JUMP * distance(candidate.track.features, chosen[-1].track.features, TRANSITION)
            if best is None or cost < best[0]:
                best = (cost, i)
            weighed += 1
            if weighed == POOL and not spread:
                break
        if best is None:
            break
        taken = candidates[best[1]]
        chosen.append(taken)
        used.add(best[1])
        songs.add(taken.song)
        left.subtract(taken.artists)
    return chosen


def _smoothed(chosen: list[_Candidate], targets: Sequence[Target]) -> list[_Candidate]:
    """Swap tracks while that brings neighbours and targets nearer; the order stays valid at every step."""

    @cache
    def jump(before: int, after: int) -> float:
        return JUMP * distance(chosen[after].track.features, chosen[before].track.features, TRANSITION)

    def miss(place: int) -> float:
        return distance(chosen[order[place]].track.features, targets[place].features)

    def cost(i: int, j: int) -> float:
        """Return the part of the whole cost that the tracks at two places have a hand in."""
        places = (i, i + 1, j, j + 1) if j > i + 1 else (i, j, j + 1)
        total = sum(jump(order[p - 1], order[p]) for p in places if 0 < p <= last)
        return total if targets[i] is targets[j] else total + miss(i) + miss(j)

    order = list(range(len(chosen)))
    last = len(order) - 1
    for _ in range(PASSES):
        better = False
        for i in range(last):
            for j in range(i + 1, min(last, i + SWAP_REACH) + 1):
                now = cost(i, j)
                order[i], order[j] = order[j], order[i]
                if cost(i, j) < now - 1e-9 and _spaced(order, chosen, i) and _spaced(order, chosen, j):
                    better = True
                else:
                    order[i], order[j] = order[j], order[i]
        if not better:
            break
    return [chosen[i] for i in order]


def _spaced(order: Sequence[int], chosen: Sequence[_Candidate], place: int) -> bool:
    """Say whether the artists at a place come nowhere else within the window."""
    here = chosen[order[place]].artists
    around = range(max(0, place - ARTIST_WINDOW + 1), min(len(order), place + ARTIST_WINDOW))
    return all(p == place or here.isdisjoint(chosen[order[p]].artists) for p in around)


def _shortfall(got: int, wanted: int, known: int) -> tuple[str, ...]:
    if got == wanted:
        return ()
    if known == 0:
        return ("The catalogue is empty, so there is nothing to choose from.",)
    tracks = "track" if got == 1 else "tracks"
    why = "has no more" if got == known else f"has no more that keep an artist from coming twice in {ARTIST_WINDOW}"
    return (f"{got} {tracks} instead of {wanted}: the catalogue {why}.",)
