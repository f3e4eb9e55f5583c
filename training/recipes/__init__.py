"""What decides a training, read from one TOML file a variant; a file says only what differs from the defaults here.

`[augmentation]` holds fields of `training.augmentation.Augmentation`; `[build]` keyword arguments of the variant's
builder, checked when a training starts, so that reading a recipe never loads Keras.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import ConfigError, UnknownName, lookup
from training.augmentation import from_table

FOLDER = Path(__file__).parent

CHOICES = {
    "data": ("fer2013", "photos"),
    "optimizer": ("adam", "adamw", "sgd"),
    "schedule": ("cosine", "constant", "step"),
    "balance": ("none", "weights", "sampling"),
}
"""Keys that take one of a few words."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Some epochs at one picture size: side in pixels, epochs, peak learning rate."""

    side: int
    epochs: int
    peak_learning_rate: float

    def __post_init__(self) -> None:
        for name, value, least in (("side", self.side, 8), ("epochs", self.epochs, 1)):
            if type(value) is not int or value < least:
                raise ValueError(f"stages: {name} is {value!r}, not a whole number from {least} on")
        if not _is_number(self.peak_learning_rate) or self.peak_learning_rate < 0:
            raise ValueError(f"stages: the learning rate is {self.peak_learning_rate!r}, not a number from 0 on")


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything but the data that decides the weights.

    Args:
        variant: The network, a name of `VARIANTS`.
        stages: Sides, epochs and peak learning rates, one after the other (progressive resizing).
        data: What the recipe was made for: "fer2013" or "photos".
        seed: Decides first weights, order, augmentation and dropout.
        batch: Images a step.
        optimizer: "adam", "adamw", or "sgd" with Nesterov momentum 0.9.
        weight_decay: Decoupled, on kernels only; 0 is off.
        schedule: After the warm-up, within each stage: "cosine" to 2 % of the peak, "constant", or "step" (a tenth of
            the rate after one half, a hundredth after three quarters).
        warmup_steps: Linear, from 5 % of the peak; at most a quarter of a stage.
        label_smoothing: Share of the target that is spread over all classes.
        patience: Epochs of the last stage without a better validation accuracy before the training ends.
        balance: Against unequal classes: "none", "weights" in the loss, or "sampling" with replacement.
        average: Decay per step of an exponential average of the weights; the average is what is validated and saved;
            0 is off.
        mixup: Blend each picture and its target with another's, by a share drawn from Beta(mixup, mixup); 0 is off.
        cutmix: Or paste a rectangle of another's, of such a share of the area; with both, a coin decides per batch.
        teachers: Run folders of trained networks whose mean answer is learnt from too (`training.teachers`).
        teaching: Share of the teachers in the targets.
        temperature: The teachers' probabilities are raised to 1/temperature, and brought back to a sum of 1.
        augmentation: Fields of `training.augmentation.Augmentation`, or a `preset` and what differs from it.
        build: Keyword arguments of the builder.
        file: Where it was read from, for error messages; no part of what the recipe is.
    """

    variant: str
    stages: tuple[Stage, ...]
    data: str = "fer2013"
    seed: int = 2022
    batch: int = 64
    optimizer: str = "adam"
    weight_decay: float = 0.0
    schedule: str = "cosine"
    warmup_steps: int = 300
    label_smoothing: float = 0.0
    patience: int = 6
    balance: str = "none"
    average: float = 0.0
    mixup: float = 0.0
    cutmix: float = 0.0
    teachers: tuple[str, ...] = ()
    teaching: float = 0.0
    temperature: float = 1.0
    augmentation: Mapping[str, Any] = field(default_factory=dict)
    build: Mapping[str, Any] = field(default_factory=dict)
    file: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.variant, str):
            raise ValueError(f"variant is {self.variant!r}, not a name")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is {getattr(self, name)!r}, none of {', '.join(choices)}")
        for name, least in (("seed", 0), ("batch", 1), ("warmup_steps", 0), ("patience", 0)):
            value = getattr(self, name)
            if type(value) is not int or value < least:
                raise ValueError(f"{name} is {value!r}, not a whole number from {least} on")
        for name in ("weight_decay", "label_smoothing", "average"):
            value = getattr(self, name)
            if not _is_number(value) or not 0 <= value < 1:
                raise ValueError(f"{name} is {value!r}, not a number from 0 to below 1")
        for name, floor, most in (("mixup", 0, 10), ("cutmix", 0, 10), ("teaching", 0, 1), ("temperature", 0.1, 10)):
            value = getattr(self, name)
            if not _is_number(value) or not floor <= value <= most:
                raise ValueError(f"{name} is {value!r}, not a number from {floor} to {most}")
        if not isinstance(self.teachers, tuple | list) or not all(isinstance(name, str) for name in self.teachers):
            raise ValueError(f"teachers is {self.teachers!r}, not a list of run folders")
        object.__setattr__(self, "teachers", tuple(self.teachers))  # TOML has lists
        if bool(self.teachers) != (self.teaching > 0):
            raise ValueError("teachers and teaching belong together: who teaches, and with which share of the targets")
        for name in ("augmentation", "build"):
            if not isinstance(getattr(self, name), Mapping):
                raise ValueError(f"{name} is {getattr(self, name)!r}, not a table of names and values")
        try:
            from_table(self.augmentation)
        except UnknownName as error:
            raise ValueError(str(error).rstrip(".")) from error
        if not self.stages:
            raise ValueError("stages need at least one row")

    @property
    def epochs(self) -> int:
        return sum(stage.epochs for stage in self.stages)

    def shortened(self, epochs: int) -> Recipe:
        """Keep the last `epochs` epochs, so that the stage at full size is the last to be cut."""
        stages: list[Stage] = []
        left = max(1, epochs)
        for stage in reversed(self.stages):
            take = min(stage.epochs, left)
            if take:
                stages.insert(0, dataclasses.replace(stage, epochs=take))
            left -= take
        return dataclasses.replace(self, stages=tuple(stages))

    def as_table(self) -> dict[str, Any]:
        """Return what JSON and TOML can hold: every key but `file`, stages as [side, epochs, rate] rows."""
        table = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "file"}
        table["stages"] = [list(dataclasses.astuple(stage)) for stage in self.stages]
        return table | {name: _lists(table[name]) for name in ("teachers", "augmentation", "build")}


KEYS_SINCE_FIRST: dict[str, Any] = {"mixup": 0.0, "cutmix": 0.0, "teachers": [], "teaching": 0.0, "temperature": 1.0}
"""What runs that were begun before there were these keys meant."""


def load(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        ConfigError: When it is no TOML, or a key is missing, unknown or of the wrong kind.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The recipe {path} cannot be read ({error}); copy one from {FOLDER} and change it."
        ) from error
    names = [f.name for f in dataclasses.fields(Recipe) if f.name != "file"]
    unknown = sorted(table.keys() - set(names))
    missing = [name for name in ("variant", "stages") if name not in table]
    if unknown or missing:
        words = [f"does not know {', '.join(unknown)}"] * bool(unknown) + [f"lacks {', '.join(missing)}"] * bool(
            missing
        )
        raise ConfigError(f"The recipe {path} {' and '.join(words)}. Its keys are {', '.join(names)}.")
    try:
        stages = tuple(Stage(*row) for row in table.pop("stages"))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"The recipe {path}: stages are rows of [side, epochs, peak rate] ({error}).") from error
    try:
        return Recipe(stages=stages, file=str(path), **table)
    except ValueError as error:
        raise ConfigError(f"The recipe {path}: {error}.") from error


def named(name: str) -> Recipe:
    """Return the recipe of a variant.

    Raises:
        UnknownName: When there is none.
    """
    return load(lookup({path.stem: path for path in sorted(FOLDER.glob("*.toml"))}, name, "recipe"))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _lists(value: Any) -> Any:
    """Return the value as JSON gives it back: tuples as lists."""
    if isinstance(value, Mapping):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, list | tuple) else value
