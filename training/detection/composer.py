"""Batches of scenes, each a function of the seed and its step alone, composed here or by processes that work ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType

import numpy as np
import numpy.typing as npt

from training.detection.material import Material
from training.detection.scenes import USUAL, Layouts, compose

F32 = npt.NDArray[np.float32]
Batch = tuple[F32, F32]
"""Pictures, float32 (N, side, side, 1) in 0–1, and targets, float32 (N, side / 8, side / 8, 8)."""


class Composer:
    """Composes batches.

    Args:
        material: What of.
        seed: With the step and the place in the batch it decides each scene.
        workers: Processes; with 0, everything happens here, when it is asked for.
        layouts: How often each layout is drawn.
    """

    def __init__(self, material: Material, seed: int, workers: int = 0, layouts: Layouts = USUAL) -> None:
        self._material, self._seed, self._workers, self._layouts = material, seed, workers, layouts
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Composer:
        if self._workers:
            # Forked processes would share the locks of the framework's threads.
            self._pool = ProcessPoolExecutor(
                self._workers, get_context("spawn"), _remember, (self._material, self._layouts)
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def batches(self, steps: range, batch: int, side: int) -> Iterator[Batch]:
        """Yield the batches of some steps, in order."""
        if self._pool is None:
            for step in steps:
                yield _batch(self._material, self._layouts, self._seed, step, batch, side)
            return
        ahead: deque[Future[tuple[npt.NDArray[np.uint8], F32]]] = deque()
        for step in steps:
            ahead.append(self._pool.submit(_remembered, self._seed, step, batch, side))
            if len(ahead) > 3 * self._workers:
                yield _scaled(*ahead.popleft().result())
        while ahead:
            yield _scaled(*ahead.popleft().result())


def _batch(material: Material, layouts: Layouts, seed: int, step: int, batch: int, side: int) -> Batch:
    return _scaled(*_composed(material, layouts, seed, step, batch, side))


def _composed(
    material: Material, layouts: Layouts, seed: int, step: int, batch: int, side: int
) -> tuple[npt.NDArray[np.uint8], F32]:
    from training.detection.targets import targets  # Keras loads here

    scenes = [compose(material, np.random.default_rng((seed, step, i)), side, layouts) for i in range(batch)]
    return np.stack([scene.picture for scene in scenes])[..., np.newaxis], targets(scenes, side)


def _scaled(pictures: npt.NDArray[np.uint8], wanted: F32) -> Batch:
    return pictures.astype(np.float32) / np.float32(255), wanted


_MEMORY: list[tuple[Material, Layouts]] = []
"""In a composing process, what it composes of."""


def _remember(material: Material, layouts: Layouts) -> None:
    from emotion.opencv import cv2

    cv2.setNumThreads(1)
    _MEMORY[:] = [(material, layouts)]


def _remembered(seed: int, step: int, batch: int, side: int) -> tuple[npt.NDArray[np.uint8], F32]:
    return _composed(*_MEMORY[0], seed, step, batch, side)
