"""Where rows go that were left out: a file of their own, each with its line and the reason."""

from __future__ import annotations

import contextlib
import csv
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from errors import CatalogueError
from recommender.importing.chunks import Bad


@contextlib.contextmanager
def bad_file(path: Path) -> Iterator[Callable[[Sequence[Bad]], None]]:
    """Yield what takes bad rows; their file is there as a whole when the block has ended well, and had any."""
    draft = path.with_name(f".mien-{os.urandom(6).hex()}.tmp")
    with contextlib.ExitStack() as stack:
        stack.callback(draft.unlink, missing_ok=True)
        writer: Any = None
        file: Any = None

        def set_apart(rows: Sequence[Bad]) -> None:
            nonlocal writer, file
            if not rows:
                return
            try:
                if writer is None:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    file = stack.enter_context(draft.open("x", encoding="utf-8", errors="backslashreplace", newline=""))
                    writer = csv.writer(file)
                    writer.writerow(("line", "reason", "row"))
                writer.writerows((bad.line, bad.reason, bad.text) for bad in rows)
            except OSError as error:
                raise CatalogueError(
                    path, f"cannot take the bad rows ({error.strerror}). Choose another place with --bad."
                ) from error

        yield set_apart
        if file is not None:
            try:
                file.flush()
                os.fsync(file.fileno())
                draft.replace(path)
            except OSError as error:
                raise CatalogueError(path, f"cannot be written ({error.strerror}).") from error
