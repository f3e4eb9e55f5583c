from __future__ import annotations

import math

import numpy as np
import pytest

from training.significance import mcnemar, wilson


def test_the_interval_is_wilsons() -> None:
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662.
    low, high = wilson(81, 263)
    assert low == pytest.approx(0.2553, abs=5e-5)
    assert high == pytest.approx(0.3662, abs=5e-5)


def test_the_interval_stays_between_0_and_1() -> None:
    assert wilson(0, 20)[0] == 0
    assert wilson(20, 20)[1] == 1
    assert wilson(0, 20)[1] == pytest.approx(0.1611, abs=5e-5)


def rights(both: int, a_only: int, b_only: int) -> tuple[np.ndarray, np.ndarray]:
    a = np.array([True] * both + [True] * a_only + [False] * b_only)
    b = np.array([True] * both + [False] * a_only + [True] * b_only)
    return a, b


def test_few_disagreements_are_tested_exactly() -> None:
    found = mcnemar("a", "b", *rights(10, 5, 1))
    assert (found.a_only, found.b_only, found.method, found.statistic) == (5, 1, "exact", 1)
    assert found.p == pytest.approx(2 * (1 + 6) / 64)


def test_many_disagreements_are_tested_by_chi_squared_with_correction() -> None:
    found = mcnemar("a", "b", *rights(10, 40, 20))
    assert found.method == "chi2"
    assert found.statistic == pytest.approx(19**2 / 60)
    assert found.p == pytest.approx(math.erfc(math.sqrt(19**2 / 60 / 2)))


def test_models_that_err_alike_are_not_told_apart() -> None:
    assert mcnemar("a", "b", *rights(9, 0, 0)).p == 1
    assert mcnemar("a", "b", *rights(0, 20, 20)).p == pytest.approx(1)
