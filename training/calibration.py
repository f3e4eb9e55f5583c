"""Confidences that mean what they say: one temperature for each head (Guo et al. 2017, arXiv:1706.04599).

Fitted on Validation and baked into the exported network, so that whoever uses it needs to know nothing of it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import optimize

F64 = npt.NDArray[np.float64]

LEAST, MOST = 0.2, 5.0
"""Temperatures outside say that a network has not learnt anything."""


def temperature(probabilities: npt.NDArray[np.floating], shares: npt.NDArray[np.floating]) -> float:
    """Return what the logits are to be divided by for the least mean negative log likelihood.

    Args:
        probabilities: float (N, 7), a network's, uncalibrated.
        shares: float (N, 7), the truth: one-hot labels, or the distribution of votes.
    """
    logits = np.log(np.clip(probabilities.astype(np.float64), 1e-12, 1))

    def surprise(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        return float(-(shares * (scaled - _log_sum_exp(scaled))).sum(axis=1).mean())

    found = optimize.minimize_scalar(surprise, bounds=(np.log(LEAST), np.log(MOST)), method="bounded")
    return float(np.exp(found.x))


def cooled(probabilities: npt.NDArray[np.floating], temperature: float) -> npt.NDArray[np.float64]:
    """Return the probabilities (…, 7) that logits divided by `temperature` would have given."""
    scaled = np.log(np.clip(probabilities.astype(np.float64), 1e-12, 1)) / temperature
    return np.exp(scaled - _log_sum_exp(scaled))


def _log_sum_exp(values: F64) -> F64:
    top = values.max(axis=-1, keepdims=True)
    sums: F64 = top + np.log(np.exp(values - top).sum(axis=-1, keepdims=True))
    return sums
