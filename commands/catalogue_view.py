"""What people see of their own catalogue: the columns of a table, a bar that fills, figures, tracks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from recommender.importing.columns import Column
from recommender.importing.imports import Imported
from recommender.importing.listed import Listed
from recommender.store.queries import Stats
from recommender.types import Track


class Watch:
    """What is seen while a table is imported: the mapping, and a bar that fills.

    Args:
        console: Where errors go, so that pipes stay clean.
        path: The table.
        quiet: Show nothing.
    """

    def __init__(self, console: Console, path: Path, *, quiet: bool) -> None:
        self._console, self._path, self._quiet = console, path, quiet
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rows]:,} rows"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._bar.add_task(path.name, total=1.0, rows=0)

    def __enter__(self) -> None:
        self._bar.start()

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def mapping(self, found: tuple[Column, ...], unused: tuple[str, ...]) -> None:
        """Show which column is what, before anything is written."""
        if not self._quiet:
            columns(self._console, self._path, found, unused)

    def progress(self, share: float, rows: int) -> None:
        """Fill the bar."""
        self._bar.update(self._task, completed=share, rows=rows)


def listed(console: Console, title: str, done: Listed, *, may_ask: bool) -> None:
    """Say what came from a service."""
    head = (
        f"{title}: {done.tracks:,} track{'s' * (done.tracks != 1)}, {done.added:,} new, {done.merged:,} there already"
    )
    console.print(Text(head, style="bold"), soft_wrap=True)
    known = f"  how they sound: {done.joined:,} from the built-in table"
    console.print(known + (f", {done.asked:,} asked for" if done.asked else ""), soft_wrap=True)
    if done.without_mood:
        words = f"{done.without_mood:,} have no valence or energy; moods do not lead to them"
        more = " (--features reccobeats asks a service about them, which is told which they are)" if may_ask else ""
        console.print(Text(f"  ☞ {words}{more}", style="yellow"), soft_wrap=True)


def columns(console: Console, path: Path, found: Sequence[Column], unused: Sequence[str]) -> None:
    """Show which column of a table is what."""
    console.print(Text(f"{path}: what its columns are", style="bold"), soft_wrap=True)
    table = Table(box=None, padding=(0, 1), show_header=False)
    for column in found:
        table.add_row(Text(f"  {column.field}"), Text(f"← {column.name}"), Text(column.unit, style="dim"))
    console.print(table)
    if unused:
        console.print(Text(f"  not used: {', '.join(unused)}", style="dim"), soft_wrap=True)
    if missing := [name for name in ("valence", "energy") if name not in {column.field for column in found}]:
        words = f"no {' and no '.join(missing)}: moods will not lead to these tracks (correct with --map FIELD=COLUMN)"
        console.print(Text(f"  ☞ {words}", style="yellow"), soft_wrap=True)


def imported(console: Console, done: Imported) -> None:
    """Say what an import did."""
    words = f"{done.path}: {done.rows:,} rows, {done.added:,} new tracks, {done.merged:,} that were there already"
    console.print(Text(words), soft_wrap=True)
    for bad in done.first_bad:
        console.print(Text(f"  ☞ line {bad.line}: {bad.reason}", style="yellow"), soft_wrap=True)
    if done.bad_path is not None:
        console.print(Text(f"  {done.bad:,} bad rows are in {done.bad_path}", style="yellow"), soft_wrap=True)
    if done.without_mood:
        words = f"  {done.without_mood:,} have no valence or energy; moods do not lead to them"
        console.print(Text(words), soft_wrap=True)


def stats(console: Console, found: Stats) -> None:
    """Show what is in the user's catalogue."""
    words = f"{found.tracks:,} tracks by {found.artists:,} artists, {found.with_mood:,} with valence and energy"
    console.print(Text(words, style="bold"))
    side = len(found.grid)
    table = Table(box=None, padding=(0, 1), title="energy ↑ · valence →", title_justify="left", title_style="dim")
    for number in range(side + 1):
        table.add_column("" if number == 0 else f"{(number - 1) / side:.1f}–{number / side:.1f}", justify="right")
    for number, row in enumerate(found.grid):
        edge = side - 1 - number
        table.add_row(Text(f"{edge / side:.1f}–{(edge + 1) / side:.1f}", style="dim"), *(f"{many:,}" for many in row))
    console.print(table)
    for what, counts in (
        ("decades", {None if year is None else f"{year}s": many for year, many in found.decades.items()}),
        ("languages", found.languages),
        ("genres", found.genres),
    ):
        named = ", ".join(f"{name or 'not known'} {many:,}" for name, many in counts.items())
        console.print(Text(f"{what}: {named}"), soft_wrap=True)
    for one in found.imports:
        words = f"  {one['finished'][:10]}  {one['added']:>9,} new of {one['rows']:,} rows  {one['path']}"
        console.print(Text(words), soft_wrap=True)


def tracks(console: Console, found: Iterable[Track]) -> None:
    """Show tracks as a table."""
    table = Table(box=None, padding=(0, 1))
    for name in ("title", "artist", "year"):
        table.add_column(name, overflow="fold", style="bold" if name == "title" else "")
    for name in ("valence", "energy", "bpm"):
        table.add_column(name, justify="right")
    for track in found:
        sound = track.features
        numbers = [
            "" if value is None else f"{value:.{digits}f}"
            for value, digits in ((sound.valence, 2), (sound.energy, 2), (sound.tempo_bpm, 0))
        ]
        table.add_row(Text(track.title), Text(track.artist), str(track.year or ""), *numbers)
    console.print(table)
