from __future__ import annotations

import numpy as np

from training.detection.finding import Rule, strongest


def rows(*values: tuple[float, float, float, float]) -> np.ndarray:
    return np.array([(*value, 1.0, 0.0) for value in values], np.float32)


def test_of_rows_on_one_face_the_most_confident_stays() -> None:
    kept = strongest(rows((0.5, 50, 50, 40), (0.9, 52, 49, 42), (0.4, 50, 52, 20)))
    assert kept[:, 0].tolist() == [np.float32(0.9)]


def test_faces_beside_each_other_stay_both() -> None:
    assert len(strongest(rows((0.5, 20, 50, 30), (0.9, 50, 50, 30)))) == 2


def test_faint_rows_are_not_looked_at() -> None:
    assert len(strongest(rows((0.01, 20, 50, 30)))) == 0


def test_a_hit_is_near_and_of_a_like_size() -> None:
    hit = Rule().hit(rows((1, 50, 50, 40), (1, 66, 50, 40), (1, 50, 50, 90), (1, 50, 50, 19)), (50, 50, 40))
    assert hit.tolist() == [True, False, False, False]
