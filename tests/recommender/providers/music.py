"""A small library of rendered audio files with tags, and the real servers and players over it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import pytest

from tests.recommender.providers.mpd.daemon import Daemon, daemon, is_installed
from tests.recommender.providers.subsonic.server import SONGS, Supysonic, supysonic


@contextlib.contextmanager
def supysonic_with_music(folder: Path) -> Iterator[Supysonic]:
    """Start a real OpenSubsonic server with a library of its own; where there is none, the test is skipped."""
    if util.find_spec("supysonic") is None:
        pytest.skip("no supysonic here: pip install -e '.[dev]'")
    with supysonic(folder, rendered(folder / "music")) as running:
        yield running


@contextlib.contextmanager
def mpd_with_music(folder: Path) -> Iterator[Daemon]:
    """Start a real MPD with a library of its own; where there is none, the test is skipped."""
    if not is_installed():
        pytest.skip("no MPD here: apt-get install mpd, and pip install -e '.[dev]'")
    with daemon(folder / "mpd", rendered(folder / "music")) as running:
        yield running


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
