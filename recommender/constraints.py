"""What a playlist must and must not hold: hard rules that no track of a plan ever breaks.

A rule wants to know: a track whose year, genre or language is not known does not pass a rule about years, genres or
languages. Explicitness is the exception, since most catalogues mark only what is explicit: what nobody marked passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from errors import ConfigError
from recommender.identity import artist_key, plain, song_key
from recommender.types import Track

NO_WORDS = "zxx"
"""ISO 639-2's code for "no linguistic content"."""

NO_YEAR = (0, 9999)
"""Ends of a span of years that is open there."""

INSTRUMENTAL_FROM = 0.5
"""Spotify's documentation: instrumentalness above 0.5 is meant to be an instrumental track."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """The rules of a playlist; the default admits everything.

    Args:
        languages: ISO 639-1 codes in lower case, "zxx" for music without words; empty: any.
        genres: Words or phrases; "rock" admits "indie rock" and not "rockabilly"; empty: any.
        years: First and last year of release, both inside; None: any.
        explicit: False: none that are marked explicit; True: only those; None: any.
        instrumental: Only music without singing.
        banned_artists: Keys of `identity.artist_key`; a guest counts as an artist.
        banned_songs: Keys of `identity.song_key`.
    """

    languages: frozenset[str] = frozenset()
    genres: frozenset[str] = frozenset()
    years: tuple[int, int] | None = None
    explicit: bool | None = None
    instrumental: bool = False
    banned_artists: frozenset[str] = frozenset()
    banned_songs: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "languages", frozenset(code.strip().lower() for code in self.languages))
        object.__setattr__(self, "genres", frozenset(map(plain, self.genres)))
        if "" in self.languages | self.genres:
            raise ConfigError("A language or genre is empty; give a code such as de, or a word such as soul.")
        if self.years is not None and self.years[0] > self.years[1]:
            raise ConfigError(
                f"The years {self.years[0]} to {self.years[1]} run backwards; give the earlier one first."
            )

    @property
    def is_open(self) -> bool:
        """Say whether everything is admitted."""
        return self == Constraints()

    def admits(self, track: Track) -> bool:
        """Say whether a track keeps every rule."""
        return self.broken_by(track) is None

    def broken_by(self, track: Track) -> str | None:
        """Return the first rule that a track breaks: the field's name, or None."""
        if self.languages and track.language not in self.languages:
            return "languages"
        if self.genres and not self._is_of_genre(track):
            return "genres"
        if self.years is not None and not (track.year is not None and self.years[0] <= track.year <= self.years[1]):
            return "years"
        if self.explicit is not None and bool(track.explicit) is not self.explicit:
            return "explicit"
        if self.instrumental and not is_instrumental(track):
            return "instrumental"
        if self.banned_artists and not self.banned_artists.isdisjoint(map(artist_key, track.artists)):
            return "banned_artists"
        if self.banned_songs and song_key(track.title, track.artists[0]) in self.banned_songs:
            return "banned_songs"
        return None

    def rules(self) -> dict[str, str]:
        """Return each rule in words, field → "in de or fr", "from 1970 to 1979"."""
        said: dict[str, str] = {}
        if self.languages:
            said["languages"] = f"in {_either(self.languages)}"
        if self.genres:
            said["genres"] = f"of the genre {_either(self.genres)}"
        if self.years is not None:
            said["years"] = _between(*self.years)
        if self.explicit is not None:
            said["explicit"] = "explicit" if self.explicit else "not explicit"
        if self.instrumental:
            said["instrumental"] = "without singing"
        if self.banned_artists:
            said["banned_artists"] = "by nobody you banned"
        if self.banned_songs:
            said["banned_songs"] = "not a song you banned"
        return said

    def _is_of_genre(self, track: Track) -> bool:
        if track.genre is None:
            return False
        padded = f" {plain(track.genre)} "
        return any(f" {genre} " in padded for genre in self.genres)


NO_RULES = Constraints()


def years_in(text: str) -> tuple[int, int]:
    """Return the years that a user writes: "1970-1979", "1984", "1990-" or "-1969".

    Raises:
        ConfigError: It is none of these.
    """
    found = re.fullmatch(r"\s*(\d{4})?\s*([-–])?\s*(\d{4})?\s*", text)
    if found is None or not (found[1] or found[3]):
        raise ConfigError(f"The years {text!r} make no sense; write 1970-1979, 1984, 1990- or -1969.")
    first, dash, last = found.groups()
    if not dash:
        return int(first or last), int(last or first)
    return int(first or NO_YEAR[0]), int(last or NO_YEAR[1])


def is_instrumental(track: Track) -> bool:
    """Say whether nobody sings: a known language is surer than the measure, which misses screams and vocoders."""
    if track.language is not None:
        return track.language == NO_WORDS
    share = track.features.instrumentalness
    return share is not None and share >= INSTRUMENTAL_FROM


def _between(first: int, last: int) -> str:
    if first == last:
        return f"of {first}"
    if first <= NO_YEAR[0]:
        return f"until {last}"
    return f"from {first} on" if last >= NO_YEAR[1] else f"from {first} to {last}"


def _either(words: frozenset[str]) -> str:
    return " or ".join(sorted(words))
