"""What a playlist at Spotify holds: exactly the wanted tracks, each once, whatever breaks off on the way.

Filling begins with what puts the same tracks there however often it is sent (PUT, 100 tracks); what goes beyond is
appended (POST), and looked at again wherever an answer was lost. Limits:
developer.spotify.com/documentation/web-api/reference/add-items-to-playlist (read 2026-11-21).

Where one track is there no more, Spotify refuses the whole request and does nothing: 400 "Payload contains a
non-existing ID", without saying which (jwilsson/spotify-web-api-php issue 59, 2016-11; WritheM/IntelliMerge issue 17,
2020-05), seldom "Invalid track uri: spotify:track:…" (jwilsson/spotify-web-api-php issue 162, 2019-07). It is found by
halves, in six to eight requests for twenty tracks where one would do, and what was taken meanwhile stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from errors import AuthRequired, Forbidden, ProviderError, RateLimited, Unavailable
from recommender.providers.spotify import playlists, translate
from recommender.providers.spotify.client import Misunderstood, NotThere, SpotifyClient
from recommender.providers.spotify.reading import pages
from recommender.providers.spotify.transport import NAME, Unreached

AT_ONCE = 100
"""Tracks in one request."""
ROUNDS = 4
"""How often a playlist is filled and read again before giving up."""
REFUSALS = 40
"""Refused requests before giving up: eight tracks of a list of twenty, when each has to be found by halves."""

NOT_DONE = (Unreached, Misunderstood, RateLimited, AuthRequired, Forbidden)
"""After these Spotify has done nothing; after other trouble nobody knows."""

Instead = Callable[[str, Sequence[str]], Sequence[str]]
"""Takes the URI that is refused, and those before it that were taken; returns all that is to be there now."""

_ABOUT_TRACKS = re.compile(r"non-existing id|invalid (?:track|base62|id\b|ur[il])|track ur[il]", re.IGNORECASE)


def fill(client: SpotifyClient, identifier: str, uris: Sequence[str], instead: Instead, *, is_new: bool) -> None:
    """Put tracks into a playlist, exactly these and each once.

    Args:
        client: Of the playlist's owner.
        identifier: Of the playlist.
        uris: What it is to hold, in order.
        instead: Is asked when Spotify does not take a track.
        is_new: It was made just now, so that it holds nothing.

    Raises:
        NotThere: There is no such playlist (any more).
        ProviderError: Spotify does not do it; the same call finishes it later.
    """
    filling = _Filling(client, f"playlists/{identifier}/items", uris, instead)
    in_doubt, trouble = not is_new, translate.nonsense("your playlist")
    if not is_new:
        filling.look()
    for _ in range(ROUNDS):
        if filling.is_whole:
            return
        try:
            filling.write()
        except NOT_DONE:
            raise
        except Unavailable as error:
            in_doubt, trouble = True, error
        if not in_doubt:
            return
        filling.look()
    if not filling.is_whole:
        raise trouble


class _Filling:
    """A playlist that is being filled.

    Args:
        client: Of the playlist's owner.
        path: Of its items.
        wanted: What it is to hold, in order.
        instead: Is asked when Spotify does not take a track.
    """

    def __init__(self, client: SpotifyClient, path: str, wanted: Sequence[str], instead: Instead) -> None:
        self._client, self._path, self._instead = client, path, instead
        self._wanted = list(wanted)
        self._there: list[str | None] = []
        self._refusals = 0
        self._is_found = False

    @property
    def is_whole(self) -> bool:
        """Whether the playlist holds what it should; a track that was taken down shows as None."""
        there, wanted = self._there, self._wanted
        return len(there) == len(wanted) and all(a in (b, None) for a, b in zip(there, wanted, strict=True))

    def look(self) -> None:
        """See what the playlist holds.

        Raises:
            Unavailable: The pages do not fit together.
        """
        there: list[str | None] = []
        total = 0
        for page in pages(self._client, self._path, "your playlist"):
            there += playlists.entries_of(page)
            total = page.total
        if len(there) != total:
            raise translate.nonsense("your playlist")
        self._there, self._is_found = there, True

    def write(self) -> None:
        """Write what is lacking, a hundred at once; where that is refused, less and less until it is clear why."""
        bad_before: int | None = None  # among so many of the first is one that Spotify does not take
        while self._there != self._wanted:
            done = len(self._there) if self._there == self._wanted[: len(self._there)] else 0
            some = AT_ONCE if bad_before is None else max(1, (bad_before - done) // 2)
            more = self._wanted[done : done + some]
            try:
                self._send("POST" if done else "PUT", more)
            except (Misunderstood, NotThere) as error:
                if isinstance(error, NotThere) and not self._is_found:
                    self.look()  # is the playlist itself there? Now and then one that is answers 404 for a moment
                    continue
                self._count(error, more)
                if (bad := _named(error, more)) is not None:
                    self._wanted, bad_before = list(self._instead(bad, self._wanted[:done])), None
                else:
                    bad_before = done + len(more)
            else:
                self._there = [*self._wanted[:done], *more]
                bad_before = None if bad_before == len(self._there) else bad_before

    def _send(self, method: str, uris: Sequence[str]) -> None:
        """Put (PUT) or append (POST) tracks; only an answer with the list's new version says that it was done."""
        answer = self._client.request(method, self._path, body={"uris": uris}, retry=method == "PUT")
        if not isinstance(answer, dict) or not answer.get("snapshot_id"):
            raise translate.nonsense("your playlist")

    def _count(self, error: Misunderstood | NotThere, uris: Sequence[str]) -> None:
        """Let trouble through that has nothing to do with single tracks, or that does not end."""
        if not uris or (isinstance(error, Misunderstood) and not _ABOUT_TRACKS.search(error.said)):
            raise error
        self._refusals += 1
        if self._refusals > REFUSALS:
            words = "Spotify refuses track after track of this list. Save it again to go on, or make another list."
            raise ProviderError(NAME, words) from error


def _named(error: Misunderstood | NotThere, uris: Sequence[str]) -> str | None:
    """Return which of some tracks is refused, where there is only one or the refusal says it."""
    said = error.said if isinstance(error, Misunderstood) else ""
    return uris[0] if len(uris) == 1 else next((uri for uri in uris if re.search(rf"{uri}\b", said)), None)
