"""Save a playlist at Spotify so that it is there once and whole, whatever breaks off in between.

Before a playlist is asked for, the save is written down with a mark of its own, which stands in the playlist's
description. When the answer is lost, the mark tells whether the playlist is there. Filling begins with what puts the
same tracks there however often it is sent (PUT, 100 tracks); what goes beyond is appended, and looked at again wherever
an answer was lost. Limits: developer.spotify.com/documentation/web-api/reference/add-items-to-playlist and
…/create-playlist (read 2026-11-21): 100 items a call, `public` is true unless we say false.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from errors import AuthRequired, ConfigError, Forbidden, RateLimited, Unavailable
from recommender.memory.database import Database
from recommender.providers import SaveWish
from recommender.providers.secrets import secrets_in
from recommender.providers.spotify import translate
from recommender.providers.spotify.choosing import choose
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.reading import pages
from recommender.providers.spotify.transport import NAME, Unreached
from recommender.resolving import journal
from recommender.resolving.journal import Item, Save
from recommender.resolving.schema import opened
from recommender.types import Pick, Playlist, Saved, Track

AT_ONCE = 100
"""Tracks in one request."""
LONGEST_NAME = 100
OWN_LISTS = 500
"""Playlists of the user that are looked through, the newest first."""
LOOKS_S = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Waits before each look for a playlist whose making is in doubt: a new one shows in the list after a moment."""
SETTLED_S = 600.0
"""After this long a saved playlist must show in the user's list, else it was deleted."""
ROUNDS = 4
"""How often a playlist is filled and read again before giving up."""
MARK = "mien-"

NOT_DONE = (Unreached, RateLimited, AuthRequired, Forbidden)
"""After these Spotify has done nothing; after other trouble nobody knows."""


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
        if not begun.items:
            return Saved("", 0, begun.missing)
        identifier = begun.playlist or _made(client, db, begun, wish)
        if begun.done_s is None:
            _fill(client, identifier, begun.uris, is_new=begun.playlist is None and not begun.in_doubt)
            journal.done(db, NAME, begun.key, now_s=place.clock())
        if wish.private:
            journal.drop(db, NAME, begun.key)
    uri = f"spotify:playlist:{identifier}"
    return Saved(translate.link_of(uri), len(begun.items), begun.missing, there or _as_saved(playlist, begun))


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
        uri = translate.playlist_uri(context)
        if uri is not None:
            return Saved(translate.link_of(uri), 0)
    if playlist.contexts:
        raise ConfigError("There is nothing to save: you mapped this mood to a playlist elsewhere; open that itself.")
    raise ConfigError("There is nothing to save: this list has no tracks. Wish for less (fewer rules), then again.")


def _begun(client: SpotifyClient, db: Database, key: str, playlist: Playlist, wish: SaveWish) -> tuple[Save, Playlist]:
    """Find out what Spotify has of a list, and write down what is to be saved."""
    chosen = choose(client, playlist, wish.rules, private=wish.private)
    picks = chosen.playlist.picks
    items = tuple(
        Item(pick.track.identifiers["spotify"], place, pick.track.title, pick.track.artists)
        for pick, place in zip(picks, chosen.places, strict=True)
    )
    name = _name(playlist, wish)
    mark = f"{MARK}{secrets.token_hex(5)}"
    begun = Save(key, name, mark, items, chosen.missing, client.place.clock())
    if items:
        if wish.replace:
            begun = replace(begun, playlist=_named(client, db, name))
        journal.begin(db, NAME, begun, saved_list=journal.list_key([pick.track for pick in picks]))
    return begun, chosen.playlist


def _name(playlist: Playlist, wish: SaveWish) -> str:
    return " ".join((wish.name or playlist.title).split())[:LONGEST_NAME].strip() or "mien"


def _is_another(client: SpotifyClient, done: Save, playlist: Playlist, wish: SaveWish) -> bool:
    """Say whether a list that was saved is to be saved once more: under another name, anew, or since it was deleted."""
    return wish.replace or _name(playlist, wish) != done.name or _is_gone(client, done)


def _made(client: SpotifyClient, db: Database, begun: Save, wish: SaveWish) -> str:
    """Make a playlist, or find the one that was made when the answer was lost."""
    identifier = _marked(client, begun) if begun.in_doubt else None
    trouble: Unavailable | None = None
    for _ in range(2):
        if identifier is not None:
            break
        journal.doubt(db, NAME, begun.key, True)
        about = f"Chosen by mien, which reads moods from faces. {begun.mark}"
        body = {"name": begun.name, "public": wish.public, "description": about}
        try:
            identifier = translate.made_playlist(client.request("POST", "me/playlists", body=body, retry=False))
        except NOT_DONE:
            journal.doubt(db, NAME, begun.key, False)
            raise
        except Unavailable as error:
            trouble = error
            identifier = _marked(client, begun)
    if identifier is None:
        assert trouble is not None
        raise trouble
    journal.made(db, NAME, begun.key, identifier)
    return identifier


def _marked(client: SpotifyClient, begun: Save) -> str | None:
    """Return the playlist that carries a save's mark; one whose description was lost is known by being empty."""
    for wait_s in LOOKS_S:
        if wait_s:
            client.place.sleep(wait_s)
        for page in pages(client, "me/playlists", "your playlists", most=OWN_LISTS):
            for own in translate.own_playlists(page):
                lost = own.name == begun.name and own.tracks == 0 and own.description in ("", "null")
                if begun.mark in own.description or lost:
                    return own.id
    return None


def _named(client: SpotifyClient, db: Database, name: str) -> str | None:
    """Return a playlist of a name that mien made."""
    saved = journal.finished_as(db, NAME, name)
    for page in pages(client, "me/playlists", "your playlists", most=OWN_LISTS):
        for own in translate.own_playlists(page):
            if (saved is not None and own.id == saved.playlist) or (own.name == name and MARK in own.description):
                return own.id
    return None


def _is_gone(client: SpotifyClient, done: Save) -> bool:
    """Say whether the user has deleted a saved playlist; it is not asked about soon after it was made."""
    if done.done_s is None or client.place.clock() - done.done_s < SETTLED_S:
        return False
    seen = 0
    for page in pages(client, "me/playlists", "your playlists", most=OWN_LISTS):
        seen += len(page.items)
        if any(own.id == done.playlist for own in translate.own_playlists(page)):
            return False
    return seen < OWN_LISTS  # else there are more lists than were looked through


def _fill(client: SpotifyClient, identifier: str, uris: Sequence[str], *, is_new: bool) -> None:
    """Put tracks into a playlist, exactly these and each once.

    Args:
        client: Of the playlist's owner.
        identifier: Of the playlist.
        uris: What it is to hold, in order.
        is_new: It was made just now, so that it holds nothing.
    """
    path, wanted = f"playlists/{identifier}/items", list(uris)
    there: list[str | None] = [] if is_new else _read(client, path)
    in_doubt, trouble = not is_new, translate.nonsense("your playlist")
    for _ in range(ROUNDS):
        if _is_whole(there, wanted):
            return
        try:
            if not there or there != wanted[: len(there)]:
                _write(client, "PUT", path, wanted[:AT_ONCE])
                there = [*wanted[:AT_ONCE]]
            while len(there) < len(wanted):
                more = wanted[len(there) : len(there) + AT_ONCE]
                _write(client, "POST", path, more)
                there += more
        except NOT_DONE:
            raise
        except Unavailable as error:
            in_doubt, trouble = True, error
        if not in_doubt:
            return
        there = _read(client, path)
    if not _is_whole(there, wanted):
        raise trouble


def _write(client: SpotifyClient, method: str, path: str, uris: Sequence[str]) -> None:
    """Put (PUT) or append (POST) tracks; only an answer with the list's new version says that it was done.

    Raises:
        Unavailable: The answer was lost, or something on the way answered instead.
    """
    answer = client.request(method, path, body={"uris": uris}, retry=method == "PUT")
    if not isinstance(answer, dict) or not answer.get("snapshot_id"):
        raise translate.nonsense("your playlist")


def _read(client: SpotifyClient, path: str) -> list[str | None]:
    """Return what a playlist holds.

    Raises:
        Unavailable: The pages do not fit together.
    """
    there: list[str | None] = []
    total = 0
    for page in pages(client, path, "your playlist"):
        there += translate.entries_of(page)
        total = page.total
    if len(there) != total:
        raise translate.nonsense("your playlist")
    return there


def _is_whole(there: Sequence[str | None], wanted: Sequence[str]) -> bool:
    """Say whether a playlist holds what it should; a track that was taken down shows as None."""
    return len(there) == len(wanted) and all(a in (b, None) for a, b in zip(there, wanted, strict=True))


def _as_saved(playlist: Playlist, done: Save) -> Playlist:
    """Return a list as it is at Spotify."""
    picks = []
    for item in done.items:
        links = {"spotify": translate.link_of(item.uri)}
        known = playlist.picks[item.place] if item.place < len(playlist.picks) else None
        if known is not None and (known.track.title, known.track.artists) == (item.title, item.artists):
            track = replace(known.track, identifiers={**known.track.identifiers, "spotify": item.uri})
            picks.append(Pick(track, known.reason, links))
        else:
            track = Track(item.title, item.artists, identifiers={"spotify": item.uri})
            picks.append(Pick(track, "stands in for what Spotify does not have", links))
    return replace(playlist, picks=tuple(picks))
