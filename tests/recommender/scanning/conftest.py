from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from benchmarks.rendered_music import RATE, Piece, render
from recommender.scanning.report import Scanned
from recommender.scanning.scan import scan
from recommender.scanning.workers import in_turn
from recommender.store.engine import engine_at
from recommender.store.migrations import migrate

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SHORT = Piece(seconds=4.5, tempo_bpm=110)

Scan = Callable[..., Scanned]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    """An empty store in a file."""
    engine = engine_at(tmp_path / "catalogue.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "music"
    made.mkdir()
    return made


@pytest.fixture
def scanned(store: Engine, folder: Path) -> Scan:
    """Scan the folder, in this process; tags only unless told otherwise."""

    def run(**wishes: Any) -> Scanned:
        return scan(store, folder, now=NOW, runner=in_turn, **{"listen": False, **wishes})

    return run


def write(path: Path, piece: Piece = SHORT) -> Path:
    """Render a piece into a file, of the kind that its name says."""
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    samples = render(piece)
    if path.suffix == ".opus":  # has no 22 050 Hz
        rate = 24_000
        samples = np.interp(np.arange(int(piece.seconds * rate)) / rate, np.arange(len(samples)) / RATE, samples)
        soundfile.write(path, samples, rate, format="OGG", subtype="OPUS")
    elif path.suffix == ".m4a":
        _write_m4a(path, samples)
    else:
        soundfile.write(path, samples, RATE)
    return path


def _write_m4a(path: Path, samples: np.ndarray) -> None:
    """Write AAC with the index in front, as iTunes does, so that longer tags move the sound."""
    import av

    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        for start in range(0, len(samples), 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def tag(path: Path, **texts: str | list[str]) -> Path:
    """Write tags by their Vorbis names, into .flac, .ogg and .opus."""
    import mutagen

    audio: Any = mutagen.File(path)
    for name, text in texts.items():
        audio[name] = text
    audio.save()
    return path
