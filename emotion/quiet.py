"""Keep the chatter of C libraries off the user's terminal.

libpng, libjpeg, FFmpeg and LiteRT write straight to file descriptor 2, past Python's `warnings` and `logging`, and none
of them can be told not to. So the descriptor itself points to nowhere for the few milliseconds that such a call takes.
Python's own warnings, raised before or after, are untouched.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

_STDERR = 2
_one_at_a_time = threading.Lock()


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Discard what is written to file descriptor 2 while the block runs; blocks of several threads take turns."""
    with _one_at_a_time:
        try:
            saved = os.dup(_STDERR)
        except OSError:  # a process without stderr (a Windows GUI, a daemon) has nothing to keep quiet
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, _STDERR)
            yield
        finally:
            os.dup2(saved, _STDERR)
            os.close(saved)
            os.close(nowhere)
