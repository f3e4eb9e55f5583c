"""From a journey and a catalogue to a playlist: near the way, smooth, varied, and the same for the same seed.

The catalogue is asked for the tracks near some targets of the way, `problem.py` turns them into costs, and `search.py`
finds a cheap plan. The rules (`constraints.py`), one artist in `ARTIST_WINDOW` tracks and no song twice always hold;
what cannot be met is said in the playlist's notes. `docs/journeys.md` tells it at length.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from recommender.catalogue import near_each
from recommender.constraints import NO_RULES, Constraints
from recommender.links import links_for
from recommender.own import own_picks
from recommender.reasons import doubts, reasons_for, title_of, with_taste
from recommender.types import Journey, Pick, Playlist, Target, Track
from recommender.weights import ARTIST_WINDOW, WEIGHTS, Weights

if TYPE_CHECKING:
    from recommender.catalogue import Catalogue
    from recommender.problem import Liking, Tiredness

WAYPOINTS = 7
"""Targets that the catalogue is asked about: neighbours on the way have nearly the same tracks."""

REACH = 600
"""Tracks that the catalogue is asked for in all, besides ten for each place."""

POOL = 240
"""Tracks that are planned with, besides some for each place."""

WIDE_REACH = 2000
"""Tracks that are asked for and planned with when those were too few: artists block each other, or the list is long."""

USUAL_LENGTH_S = 215.0
"""Length of a track whose length is not known: the median of 20,000 songs of six decades is 3 min 37 s, rounded."""

COUNTABLE = 50_000
"""Catalogues up to this size are walked through to say which rule left too little."""


def plan(
    journey: Journey,
    catalogue: Catalogue,
    *,
    seed: int = 0,
    constraints: Constraints = NO_RULES,
    liking: Liking | None = None,
    tiredness: Tiredness | None = None,
    weights: Weights = WEIGHTS,
) -> Playlist:
    """Return the playlist for a journey: one track for each target as far as the catalogue and the rules go.

    Args:
        journey: Where each track should lie, or the playlists that the user mapped.
        catalogue: What there is to choose from.
        seed: The same seed gives the same playlist, another one gives another that fits as well.
        constraints: Rules that every track keeps.
        liking: How much the user likes a track, −1 … 1; None: nothing is known.
        tiredness: How lately a track was played, 1 (just now) … 0; None: nothing was.
        weights: What counts how much.

    Raises:
        ConfigError: A playlist that the user mapped cannot be read.
    """
    rules = constraints
    if journey.contexts:
        picks, more = own_picks(journey, catalogue.tracks(), random.Random(seed), rules)
    else:
        tracks = _chosen(journey.targets, catalogue, rules, seed, liking, tiredness, weights)
        reasons = reasons_for(tracks, journey)
        if liking is not None:
            reasons = [with_taste(reason, liking(track)) for reason, track in zip(reasons, tracks, strict=True)]
        picks = tuple(Pick(t, reason, links_for(t)) for t, reason in zip(tracks, reasons, strict=True))
        more = _shortfall(len(picks), len(journey.targets), catalogue, rules)
    notes = doubts(journey) + more
    return Playlist(
        title_of(journey), journey.strategy, picks, journey.mapped_by, journey.contexts, notes, journey.goal
    )


def plan_minutes(
    way: Callable[[int], Journey], minutes: float, plan_one: Callable[[Journey], Playlist], *, longest: int
) -> Playlist:
    """Return the longest playlist that lasts at most so many minutes; each number of tracks is planned as its own way.

    Args:
        way: Number of tracks → journey.
        minutes: The most that the playlist may last.
        plan_one: Plans one journey.
        longest: The most tracks there may be.
    """
    limit_s = 60 * minutes
    count = max(1, min(longest, math.floor(limit_s / USUAL_LENGTH_S)))
    best: Playlist | None = None
    tried: set[int] = set()
    while count not in tried and len(tried) < 12:
        tried.add(count)
        found = plan_one(way(count))
        if found.contexts or not found.picks:
            return found
        length_s = duration_s(found)
        if length_s <= limit_s:
            best = found if best is None or len(found.picks) > len(best.picks) else best
            if len(found.picks) < count or count == longest:
                break
            count += max(1, math.floor((limit_s - length_s) * len(found.picks) / length_s))
        else:
            count = max(1, count - math.ceil((length_s - limit_s) * len(found.picks) / length_s))
        count = min(count, longest)
    return _timed(best, minutes) if best else _nothing_short(way(1), minutes)


def duration_s(playlist: Playlist) -> float:
    """Return how long a playlist plays; a track whose length is not known counts as the usual one."""
    return sum(pick.track.duration_s or USUAL_LENGTH_S for pick in playlist.picks)


def _chosen(
    targets: Sequence[Target],
    catalogue: Catalogue,
    rules: Constraints,
    seed: int,
    liking: Liking | None,
    tiredness: Tiredness | None,
    weights: Weights,
) -> list[Track]:
    """Choose among the nearest; where that ends early, among as many as can be weighed."""
    from recommender.problem import problem_of  # NumPy is loaded by those who plan only
    from recommender.search import search

    best: list[Track] = []
    for reach, pool in ((REACH + 10 * len(targets), POOL), (WIDE_REACH, WIDE_REACH)):
        tracks, is_all = _near(targets, catalogue, rules, reach)
        problem = problem_of(targets, tracks, weights, seed=seed, liking=liking, tiredness=tiredness, pool=pool)
        best = max(best, [problem.tracks[row] for row in search(problem)], key=len)
        if len(best) == len(targets) or (is_all and len(problem.tracks) == len(tracks)):
            break
    return best


def _near(targets: Sequence[Target], catalogue: Catalogue, rules: Constraints, reach: int) -> tuple[list[Track], bool]:
    """Return allowed tracks near the way, none twice, and whether these are all there are."""
    distinct = list(dict.fromkeys(targets))
    count = min(len(distinct), WAYPOINTS)
    share = min(len(catalogue), math.ceil(reach / count))
    is_all = False
    found: dict[tuple[object, ...], Track] = {}
    waypoints = [distinct[round(i * (len(distinct) - 1) / max(1, count - 1))] for i in range(count)]
    for near in near_each(catalogue, waypoints, share, None if rules.is_open else rules):
        is_all = is_all or len(near) < share or share == len(catalogue)
        for track in near:
            if rules.admits(track):
                found.setdefault((track.title, track.artists, track.year), track)
    return list(found.values()), is_all


def _shortfall(got: int, wanted: int, catalogue: Catalogue, rules: Constraints) -> tuple[str, ...]:
    """Say what could not be met, and why."""
    if got >= wanted:
        return ()
    if len(catalogue) == 0:
        return ("The catalogue is empty, so there is nothing to choose from.",)
    tracks = "track" if got == 1 else "tracks"
    known = len(catalogue)
    if not rules.is_open and known <= COUNTABLE:
        keeping = sum(map(rules.admits, catalogue.tracks()))
        if keeping < wanted:
            return (f"{got} {tracks} instead of {wanted}: {_rule_words(catalogue, rules, keeping)}",)
        known = keeping
    among = "the catalogue" if rules.is_open else "what keeps your rules"
    why = "has no more" if got == known else f"has no more that keep an artist from coming twice in {ARTIST_WINDOW}"
    return (f"{got} {tracks} instead of {wanted}: {among} {why}.",)


def _rule_words(catalogue: Catalogue, rules: Constraints, keeping: int) -> str:
    """Say how many tracks keep the rules, and which single rule leaves fewest."""
    said = rules.rules()
    text = f"only {keeping} of {len(catalogue)} tracks are {', '.join(said.values())}."
    if keeping == 0:
        text = f"no track of {len(catalogue)} is {', '.join(said.values())}."
    if len(said) > 1:
        alone = {
            field: sum(map(replace(Constraints(), **{field: getattr(rules, field)}).admits, catalogue.tracks()))
            for field in said
        }
        field = min(alone, key=lambda name: alone[name])
        text += f" Narrowest is {said[field]!r}, which {alone[field]} keep."
    return text + " Loosen a rule, or import more music (mien catalogue import)."


def _timed(playlist: Playlist, minutes: float) -> Playlist:
    """Add what should be known about the length of a playlist."""
    unknown = sum(pick.track.duration_s is None for pick in playlist.picks)
    notes = list(playlist.notes)
    if unknown:
        usual = f"{USUAL_LENGTH_S // 60:.0f}:{USUAL_LENGTH_S % 60:02.0f}"
        notes.append(f"The length of {unknown} of {len(playlist.picks)} tracks is not known; each counts as {usual}.")
    length = duration_s(playlist) / 60
    if length < minutes - 10:
        notes.append(f"{length:.0f} minutes instead of {minutes:g}: there is not enough that fits.")
    return replace(playlist, notes=tuple(notes))


def _nothing_short(journey: Journey, minutes: float) -> Playlist:
    note = f"No track that fits lasts at most {minutes:g} minutes; give more minutes."
    return Playlist(
        title_of(journey), journey.strategy, (), journey.mapped_by, (), (*doubts(journey), note), journey.goal
    )
