"""A small library of rendered audio files with tags, for servers and players that are real."""

from __future__ import annotations

from pathlib import Path

from tests.recommender.providers.subsonic.server import SONGS


def rendered(folder: Path) -> Path:
    """Write the songs as FLAC files, ARTIST/ALBUM/NN TITLE.flac, each of another sound and length."""
    import mutagen
    import numpy as np
    import soundfile

    rate = 22_050
    for number, (title, artist, album, genre, year) in enumerate(SONGS, start=1):
        path = folder / artist.replace("/", "_") / album / f"{number:02} {title}.flac"
        path.parent.mkdir(parents=True, exist_ok=True)
        time_s = np.arange(int(rate * (1.0 + number / 2))) / rate
        soundfile.write(path, 0.2 * np.sin(2 * np.pi * 110 * number * time_s), rate)
        audio = mutagen.File(path)
        audio.update({"title": title, "artist": artist, "album": album, "genre": genre, "date": year})
        audio.save()
    return folder
