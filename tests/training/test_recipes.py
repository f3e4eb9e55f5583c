from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from errors import ConfigError, UnknownName
from training import recipes
from training.architectures import VARIANTS
from training.augmentation import Augmentation
from training.recipes import Recipe, Stage


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_has_a_recipe_of_its_own(name: str) -> None:
    recipe = recipes.named(name)
    assert recipe.variant == name
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
        (("variant =", "sead = 1\nvariant ="), r"mine.toml does not know sead\. Its keys are variant, stages"),
        (("variant =", "data ="), r"lacks variant"),
        (('variant = "cnn4x4"', "variant = 3"), r"variant is 3, not a name"),
        (("variant =", 'seed = "x"\nvariant ='), "seed is 'x', not a whole number from 0 on"),
        (("variant =", "batch = 0\nvariant ="), "batch is 0, not a whole number from 1 on"),
        (("variant =", "average = 1\nvariant ="), "average is 1, not a number from 0 to below 1"),
        (("variant =", "label_smoothing = true\nvariant ="), "label_smoothing is True, not a number"),
        (("variant =", 'balance = "some"\nvariant ='), "balance is 'some', none of none, weights, sampling"),
        (("variant =", "build = 3\nvariant ="), "cannot be read"),
        (("stages = [[", "stages = [[[["), "cannot be read"),
        (("shift = 0.08", "shift = 8"), r"mine.toml: .*shift"),
        (("shift = 0.08", "shyft = 0.1"), r"mine.toml: augmentation does not know shyft"),
        (("shift = 0.08", 'preset = "most"'), r"mine.toml: There is no augmentation preset 'most'"),
        (("stages = [[24,", "stages = [[4,"), "side is 4, not a whole number from 8 on"),
        (("stages = [[24,", "stages = [[24.5,"), "side is 24.5, not a whole number from 8 on"),
        (("stages = [[24, 3, 1e-3]", "stages = [[24, 3, -1]"), "learning rate is -1"),
        (("stages = [[24,", "stages = [[24, 1,"), r"stages are rows of \[side, epochs, peak rate\]"),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    text = (recipes.FOLDER / "cnn4x4.toml").read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        recipes.load(path)


def test_a_missing_recipe_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        recipes.load(tmp_path / "none.toml")


def test_a_recipe_needs_only_its_variant_and_stages_and_goes_to_json_and_back(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('variant = "cnn3x3"\nstages = [[48, 2, 1e-3]]\n[build]\ndropout = [0.1, 0.2]\n')
    recipe = recipes.load(path)
    assert recipe == Recipe("cnn3x3", (Stage(48, 2, 1e-3),), build={"dropout": [0.1, 0.2]})
    table = json.loads(json.dumps(recipe.as_table()))
    assert table == recipe.as_table()
    assert table["stages"] == [[48, 2, 1e-3]]
    assert "file" not in table


def test_the_documentation_names_every_key_of_a_recipe() -> None:
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
    keys = {field.name for field in dataclasses.fields(Recipe)} - {"file", "augmentation", "build"}
    keys |= {field.name for field in dataclasses.fields(Augmentation)} | {"[augmentation]", "[build]"}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []
