"""Save a playlist at Spotify so that it is there once and whole, whatever breaks off in between.

Before a playlist is asked for, the save is written down with a mark of its own, which stands in the playlist's
description. When the answer is lost, the mark tells whether the playlist is there
(developer.spotify.com/documentation/web-api/reference/create-playlist, read 2026-11-21: `public` is true unless we say
false). Tracks that Spotify has no more, though they were found there once, are looked up anew while it is filled.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from errors import ConfigError, Unavailable
from recommender.memory.database import Database
from recommender.providers import SaveWish
from recommender.providers.foreign import one_line
from recommender.providers.secrets import secrets_in
from recommender.providers.spotify import playlists, uris
from recommender.providers.spotify.choosing import Chosen, choose
from recommender.providers.spotify.client import NotThere, SpotifyClient
from recommender.providers.spotify.contents import NOT_DONE, fill
from recommender.providers.spotify.owned import MARK, is_gone, marked, named
from recommender.providers.spotify.transport import NAME
from recommender.resolving import cache, journal
from recommender.resolving.journal import Item, Save
from recommender.resolving.schema import opened
from recommender.types import Pick, Playlist, Saved, Track

LONGEST_NAME = 100
FEW = 3
"""Refused tracks after which everything that was not taken yet is looked up anew, not these alone."""


def save(client: SpotifyClient, playlist: Playlist, wish: SaveWish) -> Saved:
    """Save a playlist, or finish what was begun of it; one that is there already stays as it is.

    Args:
        client: Of a user who is logged in.
        playlist: As it is planned.
        wish: Its name, and how.

    Raises:
        ProviderError: Spotify does not do it; the same call finishes it later.
        MemoryTrouble: It cannot be written down, so nothing was sent.
        ConfigError: There is nothing to save.
    """
    client.tokens.need("save", *(["publish"] if wish.public else []))
    tracks = [pick.track for pick in playlist.picks]
    if not tracks:
        return _own(playlist)
    key, place = journal.list_key(tracks), client.place
    with secrets_in(place.data_dir, place.environ).alone("saving"), opened(place.memory) as db:
        begun, there = journal.find(db, NAME, key), None
        if begun is not None and begun.done_s is not None and _is_another(client, begun, playlist, wish):
            begun = None
        if begun is None:
            begun, there = _begun(client, db, key, playlist, wish)
        if begun.done_s is None:
            begun, there = _finished(client, db, begun, playlist, wish, there)
        if not begun.items or begun.playlist is None:
            return Saved("", 0, begun.missing)
        if wish.private:
            journal.drop(db, NAME, begun.key)
    uri = f"spotify:playlist:{begun.playlist}"
    return Saved(uris.link_of(uri), len(begun.items), begun.missing, there or _as_saved(playlist, begun))


def saved_as(client: SpotifyClient, playlist: Playlist) -> str | None:
    """Return the URI of the playlist that a list was saved as; None when it was not."""
    if not client.place.memory.exists or not playlist.picks:
        return None
    with opened(client.place.memory) as db:
        found = journal.find(db, NAME, journal.list_key([pick.track for pick in playlist.picks]))
    done = found is not None and found.done_s is not None and found.playlist is not None
    return f"spotify:playlist:{found.playlist}" if found is not None and done else None


def _own(playlist: Playlist) -> Saved:
    """Return where a playlist is that the user mapped by hand: at Spotify already."""
    for context in playlist.contexts:
        uri = uris.playlist_uri(context)
        if uri is not None:
            return Saved(uris.link_of(uri), 0)
    if playlist.contexts:
        raise ConfigError("There is nothing to save: you mapped this mood to a playlist elsewhere; open that itself.")
    raise ConfigError("There is nothing to save: this list has no tracks. Wish for less (fewer rules), then again.")


def _begun(client: SpotifyClient, db: Database, key: str, playlist: Playlist, wish: SaveWish) -> tuple[Save, Playlist]:
    """Find out what Spotify has of a list, and write down what is to be saved."""
    chosen = choose(client, playlist, wish.rules, private=wish.private)
    name = _name(playlist, wish)
    mark = f"{MARK}{secrets.token_hex(5)}"
    begun = Save(key, name, mark, _items(chosen), chosen.missing, client.place.clock())
    if begun.items:
        if wish.replace:
            begun = replace(begun, playlist=named(client, db, name))
        journal.begin(db, NAME, begun, saved_list=_list_key(chosen.playlist))
    return begun, chosen.playlist


def _finished(
    client: SpotifyClient, db: Database, begun: Save, playlist: Playlist, wish: SaveWish, there: Playlist | None
) -> tuple[Save, Playlist | None]:
    """Make a playlist, or take the one that was begun, fill it, and return the save and the list as it is there."""
    change = _Change(client, db, begun, playlist, wish, there)
    came_so_far = cache.refused(db, NAME, now_s=client.place.clock()).intersection(begun.uris)  # an earlier run
    if came_so_far or (begun.playlist is not None and not begun.items):
        change.look_up()
    if not change.save.items:
        return change.save, change.there
    is_new = begun.playlist is None and not begun.in_doubt
    identifier = begun.playlist or _made(client, db, begun, wish)
    try:
        fill(client, identifier, change.save.uris, change.instead, is_new=is_new)
    except NotThere:
        if begun.playlist is None or not is_gone(client, begun, since_s=begun.began_s):
            raise
        journal.made(db, NAME, begun.key, None)  # the user has thrown the half-made one away
        identifier = _made(client, db, replace(begun, playlist=None), wish)
        fill(client, identifier, change.save.uris, change.instead, is_new=True)
    now_s = client.place.clock()
    if change.save.items:
        journal.done(db, NAME, begun.key, now_s=now_s)
    return replace(change.save, playlist=identifier, in_doubt=False, done_s=now_s), change.there


class _Change:
    """A save some of whose tracks turn out to be at Spotify no more.

    Args:
        client: Of a user who is logged in.
        db: Of `schema.opened`.
        save: As it was written down.
        playlist: As it is planned.
        wish: How it is to be saved.
        there: The list as it is to be at Spotify, where that is known.

    Attributes:
        save, there: As they are now.
    """

    def __init__(
        self,
        client: SpotifyClient,
        db: Database,
        save: Save,
        playlist: Playlist,
        wish: SaveWish,
        there: Playlist | None,
    ) -> None:
        self._client, self._db, self._playlist, self._wish = client, db, playlist, wish
        self._refused: set[str] = set()
        self.save, self.there = save, there

    def instead(self, uri: str, taken: Sequence[str]) -> Sequence[str]:
        """Return what the playlist is to hold when a track is not taken.

        Args:
            uri: Of that track.
            taken: What the playlist holds, before it.
        """
        self._refused.add(uri)
        if self._wish.private:
            cache.forget(self._db, NAME, [uri])
        else:
            cache.refuse(self._db, NAME, uri, now_s=self._client.place.clock())
        sure = self.save.uris
        if len(self._refused) == FEW:
            cache.forget(self._db, NAME, set(sure).difference(taken))
            sure = list(taken)
        self.look_up(sure)
        return self.save.uris

    def look_up(self, sure: Sequence[str] | None = None) -> None:
        """Find the tracks of the list again, with stand-ins for what is gone.

        Args:
            sure: URIs that still hold; None: all that are not refused.
        """
        known = _with_names(self._playlist, self.save, self.save.uris if sure is None else sure)
        chosen = choose(self._client, known, self._wish.rules, refused=self._refused, private=self._wish.private)
        missing = chosen.missing
        if _list_key(self._playlist) != self.save.key:  # the list as it was saved, which has its stand-ins already
            missing = tuple(dict.fromkeys((*self.save.missing, *missing)))
        self.save, self.there = replace(self.save, items=_items(chosen), missing=missing), chosen.playlist
        journal.change(self._db, NAME, self.save, saved_list=_list_key(chosen.playlist))


def _items(chosen: Chosen) -> tuple[Item, ...]:
    return tuple(
        Item(pick.track.identifiers["spotify"], place, pick.track.title, pick.track.artists)
        for pick, place in zip(chosen.playlist.picks, chosen.places, strict=True)
    )


def _list_key(playlist: Playlist) -> str:
    return journal.list_key([pick.track for pick in playlist.picks])


def _with_names(playlist: Playlist, save: Save, sure: Sequence[str]) -> Playlist:
    """Return a list with the URIs that its tracks surely have at Spotify, without those that are in doubt."""
    known = {(item.title, item.artists): item.uri for item in save.items}
    picks = []
    for pick in playlist.picks:
        uri = known.get((pick.track.title, pick.track.artists))
        names = {name: value for name, value in pick.track.identifiers.items() if name != "spotify" or uri is None}
        names |= {"spotify": uri} if uri in set(sure) and uri is not None else {}
        picks.append(replace(pick, track=replace(pick.track, identifiers=names)))
    return replace(playlist, picks=tuple(picks))


def _name(playlist: Playlist, wish: SaveWish) -> str:
    return one_line(wish.name or playlist.title)[:LONGEST_NAME].strip() or "mien"


def _is_another(client: SpotifyClient, done: Save, playlist: Playlist, wish: SaveWish) -> bool:
    """Say whether a list that was saved is to be saved once more: under another name, anew, or since it was deleted."""
    return wish.replace or _name(playlist, wish) != done.name or is_gone(client, done, since_s=done.done_s)


def _made(client: SpotifyClient, db: Database, begun: Save, wish: SaveWish) -> str:
    """Make a playlist, or find the one that was made when the answer was lost."""
    identifier = marked(client, begun) if begun.in_doubt else None
    trouble: Unavailable | None = None
    for _ in range(2):
        if identifier is not None:
            break
        journal.doubt(db, NAME, begun.key, True)
        about = f"Chosen by mien, which reads moods from faces. {begun.mark}"
        body = {"name": begun.name, "public": wish.public, "description": about}
        try:
            identifier = playlists.made_playlist(client.request("POST", "me/playlists", body=body, retry=False))
        except NOT_DONE:
            journal.doubt(db, NAME, begun.key, False)
            raise
        except Unavailable as error:
            trouble = error
            identifier = marked(client, begun)
    if identifier is None:
        assert trouble is not None
        raise trouble
    journal.made(db, NAME, begun.key, identifier)
    return identifier


def _as_saved(playlist: Playlist, done: Save) -> Playlist:
    """Return a list as it is at Spotify."""
    picks = []
    for item in done.items:
        links = {"spotify": uris.link_of(item.uri)}
        known = playlist.picks[item.place] if item.place < len(playlist.picks) else None
        if known is not None and (known.track.title, known.track.artists) == (item.title, item.artists):
            track = replace(known.track, identifiers={**known.track.identifiers, "spotify": item.uri})
            picks.append(Pick(track, known.reason, links))
        else:
            track = Track(item.title, item.artists, identifiers={"spotify": item.uri})
            picks.append(Pick(track, "stands in for what Spotify does not have", links))
    return replace(playlist, picks=tuple(picks))
