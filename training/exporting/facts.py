"""What belongs to a network besides its numbers: written into every export, and shown as a model card."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from emotion.models import HEADS, ModelEntry
from emotion.preprocessing import SCALE, SHIFT
from emotion.types import EMOTIONS
from errors import ConfigError, ModelError
from training import run

FORMAT = 1
"""Of the JSON; higher when a field changes its meaning."""

FIGURES = {"fer2013_ece_after": "validation_ece", "votes_ece_after": "validation_votes_ece"}
"""What calibrating came to, as `run.json` calls it → its name among the metrics."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a user of a file has to know.

    Args:
        name: Of the network.
        architecture: What it is, in one line.
        input_shape: (batch, rows, columns, channels); ONNX files take (batch, channels, rows, columns).
        labels: What each output number stands for, in order.
        heads: What it answers: "fer2013", FER2013's labels, and with two outputs of these names "votes", those of a
            crowd, which mien uses.
        input_range: Lowest and highest value of an input pixel.
        crop_side: Side of the square that is cut out around a face, in sides of the detector's box.
        crop_lower: How far its centre lies below the box's, in sides of the box.
        parameters: Trained numbers; None when not counted.
        recipe: How it was trained.
        data: What it was trained on.
        metrics: As measured before the export, by name; shares are 0–1.
        provenance: Who made it, where and when.
        licence: SPDX identifier; None when nobody has said.
        quantize: How the weights are kept: "none" (float32), "float16", "int8" (activations too) or "dynamic" (8 bits).
        made_by: The program that wrote the file.
    """

    name: str
    architecture: str
    input_shape: tuple[int, ...]
    labels: tuple[str, ...] = EMOTIONS
    input_range: tuple[float, float] = (0.0, 1.0)
    crop_side: float = SCALE
    crop_lower: float = SHIFT
    parameters: int | None = None
    recipe: str = ""
    data: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    provenance: str = ""
    licence: str | None = None
    quantize: str = "none"
    made_by: str = ""
    heads: tuple[str, ...] = HEADS[:1]

    @property
    def description(self) -> str:
        """One line for people who open a file."""
        labels = ", ".join(self.labels)
        return f"mien: {self.name}, expressions of a face ({labels}); licence {self.licence or 'not named'}"


def of_entry(entry: ModelEntry) -> Facts:
    """Return what stands in the registry of shipped networks."""
    return Facts(
        name=entry.name,
        architecture=entry.architecture,
        input_shape=entry.input_shape,
        labels=entry.labels,
        input_range=entry.input_range,
        parameters=entry.parameters,
        recipe=entry.recipe,
        data=entry.data,
        metrics=dict(entry.metrics),
        provenance=entry.provenance,
        licence=entry.licence,
        quantize="float16",
        made_by=_program(),
        heads=entry.heads,
    )


def of_run(folder: Path) -> Facts:
    """Return what a run folder says of its training.

    Raises:
        ConfigError: When its `run.json` is missing or damaged.
    """
    from training.architectures import VARIANTS

    kept = run.read(folder)
    try:
        recipe, data, best = kept["recipe"], kept["data"], kept.get("best") or {}
        variant = VARIANTS[recipe["variant"]]
        side = recipe["stages"][-1][0]
        channels = recipe.get("build", {}).get("channels", 1 if recipe.get("data", "fer2013") == "fer2013" else 3)
        return Facts(
            name=recipe["variant"],
            architecture=variant.about,
            input_shape=(1, side, side, channels),
            recipe=f"mien train {recipe['variant']} --data {data['name']}"
            + (" --votes fer2013new.csv" if len(variant.heads) > 1 else ""),
            data=f"{data['name']}, {data['training_images']:,} images for training",
            metrics={key.replace("val_", "validation_"): float(value) for key, value in best.items()}
            | {FIGURES[key]: float(value) for key, value in (kept.get("calibration") or {}).items() if key in FIGURES},
            provenance=f"trained by {_program()}, finished {kept['finished'] or 'not yet'}",
            made_by=_program(),
            heads=variant.heads,
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise ConfigError(f"{folder / 'run.json'} is damaged ({error!r}); train again in another folder.") from error


def of_file(path: Path) -> Facts:
    """Return what little a file of somebody else's says by its name alone."""
    return Facts(name=path.stem, architecture="not named", input_shape=(), made_by=_program())


def facts_json(facts: Facts) -> str:
    """Return the JSON that goes into a file; the same for the same facts."""
    return json.dumps({"format": FORMAT, **dataclasses.asdict(facts)}, ensure_ascii=False, sort_keys=True)


def parsed(text: str, path: Path) -> Facts:
    """Read what `facts_json` wrote; fields of later versions are left out.

    Raises:
        ModelError: When it is something else.
    """
    try:
        document: dict[str, Any] = json.loads(text)
        known = {f.name: document[f.name] for f in dataclasses.fields(Facts) if f.name in document}
        for name in ("labels", "input_shape", "input_range", "heads"):
            if name in known or name != "heads":  # which the first files with metadata do not have
                known[name] = tuple(known[name])
        return Facts(**known)
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The metadata of mien in {path} are damaged ({error!r}); export the file again.") from error


def _program() -> str:
    try:
        return f"mien {version('mien')}"
    except PackageNotFoundError:
        return "mien"
