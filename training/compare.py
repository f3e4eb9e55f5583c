"""Models on the same images, side by side: one bad model fails by its name, the others are still measured."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.models import HEADS, MODELS
from errors import CatalogueError, MienError, lookup
from training.cost import latencies_ms
from training.data import EVALUATION_SPLITS, Faces, digests, load
from training.evaluate import I64, NO_VOTE, Evaluation, Mask, measure
from training.inputs import as_inputs
from training.networks import Network, open_network, predict_heads
from training.significance import McNemar, mcnemar
from training.votes import load_counts, majority, shares

Tell = Callable[[str, int], None]
"""Told a model's name and how many pictures it has just read."""

MEASURES = (
    "accuracy", "accuracy_ci95", "accuracy_without_train_duplicates", "balanced_accuracy", "macro_precision",
    "macro_recall", "macro_f1", "log_loss", "ece", "ferplus_accuracy",
)  # fmt: skip
COSTS = ("parameters", "macs", "bytes", "latency_ms")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a model costs: trained numbers, multiply-accumulates, bytes of its file, milliseconds for one picture."""

    parameters: int | None
    macs: int | None
    bytes: int
    latency_ms: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a model: its first head's probabilities float32 (N, 7), the measures of all heads, and its cost."""

    probabilities: npt.NDArray[np.float32]
    evaluation: Evaluation
    cost: Cost


@dataclass(frozen=True, slots=True)
class Row:
    """One model, measured, or the error that kept it from being measured; `name` as the user gave it."""

    name: str
    measured: Measured | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models on one set of images.

    Args:
        split: Its name.
        faces: The images.
        in_training: bool (N,), test images whose pixels also occur in Training.
        majority: int64 (N,), FER+; None without votes.
        rows: A row for each model, in the order asked for.
        tests: McNemar's, for each pair of measured models.
    """

    split: str
    faces: Faces
    in_training: Mask
    majority: I64 | None
    rows: tuple[Row, ...]
    tests: tuple[McNemar, ...]


def compare_models(
    names: list[str],
    data: Path,
    split: str,
    *,
    votes: Path | None = None,
    cache_dir: Path | None = None,
    tell: Tell | None = None,
) -> Comparison:
    """Measure models on one split.

    Args:
        names: Shipped names, `.tflite` or `.keras` files, or run folders; none means every shipped model.
        data: FER2013 or a photo collection.
        split: "Validation", "PublicTest", "PrivateTest", "Test" (every test split) or "all".
        votes: FER+'s votes.
        cache_dir: Where parsed data is kept.
        tell: Told of every batch.

    Raises:
        UnknownName: For another split.
        ConfigError: For votes beside data that they cannot belong to.
        CatalogueError: When data or votes cannot be read, or the split is empty.
    """
    lookup(dict.fromkeys(EVALUATION_SPLITS), split, "split")
    everything = load(data, cache_dir=cache_dir)
    faces = everything.split(split)
    if not len(faces):
        raise CatalogueError(data, f"holds no images of {split}; choose another --split")
    counts = None if votes is None else load_counts(votes, faces)
    voted = None if counts is None else majority(counts)
    crowd = None if counts is None else shares(counts)
    in_training = repeats(everything, split)

    opened: dict[str, Network] = {}
    found: dict[str, dict[str, npt.NDArray[np.float32]] | str] = {}
    wanted = distinct(names or list(MODELS))
    for name, given in wanted.items():
        try:
            network = open_network(given)
            found[name] = predict_heads(network, faces.images, partial(tell, name) if tell else None)
            opened[name] = network
        except MienError as error:
            found[name] = str(error)
    times = latencies_ms({name: _once(network, faces) for name, network in opened.items()})
    rows = []
    for name, outcome in found.items():
        if isinstance(outcome, str):
            rows.append(Row(name, None, outcome))
            continue
        network = opened[name]
        said = outcome[network.heads[0]]
        evaluation = measure(
            said,
            faces.labels,
            in_training=in_training,
            majority=voted,
            vote_shares=crowd,
            vote_probabilities=outcome.get(HEADS[1]),
        )
        cost = Cost(network.parameters, network.macs, network.bytes, times[name])
        rows.append(Row(name, Measured(said, evaluation, cost), None))
    return Comparison(split, faces, in_training, voted, tuple(rows), _tests(rows, faces))


def distinct(names: list[str]) -> dict[str, str]:
    """Name models as they were given; one given twice gets a number: {"a": "a", "a (2)": "a"}."""
    seen: Counter[str] = Counter()
    named = {}
    for given in names:
        seen[given] += 1
        named[given if seen[given] == 1 else f"{given} ({seen[given]})"] = given
    return named


def repeats(everything: Faces, split: str) -> Mask:
    """Mark the images of a split that are not for training, but have the very pixels of one that is.

    For Validation, "for training" means Training without Validation. In "all", the images for training stay unmarked.
    """
    faces = everything.split(split)
    learnt = everything.split("Train" if split == "Validation" else "Training")
    known, own = set(digests(learnt.images)), set(learnt.rows.tolist()) if split == "all" else set()
    pairs = zip(digests(faces.images), faces.rows.tolist(), strict=True)
    return np.array([digest in known and row not in own for digest, row in pairs], bool)


def _once(network: Network, faces: Faces) -> Callable[[], object]:
    picture = as_inputs(faces.images[:1], network.shape)
    return lambda: network.predict_one(picture)


def _tests(rows: list[Row], faces: Faces) -> tuple[McNemar, ...]:
    right = {r.name: r.measured.probabilities.argmax(axis=1) == faces.labels for r in rows if r.measured}
    return tuple(mcnemar(a, b, right[a], right[b]) for a, b in itertools.combinations(right, 2))


# --- for programs ----------------------------------------------------------------------------------------------------


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return the document of docs/json.md: fractions 0–1, null for every measure of a model that failed."""
    faces, voted = comparison.faces, comparison.majority
    return {
        "split": comparison.split,
        "n": len(faces),
        "models": [_model_json(row) for row in comparison.rows],
        "train_duplicates": int(comparison.in_training.sum()),
        "ferplus_n": None if voted is None else int((voted != NO_VOTE).sum()),
        "mcnemar": [dataclasses.asdict(test) for test in comparison.tests],
    }


def _model_json(row: Row) -> dict[str, Any]:
    evaluation = dataclasses.asdict(row.measured.evaluation) if row.measured else {}
    cost = dataclasses.asdict(row.measured.cost) if row.measured else {}
    return {
        "name": row.name,
        **{key: evaluation.get(key) for key in MEASURES},
        **{key: cost.get(key) for key in COSTS},
        "confusion": evaluation.get("confusion"),
        "error": row.error,
        "ferplus_ece": evaluation.get("ferplus_ece"),
        "per_class": evaluation.get("per_class"),
        "reliability": evaluation.get("reliability"),
    }


def comparison_csv(comparison: Comparison) -> str:
    """Return a row for each model: its measures and costs, the interval in two columns, what is unknown left empty."""
    text = io.StringIO()
    interval = ("accuracy_ci95_low", "accuracy_ci95_high")
    columns = [*(c for key in MEASURES for c in (interval if key == "accuracy_ci95" else (key,))), *COSTS]
    writer = csv.DictWriter(
        text, ["name", "split", "n", *columns, "error", "ferplus_ece"], extrasaction="ignore", lineterminator="\n"
    )
    writer.writeheader()
    for row in comparison.rows:
        document = _model_json(row)
        low_high = zip(interval, document["accuracy_ci95"] or (None, None), strict=True)
        writer.writerow(document | dict(low_high) | {"split": comparison.split, "n": len(comparison.faces)})
    return text.getvalue()
