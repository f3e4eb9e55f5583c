"""One file becomes one track: what is written in it, what is heard in it, and what that says about its mood.

What people noted comes first: a tempo or key in the tags replaces what was measured, and a mood word moves the estimate
to where that word lies, unless it lies there already.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recommender.scanning import words
from recommender.scanning.decoding import can_decode, can_listen, decode
from recommender.scanning.estimates import cues_of, mood_of
from recommender.scanning.measuring import Measures, measure
from recommender.scanning.tags import Tags, read_tags
from recommender.types import Features, Track

SAME_TEMPO = 0.6
"""A noted tempo that differs from the measured one by less, in beats per minute, is the same, rounded."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One file, read.

    Args:
        track: With what is known; its features are estimates.
        named: Whether tags said title and artist.
        measures: What was measured; None when only tags were read.
    """

    track: Track
    named: bool
    measures: Measures | None


def read_file(path: str, *, listen: bool, known: Measures | None = None) -> Heard:
    """Read the tags of a file, and listen to it.

    Args:
        path: Of the file.
        listen: Whether to measure, where what is installed can decode it.
        known: What was measured before, and need not be again.

    Raises:
        CatalogueError: It is no audio file, or damaged.
    """
    tags = read_tags(Path(path))
    measures = known
    if measures is None and listen and can_listen() and can_decode(Path(path)):
        measures = measure(decode(Path(path)))
    return Heard(track_of(path, tags, measures), tags.named, measures)


def track_of(path: str, tags: Tags, measures: Measures | None) -> Track:
    """Return the track of a file.

    Args:
        path: Of the file, which becomes its identifier.
        tags: What is written in it.
        measures: What was measured, or None.
    """
    heard = measures or Measures(tags.duration_s or 0.0)
    tempo_bpm = heard.tempo_bpm
    if tags.tempo_bpm is not None and (tempo_bpm is None or abs(tags.tempo_bpm - tempo_bpm) >= SAME_TEMPO):
        tempo_bpm = tags.tempo_bpm
    key, mode = (heard.key, heard.mode) if tags.key is None else (tags.key, tags.mode)
    mood = None if heard.loudness_lufs is None else mood_of(cues_of(heard, tempo_bpm, tags.mode))
    noted = words.place_of(tags.moods)
    if noted is not None and (mood is None or words.place_of([words.word_for(*mood)]) != noted):
        mood = noted
    identifiers = {"file": path} if tags.isrc is None else {"isrc": tags.isrc, "file": path}
    return Track(
        title=tags.title,
        artists=tags.artists,
        year=tags.year,
        genre=tags.genre,
        language=tags.language,
        features=Features(
            valence=mood and mood[0],
            energy=mood and mood[1],
            tempo_bpm=None if tempo_bpm is None else round(tempo_bpm, 2),
            mode=mode,
            key=key,
            loudness_db=None if heard.loudness_lufs is None else round(heard.loudness_lufs, 2),
        ),
        identifiers=identifiers,
        estimated=True,
        duration_s=round(heard.duration_s, 3) if heard.duration_s else tags.duration_s,
        album=tags.album,
        explicit=tags.explicit,
    )
