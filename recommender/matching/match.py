"""Find the wanted song among what a search gave, and say what to search for.

best = match(track, [Candidate("spotify:track:…", "Heroes - 2017 Remaster", ("David Bowie",), 371.0)])
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.identity import bare_artist
from recommender.m3u import UNKNOWN_ARTIST
from recommender.matching.score import rate
from recommender.matching.titles import read_title
from recommender.types import Track

THRESHOLD = 0.8
"""What scores less is not the song: on our labelled pairs and on the perturbed titles, see `benchmarks/matching.py`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One listing of a service.

    Args:
        key: What the service knows it by.
        title: As the service writes it.
        artists: Likewise, main artist first.
        duration_s: How long it plays, in seconds.
        album: Its title.
        isrc: The recording's code.
        year: Of the release.
    """

    key: str
    title: str
    artists: tuple[str, ...]
    duration_s: float | None = None
    album: str | None = None
    isrc: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The listing that is the song, how surely (0–1), and why."""

    candidate: Candidate
    score: float
    why: str


def match(wanted: Track, candidates: Sequence[Candidate]) -> Match | None:
    """Return the listing that is the wanted song; None when none is.

    Args:
        wanted: Its ISRC counts where it has one.
        candidates: In the service's order, which decides between equals.
    """
    best: Match | None = None
    for candidate in candidates:
        rating = rate(wanted, candidate, wanted.identifiers.get("isrc"), candidate.isrc)
        score = rating.score
        if wanted.year and candidate.year == wanted.year:
            score = min(1.0, score + 0.002)  # the first release rather than a collection
        if score >= THRESHOLD and (best is None or score > best.score):
            best = Match(candidate, score, rating.why)
    return best


def queries(wanted: Track) -> list[str]:
    """Return what to type into a service's search, best first, at most three; none is the same as another.

    The main artist and the name without the shop's notes, which finds every listing of it; the same without what
    stands in brackets; and last the name in its other script, or without the artist.
    """
    title = read_title(wanted.title, wanted.artists)
    artist = "" if wanted.artists[0] == UNKNOWN_ARTIST else bare_artist(wanted.artists[0])
    versions = " ".join(v for v in ("live", "remix", "acoustic", "instrumental", "karaoke") if v in title.versions)
    alias = next((aside for aside, spelled in zip(title.asides, title.other_names, strict=True) if spelled.foreign), "")
    texts = [
        f"{artist} {title.name} {versions}",
        f"{artist} {title.name if alias else title.shortest}",
        f"{artist} {alias or title.shortest}" if alias else title.name,
    ]
    return list(dict.fromkeys(text for text in map(_words, texts) if text))[:3]


def _words(text: str) -> str:
    """Return a text without what a search may take for its own signs, on one line."""
    kept = "".join(c if c.isalnum() or c in "'’&-.!$*+" or unicodedata.category(c)[0] == "M" else " " for c in text)
    return " ".join(kept.split())[:100]
