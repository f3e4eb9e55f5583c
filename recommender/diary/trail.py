"""The trail of moods across the plane of valence and arousal, as SVG: a window as wide as the trail needs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recommender.diary.summary import Point
from recommender.diary.svg import dot, element, line, text
from recommender.mood import CIRCUMPLEX

LETTER, LINE = 7.0, 14.0
"""About how wide a letter is and how high a line of labels, px."""

LEAST_SPAN = 0.6
"""The narrowest window, so that a small sway does not look like a journey."""

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Window:
    """A square part of the plane: its lowest valence and arousal, and its side."""

    valence: float
    arousal: float
    span: float

    def ticks(self, low: float) -> list[float]:
        """Return round values between `low` and `low + span`, four to seven of them."""
        step = 0.1 if self.span <= 0.6 else 0.2 if self.span <= 1.2 else 0.5
        return [n * step for n in range(math.ceil(low / step - 1e-9), math.floor((low + self.span) / step + 1e-9) + 1)]


def window(points: Sequence[Point]) -> Window:
    """Return the square around a trail; the whole plane when there is none."""
    if not points:
        return Window(-1, -1, 2)
    moods = ([point.valence for point in points], [point.arousal for point in points])
    spans = [(min(values), max(values)) for values in moods]
    span = min(2.0, max(LEAST_SPAN, 1.3 * max(high - low for low, high in spans)))
    valence, arousal = (min(max((low + high - span) / 2, -1), 1 - span) for low, high in spans)
    return Window(valence, arousal, span)


def plane(x: float, y: float, side: float, points: Sequence[Point]) -> list[str]:
    """Draw the plane as a square with its top left corner at (x, y), and the trail from its first to its last point."""
    seen = window(points)

    def at(valence: float, arousal: float) -> tuple[float, float]:
        return x + side * (valence - seen.valence) / seen.span, y + side * (1 - (arousal - seen.arousal) / seen.span)

    inside = (x, y, x + side, y + side)
    drawn = [element("rect", x=x, y=y, width=side, height=side, rx=4, class_="plane")]
    for value in seen.ticks(seen.valence):
        px, _ = at(value, 0)
        drawn += [
            line(px, y, px, y + side, _axis(value)),
            text(px, y + side + 15, _number(value), "small dim", "middle"),
        ]
    for value in seen.ticks(seen.arousal):
        _, py = at(0, value)
        drawn += [line(x, py, x + side, py, _axis(value)), text(x - 6, py + 4, _number(value), "small dim", "end")]
    drawn += [
        text(x + side / 2, y + side + 32, "unpleasant ← valence → pleasant", "small dim", "middle"),
        element(
            "g",
            text(0, 0, "sleepy ← arousal → awake", "small dim", "middle"),
            transform=f"translate({x - 40:.0f} {y + side / 2:.0f}) rotate(-90)",
        ),
    ]
    places = [at(point.valence, point.arousal) for point in points]
    taken = [(px - 6, py - 6, px + 6, py + 6) for px, py in places]
    ways = [box for start, end in itertools.pairwise(places) for box in _along(start, end)]
    for number, (start, end) in enumerate(itertools.pairwise(places), start=1):
        way = f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"
        drawn.append(element("path", d=way, class_="trail", stroke_opacity=_strength(number, len(places))))
    for number, (point, (px, py)) in enumerate(zip(points, places, strict=True)):
        words = f"{point.label}: valence {point.valence:+.2f}, arousal {point.arousal:+.2f}, n = {point.readings}"
        drawn += [dot(px, py, 5.5, "halo"), dot(px, py, 4, "mark", words, _strength(number, len(places)))]
    for number in _worth_a_label(len(points)):
        bold = "small strong" if number in (0, len(points) - 1) else "small"
        drawn += _label(points[number].label, *places[number], bold, taken, ways, inside)
    for emotion, place in CIRCUMPLEX.items():
        if emotion != "neutral":
            drawn += _label(emotion, *at(*place), "small word", taken, [], inside, far=(-3,))
    return drawn


def _axis(value: float) -> str:
    return "axis" if abs(value) < 1e-9 else "grid"


def _number(value: float) -> str:
    return "0" if abs(value) < 1e-9 else f"{value:+.1f}".replace("-", "−")


def _strength(number: int, count: int) -> float:
    """Return how dark a point is: the later, the darker."""
    return 1.0 if count < 2 else 0.25 + 0.75 * number / (count - 1)


def _worth_a_label(count: int) -> Iterable[int]:
    """Return points to label, the ends first: all of a week, of more only the ends."""
    ends = [count - 1, 0] if count > 1 else list(range(count))
    return [*ends, *range(1, count - 1)] if count <= 8 else ends


def _label(
    words: str,
    px: float,
    py: float,
    look: str,
    taken: list[Rectangle],
    ways: Sequence[Rectangle],
    inside: Rectangle,
    far: Sequence[float] = (8, 14, 22),
) -> list[str]:
    """Write words beside a point where they cover nothing, if need be but lines; nothing where there is no room."""
    width = LETTER * len(words)
    for obstacles in ([*taken, *ways], taken):
        for gap in far:
            for left, top in (
                (px + gap, py - LINE / 2),
                (px - gap - width, py - LINE / 2),
                (px - width / 2, py - gap - LINE),
                (px - width / 2, py + gap),
                (px + gap, py - gap - LINE),
                (px + gap, py + gap),
                (px - gap - width, py - gap - LINE),
                (px - gap - width, py + gap),
            ):
                box = (left, top, left + width, top + LINE)
                fits = box[0] >= inside[0] and box[1] >= inside[1] and box[2] <= inside[2] and box[3] <= inside[3]
                if fits and not any(_overlap(box, other) for other in obstacles):
                    taken.append(box)
                    return [text(left + width / 2, top + LINE - 3, words, f"{look} tag", "middle")]
    return []


def _along(start: tuple[float, float], end: tuple[float, float]) -> Iterable[Rectangle]:
    """Return small boxes that cover a line."""
    count = max(1, round(math.dist(start, end) / 4))
    for number in range(count + 1):
        x, y = (a + (b - a) * number / count for a, b in zip(start, end, strict=True))
        yield x - 2, y - 2, x + 2, y + 2


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
