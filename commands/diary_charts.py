"""Charts out of characters: a bar with its interval, columns, and a plane that a line wanders across."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.text import Text

from recommender.diary.summary import Part, Point, Share
from recommender.diary.trail import window

HAPPY, TRAIL = "yellow", "cyan"
EIGHTHS = " ▁▂▃▄▅▆▇█"
BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bit of each dot of a braille character, row by row (Unicode 15, block 2800–28FF)."""


def bar(share: Share, width: int, *, ascii_only: bool = False, colour: str = HAPPY) -> Text:
    """Return a bar as long as the share, with marks where its 95% interval begins and ends: `██├████──┤`."""
    full, low_mark, high_mark, between, empty = "#[]-." if ascii_only else "█├┤─░"
    if share.value is None or share.interval is None:
        return Text(empty * width, style="dim")
    filled = round(share.value * width)
    low, high = (min(width - 1, round(edge * (width - 1))) for edge in share.interval)
    line = Text()
    for place in range(width):
        inside = place < filled
        if place in (low, high):
            line.append(low_mark if place == low else high_mark, style=f"black on {colour}" if inside else "")
        elif inside:
            line.append(full, style=colour)
        else:
            line.append(between if low < place < high else empty, style="" if low < place < high else "dim")
    return line


def columns(parts: Sequence[Part], height: int, wide: int, pale: int, *, ascii_only: bool = False) -> list[Text]:
    """Return rows, the top one first, of shares as columns.

    Args:
        parts: One a column; one without readings is empty.
        height: Rows from 0 to 100%.
        wide: Characters of a column, the gap to the next included.
        pale: Columns that rest on fewer readings than this are pale.
        ascii_only: Draw with `#`.
    """
    rows = []
    for row in reversed(range(height)):
        line = Text()
        for part in parts:
            eighths = 0 if part.share.value is None else round(part.share.value * height * 8) - row * 8
            if part.share.of and row == 0:
                eighths = max(1, eighths)  # none at all is seen, too
            level = min(8, max(0, eighths))
            letter = ("#" if level >= 4 else "." if level else " ") if ascii_only else EIGHTHS[level]
            line.append(letter * (wide - 1), style="dim" if part.share.of < pale else HAPPY)
            line.append(" ")
        rows.append(line)
    return rows


@dataclass(slots=True)
class Plane:
    """A canvas of characters, each of 2 × 4 dots.

    Args:
        width: Characters.
        height: Characters.
    """

    width: int
    height: int
    _dots: dict[tuple[int, int], int] = field(default_factory=dict)
    _letters: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a line between points of the unit square whose origin is at the bottom left."""
        (x0, y0), (x1, y1) = (self._dot(*place) for place in (start, end))
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            x, y = round(x0 + (x1 - x0) * step / steps), round(y0 + (y1 - y0) * step / steps)
            cell = (x // 2, y // 4)
            self._dots[cell] = self._dots.get(cell, 0) | BRAILLE[y % 4][x % 2]

    def put(self, place: tuple[float, float], letter: str, style: str) -> None:
        """Put a letter at a point."""
        x, y = self._dot(*place)
        self._letters[x // 2, y // 4] = (letter, style)

    def beside(self, place: tuple[float, float], words: str, style: str) -> None:
        """Write words near a point where they cover nothing, if need be but lines; nothing where there is no room."""
        x, y = self._dot(*place)
        column, row, middle = x // 2, y // 4, x // 2 - len(words) // 2
        right, left = column + 2, column - 1 - len(words)
        tries = ((right, 0), (left, 0), (middle, -1), (middle, 1), (right, -1), (right, 1), (left, -1), (left, 1))
        for taken in (self._letters.keys() | self._dots.keys(), self._letters.keys()):
            for start, aside in tries:
                cells = [(start + number, row + aside) for number in range(len(words))]
                inside = start >= 0 and start + len(words) <= self.width and 0 <= row + aside < self.height
                if inside and taken.isdisjoint(cells):
                    self._letters |= {cell: (letter, style) for cell, letter in zip(cells, words, strict=True)}
                    return

    def rows(self, *, ascii_only: bool = False) -> list[Text]:
        """Return what was drawn, the top row first."""
        drawn = []
        for row in range(self.height):
            line = Text()
            for column in range(self.width):
                dots = self._dots.get((column, row), 0)
                letter = " " if not dots else "." if ascii_only else chr(0x2800 + dots)
                line.append(*self._letters.get((column, row), (letter, TRAIL)))
            drawn.append(line)
        return drawn

    def _dot(self, x: float, y: float) -> tuple[int, int]:
        return round(x * (self.width * 2 - 1)), round((1 - y) * (self.height * 4 - 1))


def trail(points: Sequence[Point], width: int, height: int, *, ascii_only: bool = False) -> list[Text]:
    """Return the plane of valence and arousal as rows with its scale, and the trail on it.

    Args:
        points: In order of time; the last one stands out.
        width: Characters of the plane, to which eight of the scale come.
        height: Rows of the plane, to which two of the scale come.
        ascii_only: Draw without braille and box characters.
    """
    seen = window(points)
    upright, level, corner, mark, cross = ("|", "-", "+", "o", "+") if ascii_only else ("│", "─", "└", "●", "┼")
    places = [((p.valence - seen.valence) / seen.span, (p.arousal - seen.arousal) / seen.span) for p in points]
    plane = Plane(width, height)
    for start, end in itertools.pairwise(places):
        plane.line(start, end)
    for number, place in enumerate(places):
        plane.put(place, mark, f"bold {HAPPY}" if number == len(places) - 1 else TRAIL)
    numbers = range(len(points)) if len(points) <= 8 else (0, len(points) - 1)
    for number in sorted(numbers, key=lambda n: n not in (0, len(points) - 1)):
        plane.beside(places[number], _short(points[number].label), "bold" if number == len(points) - 1 else "")
    names = _scale(seen.ticks(seen.arousal), seen.arousal, seen.span, height)
    rows = []
    for row, drawn in enumerate(plane.rows(ascii_only=ascii_only)):
        name = names.get(height - 1 - row, "")
        rows.append(Text.assemble((f"{name:>6} ", "dim"), ((cross if name else upright), "dim"), drawn))
    foot, below = [level] * width, [" "] * (width + 6)
    for column, name in _scale(seen.ticks(seen.valence), seen.valence, seen.span, width).items():
        foot[column] = cross
        left = max(0, column - len(name) // 2)
        below[left : left + len(name)] = name
    return [*rows, Text(f"{'':7}{corner}{''.join(foot)}", style="dim"), Text(f"{'':8}{''.join(below)}", style="dim")]


def _scale(values: Sequence[float], low: float, span: float, size: int) -> dict[int, str]:
    return {round((value - low) / span * (size - 1)): "0" if abs(value) < 1e-9 else f"{value:+.1f}" for value in values}


def _short(label: str) -> str:
    """Return "21 Nov" for "Sat 21 Nov", the first day of a week."""
    words = label.split(" – ")[0].split(" ")
    return " ".join(words[-2:])
