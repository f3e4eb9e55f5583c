"""Batches of blended pictures: mixup (Zhang et al. 2018, arXiv:1710.09412), CutMix (Yun et al. 2019, arXiv:1905.04899).

Both mix a batch with a shuffled copy of itself, inputs and targets by the same share. Where a target counts for nothing
(a face that the crowd could not tell), its partner's counts alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.targets import Targets

F32 = npt.NDArray[np.float32]


def mixed(
    inputs: F32, targets: Targets, rng: np.random.Generator, *, mixup: float = 0.0, cutmix: float = 0.0
) -> tuple[F32, Targets]:
    """Mix a batch with itself, or return it as it is when both strengths are 0.

    Args:
        inputs: float32 (N, side, side, channels).
        targets: Of these inputs.
        rng: Draws share, partners and rectangle.
        mixup: The share is drawn from Beta(mixup, mixup); 0 is off.
        cutmix: The same for the area of the pasted rectangle; with both on, each is as likely.
    """
    if not mixup and not cutmix:
        return inputs, targets
    pastes = bool(cutmix) and (not mixup or rng.random() < 0.5)
    strength = cutmix if pastes else mixup
    share = float(rng.beta(strength, strength))  # of the partner
    partners = rng.permutation(len(inputs))
    if pastes:
        rows, columns = _rectangle(inputs.shape[1], share, rng)
        blended = inputs.copy()
        blended[:, rows, columns] = inputs[partners, rows, columns]
        share = (rows.stop - rows.start) * (columns.stop - columns.start) / inputs.shape[1] ** 2
    else:
        blended = inputs * np.float32(1 - share) + inputs[partners] * np.float32(share)
    return blended, _blend(targets, targets.of(partners), np.float32(share))


def _rectangle(side: int, area: float, rng: np.random.Generator) -> tuple[slice, slice]:
    length = round(side * area**0.5)
    top, left = rng.integers(0, side - length + 1, 2).tolist()
    return slice(top, top + length), slice(left, left + length)


def _blend(a: Targets, b: Targets, share: np.float32) -> Targets:
    if a.weights is None or b.weights is None:
        return Targets(a.answers * (1 - share) + b.answers * share)
    of_a, of_b = a.weights * (1 - share), b.weights * share
    weights = of_a + of_b
    sums = a.answers * of_a[..., None] + b.answers * of_b[..., None]
    answers = np.where(weights[..., None] > 0, sums / np.maximum(weights, 1e-9)[..., None], a.answers)
    return Targets(answers.astype(np.float32), weights.astype(np.float32))
