from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from errors import ConfigError, UnknownName
from training import recipes
from training.architectures import VARIANTS
from training.recipes import Stage


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_has_a_recipe_that_ends_at_full_size(name: str) -> None:
    recipe = recipes.named(name)
    assert recipe.variant == name
    assert recipe.stages[-1].side == 48
    assert recipe.epochs == sum(stage.epochs for stage in recipe.stages) > 0


def test_a_shortened_recipe_keeps_the_last_epochs() -> None:
    stages = (Stage(24, 6, 1e-3), Stage(48, 8, 5e-4))
    recipe = dataclasses.replace(recipes.named("cnn3x3"), stages=stages)
    assert [(stage.side, stage.epochs) for stage in recipe.shortened(1).stages] == [(48, 1)]
    assert [(stage.side, stage.epochs) for stage in recipe.shortened(9).stages] == [(24, 1), (48, 8)]
    assert recipe.shortened(10_000) == recipe


def test_an_unknown_recipe_names_the_choices() -> None:
    with pytest.raises(UnknownName, match=r"no recipe 'cnn33'.*Did you mean 'cnn3x3'"):
        recipes.named("cnn33")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("seed =", "sead ="), r"lacks or does not know: sead, seed"),
        (("stages = [[", "stages = [[[["), "cannot be read"),
        (("dropout = [0.1, 0.3]", "dropout = 0.1"), "dropout two numbers"),
        (("seed = 2022", 'seed = "x"'), "seed is 'x', not a whole number from 0 on"),
        (("batch = 64", "batch = 0"), "batch is 0, not a whole number from 1 on"),
        (("shift = 0.08", "shift = 8"), "shift is 8, not a number from 0 to below 1"),
        (("dropout = [0.1, 0.3]", 'dropout = [0.1, "b"]'), "dropout is 'b', not a number"),
        (("flip = true", "flip = 1"), "flip is 1, not true or false"),
        (("stages = [[24,", "stages = [[4,"), "with a side from 8"),
        (("stages = [[24,", "stages = [[24, 1,"), r"stages are \[side, epochs, rate\] rows"),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    text = (recipes.FOLDER / "cnn3x3.toml").read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        recipes.load(path)


def test_a_missing_recipe_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        recipes.load(tmp_path / "none.toml")
