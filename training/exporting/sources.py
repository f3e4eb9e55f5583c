"""What can be exported: a shipped network, a run folder, a `.keras` file; each as Keras and as it answers now."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotion.models import MODELS, weights_path
from errors import ModelError, UnknownName
from training.export import load_keras
from training.exporting import facts, formats
from training.exporting.facts import Facts
from training.exporting.restoring import restored
from training.networks import Network, open_network


@dataclass(frozen=True, slots=True)
class Source:
    """A network to export.

    Args:
        model: The Keras network.
        network: What the export has to agree with: the shipped file itself, or the Keras network.
        facts: What belongs to it.
    """

    model: Any
    network: Network
    facts: Facts


def open_source(name: str) -> Source:
    """Open what is to be exported.

    Args:
        name: A shipped name, a run folder or a `.keras` file.

    Raises:
        UnknownName: When it is neither a shipped name nor an existing path.
        ModelError: When the file cannot be used, or holds only what runs it.
        ConfigError: When a run folder is damaged.
    """
    path = Path(name)
    if name in MODELS:
        entry = MODELS[name]
        return Source(restored(name, weights_path(entry)), open_network(name), facts.of_entry(entry))
    if not path.exists():
        raise UnknownName("model", name, MODELS)
    if path.is_file() and path.suffix != ".keras":
        raise ModelError(
            f"{path} is made to be run and not to be exported again. Give what it came from: a shipped name "
            f"({', '.join(MODELS)}), a run folder, or a .keras file."
        )
    file = path / "model.keras" if path.is_dir() else path
    model, network = load_keras(file), open_network(str(file))
    known = formats.facts_in(file)
    if known is None:
        is_run = (file.parent / "run.json").exists()
        known = facts.of_run(file.parent) if is_run and file.name == "model.keras" else facts.of_file(path)
    return Source(
        model,
        network,
        dataclasses.replace(known, input_shape=(1, *network.shape), parameters=network.parameters, heads=network.heads),
    )
