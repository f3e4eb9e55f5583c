"""Tempo: the period at which onsets repeat, where people would tap.

Two views of the onset strength are multiplied: its autocorrelation, which is high at the period and its multiples, and
its spectrum, which is high at the rate and its multiples. Only the beat is high in both (Peeters 2006, "Time variable
tempo detection and beat marking", ICMC), and people prefer to tap near 120 beats per minute (Moelants 2002, "Preferred
tempo reconsidered", ICMPC; as a log-normal prior: Ellis 2007, "Beat tracking by dynamic programming", JNMR 36). The
exponents and weights were chosen on 60 rendered pieces, others than those that tests and benchmarks use.
"""

from __future__ import annotations

import numpy as np

SLOWEST_BPM, FASTEST_BPM = 40.0, 240.0
PREFERRED_BPM, SPREAD_OCTAVES = 120.0, 1.2
GRID = SLOWEST_BPM * 2 ** np.arange(0, np.log2(FASTEST_BPM / SLOWEST_BPM), 1 / 240)
"""Tempi that are tried, 0.29 % apart."""

LEAST_PULSE = 0.08
"""An autocorrelation below this at the best period is no pulse."""


def tempo_of(onsets: np.ndarray, frames_per_s: float) -> float | None:
    """Return the tempo in beats per minute, to about 0.2 %; None when nothing repeats.

    Args:
        onsets: Onset strength, float (frames,), at least 0.
        frames_per_s: Frames in a second.
    """
    if len(onsets) < 4 * frames_per_s or np.ptp(onsets) <= 1e-9:
        return None
    lively = onsets - _smoothed(onsets, int(frames_per_s))
    lively = np.maximum(lively, 0)
    lively -= lively.mean()
    size = 1 << (2 * len(lively) - 1).bit_length()
    power = np.abs(np.fft.rfft(lively, size)) ** 2
    if power.sum() <= 0:
        return None
    repeats = np.fft.irfft(power)[: len(lively)]
    repeats = repeats / repeats[0] / (1 - np.arange(len(lively)) / len(lively) * 0.999)

    lags = 60 / GRID * frames_per_s
    half = len(lively) // 2
    regular = np.zeros(len(GRID))
    for times, weight in ((1, 1.0), (2, 1.0), (3, 0.5), (4, 1.0)):
        reached = times * lags < half
        regular[reached] += weight * np.interp(times * lags[reached], np.arange(len(repeats)), repeats)
    rates = np.arange(len(power)) * frames_per_s / size
    amplitude = np.sqrt(power)
    lines = sum(np.interp(times * GRID / 60, rates, amplitude) / times for times in (1, 2))
    taste = np.exp(-0.5 * (np.log2(GRID / PREFERRED_BPM) / SPREAD_OCTAVES) ** 2)
    score = np.maximum(regular, 0) ** 2 * (lines / lines.max()) ** 0.25 * taste
    best = int(score.argmax())
    if np.interp(lags[best], np.arange(len(repeats)), repeats) < LEAST_PULSE:
        return None
    return _sharpened(float(GRID[best]), repeats[:half], frames_per_s)


def _sharpened(tempo_bpm: float, repeats: np.ndarray, frames_per_s: float) -> float:
    """Follow the period through its multiples, each of which says it more finely."""
    lag = 60 / tempo_bpm * frames_per_s
    times = 1
    while times * lag < len(repeats) - 3 and times <= 64:
        reach = max(1, round(0.02 * lag * min(times, 8)))
        near = np.arange(round(times * lag) - reach, round(times * lag) + reach + 1)
        near = near[(near > 0) & (near < len(repeats) - 1)]
        if len(near) and repeats[near].max() > LEAST_PULSE / 2:
            peak = int(near[repeats[near].argmax()])
            before, here, after = repeats[peak - 1 : peak + 2]
            bend = before - 2 * here + after
            found = (peak + (0.5 * (before - after) / bend if bend < 0 else 0.0)) / times
            if abs(found / lag - 1) < 0.5 / times + 0.01:
                lag = found
        times *= 2
    return float(60 / lag * frames_per_s)


def _smoothed(values: np.ndarray, width: int) -> np.ndarray:
    kernel = np.hanning(width + 2)[1:-1]
    return np.convolve(values, kernel / kernel.sum(), mode="same")
