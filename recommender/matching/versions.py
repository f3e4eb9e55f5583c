"""What a note behind a title says: "(feat. …)" names guests, "- Live at …" another version, "[2011 Remaster]" nothing.

A note that says none of these is a part of the name, as in "Escape (The Piña Colada Song)".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from recommender.matching import vocabulary
from recommender.matching.normalise import Spelling
from recommender.matching.vocabulary import whole_words

_GUESTS = re.compile(rf"^(?:{vocabulary.GUESTS_IN_BRACKETS})\b")
_GUESTS_AFTER_DASH = re.compile(rf"^(?:{vocabulary.GUESTS_AFTER_DASH})\b")
_VERSIONS = [(kind, whole_words(*phrases)) for kind, phrases in vocabulary.VERSIONS.items()]
_INSIDE = [(kind, re.compile(phrases)) for kind, phrases in vocabulary.INSIDE.items()]
_ALBUMS = [(kind, whole_words(phrases)) for kind, phrases in vocabulary.ALBUMS.items()]
_SHORTER, _NOTHING = whole_words(*vocabulary.SHORTER), whole_words(*vocabulary.NOTHING)
_OTHER_VERSION, _PLAIN_MIX = whole_words(*vocabulary.OTHER_VERSION), whole_words(vocabulary.PLAIN_MIX)
_MIX, _EDIT = whole_words(r"mix(?! tape)"), whole_words(r"edit(?:ed)?")
_MASTERED = whole_words(
    r"\d{4} (?:digital )?re ?master\w*(?: version)?", r"re ?master\w*(?: version)?(?: (?:in|en))? \d{4}"
)
_FILM = whole_words(r"from|soundtrack|ost")
_NUMBER = re.compile(
    r"\b(?:(?:pt|part|no|version|take|act|vol|volume) ([1-9]\d?|[ivx]+|one|two|three|four|five)"
    r"|(?:\d{4}|[a-z]{3,}) ([2-9]|ii|iii|iv|vi{0,3}))$"
)


@dataclass(frozen=True, slots=True)
class Note:
    """What a note behind a title says.

    Args:
        kind: "guests", "version", "nothing", or "name" for a part of the title.
        versions: What makes it another recording ("live", "remix", …).
        details: The words that tell one version from others of its kind: the remixer, the place; of guests their names.
        counts: The number of a part or of a version at its end.
        edited: Whether the same recording may be shorter there.
    """

    kind: str
    versions: frozenset[str] = frozenset()
    details: frozenset[str] = frozenset()
    counts: tuple[str, ...] = ()
    edited: bool = False


def read_note(text: str, *, after_dash: bool) -> Note:
    """Return what a note says.

    Args:
        text: Without its brackets or dash.
        after_dash: Whether it stood after a dash, where a name may stand too ("- With Love").
    """
    plain = simple(text)
    if (_GUESTS_AFTER_DASH if after_dash else _GUESTS).search(plain):
        return Note("guests", details=frozenset(plain.split()[1:]))
    kinds = {kind for kind, pattern in _VERSIONS if pattern.search(plain)}
    if not plain.isascii():
        kinds |= {kind for kind, pattern in _INSIDE if pattern.search(plain)}
    edited = _SHORTER.search(plain) is not None
    if not kinds and _MIX.search(plain) and not _PLAIN_MIX.search(plain):
        kinds.add("remix")
    if not kinds and not edited and _EDIT.search(plain):  # "Robin Schulz Edit"; a bare "Edit" is only shorter
        kinds.update({"remix"} if len(plain.split()) > 1 else ())
        edited = True
    if kinds:
        return Note("version", frozenset(kinds), _details(plain), _number(plain), edited)
    if edited or _PLAIN_MIX.search(plain) or _NOTHING.search(plain):
        return Note("nothing", counts=() if _FILM.search(plain) else _number(plain), edited=edited)
    if _OTHER_VERSION.search(plain):
        return Note("version", frozenset({"arranged"}), _details(plain), _number(plain))
    return Note("name")


def album_versions(album: str | None) -> frozenset[str]:
    """Return what an album's title says about every recording on it: "MTV Unplugged", "A Tribute to …"."""
    plain = simple(album or "")
    return frozenset(kind for kind, pattern in _ALBUMS if pattern.search(plain))


def _details(plain: str) -> frozenset[str]:
    return frozenset(word for word in _MASTERED.sub(" ", plain).split() if word not in vocabulary.SCRAPS)


def _number(plain: str) -> tuple[str, ...]:
    """Return the number of a part at a note's end; that of a year, a day or a record's size is none."""
    found = _NUMBER.search(plain)
    return () if found is None else (Spelling.of(f"part {found[1] or found[2]}").words[-1],)


def simple(text: str) -> str:
    """Return small letters of any script, without accents where these are marks, and digits, parted by spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        plain = "".join(_bare(c) for c in plain)
    return " ".join(re.sub(r"[\W_]+", " ", plain.replace("'", " ")).split())


def _bare(c: str) -> str:
    if "\u3040" <= c <= "\u30ff" or "\uac00" <= c <= "\ud7a3" or "\u0400" <= c <= "\u04ff":
        return c
    return "".join(d for d in unicodedata.normalize("NFD", c) if not unicodedata.combining(d))
