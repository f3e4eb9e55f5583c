"""What the training runs on: the device in words, the arithmetic that suits it, and a switch for repeatable bits."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Iterator
from pathlib import Path

import keras


def device_in_words() -> str:
    """Return what computes, such as "2 × AMD EPYC 7B13" or "1 × NVIDIA H200"."""
    names = _accelerators()
    if names:
        return ", ".join(f"{names.count(name)} × {name}" for name in dict.fromkeys(names))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} × {_processor()}"


def use_deterministic_operations() -> None:
    """Make every operation give the same bits each time, at some cost in speed."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    elif keras.backend.backend() == "torch":
        import torch  # type: ignore[import-not-found,unused-ignore]

        torch.use_deterministic_algorithms(True)


@contextlib.contextmanager
def precision(*, mixed: bool) -> Iterator[None]:
    """Compute in 16 bits where that is safe, as long as the block lasts; weights stay in 32.

    GPUs have float16 (with a loss scale, which Keras adds); CPUs and TPUs have bfloat16.
    """
    before = keras.config.dtype_policy()
    if mixed:
        keras.config.set_dtype_policy("mixed_float16" if _kind() == "gpu" else "mixed_bfloat16")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def sixteen_bits_are_slow() -> bool:
    """Tell whether 16 bits cost time here: most CPUs emulate them (2 × AMD EPYC: a tenth of the speed, 2026)."""
    return _kind() == "cpu"


def _kind() -> str:
    """Return "cpu", "gpu" or "tpu"."""
    first = str(keras.distribution.list_devices()[0]).lower().split(":")[0]
    return "gpu" if first == "cuda" else first


def _accelerators() -> list[str]:
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        details = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
        return [str(found.get("device_name", "GPU")) for found in details]
    if backend == "jax":
        import jax

        return [str(device.device_kind) for device in jax.devices() if device.platform != "cpu"]
    if backend == "torch":
        import torch

        return [str(torch.cuda.get_device_name(i)) for i in range(torch.cuda.device_count())]
    return []


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine() or "CPU"
