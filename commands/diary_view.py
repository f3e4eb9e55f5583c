"""What people see of their diary: shares of happy readings, the trail of moods, the hours, and a watch as it goes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from commands.diary_charts import bar, columns, trail
from recommender.diary.drawing import best_hours, sentence, trail_words
from recommender.diary.summary import CAVEAT, HOUR_NEEDS, Part, Share, Summary
from recommender.diary.watch import Look
from recommender.mood import EMOJI, describe

PLANE = (56, 15)
HOURS_HEIGHT = 5


def overview(console: Console, shares: Sequence[tuple[str, Share]]) -> None:
    """Show what some periods come to, one line each: (its name, its share)."""
    table = _shares([Part(name, share, None, None) for name, share in shares], console)
    console.print(table)


def summary(console: Console, found: Summary) -> None:
    """Show a period."""
    ascii_only = console.options.ascii_only
    console.print(Text(f"\n {found.period.words}", style="bold"))
    console.print(Text(f" {sentence(found.share)}"))
    if not found.share.of:
        return
    if found.period.days > 1:
        _title(console, f"share of happy readings per {found.period.unit}")
        console.print(_shares(found.parts, console))
    _title(console, "what the readings showed")
    counts = sorted(found.emotions.items(), key=lambda item: -item[1])
    if found.period.days > 1:
        words = " · ".join(f"{EMOJI[emotion]} {emotion} {many}" for emotion, many in counts if many)
        console.print(Text(f"   {words}"))
    else:
        console.print(_shares([Part(e, Share(many, found.share.of), None, None) for e, many in counts], console))
    _title(console, f"mood, {trail_words(found)} (valence →, arousal ↑)")
    width = min(PLANE[0], console.width - 10)
    for row in trail(found.trail, width, PLANE[1], ascii_only=ascii_only):
        console.print(row)
    _hours(console, found, ascii_only=ascii_only)
    console.print(Padding(Text(CAVEAT, style="dim"), (1, 0, 0, 1)))


def _hours(console: Console, found: Summary, *, ascii_only: bool) -> None:
    _title(console, f"share of happy readings by hour of the day (pale: fewer than {HOUR_NEEDS} readings)")
    wide = 3 if console.width >= 7 + 24 * 3 else 2
    rows = columns(found.hours, HOURS_HEIGHT, wide, HOUR_NEEDS, ascii_only=ascii_only)
    for number, row in enumerate(rows):
        scale = "100%" if number == 0 else "0%" if number == len(rows) - 1 else ""
        console.print(Text.assemble((f"{scale:>5} ", "dim"), row), soft_wrap=True)
    every = 1 if wide == 3 else 2
    names = "".join(f"{hour:<{wide * every}}" for hour in range(0, 24, every))
    console.print(Text(f"{'':6}{names}", style="dim"), soft_wrap=True)
    if all(part.share.of < 10 ** (wide - 1) for part in found.hours):
        counts = "".join(f"{part.share.of or '·':<{wide}}" for part in found.hours)
        console.print(Text(f"{'n':>5} {counts}", style="dim"), soft_wrap=True)
    console.print(Text(f"   {best_hours(found)}"))


def _shares(parts: Sequence[Part], console: Console) -> Table:
    """Return a row for each part: its name, a bar with its interval, the share, how many readings, the interval."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    width = max(10, min(34, console.width - 46))
    for part in parts:
        share, interval = part.share.value, part.share.interval
        drawn = bar(part.share, width, ascii_only=console.options.ascii_only)
        name = Text(f" {part.label}", style="" if part.share.of else "dim")
        if share is None or interval is None:
            table.add_row(name, drawn, "", Text("no readings", style="dim"), "")
        else:
            low, high = interval
            counted = f"{part.share.happy} of {part.share.of}"
            table.add_row(
                name, drawn, Text(f"{share:.0%}", style="bold"), counted, Text(f"{low:.0%}–{high:.0%}", "dim")
            )
    return table


def _title(console: Console, words: str) -> None:
    console.print(Text(f"\n {words}", style="italic"))


def look_words(look: Look) -> str:
    """Return a look in one line: "11:15  😊 quite happy and awake (71%)"."""
    moment = f"{look.when:%H:%M:%S}"
    if look.mood is None:
        return f"{moment}  {look.trouble or 'no face found, nothing kept'}"
    mood = look.mood
    words = (
        f"{moment}  {EMOJI[mood.emotion]} {describe(mood)}   valence {mood.valence:+.2f} · arousal {mood.arousal:+.2f}"
    )
    return words + ("" if look.kept else "   not kept") + (f" ({look.trouble})" if look.trouble else "")
