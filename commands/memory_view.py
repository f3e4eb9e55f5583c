"""What people see of mien's memory: their taste as bars, and their face before and after a calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from emotion.types import EMOTIONS, EmotionScores
from recommender.memory.corrections import CALIBRATED, CORRECTED
from recommender.memory.opinions import Ban
from recommender.memory.taste import Leaning
from recommender.mood import EMOJI

HALF_BAR = 10
ROWS = 10
"""Of each group; the JSON has all."""


def taste(
    console: Console, found: Mapping[str, Sequence[Leaning]], bans: Sequence[Ban], lessons: Mapping[str, int]
) -> None:
    """Show leanings, bans and how often readings were corrected."""
    if not any(found.values()) and not bans:
        console.print("You have said nothing yet: mien like 3, mien skip 5, mien ban NAME.")
    for group, leanings in found.items():
        if not leanings:
            continue
        table = Table(box=None, padding=(0, 1), show_header=False, title=f"Your {group}", title_justify="left")
        for column in ("name", "bar", "said"):
            table.add_column(column, style="dim" if column == "said" else None, overflow="fold")
        for leaning in leanings[:ROWS]:
            table.add_row(leaning.name, _bar(leaning.liking), _said(leaning))
        console.print(table)
        if len(leanings) > ROWS:
            console.print(Text(f"  and {len(leanings) - ROWS} more (--json has all)", style="dim"))
    if bans:
        console.print(Text(f" Never: {', '.join(ban.name for ban in bans)}", style="red"))
    if any(lessons.values()):
        words = f" Your face: {lessons[CORRECTED]} corrected readings, {lessons[CALIBRATED]} calibrations."
        console.print(Text(words, style="dim"))


def calibrated(console: Console, before: EmotionScores, after: EmotionScores) -> None:
    """Show what the network reads into a face at rest, and what mien makes of it from now on."""
    table = Table(box=None, padding=(0, 1), title="Your face at rest", title_justify="left")
    for column in ("", "as read", "from now on"):
        table.add_column(column, justify="left" if not column else "right")
    for emotion in sorted(EMOTIONS, key=lambda e: -before.as_dict()[e]):
        table.add_row(
            f"{EMOJI[emotion]} {emotion}", f"{before.as_dict()[emotion]:.0%}", f"{after.as_dict()[emotion]:.0%}"
        )
    console.print(table)
    console.print(
        Text(" Two or three more, in another light, make it surer. mien calibrate --forget undoes it.", style="dim")
    )


def _bar(liking: float) -> Text:
    """Draw −1 … 1 around a middle line."""
    cells = round(abs(liking) * HALF_BAR)
    if liking < 0:
        return Text.assemble(("█" * cells).rjust(HALF_BAR), "│", " " * HALF_BAR, f" {liking:+.2f}", style="red")
    return Text.assemble(" " * HALF_BAR, "│", ("█" * cells).ljust(HALF_BAR), f" {liking:+.2f}", style="green")


def _said(leaning: Leaning) -> str:
    parts = [(leaning.likes, "like"), (leaning.skips, "skip")]
    return ", ".join(f"{many} {word}{'s' * (many != 1)}" for many, word in parts if many)
