"""How much of a difference between models is chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

FEW = 25
"""Below so many images on which two models disagree in being right, McNemar's test is exact."""


@dataclass(frozen=True, slots=True)
class McNemar:
    """Whether two models err on equally many of the same images.

    Args:
        a: Name of the one.
        b: Name of the other.
        a_only: Images that only `a` gets right.
        b_only: Images that only `b` gets right.
        method: "exact" (two-sided binomial) or "chi2" (one degree of freedom, continuity correction).
        statistic: The smaller of the two counts, or χ².
        p: Chance of a difference at least this large between equally good models.
    """

    a: str
    b: str
    a_only: int
    b_only: int
    method: str
    statistic: float
    p: float


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    low, high = stats.binomtest(hits, n).proportion_ci(0.95, method="wilson")
    return float(low), float(high)


def mcnemar(a: str, b: str, a_right: npt.NDArray[np.bool_], b_right: npt.NDArray[np.bool_]) -> McNemar:
    """Compare two models on the same images (McNemar 1947; correction by Edwards 1948).

    Args:
        a: Name of the one.
        b: Name of the other.
        a_right: bool (N,), where the one is right.
        b_right: bool (N,), where the other is.
    """
    only_a, only_b = int((a_right & ~b_right).sum()), int((b_right & ~a_right).sum())
    differ = only_a + only_b
    if differ < FEW:
        p = float(stats.binomtest(only_a, differ).pvalue) if differ else 1.0
        return McNemar(a, b, only_a, only_b, "exact", float(min(only_a, only_b)), p)
    statistic = max(abs(only_a - only_b) - 1, 0) ** 2 / differ
    return McNemar(a, b, only_a, only_b, "chi2", statistic, float(stats.chi2.sf(statistic, 1)))
