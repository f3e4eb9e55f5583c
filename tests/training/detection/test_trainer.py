"""The trainer with a network of one convolution: what it keeps, and where it goes on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from emotion.types import Frame
from errors import ConfigError, ModelError
from tests.training.detection.tiny import material
from training.detection import export, trainer
from training.detection.composer import Batch, Composer
from training.detection.recipe import SHIPPED, Recipe, load
from training.run import history, read
from training.store import read_arrays

RECIPE = Recipe(stages=((64, 1, 1e-2), (96, 2, 1e-2)), steps=3, batch=4, checked=4, warmup_steps=2, average=0.5)


def small(side: int = 96) -> Any:
    picture = keras.Input((side, side, 1))
    x = keras.layers.Conv2D(4, 8, strides=8, activation="relu")(picture)
    return keras.Model(picture, keras.layers.Conv2D(6, 1)(x))


@pytest.fixture(autouse=True)
def _small_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "mien_face", small)
    monkeypatch.setattr(export, "mien_face", small)


def weights(run: Path) -> list[Any]:
    return list(read_arrays(run / "checkpoint.npz")[0].values())


class Breaking(Composer):
    """Composes some batches, then the process is stopped."""

    def __init__(self, steps_until: int, *rest: Any) -> None:
        super().__init__(*rest)
        self.left = steps_until

    def batches(self, steps: range, batch: int, side: int) -> Iterator[Batch]:
        for each in super().batches(steps, batch, side):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield each


def test_a_broken_off_training_ends_as_an_unbroken_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = material()
    trainer.train(RECIPE, of, of, tmp_path / "unbroken")
    ticks = iter(range(10_000))
    for steps_until in (2, 4):  # within the first stage, then within the second
        monkeypatch.setattr(trainer, "Composer", partial(Breaking, steps_until))
        with pytest.raises(KeyboardInterrupt):
            trainer.train(RECIPE, of, of, tmp_path / "broken", checkpoint_every_s=0, clock=lambda: float(next(ticks)))
    monkeypatch.setattr(trainer, "Composer", Composer)
    trainer.train(RECIPE, of, of, tmp_path / "broken")
    for ours, theirs in zip(weights(tmp_path / "broken"), weights(tmp_path / "unbroken"), strict=True):
        assert np.allclose(ours, theirs, atol=1e-6)
    assert [row["side"] for row in history(tmp_path / "broken")] == [64, 96, 96]
    assert len(read(tmp_path / "broken")["resumed"]) == 2
    assert (tmp_path / "broken" / "model.keras").exists()


def test_a_folder_of_another_recipe_is_refused(tmp_path: Path) -> None:
    of = material()
    short = dataclasses.replace(RECIPE, stages=((64, 1, 1e-2),))
    lines: list[str] = []
    trainer.train(short, of, of, tmp_path / "run", tell=lines.append)
    assert "validation" in lines[0]
    with pytest.raises(ConfigError, match="another recipe"):
        trainer.train(dataclasses.replace(short, seed=3), of, of, tmp_path / "run")


def test_a_training_starts_from_the_best_weights_of_another(tmp_path: Path) -> None:
    of = material()
    first = dataclasses.replace(RECIPE, stages=((96, 1, 1e-2),))
    trainer.train(first, of, of, tmp_path / "first")
    still = dataclasses.replace(first, stages=((96, 1, 1e-12),), start="first", average=1e-6, weight_decay=0.0)
    trainer.train(still, of, of, tmp_path / "second")
    before, after = (read_arrays(tmp_path / name / "best.npz")[0].values() for name in ("first", "second"))
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(before, after, strict=True))
    assert trainer.recipe_of(tmp_path / "second").start == "first"
    assert "start" not in read(tmp_path / "first")["recipe"]


def test_a_training_cannot_start_from_what_is_not_there(tmp_path: Path) -> None:
    of = material()
    with pytest.raises(ConfigError, match=r"starts from the weights of .*gone, which has none"):
        trainer.train(dataclasses.replace(RECIPE, start="gone"), of, of, tmp_path / "run")


class Nervous:
    """Takes every picture for a face, with a confidence of its own."""

    LEAST_CONFIDENCE = 0.5

    def __call__(self, frame: Frame, /) -> list[None]:
        return [None] * bool(frame.pixels[0, 0, 0] / 100 >= self.LEAST_CONFIDENCE)


def test_the_threshold_lets_so_many_false_faces_pass_and_no_more() -> None:
    frames = [Frame(np.full((4, 4, 3), sure, np.uint8)) for sure in range(20, 80)]
    threshold = export.quiet_threshold(Nervous(), frames, 0.1)  # type: ignore[arg-type]
    assert 0.73 < threshold < 0.76  # six of sixty


def test_a_run_without_a_full_size_epoch_has_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no best weights yet"):
        export.from_run(tmp_path, tmp_path / "face.tflite", material())


def test_the_rate_rises_then_falls_with_each_stage_at_its_peak() -> None:
    recipe = Recipe(stages=((64, 1, 1e-2), (96, 1, 1e-3)), steps=100, warmup_steps=10)
    rates = [float(trainer.Rate(recipe)(step)) for step in range(200)]
    assert rates[0] < rates[9]
    assert rates[9] == max(rates)
    assert rates[99] > 5 * rates[100] > 0
    assert rates[199] < 5e-5


def test_batches_are_the_same_whoever_composes_them() -> None:
    of = material()
    with Composer(of, 1) as here:
        first = list(here.batches(range(2, 4), 3, 64))
        later = list(here.batches(range(3, 4), 3, 64))
    assert np.array_equal(first[1][0], later[0][0])
    assert np.array_equal(first[1][1], later[0][1])
    assert not np.array_equal(first[0][0], first[1][0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("stages = [[90, 1, 1e-3]]", "multiple of 32"),
        ("stages = [[96, 1, 1e-3]]\nbatch = 0", "1 or more"),
        ("stages = [[96, 1, 1e-3]]\nbacth = 3", "bacth"),
        ("stages = [", "cannot be used"),
        ('stages = [[96, 1, 1e-3]]\nstart = "../elsewhere"', "beside the run"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(ConfigError, match=reason):
        load(tmp_path / "r.toml")


def test_the_shipped_recipes_can_be_read() -> None:
    assert load().side == 192
    assert load(SHIPPED.with_name("mien-face-2.toml")).start == load().variant
