"""The error tree of mien: every message says what happened, to what, and what to do next.

A leaf module: it imports nothing of mien, so every room may raise from it. Only `cli` (exit codes) and `web`
(problem details) turn these errors into something that a user sees.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import TypeVar


class MienError(Exception):
    """Anything that mien reports to its user instead of crashing."""


class ConfigError(MienError):
    """A setting or a configuration file that cannot be used: names the file, the key and the remedy."""


class UnknownName(MienError):
    """A name that a registry does not have.

    Args:
        kind: What was looked up, in the singular ("model", "detector", "emotion").
        name: What the user wrote.
        choices: The names that exist.
    """

    def __init__(self, kind: str, name: str, choices: Iterable[str]) -> None:
        self.kind, self.name, self.choices = kind, name, tuple(choices)
        nearest = difflib.get_close_matches(name.lower(), self.choices, n=1)
        hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
        super().__init__(f"There is no {kind} {name!r}.{hint} Choose from: {', '.join(self.choices)}.")


class FrameError(MienError):
    """A picture, camera or video that gives no frame: unreadable, too large, not an image, no camera."""


class ModelError(MienError):
    """A weight file that cannot be used: missing, wrong hash, wrong shape."""


class CatalogueError(MienError):
    """A file or row that cannot be imported.

    Args:
        path: The file.
        reason: What is wrong and what would be right.
        line: Line in the file, counted from 1, if the trouble is in one line.
        column: The column's name, if the trouble is in one column.
    """

    def __init__(self, path: object, reason: str, *, line: int | None = None, column: str | None = None) -> None:
        self.path, self.reason, self.line, self.column = str(path), reason, line, column
        where = f"{path}" + (f", line {line}" if line is not None else "") + (f", column {column!r}" if column else "")
        super().__init__(f"{where}: {reason}")


class ProviderError(MienError):
    """A music service that did not do what was asked.

    Args:
        provider: The registry name of the service.
        message: What happened and what to do next.
    """

    def __init__(self, provider: str, message: str) -> None:
        self.provider = provider
        super().__init__(f"{provider}: {message}")


class AuthRequired(ProviderError):
    """The service wants the user to log in (again)."""


class Forbidden(ProviderError):
    """The service refuses this for this account or application."""

    def __init__(self, provider: str, reason: str) -> None:
        self.reason = reason
        super().__init__(provider, f"refused: {reason}")


class RateLimited(ProviderError):
    """The service asks to wait.

    Args:
        provider: The registry name of the service.
        retry_after_s: Seconds until the next request may be sent.
    """

    def __init__(self, provider: str, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(provider, f"too many requests. Wait, and try again in {_span(retry_after_s)}.")


class Unavailable(ProviderError):
    """The service cannot be reached or answers with nonsense."""


def _span(seconds: float) -> str:
    """Return a wait in words, never too short: "45 s", "12 min", "3 h 20 min", "4 days"."""
    whole_s = math.ceil(min(max(0.0, seconds), 366 * 86_400.0))
    minutes = -(-whole_s // 60)
    if whole_s <= 90:
        return f"{whole_s} s"
    if minutes < 120:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")
    return f"{-(-minutes // 1440)} days"


V = TypeVar("V")


def lookup(table: Mapping[str, V], name: str, kind: str) -> V:
    """Return `table[name]`: the one way in which any registry of mien is asked.

    Args:
        table: A registry, a literal dict from names to values.
        name: What the user wrote.
        kind: What the registry holds, in the singular, for the message.

    Raises:
        UnknownName: Lists the choices and the nearest one.
    """
    try:
        return table[name]
    except KeyError:
        raise UnknownName(kind, name, table) from None
