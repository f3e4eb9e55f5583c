"""What decides a training of the detector, read from TOML; `mien-face.toml` says how the shipped one was made."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import ConfigError

SHIPPED = Path(__file__).with_name("mien-face.toml")


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything but the material that decides the weights.

    Args:
        stages: Rows of side (pixels), epochs, and peak learning rate: small scenes first, which are cheap and hold the
            same faces, only no large ones.
        steps: Of an epoch; scenes never repeat, so that an epoch is only the time between two validations.
        seed: Decides first weights and scenes.
        batch: Scenes a step.
        weight_decay: Decoupled (AdamW), on kernels only.
        warmup_steps: Linear, from nothing; then a cosine over all stages, to 1 % of the stage's peak.
        average: Decay per step of the average of the weights that is validated and shipped.
        checked: Photos a condition in the validation.
        variant: Always "mien-face".
        start: A run whose best weights are the first ones, a folder beside this run's; empty: chance.
    """

    stages: tuple[tuple[int, int, float], ...]
    steps: int = 500
    seed: int = 2026
    batch: int = 32
    weight_decay: float = 1e-3
    warmup_steps: int = 300
    average: float = 0.998
    checked: int = 100
    variant: str = "mien-face"
    start: str = ""

    def __post_init__(self) -> None:
        rows = [tuple(row) for row in self.stages]
        if not rows or any(len(row) != 3 or row[0] % 32 or row[0] < 64 or row[1] < 1 or row[2] <= 0 for row in rows):
            raise ValueError("stages are rows of side (a multiple of 32 from 64 on), epochs and peak learning rate")
        if min(self.steps, self.batch, self.checked) < 1 or self.warmup_steps < 0 or not 0 < self.average < 1:
            raise ValueError("steps, batch and checked are 1 or more, average lies between 0 and 1")
        if self.variant != "mien-face":
            raise ValueError(f"variant is mien-face, not {self.variant!r}")
        if self.start in (".", "..") or "/" in self.start or "\\" in self.start:
            raise ValueError(f"start names a folder beside the run, such as mien-face, not {self.start!r}")
        object.__setattr__(self, "stages", tuple((int(side), int(n), float(rate)) for side, n, rate in rows))

    @property
    def epochs(self) -> int:
        return sum(epochs for _, epochs, _ in self.stages)

    @property
    def side(self) -> int:
        """Of the network that ships and is validated."""
        return self.stages[-1][0]

    def stage_of(self, epoch: int) -> tuple[int, int, float]:
        """Return the stage of an epoch, counted from 0."""
        for stage in self.stages:
            if epoch < stage[1]:
                return stage
            epoch -= stage[1]
        return self.stages[-1]

    def as_table(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        table = dataclasses.asdict(self) | {"stages": [list(stage) for stage in self.stages]}
        if not self.start:  # as runs had it before there was a start
            del table["start"]
        return table


def load(path: Path = SHIPPED) -> Recipe:
    """Read a recipe file.

    Raises:
        ConfigError: When it is no TOML, or a key is missing, unknown or of the wrong kind.
    """
    try:
        return Recipe(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as error:
        raise ConfigError(f"The recipe {path} cannot be used ({error}); copy {SHIPPED} and change it.") from error
