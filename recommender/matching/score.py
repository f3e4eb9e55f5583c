"""How surely a listing is the wanted song: 0 (another one) … 1 (the same in every letter), and why.

The name, the artist, the length and the version are looked at one by one; each lowers the score by as much as it speaks
against, and a clear no of any one of them ends it. An ISRC (ISO 3901, one code a recording) that both have says yes by
itself, unless the lengths contradict: shops do mix them up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol

from recommender.matching.artists import imitates, same_artists
from recommender.matching.normalise import Spelling, likeness
from recommender.matching.titles import Title, read_title
from recommender.matching.versions import album_versions, read_note

_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")

CLOSE_S = 3.0
"""Lengths that differ by less say the same: silence at the end."""

FAR_S = 30.0
"""Lengths that differ by more say that it is something else; of short songs already a seventh."""

SHORTEST_EDIT = 2 / 3
"""What an edit keeps of a song at least."""


class Named(Protocol):
    """What is known of a song or of a listing; `Track` and `Candidate` both are."""

    @property
    def title(self) -> str: ...
    @property
    def artists(self) -> tuple[str, ...]: ...
    @property
    def duration_s(self) -> float | None: ...
    @property
    def album(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Rating:
    """How surely it is the song, 0–1, and what speaks for it or against it, for people."""

    score: float
    why: str


def rate(wanted: Named, found: Named, wanted_isrc: str | None = None, found_isrc: str | None = None) -> Rating:
    """Say how surely a listing is the song that is wanted."""
    code = isrc(wanted_isrc)
    same_recording = code is not None and code == isrc(found_isrc)
    artist = same_artists(wanted.artists, found.artists)
    if artist < 0.8 and not same_recording:
        return Rating(0.0, "another artist")
    ours, theirs = read_title(wanted.title, wanted.artists), read_title(found.title, found.artists + wanted.artists)
    ours, theirs = _without_ending(ours, theirs), _without_ending(theirs, ours)
    length = _length(wanted.duration_s, found.duration_s, edited=ours.edited or theirs.edited)
    if same_recording and length > 0:
        return Rating(1.0, f"the same ISRC, {code}")
    if length == 0:
        return Rating(0.0, f"another length: {_apart(wanted, found)}")
    if artist < 0.8:
        return Rating(0.0, "another artist")
    if (other := _other_version(wanted, found, ours, theirs)) is not None:
        return Rating(0.0, other)
    name = _name(ours, theirs)
    if name < 0.6:
        return Rating(0.0, "another title")
    if length >= 1.0 and name < 0.95 <= artist:
        length = 1.05  # a slip of the keyboard, but the length to the second
    score = min(1.0, name * artist * length * _same_notes(ours, theirs, wanted, found))
    return Rating(score, _why(name, artist, wanted, found, theirs))


def isrc(code: str | None) -> str | None:
    """Return an ISRC without its hyphens; None when it is none."""
    plain = (code or "").replace("-", "").replace(" ", "").upper()
    return plain if _ISRC.fullmatch(plain) else None


def _without_ending(one: Title, other: Title) -> Title:
    """Take a note off a name that has it without bracket or dash, where the other name ends: "Heroes 2017 Remaster"."""
    ending = one.full.words[len(other.full.words) :]
    if not ending or not other.full.words or one.full.words[: len(other.full.words)] != other.full.words:
        return one
    note = read_note(" ".join(ending), after_dash=True)
    if note.kind == "name":
        return one
    return replace(
        one,
        full=other.full,
        short=other.full,
        versions=one.versions | note.versions,
        details=one.details | (note.details if note.kind == "version" else frozenset()),
        counts=tuple(sorted((*one.counts, *note.counts))),
        edited=one.edited or note.edited,
    )


def _name(ours: Title, theirs: Title) -> float:
    """Return how alike two names are; what stands in brackets may be left out, or be the name in another script."""
    best = likeness(ours.full, theirs.full)
    if ours.short == ours.full or theirs.short == theirs.full:
        best = max(best, 0.95 * likeness(ours.short, theirs.short))
    for one, other in ((ours, theirs), (theirs, ours)):
        for alias in one.other_names:
            if alias.foreign != one.short.foreign:
                best = max(best, 0.97 * max(likeness(alias, other.short), likeness(alias, other.full)))
            for twin in other.other_names:
                if alias.foreign and twin.foreign:
                    best = max(best, 0.97 * likeness(alias, twin))
    return best


def _length(wanted_s: float | None, found_s: float | None, *, edited: bool) -> float:
    """Return 1 for the same length, less for others, 0 for what cannot be the same recording."""
    if not wanted_s or not found_s:
        return 0.98
    apart, shorter, longer = abs(wanted_s - found_s), min(wanted_s, found_s), max(wanted_s, found_s)
    if apart <= CLOSE_S:
        return 1.0
    far = max(10.0, min(FAR_S, shorter / 7), 0.04 * shorter)
    if apart <= far:
        return 1.0 - 0.13 * (apart - CLOSE_S) / (far - CLOSE_S)
    return 0.87 if edited and shorter >= SHORTEST_EDIT * longer else 0.0


def _other_version(wanted: Named, found: Named, ours: Title, theirs: Title) -> str | None:
    """Return what makes it another recording, if anything does."""
    first, second = ours.versions, theirs.versions
    if Spelling.of(wanted.album or "") != Spelling.of(found.album or ""):
        first, second = first | album_versions(wanted.album), second | album_versions(found.album)
    if imitates(wanted.artists):
        second |= first & {"cover", "instrumental"}
    if first != second:
        extra, missing = sorted(second - first), sorted(first - second)
        return f"another version: {', '.join(extra)}" if extra else f"not the version: {', '.join(missing)}"
    if ours.counts != theirs.counts or not _same_details(ours.details, theirs.details):
        return f"another version: {' '.join(sorted(theirs.details | set(theirs.counts)))}"
    return None


def _same_details(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Say whether the same remixer, place or evening may be meant; nothing said may be anyone."""
    if not ours or not theirs:
        return True
    dates, others = ({word for word in side if word[0].isdigit()} for side in (ours, theirs))
    if not (dates <= others or others <= dates):
        return False
    return any(likeness(Spelling.of(one), Spelling.of(other)) >= 0.85 for one in ours for other in theirs)


def _same_notes(ours: Title, theirs: Title, wanted: Named, found: Named) -> float:
    """Prefer, among listings of one recording, the album that is wanted and the fewest notes."""
    factor = 1.0 - 0.004 * min(5, abs(theirs.notes - ours.notes))
    if theirs.guests - ours.guests:
        factor -= 0.01
    if wanted.album and found.album and Spelling.of(wanted.album) != Spelling.of(found.album):
        factor -= 0.005
    return factor


def _apart(wanted: Named, found: Named) -> str:
    assert wanted.duration_s is not None
    assert found.duration_s is not None
    seconds = found.duration_s - wanted.duration_s
    return f"{abs(seconds):.0f} s {'longer' if seconds > 0 else 'shorter'}"


def _why(name: float, artist: float, wanted: Named, found: Named, theirs: Title) -> str:
    said = ["the same title" if name >= 0.98 else "nearly the same title"]
    said.append("artist" if artist >= 0.97 else "nearly the same artist")
    text = " and ".join(said)
    if wanted.duration_s and found.duration_s:
        text += f", {_apart(wanted, found)}" if abs(wanted.duration_s - found.duration_s) >= 1 else ", the same length"
    return text + (f", {', '.join(sorted(theirs.versions))}" if theirs.versions else "")
