"""The tracks that the user has at Spotify: saved ones and those played most.

Apps with extended quota are told how they sound; for others features are joined from what is known of the same songs,
or asked elsewhere where the user allows it (`recommender.importing.listed`). Nothing of it is used for training
(developer.spotify.com/policy, read 2026-11-21).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from errors import Forbidden, lookup
from recommender.providers.spotify import translate
from recommender.providers.spotify.abilities import abilities
from recommender.providers.spotify.client import NotThere, SpotifyClient
from recommender.providers.spotify.reading import pages
from recommender.types import Track

KINDS: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "saved": (("me/tracks", {}),),
    "top": tuple(("me/top/tracks", {"time_range": span}) for span in ("short_term", "medium_term", "long_term")),
}
"""What there is to import → its lists."""


def tracks(client: SpotifyClient, what: tuple[str, ...] = ()) -> Iterator[Track]:
    """Yield the user's tracks at Spotify, each once.

    Args:
        client: Of a user who is logged in.
        what: Keys of `KINDS`; none: all of them.

    Raises:
        UnknownName: There is no such kind.
        ProviderError: Spotify does not answer.
    """
    lists = [each for kind in what or tuple(KINDS) for each in lookup(KINDS, kind, "part of your Spotify library")]
    client.tokens.need("import")
    sounds = abilities(client).audio_features
    seen: set[str] = set()
    for path, params in lists:
        for page in pages(client, path, "your tracks", params=params):
            new = {t.identifiers["spotify"]: t for t in translate.listed_tracks(page)}
            new = {uri: track for uri, track in new.items() if uri not in seen}
            seen |= set(new)
            if sounds and new:
                try:
                    new = _sounding(client, new)
                except (Forbidden, NotThere):  # a right that was taken away since it was asked about
                    abilities(client, again=True)
                    sounds = False
            yield from new.values()


def _sounding(client: SpotifyClient, tracks: dict[str, Track]) -> dict[str, Track]:
    """Return tracks with their features; at most 100 at once, as many as on two pages."""
    ids = ",".join(uri.rpartition(":")[2] for uri in tracks)
    found = translate.features_of(client.request("GET", "audio-features", params={"ids": ids}, retry=True))
    return {uri: replace(track, features=found.get(uri, track.features)) for uri, track in tracks.items()}
