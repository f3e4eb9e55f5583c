"""How long a service asks to be left alone, as its answer says it."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

LONGEST_S = 7 * 86_400.0
"""86,400 occurs (spotDL issue 2585, 2026-01); more than a week is nonsense."""


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110, section 10.2.3); None without one."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_S)
    try:
        when = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers.get("Date", ""))  # the server's own clock, since ours may be wrong
        return min(max((when - now).total_seconds(), 0.0), LONGEST_S)
    except (TypeError, ValueError):
        return None
