"""A data report as a person at a terminal reads it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from emotion.types import EMOTIONS
from training.data_report import MOST_SHOWN, DataReport
from training.faces import BadRow


def show(console: Console, path: Path, found: DataReport) -> None:
    """Print the report as tables and sentences."""
    shape, total = found.mean_image.shape, sum(sum(of.values()) for of in found.counts.values())
    colour = "RGB" if len(shape) == 3 else "grey"
    console.print(f"{path}: {total:,} faces of {shape[1]}×{shape[0]}, {colour}", style="italic", soft_wrap=True)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))  # large counts fit into 80 columns
    for column in ("split", *EMOTIONS, "all", "repeats"):
        table.add_column(column, justify="left" if column == "split" else "right", no_wrap=True)
    for split, counts in found.counts.items():
        numbers = [*counts.values(), sum(counts.values()), found.duplicates_within[split]]
        table.add_row(split, *(f"{n:,}" for n in numbers))
    used = [sum(of[emotion] for of in found.counts.values()) for emotion in EMOTIONS]
    table.add_row("together", *(f"{n:,}" for n in (*used, total)), "", style="bold")
    if list(found.before.values()) != used:
        table.add_row("before", *(f"{n:,}" for n in (*found.before.values(), sum(found.before.values()))), "")
    console.print(table)
    for sentence in _sentences(found):
        console.print(sentence, soft_wrap=True)
    for note in found.origin.notes[:MOST_SHOWN]:
        console.print(f"look at: {note.where}: {note.reason}", style="yellow", soft_wrap=True)
    if len(found.origin.notes) > MOST_SHOWN:
        console.print(f"… and {len(found.origin.notes) - MOST_SHOWN:,} more to look at", style="yellow")
    say_what_was_left_out(console, found.bad_rows)


def say_what_was_left_out(console: Console, bad_rows: tuple[BadRow, ...]) -> None:
    """Name the first rows or pictures that were left out, and count the others."""
    for bad in bad_rows[:MOST_SHOWN]:
        console.print(f"left out: {bad.where}: {bad.reason}", style="yellow", markup=False, soft_wrap=True)
    if len(bad_rows) > MOST_SHOWN:
        console.print(f"… and {len(bad_rows) - MOST_SHOWN:,} more (--json names all)", style="yellow")


def _sentences(found: DataReport) -> list[str]:
    said = []
    if len(found.origin.listed) > len(EMOTIONS):
        said.append("labels as written: " + ", ".join(f"{word} {n:,}" for word, n in found.origin.listed.items()))
    for emotion, n in found.origin.capped.items():
        said.append(f"{n:,} images of {emotion} are over the cap and not used (--cap none keeps them)")
    for name, spread in (("width", found.width), ("height", found.height)):
        if spread is not None:
            numbers = f"{spread.min}–{spread.max} px, mean {spread.mean:.1f}, standard deviation {spread.std:.1f}"
            said.append(f"{name} of the originals: {numbers}")
    if found.people:
        name, most = next(iter(found.people.items()))
        images = sum(found.people.values())
        said.append(
            f"people in file names: {len(found.people):,}, {images / len(found.people):.1f} images each, "
            f"most of {name} ({most:,}); {found.people_across:,} of them in more than one split"
        )
    if any(found.coloured.values()):
        shares = (
            f"{emotion} {n / max(1, sum(of[emotion] for of in found.counts.values())):.0%}"
            for emotion, n in found.coloured.items()
        )
        said.append(f"in colour, the others grey: {', '.join(shares)}")
    said += [f"{n:,} images of {b} also occur in {a}" for (a, b), n in found.duplicates_across.items() if n]
    said.append(f"{found.conflicting:,} images have an identical copy with another label")
    return said
