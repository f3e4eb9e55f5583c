"""What a list becomes where the music is the user's own, on their server or in MPD.

Songs that are not there get stand-ins that came from there, so that the next answer is rarely no.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from recommender.catalogue import Catalogue
from recommender.constraints import Constraints
from recommender.identity import song_key
from recommender.links import links_for
from recommender.resolving.standins import stand_in
from recommender.types import Pick, Playlist, Target, Track

ROUNDS = 3
"""How often another stand-in is looked for, where one is not there after all."""

WIDEST = 4096
"""Tracks around a target that are looked through for those that are there."""

IN_VAIN = 2
"""Searches that find nothing at all, after which there are no more: the catalogue has none from there, or too few."""

Lookup = Callable[[Sequence[Track]], Sequence[str | None]]
"""Tells what each track is called there; None for what is not there."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a list becomes.

    Args:
        playlist: Its picks are there; stand-ins say so.
        keys: What each of them is called there, none twice.
        missing: What is not there, in words.
        places: Of each pick in the list that was asked for, from 0.
    """

    playlist: Playlist
    keys: tuple[str, ...]
    missing: tuple[str, ...]
    places: tuple[int, ...]


def fill(
    playlist: Playlist, find: Lookup, catalogue: Catalogue, is_there: Callable[[Track], bool], rules: Constraints
) -> Filled:
    """Find the tracks of a list, and stand-ins for those that are not there.

    Lists that the user mapped by hand get no stand-ins: they are the user's own choice.

    Args:
        playlist: As it is planned.
        find: Asks the place.
        catalogue: What there is to choose from.
        is_there: Says of a track of the catalogue whether it came from there.
        rules: That stand-ins keep.

    Raises:
        ProviderError: The place cannot be asked.
        CatalogueError: The catalogue cannot be read.
    """
    wanted = [pick.track for pick in playlist.picks]
    keys: list[str | None] = []
    for key in find(wanted):
        keys.append(None if key in keys else key)
    tracks = [track if key is not None else None for track, key in zip(wanted, keys, strict=True)]
    lacking = [place for place, key in enumerate(keys) if key is None]
    if lacking and not playlist.contexts:
        _stand_in(wanted, tracks, keys, lacking, find, _Those(catalogue, is_there), rules)
    picks, missing = [], []
    for pick, track in zip(playlist.picks, tracks, strict=True):
        if track is not None and track is not pick.track:
            picks.append(Pick(track, f"instead of {_said(pick.track)}", links_for(track)))
            missing.append(f"{_said(pick.track)} (instead: {_said(track)})")
        elif track is not None:
            picks.append(pick)
        else:
            missing.append(_said(pick.track))
    there = tuple(key for key in keys if key is not None)
    places = tuple(place for place, key in enumerate(keys) if key is not None)
    return Filled(replace(playlist, picks=tuple(picks)), there, tuple(missing), places)


def _stand_in(
    wanted: Sequence[Track],
    tracks: list[Track | None],
    keys: list[str | None],
    lacking: Sequence[int],
    find: Lookup,
    catalogue: Catalogue,
    rules: Constraints,
) -> None:
    """Fill the holes of a list, as far as there is something that fits."""
    refused = {_song(wanted[place]) for place in lacking}
    for _ in range(ROUNDS):
        offers: dict[int, Track] = {}
        draft = list(tracks)
        for place in lacking:
            if tracks[place] is None:
                offer = stand_in(draft, place, wanted[place], catalogue, rules, refused)
                if offer is not None:
                    offers[place] = draft[place] = offer
        if not offers:
            return
        for (place, offer), key in zip(offers.items(), find(list(offers.values())), strict=True):
            if key is None or key in keys:
                refused.add(_song(offer))
            else:
                tracks[place], keys[place] = offer, key


class _Those:
    """Those tracks of a catalogue for which something holds."""

    def __init__(self, catalogue: Catalogue, holds: Callable[[Track], bool]) -> None:
        self._catalogue, self._holds = catalogue, holds
        self._in_vain = 0

    def __len__(self) -> int:
        return len(self._catalogue)

    def tracks(self) -> Sequence[Track]:
        return [track for track in self._catalogue.tracks() if self._holds(track)]

    def near(self, target: Target, limit: int, allowed: Constraints | None = None) -> Sequence[Track]:
        """Look around the target, wider and wider, until enough is found."""
        many = limit
        while self._in_vain < IN_VAIN:
            around = self._catalogue.near(target, many, allowed)
            found = [track for track in around if self._holds(track)]
            if len(found) >= limit or len(around) < many or many >= WIDEST:
                self._in_vain += not found
                return found[:limit]
            many *= 4
        return []


def _song(track: Track) -> str:
    return song_key(track.title, track.artists[0])


def _said(track: Track) -> str:
    return f"{track.title} by {track.artist}"
