from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from training.evaluate import BINS, NO_VOTE, measure, reliability

LABELS = np.array([3, 3, 3, 4, 4, 6], np.uint8)
PREDICTED = [3, 3, 4, 4, 3, 6]


def sure(predicted: list[int], confidence: float = 1.0) -> npt.NDArray[np.float32]:
    """Probabilities whose largest is `confidence` at the predicted classes, the rest spread evenly."""
    rest = (1 - confidence) / 6
    return np.where(np.eye(7, dtype=bool)[predicted], confidence, rest).astype(np.float32)


def test_accuracy_f1_and_confusion_of_a_case_worked_by_hand() -> None:
    found = measure(sure(PREDICTED), LABELS)
    assert found.n == 6
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.confusion[3][3] == 2
    assert found.confusion[3][4] == 1
    assert found.confusion[4][3] == 1
    assert sum(map(sum, found.confusion)) == 6
    happy = found.per_class["happy"]
    assert happy.precision == pytest.approx(2 / 3)
    assert happy.recall == pytest.approx(2 / 3)
    assert happy.support == 3
    assert found.per_class["sad"].f1 == pytest.approx(0.5)
    assert found.per_class["disgust"].support == 0


def test_macro_measures_are_means_of_all_seven_and_balanced_accuracy_of_those_that_occur() -> None:
    found = measure(sure(PREDICTED), LABELS)
    assert found.macro_f1 == pytest.approx((2 / 3 + 0.5 + 1) / 7)
    assert found.macro_precision == pytest.approx((2 / 3 + 0.5 + 1) / 7)
    assert found.macro_recall == pytest.approx((2 / 3 + 0.5 + 1) / 7)
    assert found.balanced_accuracy == pytest.approx((2 / 3 + 0.5 + 1) / 3)


def test_log_loss_is_the_mean_negative_logarithm_of_the_true_class() -> None:
    found = measure(sure([3, 4], 0.7), np.array([3, 3], np.uint8))
    assert found.log_loss == pytest.approx(-(math.log(0.7) + math.log(0.05)) / 2, rel=1e-5)


def test_the_calibration_error_weighs_each_bin_by_its_images() -> None:
    # Three images at 0.7 of which two are right, one at 0.94 that is wrong.
    probabilities = np.concatenate([sure([3, 3, 3], 0.7), sure([4], 0.94)])
    found = measure(probabilities, np.array([3, 3, 4, 3], np.uint8))
    assert found.ece == pytest.approx((3 * abs(2 / 3 - 0.7) + 0.94) / 4, rel=1e-5)
    assert [b.n for b in found.reliability if b.n] == [3, 1]


def test_a_bin_holds_its_upper_edge_and_not_its_lower() -> None:
    edges = np.array([1 / BINS, 1 / BINS + 1e-9, 1.0])
    assert [b.n for b in reliability(edges, np.ones(3, bool))] == [1, 1, *[0] * (BINS - 3), 1]


def test_the_interval_holds_the_accuracy() -> None:
    low, high = measure(sure(PREDICTED), LABELS).accuracy_ci95
    assert low < 4 / 6 < high


def test_images_of_training_are_left_out_of_the_second_accuracy_only() -> None:
    known = np.array([True, True, False, False, False, False])
    found = measure(sure(PREDICTED), LABELS, in_training=known)
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.accuracy_without_train_duplicates == pytest.approx(2 / 4)
    assert measure(sure(PREDICTED), LABELS).accuracy_without_train_duplicates == pytest.approx(4 / 6)
    assert measure(sure(PREDICTED), LABELS, in_training=np.ones(6, bool)).accuracy_without_train_duplicates is None


def test_the_votes_are_another_truth_and_images_without_majority_are_skipped() -> None:
    majority = np.array([3, 4, 4, NO_VOTE, NO_VOTE, 0])
    assert measure(sure(PREDICTED), LABELS, majority=majority).ferplus_accuracy == pytest.approx(2 / 4)
    assert measure(sure(PREDICTED), LABELS).ferplus_accuracy is None
    assert measure(sure(PREDICTED), LABELS, majority=np.full(6, NO_VOTE)).ferplus_accuracy is None
