"""HTML as text that cannot forget to escape: strings are escaped, `Html` is not."""

from __future__ import annotations

import html
from collections.abc import Iterable


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Return text as HTML that shows it."""
    return text if isinstance(text, Html) else Html(html.escape(text))


def join(parts: Iterable[str]) -> Html:
    """Put pieces one after the other."""
    return Html("".join(escape(part) for part in parts))


def tag(name: str, content: str = "", /, **attributes: str | float | None) -> Html:
    """Return an element.

    Args:
        name: Of the element.
        content: Text, which is escaped, or `Html`.
        attributes: `class_` is class, `aria_label` is aria-label; those that are None are left out.
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{told}>{escape(content)}</{name}>")


def void(name: str, /, **attributes: str | float | None) -> Html:
    """Return an element that has no content and no end, such as an image."""
    return Html(tag(name, "", **attributes).removesuffix(f"</{name}>"))
