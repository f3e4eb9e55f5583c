"""The diary as one SVG picture: shares of happy readings, the trail of moods, the hours of the day.

It needs nothing but itself (no fonts, scripts or addresses), follows the reader's dark mode where a browser shows it,
and names every value under the pointer.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.diary.summary import CAVEAT, HOUR_NEEDS, Part, Share, Summary
from recommender.diary.svg import element, line, rect, text
from recommender.diary.trail import plane

WIDTH, HEIGHT, EDGE = 960, 790, 40
PLANE = 320
DIGIT, TINY_DIGIT, LETTER = 7.0, 5.6, 6.6
"""About how wide they are, px."""

STYLE = """
text { font-family: system-ui, 'Segoe UI', 'Helvetica Neue', 'Noto Sans', sans-serif; fill: #26221c; }
.head { font-size: 25px; font-weight: 650; } .lead { font-size: 15px; } .title { font-size: 14px; font-weight: 600; }
.small { font-size: 11px; } .tiny { font-size: 9px; }
.strong { font-weight: 700; } .dim { fill: #766f63; } .word { fill: #a08a5a; }
.paper { fill: #fdfbf6; } .plane { fill: #f7f3ea; stroke: #ded7c7; } .grid { stroke: #e7e1d3; }
.tag { paint-order: stroke; stroke: #f7f3ea; stroke-width: 3px; stroke-linejoin: round; }
.axis { stroke: #bdb39d; } .other { fill: #a9b7bf; } .bar { fill: #e8a417; } .best { fill: #c97a00; }
.few { fill: #f1d9a0; }
.whisker { stroke: #6b4a06; stroke-width: 1.4; } .mean { stroke: #766f63; stroke-dasharray: 5 4; }
.trail { stroke: #2f6690; stroke-width: 2; fill: none; } .mark { fill: #2f6690; } .halo { fill: #f7f3ea; }
@media (prefers-color-scheme: dark) {
text { fill: #ece7dc; } .dim { fill: #a49c8e; } .word { fill: #9c8a63; } .paper { fill: #1d1b18; }
.plane { fill: #26231f; stroke: #413c34; } .grid { stroke: #35312b; } .axis { stroke: #6a6255; } .few { fill: #6d5523; }
.whisker { stroke: #ffe2a3; } .mean { stroke: #a49c8e; } .trail { stroke: #7cb7e3; } .mark { fill: #7cb7e3; }
.halo { fill: #26231f; } .other { fill: #5d6b74; } .tag { stroke: #26231f; } }
"""


def draw(found: Summary) -> str:
    """Return a summary as the text of an SVG file."""
    right = WIDTH - EDGE - PLANE
    drawn = [
        element("title", f"mien diary, {found.period.words}"),
        element("desc", sentence(found.share)),
        element("style", STYLE),
        rect(0, 0, WIDTH, HEIGHT, "paper"),
        text(EDGE, 58, found.period.words, "head"),
        text(EDGE, 84, sentence(found.share), "lead dim"),
        *_main(EDGE, 146, right - 2 * EDGE - 44, found),
        text(right, 130, f"Mood, {trail_words(found)}", "title"),
        *plane(right, 146, PLANE, found.trail),
        text(EDGE, 550, "Share of happy readings by hour of the day", "title"),
        text(WIDTH - EDGE, 550, best_hours(found), "small dim", "end"),
        *_columns(EDGE, 566, WIDTH - 2 * EDGE, 112, _hours(found), found.share, found.clearly_best, HOUR_NEEDS),
        text(EDGE, HEIGHT - 42, CAVEAT, "small dim"),
        text(EDGE, HEIGHT - 24, WHISKERS, "small dim"),
    ]
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n' + "\n".join(drawn) + "\n</svg>\n"


WHISKERS = (
    "Whiskers: 95% interval (Wilson), rather too narrow where readings follow closely. Dashed: all readings. "
    f"Pale: fewer than {HOUR_NEEDS} readings."
)


def sentence(share: Share) -> str:
    """Return a share in words: "58% of 43 readings happy (95% interval 43% to 72%)"."""
    if share.value is None or share.interval is None:
        return "no readings"
    low, high = share.interval
    many = f"{share.of:,} reading{'s' if share.of != 1 else ''}"
    return f"{share.value:.0%} of {many} happy (95% interval {low:.0%} to {high:.0%})"


def best_hours(found: Summary) -> str:
    """Say which hours are best, and whether chance may have made them so."""
    if not found.best:
        return f"best hours: not known yet (it takes two hours with {HOUR_NEEDS} readings each)"
    clear = sorted(found.clearly_best)
    names = ", ".join(f"{hour}–{hour + 1}" for hour in (clear or sorted(found.best)))
    return f"best hours: {names} ({'more than chance would explain' if clear else 'chance may well explain it'})"


def trail_words(found: Summary) -> str:
    """Say what a point of the trail is."""
    if found.period.days > 1:
        return f"mean of each {found.period.unit}"
    return "reading by reading" if len(found.trail) == found.share.of else "mean of each hour"


def _main(x: float, y: float, width: float, found: Summary) -> list[str]:
    """Draw happy readings step by step, or all emotions of one day."""
    if found.period.days > 1:
        title = text(x, y - 16, f"Share of happy readings per {found.period.unit}", "title")
        return [title, *_columns(x, y, width, PLANE, found.parts, found.share)]
    parts = [Part(emotion, Share(many, found.share.of), None, None) for emotion, many in found.emotions.items()]
    best = frozenset(number for number, part in enumerate(parts) if part.label == "happy")
    columns = _columns(x, y, width, PLANE, parts, None, best, looks=("other", "bar"))
    return [text(x, y - 16, "What the readings showed", "title"), *columns]


def _hours(found: Summary) -> Sequence[Part]:
    return [Part(str(hour), part.share, part.valence, part.arousal) for hour, part in enumerate(found.hours)]


def _columns(
    x: float,
    y: float,
    width: float,
    height: float,
    parts: Sequence[Part],
    whole: Share | None,
    best: frozenset[int] = frozenset(),
    needed: int = 0,
    looks: tuple[str, str] = ("bar", "best"),
) -> list[str]:
    """Draw shares as columns with whiskers, their labels and numbers of readings below.

    Args:
        x: Left edge, where the scale is written.
        y: Top, 100%.
        width: With the scale.
        height: From 0 to 100%.
        parts: One a column.
        whole: Share of all readings, a dashed line.
        best: Columns to stress.
        needed: Columns with fewer readings are pale.
        looks: Of usual and of stressed columns.
    """
    left, foot = x + 38, y + height
    drawn = []
    for percent in (0, 25, 50, 75, 100):
        level = foot - height * percent / 100
        drawn += [
            line(left, level, x + width, level, "grid"),
            text(left - 6, level + 4, f"{percent}%", "small dim", "end"),
        ]
    slot = (x + width - left) / len(parts)
    for number, part in enumerate(parts):
        middle = left + slot * (number + 0.5)
        look = "few" if part.share.of < needed else looks[number in best]
        drawn += _column(middle, foot, min(slot * 0.62, 44), height, part, look)
    drawn += _names(left, foot, slot, parts)
    if whole is not None and whole.value is not None:
        level = foot - height * whole.value
        drawn.append(line(left, level, x + width, level, "mean"))
    return drawn


def _column(middle: float, foot: float, wide: float, height: float, part: Part, look: str) -> list[str]:
    share, interval = part.share.value, part.share.interval
    if share is None or interval is None:
        return []
    words = f"{part.label}: {part.share.happy} of {part.share.of}, {interval[0]:.0%} to {interval[1]:.0%}"
    high = max(2.0, height * share)  # none at all is seen, too
    low_end, high_end = (foot - height * value for value in interval)
    cap = min(5, wide / 3)
    return [
        rect(middle - wide / 2, foot - high, wide, high, look, words),
        line(middle, low_end, middle, high_end, "whisker"),
        *(line(middle - cap, level, middle + cap, level, "whisker") for level in (low_end, high_end)),
    ]


def _names(left: float, foot: float, slot: float, parts: Sequence[Part]) -> list[str]:
    """Write names and numbers of readings below columns, and leave some out rather than write one over the other."""
    names = [_short(part.label, slot) for part in parts]
    lines = max(map(len, names))
    every = _every(max(len(line) for name in names for line in name) * LETTER + 6, slot)
    digits = max(len(str(part.share.of)) for part in parts)
    size, look = (DIGIT, "small dim") if digits * DIGIT + 4 <= slot else (TINY_DIGIT, "tiny dim")
    every_count = _every(digits * size + 3, slot)
    drawn = [text(left - 6, foot + 16 + 14 * lines, "n", "small dim", "end")]
    for number, (name, part) in enumerate(zip(names, parts, strict=True)):
        middle = left + slot * (number + 0.5)
        if number % every == 0:
            drawn += [text(middle, foot + 16 + 14 * row, words, "small", "middle") for row, words in enumerate(name)]
        if number % every_count == 0:
            drawn.append(text(middle, foot + 16 + 14 * lines, f"{part.share.of or '–'}", look, "middle"))
    return drawn


def _short(label: str, slot: float) -> tuple[str, ...]:
    """Return a label in lines that are short: ("Sat", "21 Nov"), or only ("21 Nov",); weeks by their first day."""
    words = label.split(" – ")[0].split(" ")
    if len(words) == 3:
        return (words[0], " ".join(words[1:])) if slot > 44 else (" ".join(words[1:]),)
    return (" ".join(words),)


def _every(wide: float, slot: float) -> int:
    return max(1, -int(-wide // slot))
