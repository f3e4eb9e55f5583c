"""The batches of a training: which images, in which order, augmented how; each a function of (seed, epoch, step).

So a resumed run sees exactly what the unbroken run saw, and a batch can be made by another thread while the network
learns from the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.utils.class_weight import compute_class_weight

from emotion.types import EMOTIONS
from training.augmentation import augment, from_table
from training.faces import Faces
from training.inputs import as_inputs, resized
from training.mixing import mixed
from training.recipes import Recipe
from training.targets import Targets, targets

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]


SAMPLES = 24
"""Batches that statistics are gathered on."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step learns from: float32 (N, side, side, channels) in 0–1, and `Targets`' answers and weights."""

    inputs: F32
    targets: F32
    weights: F32 | None


class Batches:
    """All batches of one stage.

    Args:
        recipe: Seed, batch size, balance and augmentation.
        faces: What to learn from.
        shape: (side, side, channels) of the network.
        wanted: What it is to answer; without it the labels.
    """

    def __init__(
        self, recipe: Recipe, faces: Faces, shape: tuple[int, int, int], wanted: Targets | None = None
    ) -> None:
        self.recipe, self.labels, self.shape = recipe, faces.labels, shape
        # Shrinking once is cheaper than in every epoch; what grows grows batch by batch, for the sake of memory.
        self.images = shrunk(faces.images, shape[0])
        self.steps = len(faces) // recipe.batch
        self.weights = class_weights(faces.labels)
        self.targets = wanted or targets(recipe, faces, self.weights)
        self.augmentation = from_table(recipe.augmentation)
        # What moves by fractions of a pixel is interpolated anyway, and reaches the network's side in the same step.
        self.side = None if self.augmentation.moves_whole_pixels else shape[0]

    def order(self, epoch: int) -> npt.NDArray[np.intp]:
        """Return which images the epoch shows: each once, or drawn so that every class comes up alike."""
        rng, n = np.random.default_rng((self.recipe.seed, epoch)), len(self.labels)
        if self.recipe.balance != "sampling":
            return rng.permutation(n)
        chances = self.weights[self.labels].astype(np.float64)
        return rng.choice(n, n, p=chances / chances.sum())

    def samples(self) -> Iterator[F32]:
        """Yield some batches of inputs from all over the data, as they are: nothing is augmented."""
        count = min(SAMPLES, self.steps)
        spread = np.linspace(0, len(self.labels), count * self.recipe.batch, endpoint=False).astype(np.intp)
        for chosen in np.split(spread, count):
            yield as_inputs(self.images[chosen], self.shape)

    def make(self, epoch: int, step: int, order: npt.NDArray[np.intp]) -> Batch:
        """Make one batch."""
        recipe = self.recipe
        chosen = order[step * recipe.batch : (step + 1) * recipe.batch]
        rng = np.random.default_rng((recipe.seed, epoch, step))
        images = augment(self.images[chosen], self.augmentation, rng, self.side)
        inputs, wanted = mixed(
            as_inputs(images, self.shape), self.targets.of(chosen), rng, mixup=recipe.mixup, cutmix=recipe.cutmix
        )
        return Batch(inputs, wanted.answers, wanted.weights)

    def of_epoch(self, epoch: int, first: int = 0) -> Iterator[Batch]:
        """Yield the epoch's batches from step `first` on, each made by another thread while the last one is used."""
        order = self.order(epoch)
        with ThreadPoolExecutor(1, "batch") as thread:
            ahead: Future[Batch] | None = thread.submit(self.make, epoch, first, order)
            for step in range(first, self.steps):
                assert ahead is not None
                batch = ahead.result()
                ahead = thread.submit(self.make, epoch, step + 1, order) if step + 1 < self.steps else None
                yield batch


def class_weights(labels: U8) -> F32:
    """Return float32 (7,): the inverse frequency of each class, 1 on average over the images; 1 where there is none."""
    weights = np.ones(len(EMOTIONS), np.float32)
    present = np.unique(labels)
    weights[present] = compute_class_weight("balanced", classes=present, y=labels)
    return weights


def shrunk(images: U8, side: int) -> U8:
    """Return the images at `side` pixels if they are larger, by area; smaller ones as they are."""
    if images.shape[1] <= side or images.shape[2] <= side:
        return images
    return resized(images, side, side)
