"""How well a catalogue's estimates agree with measured audio features: matching, gross errors, rank correlation.

Pure functions. Songs are matched by normalised title and artist; live recordings, remixes and the like are left out of
the measured side, since they sound otherwise. Ranks matter more than values, because the planner looks for the nearest
songs; a disagreement is gross when a listener would call the estimate wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.identity import song_key
from recommender.types import Features, Track

GROSS_GAP = 0.35
"""Energy or valence further off than this is a gross disagreement."""

TEMPO_TOLERANCE = 0.04
"""Tempo estimates within 4 % agree (Gouyon et al. 2006, "Accuracy 1"); half and double time too ("Accuracy 2")."""

RANKED = ("valence", "energy", "acousticness")

_OTHERWISE = re.compile(r"(\s-\s.*|[\(\[].*)\b(live|unplugged|acoustic|demo|remix|karaoke)\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[\(\[][^\)\]]*[\)\]]\s*")


@dataclass(frozen=True, slots=True)
class Listing:
    """One row of measured data: how a service lists a song, and its features."""

    title: str
    artist: str
    features: Features


@dataclass(frozen=True, slots=True)
class Match:
    """A track of ours with the listing of the same song."""

    track: Track
    listing: Listing

    @property
    def gross(self) -> tuple[str, ...]:
        """The features that grossly disagree."""
        ours, theirs = self.track.features, self.listing.features
        wrong = [name for name in ("valence", "energy") if _gap(getattr(ours, name), getattr(theirs, name)) > GROSS_GAP]
        if ours.tempo_bpm and theirs.tempo_bpm and not same_pulse(ours.tempo_bpm, theirs.tempo_bpm):
            wrong.append("tempo")
        if ours.mode is not None and theirs.mode is not None and ours.mode != theirs.mode:
            wrong.append("mode")
        return tuple(wrong)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the comparison found.

    Args:
        matches: In the catalogue's order.
        unverified: Tracks that the measured data do not have.
        correlations: Feature → Spearman's rank correlation over the matches; nan with fewer than two.
        tempo_share: Part of the matches with the same pulse, 0–1.
        mode_share: Part of the matches with the same mode, 0–1.
    """

    matches: tuple[Match, ...]
    unverified: tuple[Track, ...]
    correlations: dict[str, float]
    tempo_share: float
    mode_share: float

    @property
    def gross(self) -> tuple[Match, ...]:
        """The matches with at least one gross disagreement."""
        return tuple(match for match in self.matches if match.gross)


def agreement(tracks: Iterable[Track], listings: Iterable[Listing]) -> Agreement:
    """Compare a catalogue with measured data."""
    matches, unverified = matched(tracks, listings)
    wrong = [match.gross for match in matches]
    return Agreement(
        matches=matches,
        unverified=unverified,
        correlations={name: _correlation(matches, name) for name in RANKED},
        tempo_share=_share(["tempo" not in gross for gross in wrong]),
        mode_share=_share(["mode" not in gross for gross in wrong]),
    )


def matched(tracks: Iterable[Track], listings: Iterable[Listing]) -> tuple[tuple[Match, ...], tuple[Track, ...]]:
    """Pair each track with the plainest listing of the same song; return the pairs, and the tracks left over.

    A listing is the same song when its title agrees after normalisation, and so does its artist with any one of the
    track's or with all of them together; a subtitle in brackets may be missing. Of several listings the one with the
    shortest title counts.
    """
    known: dict[str, Listing] = {}
    for listing in listings:
        if _OTHERWISE.search(listing.title):
            continue
        key = song_key(listing.title, listing.artist)
        if key not in known or len(listing.title) < len(known[key].title):
            known[key] = listing
    matches, unverified = [], []
    for track in tracks:
        titles = dict.fromkeys((track.title, _BRACKETS.sub(" ", track.title).strip() or track.title))
        artists = (*track.artists, " & ".join(track.artists))
        keys = [song_key(title, artist) for title in titles for artist in artists]
        found = next((known[key] for key in keys if key in known), None)
        if found:
            matches.append(Match(track, found))
        else:
            unverified.append(track)
    return tuple(matches), tuple(unverified)


def same_pulse(tempo_bpm: float, other_bpm: float) -> bool:
    """Return whether two tempi agree within `TEMPO_TOLERANCE`, as they are or as half or double time."""
    return any(abs(tempo_bpm * fold / other_bpm - 1) <= TEMPO_TOLERANCE for fold in (0.5, 1, 2))


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's rank correlation, −1 … 1; nan with fewer than two pairs or without any variation."""
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} values are no pairs")
    if len(set(first)) < 2 or len(set(second)) < 2:
        return float("nan")
    return float(np.corrcoef(ranks(first), ranks(second))[0, 1])


def ranks(values: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return the rank of each value, counted from 1; ties share the mean of their ranks."""
    _, group, counts = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    shared: npt.NDArray[np.float64] = last - (counts - 1) / 2
    return shared[group]


def _correlation(matches: Sequence[Match], name: str) -> float:
    pairs = [(getattr(match.track.features, name), getattr(match.listing.features, name)) for match in matches]
    whole = [(ours, theirs) for ours, theirs in pairs if ours is not None and theirs is not None]
    return spearman([ours for ours, _ in whole], [theirs for _, theirs in whole])


def _gap(first: float | None, second: float | None) -> float:
    return 0.0 if first is None or second is None else abs(first - second)


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else float("nan")
