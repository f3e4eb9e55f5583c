"""How loud a recording is, as broadcasters measure it (ITU-R BS.1770-4): K-weighting, and quiet passages left out."""

from __future__ import annotations

import math

import numpy as np

SILENCE_LUFS = -70.0
"""Blocks below this do not count (BS.1770-4, annex 1)."""

RELATIVE_GATE_LU = -10.0
BLOCK_S, HOP_S = 0.4, 0.1


def loudness_lufs(samples: np.ndarray, rate: int) -> float | None:
    """Return the integrated loudness in LUFS (dB, 0 near full scale); None when all is silence.

    Args:
        samples: float (channels, n), −1…1; the first two channels count.
        rate: In Hz.
    """
    from scipy.signal import lfilter

    power = np.zeros(samples.shape[-1])
    for channel in samples[:2]:
        heard = channel
        for numerator, denominator in _k_weighting(rate):
            heard = lfilter(numerator, denominator, heard)
        power += heard**2
    block, hop = max(int(BLOCK_S * rate), 1), max(int(HOP_S * rate), 1)
    summed = np.concatenate([[0.0], np.cumsum(power)])
    ends = np.arange(min(block, len(power)), len(power) + 1, hop)
    blocks = (summed[ends] - summed[np.maximum(ends - block, 0)]) / block
    blocks = blocks[blocks > _power_at(SILENCE_LUFS)]
    if not len(blocks):
        return None
    loud = blocks[blocks > _power_at(_lufs(float(blocks.mean())) + RELATIVE_GATE_LU)]
    return _lufs(float(loud.mean()))


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power)


def _power_at(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _k_weighting(rate: int) -> tuple[tuple[list[float], list[float]], ...]:
    """Return the two filters: a shelf for the head, a high pass for the ear.

    The standard prints them for 48 kHz; these are the analogue filters behind, for any rate (De Man 2014, "Evaluation
    of implementations of the EBU R128 loudness measurement", AES 137).
    """
    k, q, gain = math.tan(math.pi * 1681.974450955533 / rate), 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = gain**0.4996667741545416
    first = 1 + k / q + k * k
    shelf = (
        [(gain + middle * k / q + k * k) / first, 2 * (k * k - gain) / first, (gain - middle * k / q + k * k) / first],
        [1.0, 2 * (k * k - 1) / first, (1 - k / q + k * k) / first],
    )
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    first = 1 + k / q + k * k
    return shelf, ([1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / first, (1 - k / q + k * k) / first])
