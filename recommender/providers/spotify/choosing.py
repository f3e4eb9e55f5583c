"""What of a list Spotify has, with the next best for what it lacks."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from errors import ProviderError
from recommender.catalogue import Catalogue
from recommender.constraints import Constraints
from recommender.providers.spotify import translate, uris
from recommender.providers.spotify.abilities import remembered
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.resolve import resolve
from recommender.resolving.filling import fill
from recommender.types import Features, Pick, Playlist, Target, Track

SEEDS = 5
"""Of a recommendation: developer.spotify.com/documentation/web-api/reference/get-recommendations (read 2026-11-21)."""

WISHES: dict[str, str] = {
    "valence": "valence",
    "energy": "energy",
    "tempo_bpm": "tempo",
    "acousticness": "acousticness",
    "mode": "mode",
    "instrumentalness": "instrumentalness",
}
"""Our name of a feature → Spotify's, of those that a stand-in should share."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a list becomes at Spotify.

    Args:
        playlist: With Spotify's identifiers, and with links to Spotify alone; stand-ins say so.
        places: Of each pick in the list that was asked for, from 0.
        missing: What Spotify does not have, in words.
    """

    playlist: Playlist
    places: tuple[int, ...]
    missing: tuple[str, ...]


def choose(
    client: SpotifyClient,
    playlist: Playlist,
    rules: Constraints,
    *,
    refused: Set[str] = frozenset(),
    private: bool = False,
) -> Chosen:
    """Find a playlist's tracks at Spotify, none twice, and stand-ins for those that it lacks.

    Args:
        client: Speaks to Spotify.
        playlist: As it is planned.
        rules: That stand-ins keep.
        refused: URIs that Spotify does not take any more.
        private: Remember nothing of it.

    Raises:
        ProviderError: Spotify does not answer.
        MemoryTrouble: What is found cannot be remembered.
        CatalogueError: The user's catalogue cannot be read.
    """
    seeds: list[str] = []

    def look_up(tracks: Sequence[Track]) -> list[str | None]:
        found = resolve(client, tracks, refused=refused, private=private)
        seeds.extend(track.identifiers["spotify"] for track in found if track is not None)
        return [None if track is None else track.identifiers["spotify"] for track in found]

    catalogue: Catalogue = client.place.library.music()[0]
    known = remembered(client.place, client.tokens.client_id())
    if known is not None and known.recommendations:
        catalogue = _Recommending(client, catalogue, seeds)
    filled = fill(playlist, look_up, catalogue, lambda _track: True, rules)
    picks = [
        Pick(_named(pick.track, uri), pick.reason, {"spotify": uris.link_of(uri)})
        for pick, uri in zip(filled.playlist.picks, filled.keys, strict=True)
    ]
    return Chosen(replace(filled.playlist, picks=tuple(picks)), filled.places, filled.missing)


class _Recommending:
    """A catalogue that asks Spotify first, for apps that still may (extended quota).

    Args:
        client: Speaks to Spotify.
        catalogue: Comes after.
        seeds: URIs of tracks that the list has; they may come later.
    """

    def __init__(self, client: SpotifyClient, catalogue: Catalogue, seeds: Sequence[str]) -> None:
        self._client, self._catalogue, self._seeds = client, catalogue, seeds
        self._may = True

    def __len__(self) -> int:
        return len(self._catalogue)

    def tracks(self) -> Sequence[Track]:
        return self._catalogue.tracks()

    def near(self, target: Target, limit: int, allowed: Constraints | None = None) -> Sequence[Track]:
        """Return what Spotify recommends for a target, and then what the catalogue has."""
        recommended = self._recommended(target.features) if self._may and self._seeds else []
        kept = [track for track in recommended if allowed is None or allowed.admits(track)]
        return [*kept, *self._catalogue.near(target, limit, allowed)]

    def _recommended(self, goal: Features) -> list[Track]:
        wishes = {f"target_{theirs}": getattr(goal, ours) for ours, theirs in WISHES.items()}
        params = {name: value for name, value in wishes.items() if value is not None}
        params["seed_tracks"] = ",".join(uri.rpartition(":")[2] for uri in self._seeds[:SEEDS])
        try:
            return translate.recommended(self._client.request("GET", "recommendations", params=params, retry=True))
        except ProviderError:  # a right that was taken away: the catalogue serves as well
            self._may = False
            return []


def _named(track: Track, uri: str) -> Track:
    return replace(track, identifiers={**track.identifiers, "spotify": uri})
