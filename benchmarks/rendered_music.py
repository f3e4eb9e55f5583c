"""Render short pieces whose tempo, key and mode are known: drums, bass, chords and a melody, from NumPy alone.

They are not made easy on purpose: each voice has overtones, drums play over the harmony, chords and melody leave the
beat now and then, the tuning may be off, and minor pieces borrow the leading note, as minor pieces do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

RATE = 22_050

PITCHES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
STEPS = {1: (0, 2, 4, 5, 7, 9, 11), 0: (0, 2, 3, 5, 7, 8, 10)}
"""Mode (1 major, 0 minor) → the scale, in semitones above its first note."""

TURNS: dict[int, tuple[tuple[int, ...], ...]] = {
    1: ((0, 4, 5, 3), (0, 3, 4, 0), (0, 5, 1, 4), (0, 2, 3, 4)),
    0: ((0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 4), (0, 3, 5, 4)),
}
"""Mode → progressions, each chord by the place of its root in the scale."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a rendered piece is.

    Args:
        key: Pitch class of its first note, C = 0.
        mode: 1 major, 0 minor.
        tempo_bpm: Of its beat.
        seconds: How long it plays.
        octave: Of its melody; 5 begins at C5.
        level_db: Peak, 0 at full scale.
        drums: Loudness of the drums beside the rest, 0 for none.
        busy: Share of eighths between the beats that the melody plays.
        cents: How far it is tuned off A = 440 Hz.
        seed: Chooses progression, melody and timbre.
    """

    key: int = 0
    mode: int = 1
    tempo_bpm: float = 120.0
    seconds: float = 24.0
    octave: int = 5
    level_db: float = -3.0
    drums: float = 0.6
    busy: float = 0.5
    cents: float = 0.0
    seed: int = 0

    @property
    def name(self) -> str:
        return f"{PITCHES[self.key]} {'major' if self.mode else 'minor'}, {self.tempo_bpm:g} bpm"


def render(piece: Piece) -> Any:
    """Return the samples, float32 (n,), −1…1, at `RATE`."""
    rng = np.random.default_rng(piece.seed)
    beat_s = 60 / piece.tempo_bpm
    sound = np.zeros(int(piece.seconds * RATE) + RATE * 2)
    turn = TURNS[piece.mode][int(rng.integers(len(TURNS[piece.mode])))]
    overtones = 1 / np.arange(1, int(rng.integers(4, 9))) ** rng.uniform(1.0, 1.8)
    place = 0
    for beat in range(int(piece.seconds / beat_s)):
        at_s = beat * beat_s
        root = turn[beat // 4 % len(turn)]
        chord = [_semitone(piece, root + third) for third in (0, 2, 4)]
        if piece.mode == 0 and root == 4:
            chord[1] += 1  # the dominant of a minor key has the leading note
        _add(sound, at_s, _note(piece, 36 + chord[0] % 12, beat_s * 0.9, overtones), 0.5)
        if beat % 2 == 0 or rng.random() < 0.3:
            for tone in chord:
                _add(sound, at_s, _note(piece, 12 * (piece.octave - 1) + 12 + tone % 12, beat_s * 1.9, overtones), 0.22)
        for half in (0.0, 0.5):
            if half == 0 or rng.random() < piece.busy:
                place = int(np.clip(place + rng.integers(-2, 3), -3, 8))
                if beat % 4 == 0 and half == 0:
                    place = min((root + third for third in (0, 2, 4)), key=lambda t: abs(t - place))
                pitch = 12 * piece.octave + 12 + _semitone(piece, place)
                _add(sound, at_s + half * beat_s, _note(piece, pitch, beat_s * 0.45, overtones), 0.3)
        if piece.drums:
            _add(sound, at_s, _kick() if beat % 2 == 0 else _snare(rng), piece.drums)
            for half in (0.0, 0.5):
                _add(sound, at_s + half * beat_s, _hat(rng), piece.drums * 0.25)
    sound = sound[: int(piece.seconds * RATE)]
    return (sound / np.abs(sound).max() * 10 ** (piece.level_db / 20)).astype(np.float32)


def _semitone(piece: Piece, place: int) -> int:
    """Return how far a place of the scale lies above C of the lowest octave."""
    return piece.key + STEPS[piece.mode][place % 7] + 12 * (place // 7)


def _note(piece: Piece, midi: float, seconds: float, overtones: np.ndarray) -> Any:
    hertz = 440 * 2 ** ((midi - 69 + piece.cents / 100) / 12)
    time_s = np.arange(int(seconds * RATE)) / RATE
    numbers = np.arange(1, len(overtones) + 1)
    heard = numbers * hertz < RATE / 2
    wave = (overtones[heard, None] * np.sin(2 * np.pi * hertz * numbers[heard, None] * time_s)).sum(0)
    return wave * np.minimum(time_s / 0.008, 1) * np.exp(-2.5 * time_s / seconds)


def _kick() -> Any:
    time_s = np.arange(int(0.15 * RATE)) / RATE
    return np.sin(2 * np.pi * (50 * time_s + 4 * (1 - np.exp(-time_s * 40)))) * np.exp(-time_s * 25)


def _snare(rng: np.random.Generator) -> Any:
    time_s = np.arange(int(0.12 * RATE)) / RATE
    return 0.7 * rng.standard_normal(len(time_s)) * np.exp(-time_s * 35)


def _hat(rng: np.random.Generator) -> Any:
    time_s = np.arange(int(0.04 * RATE)) / RATE
    return np.diff(rng.standard_normal(len(time_s) + 1)) * np.exp(-time_s * 120)


def _add(sound: np.ndarray, at_s: float, wave: np.ndarray, level: float) -> None:
    start = int(at_s * RATE)
    wave = wave[: len(sound) - start]
    sound[start : start + len(wave)] += level * wave
