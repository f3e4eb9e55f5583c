"""The keys that an import has met and not yet written: which track each names, as sorted NumPy arrays.

A table takes keys many times faster when they come in order, so they are kept until there are many, or until the end.
Whether a key is among them is asked for every row: a table of flags answers nearly always, since most keys are new.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]

MOST = 4_000_000
"""Keys after which they should be written: 64 MB of them."""

FLAGS = 1 << 25


class Names:
    """Key → track, for keys that come in batches and never twice."""

    def __init__(self) -> None:
        self._runs: list[tuple[Keys, Keys]] = []
        self._flags = np.zeros(FLAGS, dtype=np.bool_)  # takes memory only where it is written

    def __len__(self) -> int:
        return sum(len(keys) for keys, _ in self._runs)

    def add(self, keys: Keys, tracks: Keys) -> None:
        """Remember keys, (N,), and the tracks that they name."""
        if not len(keys):
            return
        self._flags[keys & (FLAGS - 1)] = True
        self._runs.append(_sorted(keys, tracks))
        while len(self._runs) > 1 and 2 * len(self._runs[-1][0]) > len(self._runs[-2][0]):
            last, other = self._runs.pop(), self._runs.pop()
            self._runs.append(_sorted(np.concatenate([other[0], last[0]]), np.concatenate([other[1], last[1]])))

    def find(self, keys: Keys) -> dict[int, int]:
        """Return key → track for those keys that are known."""
        some = keys[self._flags[keys & (FLAGS - 1)]]
        found: dict[int, int] = {}
        for known, tracks in self._runs:
            places = np.minimum(np.searchsorted(known, some), len(known) - 1)
            hit = known[places] == some
            found.update(zip(some[hit].tolist(), tracks[places[hit]].tolist(), strict=True))
        return found

    def move(self, other: int, owner: int) -> None:
        """Let the keys of one track name another."""
        for _, tracks in self._runs:
            tracks[tracks == other] = owner

    def take(self) -> tuple[Keys, Keys]:
        """Return all keys in order and their tracks, and forget them."""
        runs, self._runs = self._runs, []
        self._flags[:] = False
        if not runs:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return _sorted(np.concatenate([keys for keys, _ in runs]), np.concatenate([tracks for _, tracks in runs]))


def _sorted(keys: Keys, tracks: Keys) -> tuple[Keys, Keys]:
    order = np.argsort(keys, kind="stable")  # quick where sorted runs are put together
    return keys[order], tracks[order]
