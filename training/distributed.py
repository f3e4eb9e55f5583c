"""Data-parallel training over several processes or hosts: Keras's distribution API on JAX's collectives.

Every process runs the same program on the same data and feeds its share of each batch; loss, batch statistics, dropout
and the step are those of the whole batch, so N processes learn what one learns, but for the order of float sums.
Process 0 leads: it alone reads and writes the run folder. (Keras documents `DataParallel` and `train_on_batch` with
process-local data for JAX; TensorFlow's multi-worker strategy does not work with Keras 3: keras-team/keras #20585.)
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from errors import ConfigError, MienError

GATHER_S = 120
"""How long the processes wait for one another at the start."""

GOODBYE_S = 5
"""How long process 0 stays after the training, so that the others can leave first."""

PART_S = 60
"""How long they wait for one another at the end, and how soon a silent one counts as lost."""


@dataclass(frozen=True, slots=True)
class Team:
    """The processes of one training, as one of them sees it; a training on its own is a team of one.

    Args:
        processes: How many there are.
        index: Which one this is, from 0.
        devices: How many devices compute, all processes together.
    """

    processes: int = 1
    index: int = 0
    devices: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process reads and writes the run folder."""
        return self.index == 0

    def check_batch(self, batch: int) -> None:
        """Refuse a batch that cannot be shared out evenly.

        Raises:
            ConfigError: Says which batches would do.
        """
        if batch % self.devices:
            below = batch - batch % self.devices
            fitting = " or ".join(str(n) for n in (below, below + self.devices) if n)
            raise ConfigError(
                f"A batch of {batch} cannot be shared by {self.devices} devices in {self.processes} processes; "
                f"take a batch of {fitting} in the recipe, or another number of processes."
            )

    def share(self, rows: Any) -> Any:
        """Return this process's rows of a whole batch; None stays None."""
        if rows is None or self.processes == 1:
            return rows
        n = len(rows) // self.processes
        return rows[self.index * n : (self.index + 1) * n]

    def agree(self, what: object) -> None:
        """Check that every process is about to train the same thing.

        Raises:
            ConfigError: In every process, when one differs.
        """
        if self.processes == 1:
            return
        from jax.experimental.multihost_utils import process_allgather

        digest = hashlib.blake2b(json.dumps(what, sort_keys=True).encode(), digest_size=16).digest()
        digests = np.asarray(process_allgather(np.frombuffer(digest, np.uint8)))
        different = [str(i) for i, other in enumerate(digests) if not np.array_equal(other, digests[0])]
        if different:
            raise ConfigError(
                f"Process {', '.join(different)} has another recipe or other data than process 0; "
                "give all of them the same files and options."
            )

    def from_leader(self, make: Callable[[], bytes]) -> bytes:
        """Let process 0 make something, and give it to every process.

        Raises:
            MienError: What process 0 raised, in every process.
        """
        if self.processes == 1:
            return make()
        made, failure = b"", None
        if self.leads:
            try:
                made = make()
            except MienError as error:
                failure = error
        words = _spread(str(failure).encode() if failure else b"").decode()
        if failure:
            raise failure
        if words:
            raise ConfigError(words)
        return _spread(made)

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """Let one process compute by itself, without the others, as long as the block lasts."""
        if self.processes == 1:
            yield
            return
        import keras

        together = keras.distribution.distribution()
        keras.distribution.set_distribution(None)
        try:
            yield
        finally:
            keras.distribution.set_distribution(together)


ALONE = Team()


@contextlib.contextmanager
def joined(coordinator: str | None, processes: int, process: int, *, gather_s: int = GATHER_S) -> Iterator[Team]:
    """Meet the other processes, and train together as long as the block lasts.

    Call it before anything computes: JAX cannot join later.

    Args:
        coordinator: `host:port` of process 0, on a trusted network (JAX neither encrypts nor authenticates).
        processes: How many there are; with 1 nothing is joined.
        process: Which one this is, from 0.
        gather_s: How long to wait for the others, in seconds.

    Raises:
        ConfigError: When the backend is not JAX, the numbers do not fit, or a process is missing or gets lost.
    """
    if processes == 1 and process == 0:
        yield ALONE
        return
    host, _, port = (coordinator or "").rpartition(":")
    if not host or not port.isdigit():
        raise ConfigError(f"--coordinator is {coordinator!r}; give host:port of process 0, such as 10.0.0.1:4567.")
    if not 0 <= process < processes:
        raise ConfigError(f"--process is {process}; {processes} processes count from 0 to {processes - 1}.")
    import keras

    if keras.backend.backend() != "jax":
        raise ConfigError(
            f"Several processes train together on JAX only, and the backend is {keras.backend.backend()}: "
            "pip install jax, and set KERAS_BACKEND=jax."
        )
    import jax
    from jax.experimental.multihost_utils import sync_global_devices

    if process:
        _wait_for(host, int(port), gather_s)
    settings: dict[str, object] = {
        "jax_cpu_collectives_implementation": "gloo",
        # Without it, JAX aborts the whole program a minute after another process was lost; so a collective fails, with
        # an error that can be caught.
        "jax_enable_recoverability": True,
    }
    for name, value in settings.items():
        jax.config.update(name, value)  # type: ignore[no-untyped-call,unused-ignore]
    where = f"All {processes} processes have to meet at {coordinator} within {gather_s} s"
    remedy = "Start them with the same --coordinator and --processes, and see that no firewall lies between."
    failures: list[Exception] = []
    # In a thread: after its time limit JAX does not raise, it aborts the program. Ours comes first.
    meeting = threading.Thread(target=_meet, args=(coordinator, processes, process, gather_s, failures), daemon=True)
    meeting.start()
    meeting.join(gather_s)
    if meeting.is_alive():
        raise ConfigError(f"{where}, and did not. {remedy}")
    if failures:
        raise ConfigError(f"{where}: {_first_line(failures[0])}. {remedy}") from failures[0]
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    try:
        yield Team(processes, process, jax.device_count())
        sync_global_devices("end")  # the leader writes last
        if process:
            jax.distributed.shutdown()  # type: ignore[no-untyped-call,unused-ignore]
    except (jax.errors.JaxRuntimeError, ValueError) as error:
        if isinstance(error, ValueError) and "Gloo" not in str(error):
            raise
        raise ConfigError(
            f"Another process of this training is gone ({_first_line(error)}). Start all of them again: "
            "the run goes on from its last checkpoint."
        ) from error
    finally:
        if process == 0:  # when it ends, so does the coordinator, and JAX aborts whoever has not said goodbye by then
            time.sleep(GOODBYE_S)
        keras.distribution.set_distribution(None)


def _meet(coordinator: str, processes: int, process: int, gather_s: int, failures: list[Exception]) -> None:
    """Do what keras.distribution.initialize does, but with limits; seeds come from the recipe."""
    import jax

    local = coordinator.startswith(("localhost:", "127.0.0.1:"))
    try:
        jax.distributed.initialize(
            coordinator,
            processes,
            process,
            initialization_timeout=2 * gather_s + 60,
            heartbeat_timeout_seconds=PART_S,
            shutdown_timeout_seconds=PART_S,
            coordinator_bind_address=coordinator if local else None,
        )
    except Exception as error:
        failures.append(error)


def _wait_for(host: str, port: int, seconds: int) -> None:
    """Wait until process 0 listens: JAX itself would end the whole program when it does not."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((host, port), timeout=5).close()
            return
        except OSError as error:
            if time.monotonic() >= end:
                raise ConfigError(
                    f"Process 0 cannot be reached at {host}:{port} after {seconds} s ({error}). "
                    "Start it, check the address, and see that no firewall lies between."
                ) from error
        time.sleep(0.2)


def _spread(data: bytes) -> bytes:
    """Give every process the bytes that process 0 has."""
    from jax.experimental.multihost_utils import broadcast_one_to_all

    size = np.array(divmod(len(data), 2**20), np.int32)  # JAX has no 64-bit numbers by default
    mebibytes, rest = (int(n) for n in np.asarray(broadcast_one_to_all(size)))
    total = mebibytes * 2**20 + rest
    here = np.frombuffer(data, np.uint8) if len(data) == total else np.zeros(total, np.uint8)
    return np.asarray(broadcast_one_to_all(here), np.uint8).tobytes() if total else b""


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
