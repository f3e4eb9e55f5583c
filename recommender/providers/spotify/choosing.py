"""What of a list Spotify has, with the next best for what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from recommender.constraints import Constraints
from recommender.identity import song_key
from recommender.providers.spotify import translate
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.resolve import resolve
from recommender.resolving.standins import stand_in
from recommender.types import Pick, Playlist, Track

ROUNDS = 3
"""How often a stand-in is looked for that Spotify has."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a list becomes at Spotify.

    Args:
        playlist: With Spotify's identifiers and links; stand-ins say so.
        places: Of each pick in the list that was asked for, from 0.
        missing: What Spotify does not have, in words.
    """

    playlist: Playlist
    places: tuple[int, ...]
    missing: tuple[str, ...]


def choose(client: SpotifyClient, playlist: Playlist, rules: Constraints, *, private: bool = False) -> Chosen:
    """Find a playlist's tracks at Spotify, none twice, and stand-ins for those that it lacks.

    Lists that the user mapped by hand get no stand-ins: they are the user's own choice.

    Args:
        client: Speaks to Spotify.
        playlist: As it is planned.
        rules: That stand-ins keep.
        private: Remember nothing of it.

    Raises:
        ProviderError: Spotify does not answer.
        MemoryTrouble: What is found cannot be remembered.
        CatalogueError: The user's catalogue cannot be read.
    """
    wanted = [pick.track for pick in playlist.picks]
    found = _each_once(resolve(client, wanted, private=private))
    lacking = [place for place, track in enumerate(found) if track is None]
    if lacking and not playlist.contexts:
        _stand_in(client, wanted, found, lacking, rules, private)
    picks, places = [], []
    for place, (pick, track) in enumerate(zip(playlist.picks, found, strict=True)):
        if track is not None:
            reason = pick.reason if place not in lacking else f"instead of {_said(pick.track)}"
            picks.append(Pick(track, reason, {"spotify": translate.link_of(track.identifiers["spotify"])}))
            places.append(place)
    missing = []
    for place in lacking:
        instead = found[place]
        words = f" (instead: {_said(instead)})" if instead is not None else ""
        missing.append(f"{_said(wanted[place])}{words}")
    return Chosen(replace(playlist, picks=tuple(picks)), tuple(places), tuple(missing))


def _stand_in(
    client: SpotifyClient,
    wanted: Sequence[Track],
    found: list[Track | None],
    lacking: Sequence[int],
    rules: Constraints,
    private: bool,
) -> None:
    """Fill the holes of a list, as far as there is something that fits."""
    catalogue, _ = client.place.library.music()
    refused = {_song(wanted[place]) for place in lacking}
    for _ in range(ROUNDS):
        offers: dict[int, Track] = {}
        draft = list(found)
        for place in lacking:
            if found[place] is None:
                offer = stand_in(draft, place, wanted[place], catalogue, rules, refused)
                if offer is not None:
                    offers[place] = draft[place] = offer
        if not offers:
            return
        answers = resolve(client, list(offers.values()), private=private)
        for place, answer in zip(offers, answers, strict=True):
            taken = {track.identifiers["spotify"] for track in found if track is not None}
            if answer is None or answer.identifiers["spotify"] in taken:
                refused.add(_song(offers[place]))
            else:
                found[place] = answer


def _each_once(found: Sequence[Track | None]) -> list[Track | None]:
    """Return a list in which no URI comes twice: two songs of ours may be one of Spotify's."""
    seen: set[str] = set()
    once: list[Track | None] = []
    for track in found:
        if track is not None and track.identifiers["spotify"] in seen:
            once.append(None)
        else:
            once.append(track)
            if track is not None:
                seen.add(track.identifiers["spotify"])
    return once


def _song(track: Track) -> str:
    return song_key(track.title, track.artists[0])


def _said(track: Track) -> str:
    return f"{track.title} by {track.artist}"
