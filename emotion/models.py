"""The shipped networks, each with everything that belongs to it.

Cheap to import: nothing is opened before `weights_path` is called. `mien models` and `docs/model-card.md` show what
stands here, so a figure is written here once, as measured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from emotion.types import EMOTIONS
from errors import ModelError

WEIGHTS = Path(__file__).parent / "weights"

HEADS = ("fer2013", "votes")
"""The outputs of a file that has two: what FER2013's labels would say, and how a crowd would vote."""

DEFAULT_MODEL = "mien-emotion"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One shipped network.

    Args:
        name: Its key in `MODELS`.
        file: Name of the LiteRT file in `emotion/weights/`.
        sha256: Of that file, in hexadecimal.
        architecture: What it is, in one line.
        parameters: Trained numbers.
        recipe: How it was trained, in one line; the command that repeats it.
        data: What it was trained on.
        metrics: As measured, by name ("PublicTest accuracy": 0.64); shares are 0–1.
        provenance: Who made the file, where and when.
        licence: SPDX identifier of the file's licence.
        input_shape: Of one forward pass, with its batch: (1, rows, columns, channels).
        input_range: Lowest and highest value of an input pixel.
        labels: What each output is, in the file's order.
        heads: What it answers: "fer2013", the labels of FER2013, and with two heads "votes", which the product uses.
    """

    name: str
    file: str
    sha256: str
    architecture: str
    parameters: int
    recipe: str
    data: str
    provenance: str
    licence: str = "MIT"
    metrics: Mapping[str, float] = field(default_factory=dict)
    input_shape: tuple[int, int, int, int] = (1, 48, 48, 1)
    input_range: tuple[float, float] = (0.0, 1.0)
    labels: tuple[str, ...] = EMOTIONS
    heads: tuple[str, ...] = ("fer2013",)


MODELS: dict[str, ModelEntry] = {
    "mien-emotion": ModelEntry(
        name="mien-emotion",
        file="mien-emotion.tflite",
        sha256="b723b6af9a5bdbe84b7c06cddf7c06ba6da1a4f59b352fe4ae86c8200b425ba8",
        architecture="residual blocks with squeeze-excitation (64, 128, 128, 256), global mean, two softmax heads",
        parameters=1_565_718,
        recipe="mien train mien-emotion --data fer2013.csv.gz --votes fer2013new.csv",
        data="FER2013 Training, nine tenths of it, with its labels and FER+'s votes",
        metrics={
            "public_test_accuracy": 0.6684,
            "public_test_macro_f1": 0.6247,
            "public_test_ferplus_accuracy": 0.8221,
            "validation_accuracy": 0.6699,
            "epochs": 65,
        },
        provenance="trained for mien from scratch, November 2026, two CPU cores",
        heads=HEADS,
    ),
    "cnn3x3": ModelEntry(
        name="cnn3x3",
        file="cnn3x3.tflite",
        sha256="f15b4b087016ef6bc137d69ab5a6734275be2336ec34bee3c6cdf71978c55962",
        architecture="convolutions 3×3 (48, 48, 64, 64, 124, 124), three poolings, seven softmax units",
        parameters=327_215,
        recipe="mien train cnn3x3 --data fer2013.csv.gz",
        data="FER2013 Training, nine tenths of it",
        metrics={
            "public_test_accuracy": 0.6565,
            "public_test_macro_f1": 0.6239,
            "public_test_ferplus_accuracy": 0.6544,
            "validation_accuracy": 0.6566,
            "epochs": 41,
        },
        provenance="trained for mien from scratch, November 2026, two CPU cores",
    ),
    "cnn4x4": ModelEntry(
        name="cnn4x4",
        file="cnn4x4.tflite",
        sha256="8c9266b40fb769f0f1d0e5c66313ed2f468d0ad265461558ede733825f9a1313",
        architecture="convolutions 4×4 (48, 48, 64, 64) and 3×3 (128, 128), three poolings, seven softmax units",
        parameters=406_247,
        recipe="mien train cnn4x4 --data fer2013.csv.gz",
        data="FER2013 Training, nine tenths of it",
        metrics={
            "public_test_accuracy": 0.6227,
            "public_test_macro_f1": 0.5707,
            "public_test_ferplus_accuracy": 0.6476,
            "validation_accuracy": 0.6165,
            "epochs": 14,
        },
        provenance="trained for mien from scratch, November 2026, two CPU cores",
    ),
    "elu": ModelEntry(
        name="elu",
        file="elu.tflite",
        sha256="dad7236150ebc4600f9f90bd5483f62d1ccbe797dea6a932308fa9e272d87fb2",
        architecture="convolutions 3×3 (16, 64, 128) with ELU, three poolings, 512 dense and seven softmax units",
        parameters=2_446_695,
        recipe="mien train elu --data fer2013.csv.gz",
        data="FER2013 Training, nine tenths of it",
        metrics={
            "public_test_accuracy": 0.6016,
            "public_test_macro_f1": 0.5767,
            "public_test_ferplus_accuracy": 0.6161,
            "validation_accuracy": 0.5986,
            "epochs": 24,
        },
        provenance="trained for mien from scratch, November 2026, two CPU cores",
    ),
    "mobile": ModelEntry(
        name="mobile",
        file="mobile.tflite",
        sha256="8977a461de7968b126b8388d22af1e1be7d5da3e3144657482f6979ad6185cba",
        architecture="two convolutions 3×3 of 128, two poolings, batch normalisation, 64 dense and seven softmax units",
        parameters=1_329_543,
        recipe="mien train mobile --data fer2013.csv.gz",
        data="FER2013 Training, nine tenths of it",
        metrics={
            "public_test_accuracy": 0.5628,
            "public_test_macro_f1": 0.4607,
            "public_test_ferplus_accuracy": 0.6074,
            "validation_accuracy": 0.5663,
            "epochs": 19,
        },
        provenance="trained for mien from scratch, November 2026, two CPU cores",
    ),
}


def weights_path(entry: ModelEntry, folder: Path = WEIGHTS) -> Path:
    """Return where a network's file is, after checking that it is the very file that was measured.

    Args:
        entry: A value of `MODELS`.
        folder: Where the files lie.

    Raises:
        ModelError: The file is missing, unreadable, or another one than its entry describes.
    """
    instead = f"or train them with: {entry.recipe}"
    return measured_file(folder / entry.file, entry.sha256, f"model {entry.name!r}", instead)


def measured_file(path: Path, sha256: str, what: str, instead: str) -> Path:
    """Return a file of weights after checking that it is the very one that was measured.

    Args:
        path: The file.
        sha256: Of the file that was measured, in hexadecimal.
        what: Whose weights they are.
        instead: What to do without them, other than to install mien again.

    Raises:
        ModelError: The file is missing, unreadable, or another one.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise ModelError(
            f"The weights of {what} are missing: there is no {path}. Install mien again, {instead}"
        ) from error
    except OSError as error:
        raise ModelError(f"The weights of {what} cannot be read: {path} ({error.strerror}).") from error
    if found != sha256:
        raise ModelError(
            f"{path} is not the file that {what} was measured with: its SHA-256 is {found[:12]}…, "
            f"not {sha256[:12]}…. Install mien again."
        )
    return path
