"""Take a title apart: its name, what else belongs to the name, and what the shop has added.

read_title("(Sittin' On) The Dock of the Bay - Mono; 2012 Remaster (feat. X)", ("Otis Redding",))
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from recommender.matching.artists import is_one_of
from recommender.matching.normalise import Spelling
from recommender.matching.versions import Note, read_note, simple

_DASH = re.compile(r"\s+[-–—―−]\s*(?=\S)|\s*[–—―]\s+")
_NAME = Note("name")
_OPEN, _CLOSE = "([{【〔〈《", ")]}】〕〉》"
_QUOTED = re.compile("[「」『』]")
_TRAILING_GUEST = re.compile(r"\s(?:feat\.?|ft\.?|featuring)\s.*$", re.IGNORECASE)
_TRAILING_NOTE = re.compile(
    r"\s((?:\d{4}\s)?remaster(?:ed)?(?:\s\d{4})?|remix|radio edit|(?:live|acoustic|instrumental|karaoke|album|single|"
    r"piano|extended|original)\s(?:version|mix))$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Title:
    """A title in its parts.

    Args:
        name: The whole name as it is written, without notes.
        shortest: Likewise, without what stands in brackets.
        asides: What stands in brackets, as it is written.
        full: The whole name with what stands in brackets and after dashes, unless that is a note.
        short: The name alone; the same as `full` where nothing else belongs to it.
        other_names: What stands in brackets and may be the name in another script.
        versions: What makes it another recording.
        details: Words that tell such a recording from others of its kind.
        counts: Numbers of parts that stand in notes ("Live, Pt. 2").
        guests: Words of the guests' names.
        edited: Whether the recording may be shorter here.
        notes: How many notes of the shop it carries.
    """

    name: str
    shortest: str
    asides: tuple[str, ...]
    full: Spelling
    short: Spelling
    other_names: tuple[Spelling, ...] = ()
    versions: frozenset[str] = frozenset()
    details: frozenset[str] = frozenset()
    counts: tuple[str, ...] = ()
    guests: frozenset[str] = frozenset()
    edited: bool = False
    notes: int = 0


@lru_cache(maxsize=4096)
def read_title(title: str, artists: tuple[str, ...] = ()) -> Title:
    """Take a title apart.

    Args:
        title: As a shop writes it.
        artists: Their names before the title, as videos have them, are no part of it.
    """
    text = _QUOTED.sub(" ", unicodedata.normalize("NFKC", title)).strip()
    pieces = _pieces(text)
    main = next((i for i, (kind, _) in enumerate(pieces) if kind != "("), 0)
    read = [_NAME if i == main else read_note(part, after_dash=kind == "-") for i, (kind, part) in enumerate(pieces)]
    for number in range(main + 2, len(pieces)):
        dashes = pieces[number - 1][0] == pieces[number][0] == "-"
        if dashes and read[number].kind == "name" and read[number - 1].kind == "version":
            read[number] = replace(read[number - 1], details=frozenset(simple(pieces[number][1]).split()))  # its date
    named = [i for i, note in enumerate(read) if note.kind == "name"]
    notes = [note for i, note in enumerate(read) if i not in named]
    if len(named) > 1 and main == named[0] and is_one_of(pieces[main][1], artists):
        named = named[1:]  # "Artist - Title"
        main = next((i for i in named if pieces[i][0] != "("), named[0])
    full: list[str] = []
    short: list[str] = []
    asides: list[str] = []
    for number in named:
        part = _without_composer(pieces[number][1], artists) if number == main else pieces[number][1]
        full.append(part)
        if number == main or pieces[number][0] == "":
            short.append(part)
            continue
        asides.append(part)
        if any(len(digits) < 4 for digits in Spelling.of(part).numbers):  # "(Part 2)" is never left out
            short.append(part)
    return Title(
        " ".join(full),
        " ".join(short),
        tuple(asides),
        Spelling.of(" ".join(full)),
        Spelling.of(" ".join(short)),
        tuple(map(Spelling.of, asides)),
        frozenset().union(*(note.versions for note in notes)),
        frozenset().union(*(note.details for note in notes if note.kind == "version")),
        tuple(sorted(number for note in notes for number in note.counts)),
        frozenset().union(*(note.details for note in notes if note.kind == "guests")),
        any(note.edited for note in notes),
        sum(note.kind in ("nothing", "version") for note in notes),
    )


def _without_composer(text: str, artists: tuple[str, ...]) -> str:
    """Take off "Beethoven: " and the like."""
    before, mark, after = text.partition(": ")
    if mark and after.strip() and before:
        name = Spelling.of(before).joined
        if any(Spelling.of(artist).joined.endswith(name) for artist in artists):
            return after
    return text


def _pieces(text: str) -> list[tuple[str, str]]:
    """Part a title at its brackets and dashes: ("", …) outside, ("(", …) in brackets, ("-", …) after a dash."""
    pieces: list[tuple[str, str]] = []
    kind, start, depth = "", 0, 0
    position = 0

    def end(at: int) -> None:
        if part := text[start:at].strip():
            pieces.append((kind, part))

    while position < len(text):
        c = text[position]
        if c in _OPEN:
            if depth == 0:
                end(position)
                kind_outside = kind if kind == "-" else ""
                kind, start = "(", position + 1
            depth += 1
        elif c in _CLOSE and depth:
            depth -= 1
            if depth == 0:
                end(position)
                kind, start = kind_outside, position + 1
        elif depth == 0 and (dash := _DASH.match(text, position)):
            end(position)
            kind, start = "-", dash.end()
            position = dash.end()
            continue
        position += 1
    end(len(text))
    whole = [(kind, part) for kind, part in pieces if kind == "(" or simple(part) or len(pieces) == 1]
    return [piece for kind, part in whole for piece in _unmarked(kind, part)]


def _unmarked(kind: str, text: str) -> list[tuple[str, str]]:
    """Part off what stands behind a name without a bracket: guests, "Remix", "2011 Remaster"."""
    found = _TRAILING_GUEST.search(f" {text}") if kind != "(" else None
    if found is not None:
        name = text[: max(0, found.start() - 1)]
        guests = [("-", found[0].strip())]
        return [*_unmarked(kind, name), *guests] if name.strip() else guests
    found = _TRAILING_NOTE.search(text) if kind == "" else None
    if found is not None and text[: found.start()].strip():
        return [*_unmarked(kind, text[: found.start()]), ("-", found[1])]
    return [(kind, text)]
