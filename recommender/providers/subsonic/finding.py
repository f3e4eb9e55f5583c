"""Which song of the server a planned track is: by the id that it carries, else by searching, scored.

The search of servers differs: Navidrome, Gonic and LMS look for every word in title, artist and album, supysonic looks
for the whole text in the title (its source, 0.7.9). So the bare title is asked for first, which all of them find, and
the artist is added only where the many songs of a common title may hide it.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.constraints import Constraints
from recommender.identity import bare_artist, bare_title
from recommender.m3u import UNKNOWN_ARTIST
from recommender.matching.match import match
from recommender.providers.place import Place
from recommender.providers.subsonic.client import Client
from recommender.providers.subsonic.translate import candidate_of, song_in, tracks_in
from recommender.resolving.filling import Filled, fill
from recommender.types import Playlist, Track

LOOKED_AT = 50
"""Songs of one search: a title such as "Hello" is there many times."""


def songs_for(client: Client, tracks: Sequence[Track], distrusted: frozenset[str] = frozenset()) -> list[str | None]:
    """Return the id of each track on the server; None for what it does not have.

    Args:
        client: Of the server.
        tracks: To be found.
        distrusted: Ids that the server no longer has, whatever a track says.

    Raises:
        ProviderError: The server cannot be asked.
    """
    return [_known(client, track, distrusted) or _searched(client, track, distrusted) for track in tracks]


def filled(
    place: Place, client: Client, playlist: Playlist, rules: Constraints, distrusted: frozenset[str] = frozenset()
) -> Filled:
    """Find the tracks of a playlist, and what stands in for those that the server does not have.

    Raises:
        ProviderError: The server cannot be asked.
        CatalogueError: The user's catalogue cannot be read.
    """

    def is_there(track: Track) -> bool:
        return _known(client, track, distrusted) is not None

    def find(tracks: Sequence[Track]) -> list[str | None]:
        return songs_for(client, tracks, distrusted)

    return fill(playlist, find, place.library.music()[0], is_there, rules)


def _known(client: Client, track: Track, distrusted: frozenset[str]) -> str | None:
    song, server = song_in(track.identifiers.get("subsonic", ""))
    return song if song and server == client.account.server and song not in distrusted else None


def _searched(client: Client, track: Track, distrusted: frozenset[str]) -> str | None:
    bare = bare_title(track.title)
    artist = "" if track.artists[0] == UNKNOWN_ARTIST else bare_artist(track.artists[0])
    for words in dict.fromkeys([bare, track.title, f"{artist} {bare}".strip()]):
        count = [("artistCount", "0"), ("albumCount", "0"), ("songCount", str(LOOKED_AT))]
        found = client.ask("search3", [("query", words), *count]).get("searchResult3")
        songs = found.get("song", []) if isinstance(found, dict) else []
        heard = [candidate_of(one) for one in tracks_in(songs, client.account.server)]
        best = match(track, [one for one in heard if one.key not in distrusted])  # its index may be behind its songs
        if best is not None:
            return best.candidate.key
    return None
