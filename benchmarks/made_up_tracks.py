"""A table of made-up songs of any length, in the columns that Spotify's audio features are exported in: for measuring.

Moods, tempi and the rest are spread about as they are in real music (valence and energy hang together, most keys are
popular ones), titles are one to five words, one in nine with a version or a guest, one in eighteen with accents, one in
thirty with a comma and so in quotes; an artist has a dozen songs. The same seed and length give the same file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HEADER = (
    "track,artist,uri,danceability,energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,"
    "tempo,duration_ms,time_signature,decade"
)
LETTERS = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
SYLLABLES = [f"{one}{other}" for one in "bcdfglmnrstvwz" for other in ("a", "en", "i", "or", "u")]
ENDINGS = (" - Remastered 2011", " (feat. Someone)", " - Live", " (Radio Edit)", " é", " für dich", ', Pt. ""Two""')
PIECE = 50_000


def write_table(path: Path, rows: int, seed: int = 0) -> None:
    """Write a CSV file of so many songs."""
    rng = np.random.default_rng(seed)
    words = ["".join(syllables).capitalize() for syllables in _drawn(rng, SYLLABLES, 6000, 3)]
    artists = [" ".join(some) for some in _drawn(rng, words, max(10, rows // 12), 3)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER + "\n")
        for start in range(0, rows, PIECE):
            file.writelines(_piece(min(PIECE, rows - start), rng, words, artists))


def _piece(rows: int, rng: np.random.Generator, words: list[str], artists: list[str]) -> list[str]:
    energy = rng.beta(2.6, 1.6, rows)
    valence = np.clip(0.35 * energy + 0.65 * rng.beta(1.7, 1.6, rows), 0, 1)
    acousticness = np.clip((1 - energy) * rng.beta(1, 1.3, rows) * 1.6, 0, 1)
    columns: list[list[str]] = [
        _titles(rows, rng, words),
        [artists[number] for number in (len(artists) * rng.random(rows) ** 1.5).astype(int).tolist()],
        [f"spotify:track:{code}" for code in _codes(rows, rng)],
        _numbers(rng.beta(3, 2.5, rows), 3),
        _numbers(energy, 3),
        [str(key) for key in rng.integers(0, 12, rows).tolist()],
        _numbers(-20 + 17 * energy + rng.normal(0, 1.5, rows), 3),
        [str(mode) for mode in (rng.random(rows) < 0.65).astype(int).tolist()],
        _numbers(rng.beta(1, 14, rows), 4),
        _numbers(acousticness, 5),
        _numbers(rng.random(rows) ** 9, 6),
        _numbers(rng.beta(1.5, 6, rows), 3),
        _numbers(valence, 3),
        _numbers(np.clip(rng.normal(121, 28, rows), 45, 220), 3),
        [str(ms) for ms in np.clip(rng.normal(225_000, 60_000, rows), 60_000, 900_000).astype(int).tolist()],
        ["4"] * rows,
        [f"{decade}0s" for decade in rng.choice([6, 7, 8, 9, 0, 1, 2], rows).tolist()],
    ]
    return [",".join(row) + "\n" for row in zip(*columns, strict=True)]


def _codes(rows: int, rng: np.random.Generator) -> list[str]:
    letters = LETTERS[rng.integers(0, len(LETTERS), (rows, 22))].tobytes().decode()
    return [letters[start : start + 22] for start in range(0, len(letters), 22)]


def _titles(rows: int, rng: np.random.Generator, words: list[str]) -> list[str]:
    ends = rng.integers(0, 36, rows).tolist()
    return [
        _titled(" ".join(some), ENDINGS[end] if end < len(ENDINGS) else "")
        for some, end in zip(_drawn(rng, words, rows, 5), ends, strict=True)
    ]


def _drawn(rng: np.random.Generator, words: list[str], count: int, most: int) -> list[list[str]]:
    """Return so many lists of one to `most` words."""
    chosen, lengths = rng.integers(0, len(words), (count, most)).tolist(), rng.integers(1, most + 1, count).tolist()
    return [[words[place] for place in places[:length]] for places, length in zip(chosen, lengths, strict=True)]


def _titled(words: str, ending: str) -> str:
    return f'"{words}{ending}"' if "," in ending else words + ending


def _numbers(values: NDArray[np.float64], places: int) -> list[str]:
    return list(map(str, np.round(values, places).tolist()))
