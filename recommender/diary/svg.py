"""The few shapes of an SVG that a chart needs, as text; everything that is written is escaped."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

Number = float | int


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Return `<name …>content</name>`; underscores in names stand for hyphens, `class_` for class."""
    written = "".join(f" {key.rstrip('_').replace('_', '-')}={_value(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def line(x1: Number, y1: Number, x2: Number, y2: Number, class_: str) -> str:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def rect(x: Number, y: Number, width: Number, height: Number, class_: str, title: str = "") -> str:
    """Return a rectangle; its title shows when a pointer rests on it."""
    return element("rect", _title(title), x=x, y=y, width=width, height=height, class_=class_)


def dot(x: Number, y: Number, radius: Number, class_: str, title: str = "", opacity: float = 1) -> str:
    """Return a filled circle."""
    return element("circle", _title(title), cx=x, cy=y, r=radius, class_=class_, fill_opacity=opacity)


def text(x: Number, y: Number, words: str, class_: str, anchor: str = "start") -> str:
    """Return a line of words whose baseline begins, ends or is centred at a point."""
    return element("text", escape(words), x=x, y=y, class_=class_, text_anchor=anchor)


def _title(words: str) -> str:
    return element("title", escape(words)) if words else ""


def _value(value: object) -> str:
    return quoteattr(f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value))
