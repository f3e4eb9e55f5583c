"""Make a playlist on the server, once: a save that is broken off anywhere is finished by the next one.

A playlist of ours says in its comment which list it is ("Made by mien (3f9c…)"), so that the next run knows it again.
Between its creation and that comment it is known by its name, its owner and its songs, which are the first ones of
the list. What an interrupted request left behind is looked at, never guessed: songs are added where they continue the
list, else the whole content is written anew. In the end it is read back.

Quirks (supysonic 0.7.9, docs/endpoints/createplaylist, both read 2026-11-21): before 1.14.0 `createPlaylist` answers
without the playlist, which is then the one that was not there before; one unknown id makes the whole request fail with
code 70, and some servers leave that song out in silence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from errors import Unavailable
from recommender.identity import song_key
from recommender.providers import SaveWish
from recommender.providers.place import Place
from recommender.providers.subsonic.account import NAME
from recommender.providers.subsonic.client import NOT_FOUND, Client, Refused
from recommender.providers.subsonic.finding import filled
from recommender.providers.subsonic.translate import objects_in, song_in, tracks_in
from recommender.types import Playlist, Saved

AT_ONCE = 50
"""Songs of one request: 50 ids of 36 characters are an address of 2,300, which every server and proxy takes."""

MADE_BY = "Made by mien"


def save(place: Place, client: Client, playlist: Playlist, wish: SaveWish) -> Saved:
    """Make the playlist, or finish the one that an earlier run began.

    Raises:
        ProviderError: The server cannot be asked, or refuses; the same call goes on from there.
    """
    found = filled(place, client, playlist, wish.rules)
    if not found.keys:
        return Saved("", 0, found.missing)
    mark = _mark(playlist)
    try:
        number = _written(client, found.keys, mark, wish)
    except Refused as refused:
        if refused.code != NOT_FOUND:
            raise
        found = filled(place, client, playlist, wish.rules, _gone(client, found.keys))
        if not found.keys:
            return Saved("", 0, found.missing)
        number = _written(client, found.keys, mark, wish)
    have = songs_of(client, number)
    picks, lost = [], []
    for pick, song in zip(found.playlist.picks, found.keys, strict=True):
        if song in have:
            picks.append(pick)
        else:
            lost.append(f"{pick.track.title} by {pick.track.artist}")
    where = f"{wish.name!r} on {client.account.url} (subsonic:playlist:{number})"
    return Saved(where, len(picks), (*found.missing, *lost), replace(found.playlist, picks=tuple(picks)))


def songs_of(client: Client, number: str) -> tuple[str, ...]:
    """Return the ids of a playlist's songs, in order."""
    return tuple(song_in(track.identifiers["subsonic"])[0] for track in tracks_of(client, number)[1])


def tracks_of(client: Client, number: str) -> tuple[str, list[Any]]:
    """Return name and tracks of a playlist."""
    playlist = client.ask("getPlaylist", [("id", number)]).get("playlist")
    if not isinstance(playlist, dict):
        raise Unavailable(NAME, f"{client.account.url} does not show its playlist {number}. Try again.")
    return str(playlist.get("name", "")), list(tracks_in(playlist.get("entry", []), client.account.server))


def _mark(playlist: Playlist) -> str:
    """Return the comment that tells this list from every other."""
    songs = "\n".join(song_key(pick.track.title, pick.track.artists[0]) for pick in playlist.picks)
    return f"{MADE_BY} ({hashlib.sha256(songs.encode()).hexdigest()[:12]})"


def _written(client: Client, songs: Sequence[str], mark: str, wish: SaveWish) -> str:
    """Return the id of the playlist, which then holds the songs."""
    number = _begun(client, songs, mark, wish)
    if number is None:
        number = _created(client, songs, wish)
    public = "true" if wish.public else "false"  # servers differ in what they do unasked
    client.ask("updatePlaylist", [("playlistId", number), ("comment", mark), ("public", public)])
    have = songs_of(client, number)
    if have != tuple(songs[: len(have)]):
        client.ask("createPlaylist", [("playlistId", number), ("name", wish.name), *_ids("songId", songs[:AT_ONCE])])
        have = tuple(songs[:AT_ONCE])
    for part in _parts(songs[len(have) :]):
        client.ask("updatePlaylist", [("playlistId", number), *_ids("songIdToAdd", part)])
    return number


def _begun(client: Client, songs: Sequence[str], mark: str, wish: SaveWish) -> str | None:
    """Return the playlist of this name that is ours: of this list, or of any when it is to be replaced."""
    for one in _playlists(client, wish.name):
        comment, number = str(one.get("comment") or ""), str(one["id"])
        if comment == mark or (wish.replace and re.match(rf"{MADE_BY} \(\w+\)$", comment)):
            return number
        if not comment:
            have = songs_of(client, number)
            if have and have == tuple(songs[: len(have)]):
                return number
    return None


def _created(client: Client, songs: Sequence[str], wish: SaveWish) -> str:
    before = {str(one["id"]) for one in _playlists(client, wish.name)}
    answer = client.ask("createPlaylist", [("name", wish.name), *_ids("songId", songs[:AT_ONCE])])
    made = answer.get("playlist")
    if isinstance(made, dict) and isinstance(made.get("id"), str | int):
        return str(made["id"])
    for one in _playlists(client, wish.name):
        if str(one["id"]) not in before:
            return str(one["id"])
    raise Unavailable(NAME, f"{client.account.url} made no playlist, and said it did. Save again.")


def _playlists(client: Client, name: str) -> list[dict[str, Any]]:
    """Return the user's own playlists of a name."""
    listed = client.ask("getPlaylists").get("playlists")
    every = objects_in(listed.get("playlist", [])) if isinstance(listed, dict) else []
    user = client.account.user
    return [
        one
        for one in every
        if one.get("name") == name and isinstance(one.get("id"), str | int) and _is_own(one.get("owner"), user)
    ]


def _is_own(owner: Any, user: str) -> bool:
    """Say whether a playlist is the user's; with an API key their name is not known, and others refuse changes."""
    return not user or not isinstance(owner, str) or owner.casefold() == user.casefold()


def _gone(client: Client, songs: Sequence[str]) -> frozenset[str]:
    """Return the songs that the server no longer has."""
    gone = set()
    for song in songs:
        try:
            client.ask("getSong", [("id", song)])
        except Refused as refused:
            if refused.code != NOT_FOUND:
                raise
            gone.add(song)
    return frozenset(gone)


def _ids(name: str, songs: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, song) for song in songs]


def _parts(songs: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(songs), AT_ONCE):
        yield songs[start : start + AT_ONCE]
