"""When two listings are the same song: a key of title and main artist that ignores how shops write them.

Case, accents, punctuation, "The", "feat. …", "(Remastered 2011)" and "- Live at …" do not make another song. Letters
of every script stay, so that titles in Greek, Korean or Arabic keep their names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from recommender.types import Track

_GUEST = re.compile(r"\s[\(\[]?(feat\.?|ft\.?|featuring)\s.*$", re.IGNORECASE)
_NO_WORD = re.compile(r"[^a-z0-9]+")
_EDITION = (
    r"(\d{4}\s+)?(digital(ly)?\s+)?(re-?master(ed)?|live|mono|stereo|single|album|radio|original|deluxe|acoustic|bonus)"
)
_VERSION = re.compile(rf"\s+(-\s+{_EDITION}\b.*|[\(\[]{_EDITION}\b[^\)\]]*[\)\]])$", re.IGNORECASE)


MARKED = re.compile(r"\s[(\[-]|\sf(?:ea)?t", re.IGNORECASE)
"""What every guest and every version begins with: most titles have neither, and millions are looked through."""


def song_key(title: str, artist: str) -> str:
    """Return the same text for every listing of a song, "title|artist"."""
    return f"{plain(bare_title(title)) or title.casefold()}|{artist_key(artist)}"


def artist_key(artist: str) -> str:
    """Return the same text for every spelling of an artist."""
    return plain(bare_artist(artist)).removeprefix("the ") or artist.casefold()


def bare_title(title: str) -> str:
    """Return a title without guests and versions."""
    return _VERSION.sub("", _GUEST.sub("", _VERSION.sub("", title))) if MARKED.search(title) else title


def bare_artist(artist: str) -> str:
    """Return an artist without guests."""
    return _GUEST.sub("", artist) if MARKED.search(artist) else artist


def plain(text: str) -> str:
    """Return letters and digits in lower case, without accents, parted by single spaces."""
    if text.isascii():  # most names; the way below comes to the same, more slowly
        return " ".join(_NO_WORD.sub(" ", text.lower().replace("&", " and ").replace("'", "")).split())
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    return unicodedata.normalize("NFC", " ".join(decomposed.translate(_KEPT).split()))


class _Kept(dict[int, str]):
    """What stays of each character of a decomposed text: letters and digits of every script, no accents."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        if unicodedata.combining(c) or c in "'’":
            kept = ""
        else:
            kept = c if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc") else " "
        self[code] = kept
        return kept


_KEPT = _Kept()


def recognised(tracks: Iterable[Track], catalogue: Sequence[Track]) -> list[Track]:
    """Return the tracks, each with what the catalogue knows of the same song; their own identifiers win."""
    known = {song_key(track.title, track.artists[0]): track for track in reversed(catalogue)}
    result = []
    for track in tracks:
        twin = known.get(song_key(track.title, track.artists[0]))
        result.append(replace(twin, identifiers={**twin.identifiers, **track.identifiers}) if twin else track)
    return result
