from __future__ import annotations

import numpy as np
import pytest

from benchmarks.rendered_music import PITCHES, RATE, Piece, render
from recommender.scanning.decoding import Sound
from recommender.scanning.loudness import loudness_lufs
from recommender.scanning.measuring import Measures, measure
from recommender.scanning.rhythm import tempo_of
from recommender.scanning.tonality import PROFILES, key_of

PIECES = (
    Piece(key=0, mode=1, tempo_bpm=120, seed=1),
    Piece(key=9, mode=0, tempo_bpm=96, seed=2),
    Piece(key=6, mode=1, tempo_bpm=140, drums=0.8, seed=3),
    Piece(key=3, mode=0, tempo_bpm=72.5, drums=0.0, busy=0.2, seed=4),
    Piece(key=7, mode=1, tempo_bpm=165, cents=25, seed=5),
    Piece(key=1, mode=0, tempo_bpm=104.7, cents=-25, octave=4, seed=6),
)


def heard(piece: Piece) -> Measures:
    samples = render(piece)
    return measure(Sound(samples[None], RATE, len(samples) / RATE))


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.name)
def test_tempo_key_and_mode_of_rendered_music_are_found(piece: Piece) -> None:
    found = heard(piece)
    assert found.key is not None
    assert (PITCHES[found.key], found.mode) == (PITCHES[piece.key], piece.mode)
    assert found.tempo_bpm == pytest.approx(piece.tempo_bpm, rel=0.01)


def test_silence_and_noise_have_neither_key_nor_tempo() -> None:
    silent = measure(Sound(np.zeros((2, RATE * 5), dtype=np.float32), RATE, 5.0))
    assert silent == Measures(5.0)
    noise = np.random.default_rng(0).standard_normal((1, RATE * 10)).astype(np.float32) * 0.1
    found = measure(Sound(noise, RATE, 10.0))
    assert (found.key, found.tempo_bpm) == (None, None)
    assert found.loudness_lufs is not None


def test_a_blip_is_measured_without_complaint() -> None:
    found = measure(Sound(np.full((1, 300), 0.5, dtype=np.float32), RATE, 300 / RATE))
    assert found.tempo_bpm is None


def test_two_channels_in_antiphase_are_heard() -> None:
    samples = render(Piece(seconds=6))
    found = measure(Sound(np.stack([samples, -samples]), RATE, 6.0))
    assert found.key is not None


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000])
def test_a_full_scale_sine_in_one_channel_is_minus_3_01_lufs(rate: int) -> None:
    """BS.1770-4, annex 1: "a 0 dB FS 1 kHz sine wave … the indicated loudness will equal −3.01 LKFS"."""
    sine = np.sin(2 * np.pi * 997 * np.arange(rate * 3) / rate)[None]
    assert loudness_lufs(sine, rate) == pytest.approx(-3.01, abs=0.05)
    assert loudness_lufs(np.repeat(sine, 2, axis=0), rate) == pytest.approx(0.0, abs=0.05)


def test_silence_between_does_not_make_music_softer() -> None:
    sine = np.sin(2 * np.pi * 997 * np.arange(48_000 * 4) / 48_000)
    broken = np.concatenate([sine, np.zeros(48_000 * 20)])[None] * 0.1
    assert loudness_lufs(broken, 48_000) == pytest.approx(-23.01, abs=0.3)
    assert loudness_lufs(np.zeros((1, 48_000)), 48_000) is None


@pytest.mark.parametrize("mode", [0, 1])
@pytest.mark.parametrize("key", range(12))
def test_each_profile_is_its_own_key(key: int, mode: int) -> None:
    found = key_of(np.roll(PROFILES[mode], key))
    assert found is not None
    assert (found.key, found.mode) == (key, mode)
    assert (found.majorness > 0) == bool(mode)


def test_notes_that_fit_no_key_have_none() -> None:
    assert key_of(np.ones(12)) is None
    assert key_of(np.full(12, np.nan)) is None
    assert key_of(np.arange(12) % 2.0) is None


@pytest.mark.parametrize("tempo_bpm", [60.0, 87.3, 120.0, 171.7])
def test_the_tempo_of_clicks_is_found_to_a_fraction(tempo_bpm: float) -> None:
    frames_per_s = 86.13
    onsets = np.zeros(int(frames_per_s * 30))
    onsets[(np.arange(0, 29, 60 / tempo_bpm) * frames_per_s).round().astype(int)] = 1.0
    found = tempo_of(onsets, frames_per_s)
    assert found is not None
    assert min(abs(found / tempo_bpm - times) for times in (1, 2)) < 0.003


def test_too_little_to_count_has_no_tempo() -> None:
    assert tempo_of(np.ones(100), 86.0) is None
    assert tempo_of(np.zeros(9000), 86.0) is None
