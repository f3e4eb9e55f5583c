"""Whether two lists of artists are the same people, however a shop lists and joins them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from recommender.identity import bare_artist
from recommender.m3u import UNKNOWN_ARTIST
from recommender.matching.normalise import Spelling, distance, likeness

_JOINED = re.compile(
    r"\s*[,;]\s+|\s+(?:&|\+|x|×|vs\.?|and|with|und|y|et|e|feat\.?|ft\.?|featuring|con|presents|meets)\s+|\s+/\s+",
    re.IGNORECASE,
)
_LEADING = {"the", "die", "der", "das", "los", "las", "les"}
_COMPANY = {
    "band", "orchestra", "orchestre", "orquesta", "orchester", "quartet", "quintet", "sextet", "trio", "ensemble",
    "group", "experience", "combo", "conjunto", "big", "and", "his", "her", "the", "project", "jr", "sr", "dj", "mc",
    "singers",
}  # fmt: skip
_IMITATION = re.compile(
    r"\b(?:tribute|karaoke|revival|cover band|covers|made famous|backing tracks?|sing along|lullab\w+|piano dreamers"
    r"|string quartet tribute|8 bit)\b"
)
_NOBODY = {"unknown", "various", "unknownartist", "variousartists", "va", Spelling.of(UNKNOWN_ARTIST).joined}


def same_artists(wanted: tuple[str, ...], found: tuple[str, ...]) -> float:
    """Return how surely the main artist that is wanted is among those that were found, 0–1.

    Args:
        wanted: Main artist first; "Beatles, The" and "A feat. B" are understood.
        found: Likewise.
    """
    wanted, found = tuple(map(_composed, wanted)), tuple(map(_composed, found))
    if imitates(found) and not imitates(wanted):
        return 0.0
    main, others = Spelling.of(bare_artist(wanted[0])), [Spelling.of(name) for name in found]
    if main.joined in _NOBODY or not others or all(other.joined in _NOBODY for other in others):
        return 0.85
    best = max(_same_name(main, Spelling.of(bare_artist(name))) for name in found)
    if best == 1.0 and _same_name(main, Spelling.of(bare_artist(found[0]))) < 1.0:
        best = 0.97 if len(found) > 1 else best
    if best >= 0.97:
        return best
    ours, theirs = _people(wanted), _people(found)
    if ours and theirs:
        leader = max(_same_name(ours[0], other) for other in theirs)
        if leader >= 0.9:
            best = max(best, 0.97 * leader)
        covered = min(max(_same_name(one, other) for other in ours) for one in theirs)
        best = max(best, 0.9 * covered if covered >= 0.9 else 0.0)
    return best


def is_one_of(name: str, artists: tuple[str, ...]) -> bool:
    """Say whether a text is the name of one of these artists, give or take a slip of the keyboard."""
    spelled = Spelling.of(name)
    return any(
        _same_name(spelled, other) >= 0.9
        for artist in artists
        for other in (Spelling.of(artist), *_people((_composed(artist),)))
    )


def imitates(artists: tuple[str, ...]) -> bool:
    """Say whether a name says that it plays what others made famous."""
    return any(_IMITATION.search(" ".join(Spelling.of(name).words)) for name in artists)


@lru_cache(maxsize=4096)
def _composed(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


@lru_cache(maxsize=4096)
def _people(artists: tuple[str, ...]) -> tuple[Spelling, ...]:
    """Return every single person or band of a list, each once, in order."""
    people = (Spelling.of(part) for name in artists for part in _JOINED.split(name) if part and part.strip())
    return tuple(dict.fromkeys(_without_article(one) for one in people))


def _without_article(name: Spelling) -> Spelling:
    words = name.words
    if len(words) > 1 and words[0] in _LEADING:
        words = words[1:]
    elif len(words) > 1 and words[-1] == "the":
        words = words[:-1]
    return Spelling(words, name.foreign)


def _same_name(one: Spelling, other: Spelling) -> float:
    one, other = _without_article(one), _without_article(other)
    if one.joined == other.joined:
        return 1.0
    if len(one.words) > 1 and sorted(one.words) == sorted(other.words):
        return 0.98  # "Shannon, Del"
    if min(len(one.words), len(other.words)) > 1:
        more, less = (one, other) if len(one.words) > len(other.words) else (other, one)
        if set(less.words) < set(more.words) and set(more.words) - set(less.words) <= _COMPANY:
            return 0.93
    if one.foreign != other.foreign or one.numbers != other.numbers:
        return likeness(one, other)
    longest = max(len(one.joined), len(other.joined))
    if longest >= 6 and one.joined[:1] == other.joined[:1]:
        slips = distance(one.joined, other.joined, 2)
        if slips == 1 or (slips == 2 and longest >= 10):
            return 0.96 - 0.03 * slips
    return min(0.7, likeness(one, other))
