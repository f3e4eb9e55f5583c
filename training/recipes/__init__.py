"""What decides a training, read from one TOML file a variant."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path

from errors import ConfigError, lookup

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Stage:
    """Some epochs at one picture size: side in pixels, epochs, peak learning rate."""

    side: int
    epochs: int
    peak_learning_rate: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything but the data that decides the weights; the files say what each value means."""

    variant: str
    seed: int
    batch: int
    stages: tuple[Stage, ...]
    warmup_steps: int
    dropout: tuple[float, float]
    flip: bool
    shift: float
    label_smoothing: float
    patience: int

    def __post_init__(self) -> None:
        counts = {"seed": self.seed, "batch": self.batch, "warmup_steps": self.warmup_steps, "patience": self.patience}
        for name, value in counts.items():
            if type(value) is not int or value < (name == "batch"):
                raise ValueError(f"{name} is {value!r}, not a whole number from {int(name == 'batch')} on")
        shares = {"shift": self.shift, "label_smoothing": self.label_smoothing}
        for name, share in [*shares.items(), *(("dropout", rate) for rate in self.dropout)]:
            if not isinstance(share, int | float) or not 0 <= share < 1:
                raise ValueError(f"{name} is {share!r}, not a number from 0 to below 1")
        if type(self.flip) is not bool:
            raise ValueError(f"flip is {self.flip!r}, not true or false")
        if not self.stages or any(s.side < 8 or s.epochs < 1 or s.peak_learning_rate < 0 for s in self.stages):
            raise ValueError("stages need at least one row, with a side from 8, epochs from 1 and a rate from 0 on")

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
    names = {field.name for field in dataclasses.fields(Recipe)}
    if table.keys() != names:
        wrong = sorted(table.keys() ^ names)
        raise ConfigError(
            f"The recipe {path} lacks or does not know: {', '.join(wrong)}. Its keys are {sorted(names)}."
        )
    try:
        stages = tuple(Stage(int(side), int(epochs), float(rate)) for side, epochs, rate in table.pop("stages"))
        first, last = table.pop("dropout")
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"The recipe {path}: stages are [side, epochs, rate] rows, dropout two numbers ({error})."
        ) from error
    try:
        return Recipe(stages=stages, dropout=(first, last), **table)
    except ValueError as error:
        raise ConfigError(f"The recipe {path}: {error}.") from error


def named(name: str) -> Recipe:
    """Return the recipe of a variant.

    Raises:
        UnknownName: When there is none.
    """
    return load(lookup({path.stem: path for path in sorted(FOLDER.glob("*.toml"))}, name, "recipe"))
