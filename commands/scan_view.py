"""What people see while their files are scanned, and afterwards."""

from __future__ import annotations

import os

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from recommender.scanning.folders import Trouble
from recommender.scanning.report import Scanned

SHOWN = 10


class Bar:
    """A bar that fills while files are read.

    Args:
        console: Where errors go, so that pipes stay clean.
        quiet: Show nothing.
    """

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._bar.add_task("looking", total=None)

    def __enter__(self) -> None:
        self._bar.start()

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def progress(self, done: int, of: int) -> None:
        """Fill the bar."""
        self._bar.update(self._task, description="listening", completed=done, total=of)


def scanned(console: Console, report: Scanned, *, pruned: bool) -> None:
    """Say what a scan did."""
    _line(console, f"{report.folder}: {_many(report.files, 'audio file')}, {report.unchanged:,} unchanged", "bold")
    if report.read:
        words = f"  read {report.read:,}, listened to {report.measured:,}: {_many(report.added, 'new track')}"
        _line(console, f"{words}, {report.merged:,} of songs that were there already")
    if report.without_mood:
        _line(console, f"  {report.without_mood:,} have no valence or energy; moods do not lead to them")
    if report.tagged:
        _line(console, f"  wrote mood or BPM into {_many(report.tagged, 'file')}")
    for note in report.notes:
        _line(console, f"  ☞ {note}", "yellow")
    _list(console, f"{_many(len(report.broken), 'file')} could not be read:", report.broken, report.folder)
    _list(console, f"{_many(len(report.untagged), 'file')} got no tags:", report.untagged, report.folder)
    if report.vanished:
        gone = (
            _many(len(report.vanished), "file") + (" is" if len(report.vanished) == 1 else " are") + " no longer there"
        )
        if pruned:
            _line(
                console, f"  {gone}; {_many(report.pruned, 'track')} went with {'it' if report.pruned == 1 else 'them'}"
            )
        else:
            there = [Trouble(path, "") for path in report.vanished]
            _list(console, f"{gone} (--prune takes them out of your catalogue):", there, report.folder)


def _list(console: Console, head: str, troubles: list[Trouble], folder: str) -> None:
    if not troubles:
        return
    _line(console, f"  ☞ {head}", "yellow")
    for trouble in troubles[:SHOWN]:
        name = os.path.relpath(trouble.path, folder)
        _line(console, f"    {name}: {trouble.reason}" if trouble.reason else f"    {name}")
    if len(troubles) > SHOWN:
        _line(console, f"    … and {len(troubles) - SHOWN:,} more (--json lists all)")


def _line(console: Console, words: str, style: str = "") -> None:
    console.print(Text(words, style=style), soft_wrap=True)


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
