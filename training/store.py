"""Arrays on disk, written whole or not at all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from atomic import write_atomically
from errors import ConfigError

Arrays = Mapping[str, npt.NDArray[Any]]


def write_bytes(path: Path, data: bytes | memoryview) -> None:
    """Write a file atomically, making its folder when there is none.

    Raises:
        ConfigError: When the folder cannot be made or written, or the disk is full; a file that was there is untouched.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"The folder {path.parent} cannot be made ({error.strerror}); choose another.") from error
    write_atomically(path, data)


def write_json(path: Path, value: object) -> None:
    """Write JSON atomically, for people to read."""
    write_bytes(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def write_arrays(path: Path, arrays: Arrays, meta: object = None) -> None:
    """Write named arrays and a JSON value to one uncompressed `.npz`, atomically."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, __meta__=np.array(json.dumps(meta)), **arrays)
    write_bytes(path, buffer.getbuffer())


def read_arrays(path: Path, data: bytes | None = None) -> tuple[dict[str, npt.NDArray[Any]], Any]:
    """Read what `write_arrays` wrote, or `data` that was read from there.

    Raises:
        ConfigError: When the file is damaged.
    """
    try:
        with path.open("rb") if data is None else io.BytesIO(data) as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return arrays, json.loads(str(arrays.pop("__meta__")))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{path} is damaged ({error}); delete it and start again") from error


def cached(folder: Path, key: str, make: Callable[[], tuple[Arrays, Any]]) -> tuple[dict[str, npt.NDArray[Any]], Any]:
    """Return what `make` returns, from `folder` when it was made before; a damaged copy is made again."""
    path = folder / f"{key}.npz"
    if path.exists():
        try:
            return read_arrays(path)
        except ConfigError:
            path.unlink(missing_ok=True)
    arrays, meta = make()
    write_arrays(path, arrays, meta)
    return dict(arrays), meta
