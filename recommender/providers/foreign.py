"""Texts of others, made fit to be shown: a terminal obeys control characters, whoever sends them."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""C0, C1 (ISO 6429), and the marks that turn the direction of what follows (Unicode annex 9); joiners stay."""


def one_line(text: str) -> str:
    """Return a text as one line without what a terminal would obey."""
    return " ".join(_CONTROL.sub(" ", text).split())
