"""What can be heard in a recording, in numbers: tempo, key, loudness, register, brightness, how busy it is."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from recommender.scanning.decoding import Sound
from recommender.scanning.loudness import loudness_lufs
from recommender.scanning.rhythm import tempo_of
from recommender.scanning.tonality import key_of

RATE = 22_050
HOP = 256
NOTE_HOP = 2048
LOWEST_NOTE_HZ = 65.406  # C2
OCTAVES, BINS = 6, 36
LOW_BANDS = 12
OVERTONES = ((57, 0.15), (84, 0.10))
"""Bins above a note where its third and fifth partials lie (19 and 28 semitones), and the share that is taken off: they
sound the fifth and the major third of every note, and would make minor music major."""

VERSION = 1
"""Of everything that is measured here; files measured by an older one are measured again."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured; None where there is nothing to measure.

    Args:
        duration_s: Of the whole recording.
        tempo_bpm: Where people would tap.
        key: Pitch class, C = 0.
        mode: 1 major, 0 minor.
        key_fit: Correlation with the key's profile, −1…1.
        majorness: How much better the best major key fits than the best minor one.
        loudness_lufs: Integrated (ITU-R BS.1770).
        register_octaves: Mean pitch, in octaves above C4, weighted by amplitude.
        centroid_hz: Mean over time of the spectrum's centre.
        rolloff_hz: Mean over time of the frequency below which 85 % of the amplitude lie.
        flatness: Mean over time of the spectrum's flatness, 0 a tone … 1 noise.
        onsets_per_s: How many notes and strokes begin in a second.
    """

    duration_s: float
    tempo_bpm: float | None = None
    key: int | None = None
    mode: int | None = None
    key_fit: float | None = None
    majorness: float | None = None
    loudness_lufs: float | None = None
    register_octaves: float | None = None
    centroid_hz: float | None = None
    rolloff_hz: float | None = None
    flatness: float | None = None
    onsets_per_s: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return {name: None if value is None else round(value, 4) for name, value in asdict(self).items()}


def measure(sound: Sound) -> Measures:
    """Return what is heard in a recording."""
    import librosa
    from librosa.onset import onset_strength

    loudness = loudness_lufs(sound.samples, sound.rate)
    if loudness is None:
        return Measures(sound.duration_s)
    one = sound.samples.mean(axis=0)
    if not one.any():  # two channels in antiphase
        one = sound.samples[0]
    if sound.rate != RATE:
        one = librosa.resample(one, orig_sr=sound.rate, target_sr=RATE)
    one = np.ascontiguousarray(one, dtype=np.float32)
    if len(one) < 2048:
        return Measures(sound.duration_s, loudness_lufs=loudness)
    spectrum = np.abs(librosa.stft(one, n_fft=1024, hop_length=HOP))
    mel = librosa.feature.melspectrogram(S=spectrum**2, sr=RATE, n_mels=64)
    onsets = onset_strength(S=librosa.power_to_db(mel), sr=RATE, hop_length=HOP)
    # Drums and basses mark the beat, cymbals its parts: what begins below 800 Hz counts three times.
    low = onset_strength(S=librosa.power_to_db(mel[:LOW_BANDS]), sr=RATE, hop_length=HOP)
    notes, register = _notes(one)
    key = key_of(notes)
    loud = spectrum.sum(axis=0)
    heard = spectrum[:, loud > loud.max() * 1e-3]
    return Measures(
        duration_s=sound.duration_s,
        tempo_bpm=tempo_of(onsets + 2 * low, RATE / HOP),
        key=None if key is None else key.key,
        mode=None if key is None else key.mode,
        key_fit=None if key is None else key.fit,
        majorness=None if key is None else key.majorness,
        loudness_lufs=loudness,
        register_octaves=register,
        centroid_hz=float(librosa.feature.spectral_centroid(S=heard, sr=RATE).mean()),
        rolloff_hz=float(librosa.feature.spectral_rolloff(S=heard, sr=RATE).mean()),
        flatness=float(librosa.feature.spectral_flatness(S=heard).mean()),
        onsets_per_s=_onsets_per_s(onsets, len(one) / RATE),
    )


def _notes(one: np.ndarray) -> tuple[np.ndarray, float | None]:
    """Return how much of each pitch class is heard, (12,), and the mean pitch in octaves above C4."""
    import librosa

    spectrum = np.abs(
        librosa.cqt(
            one,
            sr=RATE,
            hop_length=NOTE_HOP,
            fmin=LOWEST_NOTE_HZ,
            n_bins=BINS * OCTAVES,
            bins_per_octave=BINS,
            tuning=0.0,
        )
    )
    # A drum stroke is short: the median over a second keeps what sounds on (Fitzgerald 2010, DAFx).
    width = max(1, round(0.5 * RATE / NOTE_HOP)) | 1
    padded = np.pad(spectrum, ((0, 0), (width // 2, width // 2)), mode="edge")
    spectrum = np.median(np.lib.stride_tricks.sliding_window_view(padded, width, axis=1), axis=-1)
    total = spectrum.sum()
    if total <= 0:
        return np.zeros(12), None
    register = float((spectrum.sum(axis=1) * np.arange(len(spectrum))).sum() / total / BINS - 2)
    clean = spectrum.copy()
    for above, share in OVERTONES:
        clean[above:] -= share * spectrum[:-above]
    # Loudness is heard in ratios, so that soft notes count too (Müller & Ewert 2011, "Chroma toolbox", ISMIR); a little
    # more for high ones, since the melody says the mode more surely than the bass.
    level = np.log1p(1000 * np.maximum(clean, 0) / spectrum.max())
    level *= 2 ** (0.2 * np.arange(len(level)) / BINS)[:, None]
    folded = level.sum(axis=1).reshape(OCTAVES, BINS).sum(axis=0)
    centre = np.arange(12) * 3
    off = max((-1, 0, 1), key=lambda bins: folded[(centre + bins) % BINS].sum())  # thirds of a semitone off A = 440 Hz
    centre += off
    return folded[centre % BINS] + 0.5 * (folded[(centre - 1) % BINS] + folded[(centre + 1) % BINS]), register


def _onsets_per_s(onsets: np.ndarray, seconds: float) -> float:
    from librosa.onset import onset_detect

    found = onset_detect(onset_envelope=onsets, sr=RATE, hop_length=HOP)
    return len(found) / seconds if seconds and math.isfinite(seconds) else 0.0
