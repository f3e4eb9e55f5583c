"""The other processes of a training on this machine: what `mien train --processes N` starts by itself."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator, Sequence

from errors import ConfigError
from training.distributed import PART_S


@contextlib.contextmanager
def beside(processes: int, command: Sequence[str]) -> Iterator[str]:
    """Start the other processes of a training on this machine, and wait for them when the block ends.

    Args:
        processes: How many there are, with this one.
        command: What starts one, but for `--coordinator` and `--process`.

    Yields:
        The coordinator's address, for this process, which is number 0.

    Raises:
        ConfigError: When one of them fails.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        coordinator = f"127.0.0.1:{free.getsockname()[1]}"
    others = [
        subprocess.Popen([*command, "--coordinator", coordinator, "--process", str(i)]) for i in range(1, processes)
    ]
    try:
        yield coordinator
        failed = [i for i, other in enumerate(others, start=1) if other.wait(PART_S)]
    except BaseException:
        for other in others:
            other.kill()
        raise
    finally:
        for other in others:
            other.wait()
    if failed:
        raise ConfigError(f"Process {', '.join(map(str, failed))} failed; its message is above.")
