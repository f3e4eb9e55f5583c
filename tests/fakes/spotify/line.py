"""Simulated time: how long a client's requests would take at so many milliseconds each, without waiting for it.

Every request that arrives is held; the one that would be answered first is let go when as many are held as the client
may have under way, or when nothing more has come for a moment. `now_s` is then the simulated time. A client that is
slow to send its next request can only make it longer, never shorter, so that a test may ask for "at most".
"""

from __future__ import annotations

import asyncio

PATIENCE_S = 0.25
"""Real seconds until it is clear that a client sends no second request at the same time."""


class Line:
    """Where requests wait in simulated time; switched off until it has a latency."""

    def __init__(self) -> None:
        self.latency_s = 0.0
        self.at_once = 2
        self.now_s = 0.0
        self.most_under_way = 0
        self._under_way = 0
        self._held: list[tuple[float, int, asyncio.Event]] = []
        self._arrivals = 0

    def start(self, latency_s: float, at_once: int = 2) -> None:
        """Let every request take a time from now on."""
        self.latency_s, self.at_once, self.now_s, self.most_under_way = latency_s, at_once, 0.0, 0

    def sleep(self, seconds: float) -> None:
        """Wait in simulated time, as a client would."""
        self.now_s += seconds

    async def enter(self) -> None:
        """Hold a request for as long as it is to take."""
        self._under_way += 1
        self.most_under_way = max(self.most_under_way, self._under_way)
        if not self.latency_s:
            return
        self._arrivals += 1
        mine = (self.now_s + self.latency_s, self._arrivals, asyncio.Event())
        self._held.append(mine)
        if len(self._held) >= self.at_once:
            self._let_go()
        else:
            asyncio.get_running_loop().call_later(PATIENCE_S, self._after_a_moment, self._arrivals)
        await mine[2].wait()

    def leave(self) -> None:
        """Say that a request is answered."""
        self._under_way -= 1

    def _after_a_moment(self, arrivals: int) -> None:
        if arrivals == self._arrivals or len(self._held) == self._under_way:
            self._let_go()

    def _let_go(self) -> None:
        if self._held:
            first = min(self._held, key=lambda one: one[:2])
            self._held.remove(first)
            self.now_s = max(self.now_s, first[0])
            first[2].set()
            if self._held:
                asyncio.get_running_loop().call_later(PATIENCE_S, self._after_a_moment, self._arrivals)
