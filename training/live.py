"""Live curves of a training in the terminal; where there is no terminal, one line an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from training.run import Row
from training.train import Progress as Now

BARS = "▁▂▃▄▅▆▇█"
ASCII_BARS = "_.-=+*%#"
WIDTH = 60
"""Epochs in a curve; of a longer training the last ones are shown."""

CURVES = (
    ("loss", "loss", False),
    ("val_loss", "validation", False),
    ("accuracy", "accuracy", True),
    ("val_accuracy", "validation", True),
)
"""Key in a row, its name, whether it is a share."""


def sparkline(values: Sequence[float], bars: str = BARS) -> str:
    """Draw numbers as a line of small bars from their least to their greatest."""
    low, high = min(values), max(values)
    scale = (len(bars) - 1) / (high - low) if high > low else 0.0
    return "".join(bars[round((value - low) * scale)] for value in values)


def epoch_line(now: Now, row: Row) -> str:
    """Say in one line how an epoch went."""
    crowd = f", votes {row['val_votes_accuracy']:.2%}" if "val_votes_accuracy" in row else ""
    return (
        f"epoch {now.epoch + 1:>3}/{now.epochs}  {now.side} px  "
        f"loss {row['loss']:.4f}  accuracy {row['accuracy']:.2%}  "
        f"validation {row['val_accuracy']:.2%}{crowd} (loss {row['val_loss']:.4f})  {row['images_per_s']:,.0f} images/s"
    )


class Watch:
    """What a person sees while a network learns; call it with every `Progress`.

    Args:
        console: Where to.
        name: What is trained.
    """

    def __init__(self, console: Console, name: str) -> None:
        self.console, self.name = console, name
        self.bars = BARS if (console.encoding or "").lower().startswith("utf") else ASCII_BARS
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            expand=True,
        )
        self.task = self.bar.add_task(name, total=None)
        self.live = Live(self.bar, console=console, refresh_per_second=4, transient=True)

    def __enter__(self) -> Watch:
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.console.is_terminal:
            self.live.stop()

    def __call__(self, now: Now) -> None:
        if now.finished_epoch is not None:
            self.console.print(epoch_line(now, now.finished_epoch), soft_wrap=True)
        if not self.console.is_terminal:
            return
        if now.finished_epoch is not None:
            self.bar.reset(self.task)
        words = f"{self.name} {now.epoch + 1}/{now.epochs} · {now.side} px · loss {now.loss:.3f} · {now.accuracy:.1%}"
        self.bar.update(self.task, total=now.steps, completed=now.step, description=words)
        self.live.update(Group(self.curves(now.history), self.bar))

    def curves(self, rows: Sequence[Row]) -> Text:
        """Draw the epochs so far, one line a measure."""
        lines = []
        for key, name, share in CURVES:
            values = [row[key] for row in rows[-WIDTH:]]
            if len(values) > 1:
                first, last = (f"{value:.1%}" if share else f"{value:.3f}" for value in (values[0], values[-1]))
                lines.append(f"{name:>11} {first:>6} {sparkline(values, self.bars)} {last}")
        return Text("\n".join(lines), no_wrap=True, overflow="crop")
