"""Find out which column is what, and on which scale: tables of music name and measure the same things differently.

Names are compared without case, blanks and punctuation. They come from the tables that people have: Spotify's audio
features as many scripts export them, Exportify (its older and newer columns), Chosic, TuneMyMusic and Soundiiz, and the
Kaggle sets "Spotify Tracks DB" (genre, artist_name, track_name …), "600k Tracks" (id, name …, artists as a list), "114k
Tracks" (track_genre; artists parted by semicolons), "Top Spotify songs" (nrgy, dnce, dB …), "Top 2000s Mega Dataset"
(Length (Duration) …), "30000 songs" (playlist_genre …) and "Most streamed 2023" (danceability_% …).
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import CatalogueError, lookup
from recommender.importing.cells import MISSING, SHARES, clock_s

NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "trackname", "songname", "songtitle", "tracktitle", "name", "track", "song"),
    "artists": (
        *("artists", "artistnames", "artistname", "artist", "trackartist", "trackartists", "trackartistname"),
        *("performer", "artistsname", "mainartist", "albumartistnames", "albumartist"),
    ),
    "album": ("album", "albumname", "trackalbumname", "albumtitle", "release"),
    "year": (
        *("year", "releasedate", "albumreleasedate", "trackalbumreleasedate", "albumdate", "releasedyear"),
        *("releaseyear", "date", "releaseddate"),
    ),
    "genre": (
        "genre",
        "trackgenre",
        "topgenre",
        "genres",
        "artistgenres",
        "playlistgenre",
        "maingenre",
        "primarygenre",
    ),
    "language": ("language", "lang"),
    "explicit": ("explicit", "isexplicit", "trackexplicit"),
    "duration": (
        *("durationms", "trackdurationms", "durations", "durationsec", "durationseconds", "durationmin", "duration"),
        *("lengthduration", "length", "tracklength", "tracklengthms", "dur", "time", "trackduration", "msplayed"),
    ),
    "valence": ("valence", "val", "positiveness", "happiness"),
    "energy": ("energy", "nrgy"),
    "tempo": ("tempo", "bpm", "beatsperminutebpm", "beatsperminute", "tempobpm"),
    "acousticness": ("acousticness", "acous", "acoustic"),
    "instrumentalness": ("instrumentalness", "instrumental", "instr"),
    "danceability": ("danceability", "dnce", "dance"),
    "loudness": ("loudness", "loudnessdb", "db", "louddb", "loud"),
    "key": ("key", "musicalkey", "camelot"),
    "mode": ("mode", "audiomode"),
    "isrc": ("isrc", "externalidsisrc", "trackisrc"),
    "spotify": (
        *("uri", "trackuri", "spotifyuri", "spotifytrackuri", "spotifytrackid", "spotifyid", "trackid", "id"),
        *("spotify", "trackhref", "spotifyurl", "url", "link", "trackurl", "externalurlsspotify"),
    ),
    "file": ("file", "path", "location", "filename", "filepath"),
    "estimated": ("estimated",),
}
"""What a column can be → how it is called, the likeliest first."""

WRAPPERS = ("audiofeatures", "features", "track")
"""Objects around the fields in JSON lines: `audio_features.valence` is valence."""

CORRECTABLE = {field: (field, "") for field in NAMES} | {
    "artist": ("artists", ""),
    "duration_ms": ("duration", "ms"),
    "duration_s": ("duration", "s"),
}
"""What a correction may name → the field, and the unit that it says."""

SAMPLE = 2000


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is used.

    Args:
        field: What it is, a key of `NAMES`.
        place: Which column, from 0.
        name: As the file calls it.
        unit: How its cells are read: "0–1", "0–100", "ms", "s", "h:m:s", or "" where there is one way only.
    """

    field: str
    place: int
    name: str
    unit: str = ""


def recognise(
    path: Path, header: Sequence[str], sample: Sequence[Sequence[Any]], corrections: Mapping[str, str] | None = None
) -> tuple[Column, ...]:
    """Return the columns that are used.

    Args:
        path: For messages.
        header: The columns' names.
        sample: Cells of the first rows, column by column.
        corrections: Field → column's name, or "" for "none"; `duration_ms` and `duration_s` also say the unit.

    Raises:
        CatalogueError: There is no title or artist, or a correction names no column.
        UnknownName: A correction names no field.
    """
    places: dict[str, int] = {}
    bare = [_bare(name) for name in header]
    for field, names in NAMES.items():
        for name in (*names, *(wrapper + name for wrapper in WRAPPERS for name in names)):
            if name in bare and bare.index(name) not in places.values() and _plausible(field, sample[bare.index(name)]):
                places[field] = bare.index(name)
                break
    units: dict[str, str] = {}
    for wanted, name in (corrections or {}).items():
        field, unit = lookup(CORRECTABLE, wanted, "field")
        if unit:
            units[field] = unit
        places.pop(field, None)
        if name:
            places = {other: place for other, place in places.items() if place != _place(path, header, name)}
            places[field] = _place(path, header, name)
    for field in ("title", "artists"):
        if field not in places:
            raise CatalogueError(
                path, f"no column is the {field}. Say which with --map {field}=COLUMN, one of: {', '.join(header)}."
            )
    return tuple(
        Column(field, place, header[place], units.get(field) or _unit(field, header[place], sample[place]))
        for field in NAMES
        if (place := places.get(field)) is not None
    )


def parse_corrections(words: Sequence[str]) -> dict[str, str]:
    """Return field → column of words such as `title=track_name`; `genre=` means that no column is the genre.

    Raises:
        CatalogueError: A word has no equals sign.
    """
    found: dict[str, str] = {}
    for word in words:
        field, equals, name = word.partition("=")
        if not equals:
            raise CatalogueError("--map", f"{word!r} is no correction; write FIELD=COLUMN, such as title=track_name.")
        found[field.strip().lower()] = name.strip()
    return found


def _place(path: Path, header: Sequence[str], name: str) -> int:
    for same in (str, _bare):
        names = [same(other) for other in header]
        if same(name) in names:
            return names.index(same(name))
    raise CatalogueError(path, f"has no column {name!r}. There are: {', '.join(header)}.")


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _plausible(field: str, cells: Sequence[Any]) -> bool:
    """Say no to a column whose name fits and whose cells do not: an `id` that counts rows, a `url` of somewhere."""
    texts = [str(cell) for cell in cells[:200] if cell is not None and str(cell).strip()]
    if field == "spotify" and texts:
        return sum(bool(re.search(r"(^|[:/])[0-9A-Za-z]{22}(\?|$)", text)) for text in texts) > len(texts) / 2
    if field == "title" and texts:
        return not all(re.fullmatch(r"[\d.]+", text) for text in texts) or len(texts) < 3
    return True


def _unit(field: str, name: str, cells: Sequence[Any]) -> str:
    if field == "duration":
        bare = _bare(name)
        texts = [str(cell) for cell in cells[:SAMPLE] if cell is not None]
        if sum(":" in text for text in texts) > len(texts) / 2:
            return "h:m:s"
        if bare.endswith(("ms", "msplayed")):
            return "ms"
        if bare.endswith(("sec", "seconds", "durations")):
            return "s"
        return "ms" if _median(cells) > 6000 else "s"
    if field in SHARES:
        return "0–100" if "%" in name or _median(cells) > 1 else "0–1"
    return ""


def _median(cells: Sequence[Any]) -> float:
    """Return the median of the numbers other than 0, or 0: zeros say nothing of the scale."""
    numbers = []
    for cell in cells[:SAMPLE]:
        try:
            number = float(cell) if cell not in MISSING else 0.0
        except (TypeError, ValueError):
            number = clock_s(str(cell)) or 0.0
        if number > 0:
            numbers.append(number)
    return statistics.median(numbers) if numbers else 0.0
