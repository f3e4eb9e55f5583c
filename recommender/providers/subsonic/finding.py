"""Which song of the server a planned track is: by the id that it carries, else by searching, scored.

The search of servers differs: Navidrome, Gonic and LMS look for every word in title, artist and album, supysonic looks
for the whole text in the title (its source, 0.7.9). So the bare title is asked for first, which all of them find, and
the artist is added only where the many songs of a common title may hide it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.identity import bare_artist, bare_title
from recommender.m3u import UNKNOWN_ARTIST
from recommender.matching.match import match
from recommender.providers.subsonic.client import Client
from recommender.providers.subsonic.translate import candidate_of, song_in, tracks_in
from recommender.types import Track

LOOKED_AT = 50
"""Songs of one search: a title such as "Hello" is there many times."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The songs of a playlist, each once.

    Args:
        songs: Their ids, in order.
        tracks: Which planned track each is.
        missing: Artist and title of the tracks that the server does not have.
    """

    songs: tuple[str, ...]
    tracks: tuple[Track, ...]
    missing: tuple[str, ...]


def resolve(client: Client, tracks: Sequence[Track], distrusted: frozenset[str] = frozenset()) -> Resolved:
    """Find each track on the server.

    Args:
        client: Of the server.
        tracks: In order.
        distrusted: Ids that the server no longer has, whatever a track says.

    Raises:
        ProviderError: The server cannot be asked.
    """
    songs: dict[str, Track] = {}
    missing: list[str] = []
    for track in tracks:
        song = _known(client, track, distrusted) or _searched(client, track)
        if song is None or song in songs:  # two planned tracks may be one song there
            missing.append(f"{track.artist} – {track.title}")
        else:
            songs[song] = track
    return Resolved(tuple(songs), tuple(songs.values()), tuple(missing))


def _known(client: Client, track: Track, distrusted: frozenset[str]) -> str | None:
    song, server = song_in(track.identifiers.get("subsonic", ""))
    return song if song and server == client.account.server and song not in distrusted else None


def _searched(client: Client, track: Track) -> str | None:
    bare = bare_title(track.title)
    artist = "" if track.artists[0] == UNKNOWN_ARTIST else bare_artist(track.artists[0])
    for words in dict.fromkeys([bare, track.title, f"{artist} {bare}".strip()]):
        count = [("artistCount", "0"), ("albumCount", "0"), ("songCount", str(LOOKED_AT))]
        found = client.ask("search3", [("query", words), *count]).get("searchResult3")
        songs = found.get("song", []) if isinstance(found, dict) else []
        best = match(track, [candidate_of(one) for one in tracks_in(songs, client.account.server)])
        if best is not None:
            return best.candidate.key
    return None
