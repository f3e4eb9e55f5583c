"""From what a listener types to the songs and artists that are meant: numbers of the last list, or names.

"3" is the third song of the last playlist, "2-4" three of them, "Bill Withers" an artist, "Lovely Day - Bill Withers" a
song (the other way round is understood where it is known), and "Lovely Day" alone a song where only one has that title.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from errors import ConfigError
from recommender.identity import artist_key, plain, song_key
from recommender.memory.opinions import Subject
from recommender.types import Track

Find = Callable[[str], Iterable[Track]]
"""Looks for tracks by words of title and artist; no words find some of everything."""

_NUMBERS = re.compile(r"(\d+)(?:[-–](\d+))?")
_DASH = re.compile(r"\s+[-–—]\s+")


@dataclass(frozen=True, slots=True)
class Named:
    """What was meant.

    Args:
        subject: The song or artist.
        known: Whether it stands in a list or a catalogue; else it is taken as it was typed.
        hint: A known name that is like it; None when it is known or nothing is.
    """

    subject: Subject
    known: bool = True
    hint: str | None = None


def named(said: Sequence[str], last: Sequence[Track] | None, played: Sequence[Track], find: Find) -> list[Named]:
    """Return what is meant, none twice, in the order in which it was said.

    Args:
        said: Numbers, spans of numbers, or names.
        last: The last playlist; None when there is none.
        played: What was played before, the latest first.
        find: Asks the catalogue.

    Raises:
        ConfigError: A number is not in the last playlist, or a name is empty.
    """
    meant: dict[tuple[str, str], Named] = {}
    for words in said:
        for one in _meant(words.strip(), last, played, find):
            meant.setdefault((one.subject.kind, one.subject.key), one)
    return list(meant.values())


def _meant(words: str, last: Sequence[Track] | None, played: Sequence[Track], find: Find) -> list[Named]:
    if numbers := _NUMBERS.fullmatch(words):
        first, to = int(numbers[1]), int(numbers[2] or numbers[1])
        if last and 1 <= first <= to <= len(last):
            return [Named(Subject.song(track)) for track in last[first - 1 : to]]
        if last is None:
            raise ConfigError(f"There is no playlist yet that {words} could be of. Make one, or give a name.")
        if not (numbers[2] is None and _is_artist(words, [*last, *played])):  # 311 is a band, too
            count = f"{len(last)} track{'s' * (len(last) != 1)}"
            raise ConfigError(f"Your last playlist has {count}, so there is no {words}. Count from 1, or give a name.")
    if not plain(words):
        raise ConfigError("A name is empty; give a number of the last playlist, an artist, or title - artist.")
    return [_of_name(words, [*(last or ()), *played], find)]


def _of_name(words: str, heard: Sequence[Track], find: Find) -> Named:
    parts = [part for part in _DASH.split(words) if plain(part)]
    subject = _known(words, parts, heard)
    if subject is None:
        subject = _known(words, parts, list(find(plain(words))))  # the catalogue, where nobody heard of it
    if subject is not None:
        return Named(subject)
    as_typed = Subject.song(Track(" - ".join(parts[:-1]), (parts[-1],))) if len(parts) > 1 else Subject((words,))
    names = {artist_key(artist): artist for track in [*find(""), *heard] for artist in track.artists}
    like = difflib.get_close_matches(artist_key(as_typed.artists[0]), names, n=1, cutoff=0.7)
    return Named(as_typed, known=False, hint=names[like[0]] if like else None)


def _known(words: str, parts: Sequence[str], tracks: Sequence[Track]) -> Subject | None:
    """Return the artist or the song that the words name among tracks; a title alone will do."""
    if artist := _artist(words, tracks):
        return Subject((artist,))
    for cut in range(1, len(parts)):
        one, other = " - ".join(parts[:cut]), " - ".join(parts[cut:])
        for title, by in ((one, other), (other, one)):
            if track := _song(title, by, tracks):
                return Subject.song(track)
    same = [track for track in tracks if plain(track.title) == plain(words)]
    return Subject.song(same[0]) if len({artist_key(track.artists[0]) for track in same}) == 1 else None


def _is_artist(words: str, tracks: Iterable[Track]) -> bool:
    return _artist(words, tracks) is not None


def _artist(words: str, tracks: Iterable[Track]) -> str | None:
    wanted = artist_key(words)
    return next((by for track in tracks for by in track.artists if artist_key(by) == wanted), None)


def _song(title: str, by: str, tracks: Iterable[Track]) -> Track | None:
    for track in tracks:
        if any(song_key(track.title, artist) == song_key(title, by) for artist in track.artists):
            return track
    return None
