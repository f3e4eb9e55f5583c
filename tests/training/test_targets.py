from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from training import recipes
from training.calibration import cooled, temperature
from training.faces import Faces
from training.mixing import mixed
from training.recipes import Recipe
from training.targets import Targets, smoothed, targets
from training.votes import VOTED, shares, told

ONES = np.ones(7, np.float32)


def recipe(**changes: object) -> Recipe:
    return dataclasses.replace(recipes.named("mien-emotion"), **changes)  # type: ignore[arg-type]


def votes(**named: int) -> list[int]:
    return [named.get(name, 0) for name in VOTED]


COUNTS = np.array([votes(happiness=9, unknown=1), votes(contempt=4, disgust=2, fear=4), votes(nf=8, fear=2)])
FACES = Faces(np.zeros((3, 48, 48), np.uint8), np.array([3, 2, 6], np.uint8), np.zeros(3, np.uint8))


def test_shares_are_over_the_seven_classes_with_contempt_as_disgust() -> None:
    assert shares(COUNTS)[0].tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert shares(COUNTS)[1] == pytest.approx([0, 0.6, 0.4, 0, 0, 0, 0])
    assert shares(np.zeros((1, 10), int)).sum() == pytest.approx(1)


def test_faces_that_the_crowd_could_not_tell_are_marked() -> None:
    assert told(COUNTS).tolist() == [True, True, False]


def test_two_heads_learn_smoothed_labels_and_soft_votes() -> None:
    wanted = targets(recipe(label_smoothing=0.07), FACES, ONES, COUNTS)
    assert wanted.answers[0, 0] == pytest.approx([0.01, 0.01, 0.01, 0.94, 0.01, 0.01, 0.01])
    assert wanted.answers[1, 1] == pytest.approx(shares(COUNTS)[1])
    assert wanted.weights is not None
    assert wanted.weights.tolist() == [[1, 1], [1, 1], [1, 0]]


def test_teachers_are_blended_in_and_speak_alone_where_the_crowd_is_silent() -> None:
    teachers = np.tile(smoothed(np.array([5], np.uint8)), (3, 2, 1))
    taught = targets(recipe(label_smoothing=0.0), FACES, ONES, COUNTS).taught(teachers, 0.25)
    assert taught.answers[0, 0] == pytest.approx([0, 0, 0, 0.75, 0, 0.25, 0])
    assert taught.answers[2, 1] == pytest.approx(teachers[2, 1])
    assert taught.weights is not None
    assert taught.weights[2].tolist() == [1, 0.25]


def test_other_votes_are_another_run() -> None:
    assert targets(recipe(), FACES, ONES, COUNTS).digest() != targets(recipe(), FACES, ONES, COUNTS[::-1]).digest()


@pytest.mark.parametrize("how", [{"mixup": 0.5}, {"cutmix": 0.5}, {"mixup": 0.5, "cutmix": 0.5}])
def test_pictures_and_targets_are_mixed_by_the_same_share(how: dict[str, float]) -> None:
    light = np.array([0, 1, 0, 1], np.float32)
    inputs = np.tile(light[:, None, None, None], (1, 20, 20, 1))
    answers = np.stack([1 - light, light, *[0 * light] * 5], axis=1)
    for seed in range(5):
        blended, wanted = mixed(inputs, Targets(answers), np.random.default_rng(seed), **how)
        assert wanted.answers[:, 1] == pytest.approx(blended.mean(axis=(1, 2, 3)), abs=1e-5)
        assert wanted.answers.sum(axis=1) == pytest.approx(np.ones(4))


def test_where_one_target_is_silent_its_partner_speaks_alone() -> None:
    answers = np.eye(7, dtype=np.float32)[[0, 1, 2, 3]]
    silent = Targets(answers, np.array([0, 1, 1, 1], np.float32))
    _, wanted = mixed(np.zeros((4, 8, 8, 1), np.float32), silent, np.random.default_rng(3), mixup=1.0)
    assert wanted.weights is not None
    assert wanted.weights.min() < 1
    assert np.all(wanted.answers[1:, 0] == 0)


def test_the_temperature_is_found_again() -> None:
    rng = np.random.default_rng(0)
    honest = rng.dirichlet(np.ones(7), 2000)
    drawn = np.array([rng.choice(7, p=p) for p in honest])
    boastful = cooled(honest, 0.5)
    assert temperature(boastful, np.eye(7)[drawn]) == pytest.approx(2, rel=0.1)
    assert temperature(boastful, honest) == pytest.approx(2, rel=0.01)
