"""Any trained network behind one face: shipped, a file or folder of any format, of any side and 1 or 3 channels.

What is measured takes pictures as the data set has them; each network gets them in its own size, in batches whose
memory is bounded. Keras loads only for networks that need it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.engine import THREADS, load_interpreter, outputs_by_head
from emotion.model_file import kind_of
from emotion.models import HEADS, MODELS, ModelEntry, weights_path
from emotion.types import EMOTIONS
from errors import MienError, ModelError, UnknownName
from training import cost
from training.exporting import opened
from training.inputs import as_inputs

F32 = npt.NDArray[np.float32]
Predict = Callable[[F32], F32]
Advance = Callable[[int], None]

BATCH_BYTES = 32 * 2**20
"""Most memory for one batch of inputs."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network that can be asked.

    Args:
        path: Its file.
        shape: (side, side, channels) of what it takes, float32 in 0–1.
        batch: Most pictures for one `predict`.
        predict: float32 (n, *shape) → probabilities float32 (n, 7), in the order of `EMOTIONS`; (n, heads, 7) where
            there are several heads.
        predict_one: The same for n = 1 and, where the format lets itself be told, on one thread.
        parameters: Trained numbers; None when unknown.
        macs: Multiply-accumulate operations for one picture (see `training.cost`); None when unknown.
        bytes: Size of the file.
        heads: What it answers.
    """

    path: Path
    shape: tuple[int, int, int]
    batch: int
    predict: Predict
    predict_one: Predict
    parameters: int | None
    macs: int | None
    bytes: int
    heads: tuple[str, ...] = HEADS[:1]


def open_network(name: str) -> Network:
    """Open a shipped model by its name, a `.tflite`, `.keras` or `.onnx` file, a run folder or a SavedModel.

    Raises:
        UnknownName: When it is neither a shipped name nor an existing path.
        ModelError: When the file cannot be used.
    """
    path = Path(name)
    try:
        if name in MODELS:
            return _litert(weights_path(MODELS[name]), MODELS[name])
        if not path.exists():
            raise UnknownName("model", name, MODELS)
        if path.is_file() and path.suffix == ".tflite":
            return _litert(path)
        if path.is_file() and path.suffix == ".onnx":
            return _elsewhere(opened.Onnx(path))
        if (path / "saved_model.pb").is_file():
            return _elsewhere(opened.SavedModel(path))
        if path.is_dir() or path.suffix == ".keras":
            return _keras(path)
    except (MienError, ModuleNotFoundError):
        raise
    except Exception as error:  # what a damaged file makes a reader of files raise is anyone's guess
        raise ModelError(f"{path} cannot be opened ({_reason(error)}); train or export it again.") from error
    kind = kind_of(path)
    raise ModelError(
        f"{path} is no model{f': it is {kind}' if kind else ''}. "
        "Give a shipped name, a .tflite, .keras or .onnx file, a run folder or a SavedModel."
    )


def predict_all(network: Network, images: npt.NDArray[np.uint8], advance: Advance | None = None) -> F32:
    """Predict every picture once, without any averaging.

    Args:
        network: Who is asked.
        images: uint8 (N, h, w) grey or (N, h, w, 3) RGB.
        advance: Told after each batch how many pictures it had.

    Returns:
        float32 (N, 7), probabilities; of the first head where there are two.

    Raises:
        ModelError: When what comes back are not seven probabilities, or the network fails.
    """
    return predict_heads(network, images, advance)[network.heads[0]]


def predict_heads(network: Network, images: npt.NDArray[np.uint8], advance: Advance | None = None) -> dict[str, F32]:
    """Predict every picture once, as `predict_all` does, and return what each head says: name → float32 (N, 7)."""
    found = np.empty((len(images), len(network.heads), len(EMOTIONS)), np.float32)
    for start in range(0, len(images), network.batch):
        pictures = images[start : start + network.batch]
        try:
            outputs = network.predict(as_inputs(pictures, network.shape))
        except Exception as error:
            raise ModelError(f"{network.path} fails on a picture ({_reason(error)}); export it again.") from error
        outputs = outputs[:, np.newaxis] if outputs.ndim == 2 else outputs
        found[start : start + len(pictures)] = _probabilities(outputs, len(network.heads), len(pictures), network.path)
        if advance:
            advance(len(pictures))
    return {head: found[:, i] for i, head in enumerate(network.heads)}


def _probabilities(outputs: F32, heads: int, n: int, path: Path) -> F32:
    if outputs.shape != (n, heads, len(EMOTIONS)):
        raise ModelError(
            f"{path} gives {outputs.shape[2:]} numbers for a picture and not {len(EMOTIONS)}, one for each emotion."
        )
    if not (np.isfinite(outputs).all() and outputs.min() >= 0 and np.abs(outputs.sum(axis=2) - 1).max() < 1e-2):
        raise ModelError(
            f"{path} does not give probabilities: its first outputs are {np.round(outputs[0, 0], 3).tolist()}. "
            "Export it with a softmax at its end."
        )
    return outputs


# --- formats ---------------------------------------------------------------------------------------------------------


def _litert(path: Path, entry: ModelEntry | None = None) -> Network:
    fast, alone = load_interpreter(path, THREADS), load_interpreter(path, 1)
    sources, results = fast.get_input_details(), fast.get_output_details()
    heads = outputs_by_head(fast)
    shapes = [tuple(map(int, detail["shape"])) for detail in sources]
    if len(shapes) != 1 or not heads or {tensor["dtype"] for tensor in (*sources, *results)} != {np.float32}:
        raise ModelError(
            f"{path} has to take one float32 tensor and give one, or two that are called {' and '.join(HEADS)}; "
            "export it again without quantised ends."
        )
    batch, *shape = shapes[0]
    order = [(entry.labels if entry else EMOTIONS).index(emotion) for emotion in EMOTIONS]
    counted, macs = cost.of_litert(path.read_bytes())
    return Network(
        path=path,
        shape=_checked(shape, path),
        batch=batch,
        predict=_asking(fast, batch, order),
        predict_one=_asking(alone, batch, order),
        parameters=entry.parameters if entry else counted,
        macs=macs,
        bytes=path.stat().st_size,
        heads=tuple(heads),
    )


def _asking(interpreter: Any, batch: int, order: list[int]) -> Predict:
    """Ask in the batch that the file was made for: resizing one of 1 breaks the reshape after the convolutions."""
    source, results = interpreter.get_input_details()[0]["index"], list(outputs_by_head(interpreter).values())

    def predict(inputs: F32) -> F32:
        n = len(inputs)
        full = inputs if n == batch else np.concatenate([inputs, np.zeros((batch - n, *inputs.shape[1:]), np.float32)])
        interpreter.set_tensor(source, full)
        interpreter.invoke()
        said = [np.asarray(interpreter.get_tensor(result["index"]), np.float32)[:n] for result in results]
        outputs = np.stack(said, axis=1) if len(said) > 1 else said[0]
        return outputs[..., order] if outputs.shape[-1] == len(order) else outputs

    return predict


def _keras(path: Path) -> Network:
    from training.export import load_keras

    file = path / "model.keras" if path.is_dir() else path
    model = load_keras(file)
    return of_keras(model, file, size=file.stat().st_size)


def of_keras(model: Any, file: Path, *, size: int = 0) -> Network:
    """Return a Keras model as a network.

    Args:
        model: As `training.export.load_keras` returns it.
        file: Where it comes from, for messages.
        size: Of that file.

    Raises:
        ModelError: When it does not take one square picture.
    """
    if not isinstance(model.input_shape, tuple):
        raise ModelError(f"{file} takes several inputs, and a picture is one.")
    shape = _checked(model.input_shape[1:], file)
    names = list(model.output_names) if len(model.outputs) > 1 else ["scores"]  # a Sequential one has no names
    heads = opened.heads_of(names, file)
    places = [names.index(head) for head in heads] if len(names) > 1 else []

    def predict(inputs: F32) -> F32:
        said = model.predict_on_batch(inputs)
        return np.asarray(np.stack([said[i] for i in places], axis=1) if places else said, np.float32)

    fixed = model.input_shape[0]
    return Network(
        path=file,
        shape=shape,
        batch=int(fixed or min(256, max(1, BATCH_BYTES // (4 * int(np.prod(shape)))))),
        predict=predict,
        predict_one=predict,
        parameters=int(model.count_params()),
        macs=cost.of_keras(model),
        bytes=size,
        heads=heads,
    )


def _elsewhere(asked: opened.Onnx | opened.SavedModel) -> Network:
    """Return what another program runs as a network; its multiply-accumulates are not counted."""
    files = [asked.path] if asked.path.is_file() else [file for file in asked.path.rglob("*") if file.is_file()]
    return Network(
        path=asked.path,
        shape=_checked(asked.shape, asked.path),
        batch=asked.batch,
        predict=asked.predict,
        predict_one=asked.predict,
        parameters=asked.parameters,
        macs=None,
        bytes=sum(file.stat().st_size for file in files),
        heads=asked.heads,
    )


def _checked(shape: Any, path: Path) -> tuple[int, int, int]:
    if len(shape) != 3 or not all(shape) or shape[0] != shape[1] or shape[2] not in (1, 3):
        raise ModelError(f"{path} takes {tuple(shape)}, and has to take (side, side, 1 or 3): a square picture.")
    return int(shape[0]), int(shape[1]), int(shape[2])


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
