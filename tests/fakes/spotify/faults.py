"""What goes wrong on purpose: each fault says what happens, and to which requests.

    spotify.faults.add(Fault("cut", after=True), "POST", r"/me/playlists$")     # the playlist is made, the answer lost
    spotify.faults.add(Fault("limited", retry_after_s=36_000))                  # the next request, whatever it is
    spotify.faults.plan = lambda exchange: Fault("html") if chance() else None  # whoever decides

`after` faults happen when the request has already had its effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "reset": "the connection is torn before there is an answer",
    "cut": "the connection is torn in the middle of the answer",
    "truncated": "the answer is whole for HTTP, but its JSON stops half way",
    "html": "a page for people, with status 200",
    "wrong": "JSON of another shape",
    "empty": "status 200 and nothing else",
    "status": "a status of 500 and more, with a page for people",
    "limited": "429 with Retry-After",
    "expired": "401 as for a token that has run out",
    "silence": "no answer until the client hangs up",
    "half": "a write that is done by half, then status 500",
    "repeat": "a page that is the one before again",
}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Args:
        kind: One of `KINDS`.
        after: The request has its effect first.
        status: For "status".
        retry_after_s: For "limited"; None leaves the header out.
    """

    kind: str
    after: bool = False
    status: int = 503
    retry_after_s: float | None = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault {self.kind!r}; there are {', '.join(KINDS)}")
        if self.after and self.kind in ("limited", "expired"):
            raise ValueError(f"{self.kind!r} means that nothing was done, so it does not come after the effect")


@dataclass
class _Aimed:
    fault: Fault
    method: str | None
    path: re.Pattern[str]
    times: int
    skip: int


@dataclass
class Faults:
    """Which request meets which fault."""

    plan: Callable[[Any], Fault | None] | None = None
    met: list[Fault] = field(default_factory=list)
    _aimed: list[_Aimed] = field(default_factory=list)

    def add(self, fault: Fault, method: str | None = None, path: str = "", times: int = 1, skip: int = 0) -> None:
        """Aim a fault at the next requests of a method and a path (a regular expression that is searched for)."""
        self._aimed.append(_Aimed(fault, method, re.compile(path), times, skip))

    def clear(self) -> None:
        """Let everything work again."""
        self.plan = None
        self._aimed.clear()

    def pick(self, exchange: Any) -> Fault | None:
        """Return what is to happen to a request."""
        found = self._next(exchange)
        if found is not None:
            self.met.append(found)
        return found

    def _next(self, exchange: Any) -> Fault | None:
        for aimed in self._aimed:
            if aimed.method in (None, exchange.method) and aimed.path.search(exchange.path):
                if aimed.skip:
                    aimed.skip -= 1
                    continue
                aimed.times -= 1
                if not aimed.times:
                    self._aimed.remove(aimed)
                return aimed.fault
        return None if self.plan is None else self.plan(exchange)
