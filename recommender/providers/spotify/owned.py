"""Which of the user's own playlists mien made: known by its identifier, or by the mark in its description."""

from __future__ import annotations

from recommender.memory.database import Database
from recommender.providers.spotify import playlists
from recommender.providers.spotify.client import SpotifyClient
from recommender.providers.spotify.reading import pages
from recommender.providers.spotify.transport import NAME
from recommender.resolving import journal
from recommender.resolving.journal import Save

MARK = "mien-"
OWN_LISTS = 500
"""Playlists of the user that are looked through, the newest first."""
LOOKS_S = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Waits before each look for a playlist whose making is in doubt: a new one shows in the list after a moment."""
SETTLED_S = 600.0
"""After this long a saved playlist must show in the user's list, else it was deleted."""


def marked(client: SpotifyClient, begun: Save) -> str | None:
    """Return the playlist that carries a save's mark; one whose description was lost is known by being empty."""
    for wait_s in LOOKS_S:
        if wait_s:
            client.place.sleep(wait_s)
        for page in pages(client, "me/playlists", "your playlists", most=OWN_LISTS):
            for own in playlists.own_playlists(page):
                lost = own.name == begun.name and own.tracks == 0 and own.description in ("", "null")
                if begun.mark in own.description or lost:
                    return own.id
    return None


def named(client: SpotifyClient, db: Database, name: str) -> str | None:
    """Return a playlist of a name that mien made."""
    saved = journal.finished_as(db, NAME, name)
    for page in pages(client, "me/playlists", "your playlists", most=OWN_LISTS):
        for own in playlists.own_playlists(page):
            if (saved is not None and own.id == saved.playlist) or (own.name == name and MARK in own.description):
                return own.id
    return None


def is_gone(client: SpotifyClient, save: Save, *, since_s: float | None) -> bool:
    """Say whether the user has deleted a playlist; it is not asked about soon after it was made."""
    if since_s is None or client.place.clock() - since_s < SETTLED_S:
        return False
    seen = 0
    for page in pages(client, "me/playlists", "your playlists", most=OWN_LISTS):
        seen += len(page.items)
        if any(own.id == save.playlist for own in playlists.own_playlists(page)):
            return False
    return seen < OWN_LISTS  # else there are more lists than were looked through
