"""What is written in a file: who made it, what it is called, and tempo, key and mood where somebody noted them.

tinytag reads the tags of every format (ID3, Vorbis comments, MP4 atoms, RIFF). The names of fields are those that
Picard, Mp3tag, beets, Traktor, Mixed In Key and iTunes write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import CatalogueError
from recommender.importing import cells
from recommender.types import MODES

SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0

LANGUAGES = {
    **{"eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "ita": "it"},
    **{"nld": "nl", "dut": "nl", "swe": "sv", "nor": "no", "dan": "da", "fin": "fi", "isl": "is", "ice": "is"},
    **{"pol": "pl", "ces": "cs", "cze": "cs", "rus": "ru", "ukr": "uk", "ell": "el", "gre": "el", "tur": "tr"},
    **{"jpn": "ja", "kor": "ko", "zho": "zh", "chi": "zh", "hin": "hi", "ara": "ar", "heb": "he", "lat": "la"},
    **{"hun": "hu", "ron": "ro", "rum": "ro", "cat": "ca", "zxx": "zxx"},
}
"""ISO 639-2, as ID3 wants it → ISO 639-1, as mien keeps it."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says of itself; None and empty where it says nothing.

    Args:
        title: From the tag, else from the file's name.
        artists: From the tag, else from the file's name, else the folder's.
        named: Whether title and artist were in tags, so that another file with the same ones is the same song.
        album: Title of the album.
        year: Of first release where that is said, else of this release.
        genre: One, in lower case.
        language: ISO 639-1, or "zxx".
        isrc: Without hyphens.
        explicit: Whether it is marked as having explicit words.
        tempo_bpm: Beats per minute.
        key: Pitch class, C = 0.
        mode: 1 major, 0 minor.
        moods: Words.
        duration_s: As the file's headers say.
    """

    title: str
    artists: tuple[str, ...]
    named: bool = False
    album: str | None = None
    year: int | None = None
    genre: str | None = None
    language: str | None = None
    isrc: str | None = None
    explicit: bool | None = None
    tempo_bpm: float | None = None
    key: int | None = None
    mode: int | None = None
    moods: tuple[str, ...] = ()
    duration_s: float | None = None


def read_tags(path: Path) -> Tags:
    """Return what a file says of itself.

    Raises:
        CatalogueError: It cannot be read, or is no audio file.
    """
    from tinytag import TinyTag, TinyTagException

    try:
        with path.open("rb") as file:
            found: dict[str, Any] = TinyTag.get(str(path), file_obj=file).as_dict()
    except OSError as error:
        raise CatalogueError(path, f"cannot be read ({error.strerror or error}).") from error
    except (TinyTagException, ValueError, OverflowError, MemoryError) as error:
        raise CatalogueError(path, f"is no audio file, or damaged ({error or type(error).__name__}).") from error
    if not found.get("filesize"):
        raise CatalogueError(path, "is empty.")
    if path.suffix.lower() == ".mp3" and not found.get("duration"):  # MPEG has no header that a file could lack
        raise CatalogueError(path, "is no audio file, or damaged (no sound is recognised in it).")
    return tags_of(found, path)


def tags_of(found: dict[str, Any], path: Path) -> Tags:
    """Return the tags that tinytag found, in mien's own units.

    Args:
        found: `TinyTag.as_dict()`: field → texts.
        path: Of the file, which names what the tags do not.
    """
    title = _first(found, "title")
    artists = _texts(found, "artist", "albumartist", "composer")
    guessed_artist, guessed_title = _from_name(path)
    key, mode = _key(_texts(found, "initial_key", "key", "tkey"))
    duration = found.get("duration")
    return Tags(
        title=title or guessed_title,
        artists=tuple(dict.fromkeys(_parted(artists))) or (guessed_artist,),
        named=bool(title and artists),
        album=_first(found, "album"),
        year=next(
            filter(None, map(cells.year_of, _texts(found, "originaldate", "originalyear", "tdor", "year"))), None
        ),
        genre=next(filter(None, map(_genre, _texts(found, "genre"))), None),
        language=next(filter(None, map(_language, _texts(found, "language"))), None),
        isrc=next(filter(None, map(cells.isrc_of, _texts(found, "isrc"))), None),
        explicit=_explicit(_texts(found, "itunesadvisory", "rtng")),
        tempo_bpm=next(filter(None, map(_tempo, _texts(found, "bpm", "fbpm"))), None),
        key=key,
        mode=mode,
        moods=tuple(dict.fromkeys(_texts(found, "mood", "tmoo"))),
        duration_s=round(float(duration), 3) if isinstance(duration, (int, float)) and 0 < duration < 864_000 else None,
    )


def _texts(found: dict[str, Any], *names: str) -> list[str]:
    """Return the texts of the first of the fields that has any."""
    for name in names:
        values = found.get(name)
        if texts := [text for value in (values if isinstance(values, list) else ()) if (text := _clean(value))]:
            return texts
    return []


def _first(found: dict[str, Any], name: str) -> str | None:
    return next(iter(_texts(found, name)), None)


def _clean(value: object) -> str:
    text = str(value).encode(errors="replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _parted(artists: Iterable[str]) -> list[str]:
    """Return single artists: several in one tag are parted by "; ", " / " or a NUL, which a comma is not."""
    return [name for text in artists for part in re.split(r"\s*;\s*|\s+/\s+", text) if (name := part.strip())]


def _from_name(path: Path) -> tuple[str, str]:
    """Return artist and title as the file is named: "03 Artist - Title", else the two folders above, and the name."""
    stem = _clean(path.stem.replace("_", " ")) or "?"
    name = re.sub(r"^\d{1,3}(\s*[-.]\s+|\s+-\s*|\s+)(?=\S)", "", stem)
    artist, dash, title = (part.strip() for part in name.partition(" - "))
    if dash and artist and title:
        return artist, title
    folders = [_clean(part) for part in path.parts[-3:-1] if _clean(part).strip("/\\ ")]
    return " / ".join(folders) or "Unknown artist", stem


def _genre(text: str) -> str | None:
    return cells.genre_of(re.sub(r"^\(\d+\)(?=.)", "", text))


def _language(text: str) -> str | None:
    return LANGUAGES.get(text.lower()) or cells.language_of(text)


def _explicit(texts: list[str]) -> bool | None:
    """Return what iTunes says: 1 and 4 are explicit, 2 is the clean version, 0 needs no warning."""
    return {"1": True, "4": True, "2": False, "0": False}.get(texts[0]) if texts else None


def _tempo(text: str) -> float | None:
    found = re.match(r"\d+(?:[.,]\d+)?", text)
    tempo = float(found[0].replace(",", ".")) if found else 0.0
    return tempo if SLOWEST_BPM <= tempo <= FASTEST_BPM else None


def _key(texts: list[str]) -> tuple[int | None, int | None]:
    """Return key and mode of "Am", "F# minor", "Bb", "8A", "1m" (Open Key); "o" is off key."""
    for text in texts:
        if opened := re.fullmatch(r"(1[0-2]|[1-9])([dm])", text):  # Open Key: 1d is C major, 1m A minor
            fifths = int(opened[1]) - 1
            return (fifths * 7 + (0 if opened[2] == "d" else 9)) % 12, int(opened[2] == "d")
        if re.fullmatch(r"(1[0-2]|[1-9])[ABab]", text):
            return cells.key_of(text), int(text[-1] in "Bb")
        if named := re.fullmatch(r"([A-Ga-g][#♯b♭]?)\s*(m|min|minor|moll|maj|major|dur)?", text):
            word = (named[2] or "major").lower()
            mode = {"m": 0, "min": 0, "moll": 0, "maj": 1, "dur": 1}.get(word, MODES.get(word))
            return cells.key_of(named[1]), mode
    return None, None
