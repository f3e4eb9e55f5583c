"""Measure how well `mien catalogue scan` hears: tempo, key and mode of rendered pieces, and how long it takes.

    python benchmarks/scan_accuracy.py [--pieces 96] [--seed 2026] [--json]

The key is scored as MIREX scores it: 1 for the right one, 0.5 for a fifth off, 0.3 for the relative key, 0.2 for the
parallel one.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass

import numpy as np

from benchmarks.rendered_music import RATE, Piece, render
from recommender.scanning.decoding import Sound
from recommender.scanning.measuring import Measures, measure

NEAR = 0.04
"""Tempi that differ by less count as the same (MIREX)."""


@dataclass(frozen=True, slots=True)
class Score:
    """Shares, 0–1, and seconds of processor time for a minute of music."""

    pieces: int
    tempo: float
    tempo_or_octave: float
    key_and_mode: float
    mode: float
    mirex: float
    seconds_a_minute: float


def corpus(many: int, seed: int) -> list[Piece]:
    """Return pieces in every key and both modes, 60–180 beats per minute, with and without drums, in tune and not."""
    rng = np.random.default_rng(seed)
    return [
        Piece(
            key=number % 12,
            mode=number // 12 % 2,
            tempo_bpm=round(float(np.exp(rng.uniform(math.log(60), math.log(180)))), 1),
            octave=int(rng.integers(4, 6)),
            level_db=float(rng.uniform(-20, -1)),
            drums=float(rng.choice([0.0, 0.4, 0.8])),
            busy=float(rng.uniform(0, 1)),
            cents=float(rng.uniform(-30, 30)),
            seed=seed * 1000 + number,
        )
        for number in range(many)
    ]


def score(pieces: list[Piece]) -> Score:
    """Render the pieces, measure them, and compare."""
    found: list[tuple[Piece, Measures]] = []
    used_s = 0.0
    for number, piece in enumerate((Piece(seconds=3), *pieces)):  # the first loads what librosa compiles
        samples = render(piece)
        before_s = time.process_time()
        heard = measure(Sound(samples[None], RATE, len(samples) / RATE))
        if number:
            used_s += time.process_time() - before_s
            found.append((piece, heard))
    return Score(
        pieces=len(pieces),
        tempo=_share([is_near(heard.tempo_bpm, piece.tempo_bpm) for piece, heard in found]),
        tempo_or_octave=_share(
            [any(is_near(heard.tempo_bpm, piece.tempo_bpm * times) for times in (0.5, 1, 2)) for piece, heard in found]
        ),
        key_and_mode=_share([(heard.key, heard.mode) == (piece.key, piece.mode) for piece, heard in found]),
        mode=_share([heard.mode == piece.mode for piece, heard in found]),
        mirex=_share([key_score(heard, piece) for piece, heard in found]),
        seconds_a_minute=used_s / sum(piece.seconds for piece in pieces) * 60,
    )


def is_near(found: float | None, right: float) -> bool:
    """Say whether two tempi are the same."""
    return found is not None and abs(found / right - 1) < NEAR


def key_score(heard: Measures, piece: Piece) -> float:
    """Return MIREX's score of a key."""
    if heard.key is None or heard.mode is None:
        return 0.0
    off = (heard.key - piece.key) % 12
    if heard.mode == piece.mode:
        return {0: 1.0, 7: 0.5, 5: 0.5}.get(off, 0.0)
    relative = 9 if piece.mode else 3
    return {relative: 0.3, 0: 0.2}.get(off, 0.0)


def _share(values: list[bool] | list[float]) -> float:
    return math.fsum(values) / len(values)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how well mien hears tempo, key and mode of rendered music.")
    parser.add_argument("--pieces", type=int, default=96)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = score(corpus(given.pieces, given.seed))
    if given.json:
        print(json.dumps({name: getattr(found, name) for name in Score.__slots__}))
        return
    print(f"{found.pieces} pieces of 24 s, seed {given.seed}")
    print(f"tempo within 4 %                 {found.tempo:6.1%}")
    print(f"tempo within 4 %, half or double {found.tempo_or_octave:6.1%}")
    print(f"key and mode                     {found.key_and_mode:6.1%}")
    print(f"mode                             {found.mode:6.1%}")
    print(f"key, MIREX score                 {found.mirex:6.3f}")
    print(f"processor time for a minute      {found.seconds_a_minute:6.2f} s")


if __name__ == "__main__":
    main()
