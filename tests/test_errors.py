from __future__ import annotations

import pytest

from errors import RateLimited


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.2, "1 s"),
        (45, "45 s"),
        (90, "90 s"),
        (91, "2 min"),
        (1800, "30 min"),
        (7199, "2 h"),
        (12_000, "3 h 20 min"),
        (12_001, "3 h 21 min"),
        (86_400, "24 h"),
        (4 * 86_400, "4 days"),
        (float("inf"), "366 days"),
        (float("nan"), "0 s"),
    ],
)
def test_a_wait_is_told_in_words_that_people_use(seconds: float, words: str) -> None:
    error = RateLimited("deezer", seconds)
    assert str(error) == f"deezer: too many requests. Wait, and try again in {words}."
