"""A model card in Markdown (Mitchell et al. 2019, arXiv:1810.03993): what a network is, how good, and what not to do.

All of it comes from what is written beside the network and from what `mien compare` measured; nothing is made up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emotion.mien_face import TIGHT
from emotion.models import MODELS, weights_path
from errors import CatalogueError, ModelError, UnknownName
from training.exporting import facts
from training.exporting.facts import Facts
from training.exporting.formats import FORMATS, facts_in

MEASURES = {
    "accuracy": "accuracy, single crop",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro-F1",
    "ece": "calibration error (15 bins)",
    "accuracy_without_train_duplicates": "accuracy without images that are also in Training",
    "ferplus_accuracy": "agreement with the majority of the FER+ votes",
    "ferplus_ece": "calibration error against the FER+ votes",
}
"""Key of `compare.json` → words."""


def card(facts: Facts, file: Path | None, results: Mapping[str, Any] | None = None) -> str:
    """Write a card.

    Args:
        facts: What belongs to the network.
        file: Its file, for size and name; None when there is none.
        results: What `mien compare` says of it, as `results_of` picks it out.
    """
    sections = [
        f"# {facts.name}\n\n{facts.architecture[:1].upper()}{facts.architecture[1:]}.",
        _table(_identity(facts, file)),
        f"## Input and output\n\n{_ends(facts)}",
        f"## Data and training\n\n{_training(facts)}",
        f"## How good it is\n\n{_measured(facts, results)}",
        f"## What it is not for\n\n{LIMITS}",
    ]
    return "\n\n".join(sections) + "\n"


def card_of(name: str, results: Path | None = None) -> str:
    """Write the card of a shipped network, a run folder, or a file that mien exported.

    Raises:
        UnknownName: There is no such network or path.
        ModelError: The file is damaged, or says nothing of itself.
        ConfigError: A run folder is damaged.
        CatalogueError: The results cannot be read, or are of other networks.
    """
    found, file = _look(name)
    return card(found, file, None if results is None else results_of(results, name))


def results_of(path: Path, name: str) -> dict[str, Any]:
    """Return what `compare.json` says of one network, and of the images it was measured on.

    Args:
        path: The file, or the folder that `mien compare --out` wrote.
        name: Of the network, as it was given to `mien compare`.

    Raises:
        CatalogueError: There is no such file, it is something else, or it lacks the network.
    """
    file = path / "compare.json" if path.is_dir() else path
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        rows = {row["name"]: row for row in document["models"] if not row["error"]}
        split, n = document["split"], document["n"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CatalogueError(file, f"is no result of mien compare ({error!r}); write one with --out") from error
    if name not in rows:
        raise CatalogueError(file, f"has no figures of {name}, only of: {', '.join(rows) or 'none'}")
    return {**rows[name], "split": split, "n": n}


def _look(name: str) -> tuple[Facts, Path | None]:
    if name in MODELS:
        return facts.of_entry(MODELS[name]), weights_path(MODELS[name])
    path = Path(name)
    if not path.exists():
        raise UnknownName("model", name, MODELS)
    if (path / "run.json").exists():
        file = path / "model.keras"
        return facts.of_run(path), file if file.exists() else None
    known = facts_in(path)
    if known is None:
        raise ModelError(
            f"{path} says nothing of itself. Cards are written of shipped networks, of run folders, and of what "
            f"`mien export` wrote ({', '.join(FORMATS)})."
        )
    return known, path if path.is_file() else None


# --- sections --------------------------------------------------------------------------------------------------------


def _identity(facts: Facts, file: Path | None) -> dict[str, str]:
    return {
        "parameters": "not counted" if facts.parameters is None else f"{facts.parameters:,}",
        "weights": {"none": "float32", "float16": "float16", "int8": "8 bits, activations too", "dynamic": "8 bits"}[
            facts.quantize
        ],
        **({} if file is None else {"file": f"`{file.name}`, {file.stat().st_size:,} bytes"}),
        "licence": facts.licence or "not named",
        "provenance": facts.provenance or "not named",
        "made by": facts.made_by or "not named",
    }


def _ends(facts: Facts) -> str:
    batch, rows, columns, channels = facts.input_shape
    colour = "grey (Rec. 601 luma)" if channels == 1 else "RGB"
    low, high = facts.input_range
    return (
        f"Takes float32 ({batch}, {rows}, {columns}, {channels}), {colour}, pixels scaled to {low:g}–{high:g}; an ONNX "
        f"file takes the channels first. A face is the square of {facts.crop_side:g} times the side of `haar`'s box "
        f"({facts.crop_side / TIGHT:.2f} times that of `mien-face`, which is tighter), its centre {facts.crop_lower:g} "
        f"sides lower. Gives {len(facts.labels)} probabilities that sum to 1, in this order: "
        f"{', '.join(facts.labels)}.{TWO_HEADS if len(facts.heads) > 1 else ''}"
    )


def _training(facts: Facts) -> str:
    lines = [f"Trained on: {facts.data or 'not named'}."]
    if facts.recipe:
        lines.append(f"Repeat it: `{facts.recipe}`.")
    return "\n".join(lines)


def _measured(facts: Facts, results: Mapping[str, Any] | None) -> str:
    parts = []
    if facts.metrics:
        parts.append(_table({key.replace("_", " "): _figure(key, value) for key, value in facts.metrics.items()}))
    if results is not None:
        low, high = results["accuracy_ci95"]
        rows = {words: _figure(key, results[key]) for key, words in MEASURES.items() if results.get(key) is not None}
        rows["accuracy, 95 % interval"] = f"{low:.1%}–{high:.1%}"
        heads = ", FER+ by `votes` and all else by `fer2013`" if len(facts.heads) > 1 else ""
        parts.append(f"`mien compare` on {results['split']}, {results['n']:,} images{heads}:\n\n{_table(rows)}")
        parts.append(classes(facts.labels, results))
    return "\n\n".join(parts) or "Nothing has been measured. `mien compare … --out FOLDER` does; give it as --results."


def classes(labels: tuple[str, ...], results: Mapping[str, Any]) -> str:
    """Return a table of the classes and of what each was read as, in Markdown.

    Args:
        labels: Of the network's outputs, in their order.
        results: `per_class` and `confusion`, as in `training.evaluate.Evaluation`.
    """
    head = ["", "precision", "recall", "F1", "images", *(f"read as {label}" for label in labels)]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for label, counts in zip(labels, results["confusion"], strict=True):
        of = results["per_class"][label]
        figures = [f"{of[key]:.3f}" for key in ("precision", "recall", "f1")]
        lines.append(f"| {' | '.join([label, *figures, str(of['support']), *map(str, counts)])} |")
    return "\n".join(lines)


def _table(rows: Mapping[str, str]) -> str:
    return "\n".join(["| | |", "|---|---|", *(f"| {key} | {value} |" for key, value in rows.items())])


def _figure(key: str, value: float) -> str:
    if key == "epochs" or key == "epoch":
        return f"{value:.0f}"
    return f"{value:.3f}" if key.endswith(("f1", "ece", "loss")) else f"{value:.1%}"


TWO_HEADS = (
    " It does so twice: the output `fer2013` speaks FER2013's labels, and `votes` says how a crowd would vote, which "
    "is what mien reads a face by."
)

LIMITS = """- An expression is not a feeling: the network tells what a face looks like to those who labelled its data.
- It knows posed and web-searched faces; how much worse it is on whom else has not been measured.
- Do not use it to judge, hire, grade, watch or diagnose people. In the European Union, systems that infer emotions at
  work and in schools are prohibited (Regulation (EU) 2024/1689, Article 5(1)(f), since 2 February 2025)."""
