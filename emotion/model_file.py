"""What a file really is that was given as a network: renamed, cut off, or a web page in a download's place."""

from __future__ import annotations

import zipfile
from pathlib import Path

BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "a Git LFS pointer; `git lfs pull` gets the file itself"),
    (b"<", "a web page or XML, perhaps saved in place of a download"),
    (b"{", "JSON"),
    (
        b"\x89HDF\r\n\x1a\n",
        "HDF5, as Keras 2 kept networks; load it with Keras and save it as .keras",
    ),
    (b"\x80", "a Python pickle, as PyTorch once wrote; mien opens none, since a pickle can run any code"),
    (b"\x1f\x8b", "gzip; unpack it"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GGUF", "a GGUF language model"),
)
"""How files begin → what they are, after each format's specification (read November 2026)."""


def kind_of(path: Path) -> str | None:
    """Say what a file is, by its contents; None when it is of a kind not known here, or cannot be read.

    Args:
        path: Any file.
    """
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError:
        return None
    if not head:
        return "empty"
    if head[4:8] == b"TFL3":
        return "a LiteRT model"
    if head[:2] == b"PK":
        return _in_zip(path)
    if head[0] == 0x08 and len(head) > 2 and head[2] in (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42):
        return "an ONNX model"  # protobuf: ir_version first, then a field of ModelProto
    for beginning, words in BEGINNINGS:
        if head.lstrip().startswith(beginning):
            return words
    return None


def foreign(path: Path, wanted: str) -> str | None:
    """Return "it is …" when a file is known to be something else than `wanted`, else None."""
    kind = kind_of(path)
    return None if kind is None or kind == wanted else f"it is {kind}"


def _in_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return "a zip that is damaged or cut off"
    if {"config.json", "model.weights.h5"} <= set(names):
        return "a Keras model"
    if any(name.endswith("data.pkl") for name in names):
        return "a PyTorch file; export it from there as ONNX"
    return "a zip"
