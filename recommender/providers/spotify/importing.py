"""The tracks that the user has at Spotify: saved ones and those played most.

They come without features: those are joined from the user's own catalogue and the built-in table
(`recommender.importing.joining`), or asked for where the user allows it. Nothing of it is used for training
(developer.spotify.com/policy, read 2026-11-21).
"""

from __future__ import annotations

from collections.abc import Iterator

from errors import lookup
from recommender.providers.spotify import translate
from recommender.providers.spotify.client import SpotifyClient
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
    seen: set[str] = set()
    for path, params in lists:
        for page in pages(client, path, "your tracks", params=params):
            for track in translate.listed_tracks(page):
                if track.identifiers["spotify"] not in seen:
                    seen.add(track.identifiers["spotify"])
                    yield track
