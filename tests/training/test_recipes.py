from __future__ import annotations

from pathlib import Path

import pytest

from errors import ConfigError, UnknownName
from training import recipes
from training.architectures import VARIANTS


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_has_a_recipe_that_ends_at_full_size(name: str) -> None:
    recipe = recipes.named(name)
    assert recipe.variant == name
    assert recipe.stages[-1].side == 48
    assert recipe.epochs == sum(stage.epochs for stage in recipe.stages) > 0


def test_a_shortened_recipe_keeps_the_last_epochs() -> None:
    recipe = recipes.named("cnn3x3")
    last = recipe.stages[-1]
    assert [stage.side for stage in recipe.shortened(1).stages] == [48]
    one_more = recipe.shortened(last.epochs + 1)
    assert [(stage.side, stage.epochs) for stage in one_more.stages] == [(24, 1), (48, last.epochs)]
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
