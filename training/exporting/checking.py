"""Does an export still say what its source says? Both are asked about the same real faces."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from errors import ModelError
from training.cost import latencies_ms
from training.data import Faces
from training.evaluate import NO_VOTE
from training.inputs import as_inputs
from training.networks import Network, predict_heads

IMAGES = 200

LIMITS = {"none": (0.995, 1e-3), "float16": (0.995, 2e-2), "int8": (0.9, 1.0), "dynamic": (0.9, 1.0)}
"""Weights → the smallest share of images whose likeliest class has to stay, the largest change of a probability."""

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Check:
    """What an export changed.

    Args:
        images: How many real images both were asked about.
        same: On how many of them the likeliest class stayed, in every head.
        largest_difference: Of any probability of any head.
        accuracy: Of the export, a share; of two heads the first, which speaks FER2013's labels.
        accuracy_before: Of its source, on the same images.
        latency_ms: Of the export, processor time for one picture on one thread (see `training.cost`).
        latency_before_ms: Of its source, in the same run.
        ferplus_accuracy: Agreement of the export with the FER+ majority; of two heads the second. None without votes.
        ferplus_accuracy_before: The same of its source.
    """

    images: int
    same: int
    largest_difference: float
    accuracy: float
    accuracy_before: float
    latency_ms: float
    latency_before_ms: float
    ferplus_accuracy: float | None = None
    ferplus_accuracy_before: float | None = None


def sample(faces: Faces, split: str, n: int, seed: int = 0) -> Faces:
    """Return `n` images of a split, or all when it has fewer; the same ones every time."""
    part = faces.split(split)
    chosen = np.random.default_rng(seed).permutation(len(part))[:n]
    keep: npt.NDArray[np.bool_] = np.zeros(len(part), bool)
    keep[chosen] = True
    return part.where(keep)


def compared(export: Network, source: Network, faces: Faces, majority: I64 | None = None) -> Check:
    """Ask both about every image, every head of them, and time them in turns on the first.

    Args:
        export: The new file.
        source: What it came from.
        faces: Real labelled faces.
        majority: int (N,), their FER+ majority or `NO_VOTE`; None without votes.

    Raises:
        ModelError: When one of them does not give probabilities, or they have other heads.
    """
    if export.heads != source.heads:
        raise ModelError(
            f"{export.path.name} was not written: it answers {' and '.join(export.heads)}, and its source "
            f"{' and '.join(source.heads)}. Please report this."
        )
    ours, theirs = (np.stack(list(predict_heads(n, faces.images).values()), axis=1) for n in (export, source))
    said, before = ours.argmax(axis=2), theirs.argmax(axis=2)
    pictures = {id(network): as_inputs(faces.images[:1], network.shape) for network in (export, source)}
    times = latencies_ms(
        {
            "export": lambda: export.predict_one(pictures[id(export)]),
            "source": lambda: source.predict_one(pictures[id(source)]),
        },
        clock=time.process_time,  # of the processor, so that what else the machine does is not counted
    )
    return Check(
        images=len(faces),
        same=int((said == before).all(axis=1).sum()),
        largest_difference=float(np.abs(ours - theirs).max()),
        accuracy=float((said[:, 0] == faces.labels).mean()),
        accuracy_before=float((before[:, 0] == faces.labels).mean()),
        latency_ms=times["export"],
        latency_before_ms=times["source"],
        ferplus_accuracy=_agreement(said[:, -1], majority),
        ferplus_accuracy_before=_agreement(before[:, -1], majority),
    )


def _agreement(said: I64, majority: I64 | None) -> float | None:
    if majority is None or not (majority != NO_VOTE).any():
        return None
    return float((said == majority)[majority != NO_VOTE].mean())


def refuse_if_changed(check: Check, quantize: str, name: str) -> None:
    """Refuse an export that is no longer the same network.

    Raises:
        ModelError: When more changed than `LIMITS` allows.
    """
    share, difference = LIMITS[quantize]
    if check.same < share * check.images or not check.largest_difference <= difference:
        raise ModelError(
            f"{name} was not written: of {check.images} images it reads {check.images - check.same} otherwise than its "
            f"source, and its probabilities differ by up to {check.largest_difference:.2g}. "
            + ("Use float16, or calibrate on other pictures." if difference >= 1 else "Please report this.")
        )
