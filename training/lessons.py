"""Where targets come from and where they lead: votes and teachers before a training, calibration after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.models import HEADS
from errors import ConfigError, lookup
from training.architectures import VARIANTS
from training.batches import class_weights
from training.calibration import cooled, temperature
from training.emotion_network import deployed
from training.evaluate import calibration_error, votes_reliability
from training.faces import Faces
from training.recipes import Recipe
from training.targets import Targets, targets
from training.teachers import answers
from training.validation import predicted_by
from training.votes import load_counts, shares, told

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a training teaches.

    Args:
        targets: Of the images that are learnt from.
        crowd: int (N, 10), the votes on the images of Validation; None for one head.
        special: Whether the targets are more than the labels of the data.
    """

    targets: Targets
    crowd: npt.NDArray[np.int64] | None
    special: bool


def lessons(recipe: Recipe, learn: Faces, check: Faces, votes: Path | None) -> Lessons:
    """Read votes and ask teachers, as the recipe and its network want it.

    Args:
        recipe: Names variant and teachers.
        learn: Train.
        check: Validation.
        votes: FER+'s votes.

    Raises:
        UnknownName: When there is no such variant.
        ConfigError: When votes are missing or of no use, or a teacher has other heads.
        CatalogueError: When the votes cannot be read.
    """
    heads = lookup(VARIANTS, recipe.variant, "variant").heads
    if len(heads) > 1 and votes is None:
        raise ConfigError(f"{recipe.variant} learns from FER+'s votes too. Give --votes fer2013new.csv.")
    if len(heads) == 1 and votes is not None:
        raise ConfigError(f"{recipe.variant} has one head, for the labels; leave --votes out, or train mien-emotion.")
    counts = None if votes is None else load_counts(votes, learn)
    wanted = targets(recipe, learn, class_weights(learn.labels), counts)
    if recipe.teachers:
        wanted = wanted.taught(answers(recipe, learn, heads), recipe.teaching)
    crowd = None if votes is None else load_counts(votes, check)
    return Lessons(wanted, crowd, special=counts is not None or bool(recipe.teachers))


def shipped(model: Any, check: Faces, crowd: npt.NDArray[np.int64]) -> tuple[Any, dict[str, Any]]:
    """Return the network that ships, calibrated on Validation, and what that came to.

    Args:
        model: Trained, with two heads.
        check: Validation.
        crowd: int (N, 10), its votes; images that the crowd could not tell are left out.

    Returns:
        The network, and head → temperature, and the expected calibration error before and after.
    """
    said = predicted_by(model, check.images)
    clear = told(crowd)
    truths: dict[str, tuple[F64, F64]] = {
        HEADS[0]: (said[:, 0], np.eye(said.shape[-1])[check.labels]),
        HEADS[1]: (said[clear, 1], shares(crowd)[clear].astype(np.float64)),
    }
    found = {head: temperature(probabilities, truth) for head, (probabilities, truth) in truths.items()}
    errors = {
        f"{head}_ece_{when}": calibration_error(votes_reliability(cooled(probabilities, t), truth))
        for head, (probabilities, truth) in truths.items()
        for when, t in (("before", 1.0), ("after", found[head]))
    }
    return deployed(model, tuple(found.values())), {**{f"{h}_temperature": t for h, t in found.items()}, **errors}
