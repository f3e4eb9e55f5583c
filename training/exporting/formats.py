"""The formats that a network can leave in, and where each keeps what belongs to it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from errors import ConfigError, ModelError, lookup
from training.exporting.facts import Facts, facts_json, parsed
from training.store import write_bytes

F32 = npt.NDArray[np.float32]

NOTE = "mien.json"
"""Our metadata beside the network: in the zip of a `.keras` file, in `assets.extra/` of a SavedModel."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Args:
        suffix: Of its files; "" for a folder.
        quantize: How it can keep weights.
        write: `(model, path, facts, batch, calibration)`; batch is how many pictures at once, calibration are inputs
            float32 (N, side, side, channels) that int8 needs.
    """

    suffix: str
    quantize: tuple[str, ...]
    write: Callable[[Any, Path, Facts, int, F32 | None], None]


def format_of(name: str | None, out: Path) -> str:
    """Return the format that is asked for, or that the file's name tells.

    Raises:
        UnknownName: There is no such format.
        ConfigError: Neither tells one, or they contradict each other.
    """
    by_suffix = {form.suffix: key for key, form in FORMATS.items() if form.suffix}
    told = by_suffix.get(out.suffix.lower())
    if name is None:
        if told is None:
            raise ConfigError(
                f"{out} does not tell its format. Give --format {', '.join(FORMATS)}, "
                f"or a name that ends in {', '.join(by_suffix)}."
            )
        return told
    wanted = lookup(FORMATS, name, "format").suffix
    if wanted and told != name:
        raise ConfigError(f"A {name} file's name ends in {wanted}, and {out} does not; rename it.")
    if not wanted and told is not None:
        raise ConfigError(f"A {name} is a folder, and {out} is named like a {told} file; rename it.")
    return name


def check_quantize(form: str, quantize: str) -> None:
    """Refuse weights that a format cannot hold.

    Raises:
        UnknownName: There is no such kind of weights.
        ConfigError: The format has no such weights.
    """
    lookup(dict.fromkeys(FORMATS["tflite"].quantize), quantize, "quantisation")
    if quantize not in FORMATS[form].quantize:
        those = [key for key, other in FORMATS.items() if quantize in other.quantize]
        raise ConfigError(
            f"A {form} export keeps its weights as: {', '.join(FORMATS[form].quantize)}. "
            f"For {quantize} choose --format {' or '.join(those)}."
        )


def _tflite(model: Any, path: Path, facts: Facts, batch: int, calibration: F32 | None) -> None:
    from training.exporting import litert, litert_file

    made = litert_file.parsed(litert.converted(model, facts.quantize, batch=batch, calibration=calibration))
    litert_file.add_metadata(made, facts_json(facts), facts.description)
    write_bytes(path, litert_file.packed(made))


def _onnx(model: Any, path: Path, facts: Facts, batch: int, _: F32 | None) -> None:
    from training.exporting.onnx_graph import to_onnx

    made = to_onnx(model, batch=batch, half=facts.quantize == "float16", facts={"mien": facts_json(facts)})
    made.doc_string = facts.description
    write_bytes(path, made.SerializeToString(deterministic=True))


def _keras(model: Any, path: Path, facts: Facts, _batch: int, _: F32 | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    model.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(NOTE), facts_json(facts))  # ZipInfo: a fixed date


def _saved_model(model: Any, path: Path, facts: Facts, batch: int, _: F32 | None) -> None:
    from training.exporting import litert

    litert.save(model, path, batch=batch)
    write_bytes(path / "assets.extra" / NOTE, facts_json(facts).encode())


FORMATS: dict[str, Format] = {
    "tflite": Format(".tflite", ("none", "float16", "int8", "dynamic"), _tflite),
    "onnx": Format(".onnx", ("none", "float16"), _onnx),
    "keras": Format(".keras", ("none",), _keras),
    "saved_model": Format("", ("none",), _saved_model),
}


def facts_in(path: Path) -> Facts | None:
    """Return what mien wrote into a file or folder when it exported it; None when it holds nothing of the kind.

    Raises:
        ModelError: When the file is damaged.
    """
    text: str | None = None
    try:
        if path.is_dir():
            note = path / "assets.extra" / NOTE
            text = note.read_text(encoding="utf-8") if note.exists() else None
        elif path.suffix == ".tflite":
            from training.exporting import litert_file

            text = litert_file.metadata_of(litert_file.read_file(path))
        elif path.suffix == ".onnx":
            import onnx

            properties = onnx.load(path, load_external_data=False).metadata_props
            text = next((entry.value for entry in properties if entry.key == "mien"), None)
        elif path.suffix == ".keras":
            with zipfile.ZipFile(path) as archive:
                text = archive.read(NOTE).decode() if NOTE in archive.namelist() else None
    except (ModelError, ModuleNotFoundError):
        raise
    except Exception as error:  # what a damaged file makes its reader raise is anyone's guess
        raise ModelError(f"{path} cannot be read ({type(error).__name__}); get it or export it again.") from error
    return None if text is None else parsed(text, path)
