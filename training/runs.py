"""The runs in a folder, listed, and compared by what their recipes say and where their curves ended."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from errors import ConfigError, MienError
from training.run import Row, history, read, score


@dataclass(frozen=True, slots=True)
class Listed:
    """One run folder.

    Args:
        path: The folder.
        variant: The network; "" when `run.json` cannot be read.
        state: "finished", "unfinished", or "unreadable".
        epochs_done: Epochs in the history.
        epochs: Epochs in the recipe; early stopping may end before.
        best_accuracy: Of Validation, a fraction, in the last stage once it has begun.
        best_epoch: Its epoch, from 1.
        side: Of the pictures in the last stage, in pixels.
        seconds: Time in steps, all epochs.
        error: What is wrong with it.
        recipe: The recipe's table.
        last: The last epoch's figures.
    """

    path: Path
    variant: str = ""
    state: str = "unreadable"
    epochs_done: int = 0
    epochs: int = 0
    best_accuracy: float | None = None
    best_epoch: int | None = None
    side: int | None = None
    backend: str | None = None
    device: str | None = None
    seconds: float = 0.0
    started: str | None = None
    finished: str | None = None
    commit: str | None = None
    dirty: bool | None = None
    error: str | None = None
    recipe: dict[str, Any] = dataclasses.field(default_factory=dict)
    last: Row = dataclasses.field(default_factory=dict)


def listed(folders: list[Path]) -> list[Listed]:
    """Read run folders; a folder that is none stands for the runs in it.

    Raises:
        ConfigError: When there is no such folder, or no run in any.
    """
    found: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise ConfigError(f"There is no folder {folder}. Give run folders, or folders that hold some.")
        found += [folder] if _is_run(folder) else sorted(f for f in folder.iterdir() if f.is_dir() and _is_run(f))
    if not found:
        raise ConfigError(
            f"There is no run in {', '.join(map(str, folders))}. `mien train VARIANT --data PATH` makes one."
        )
    return [_read(path) for path in found]


def runs_json(runs: list[Listed]) -> list[dict[str, Any]]:
    """Return one object a run, with the fields of `Listed`."""
    return [dataclasses.asdict(run) | {"path": str(run.path)} for run in runs]


def differences(runs: list[Listed]) -> dict[str, list[Any]]:
    """Return the recipe keys in which runs differ, tables key by key, with each run's value."""
    flat = [_flat(run.recipe) for run in runs]
    keys = dict.fromkeys(key for recipe in flat for key in recipe)
    rows = {key: [recipe.get(key) for recipe in flat] for key in keys}
    return {key: values for key, values in rows.items() if any(value != values[0] for value in values)}


def show(console: Console, runs: list[Listed], *, side_by_side: bool) -> None:
    """Print a table of runs, and what tells them apart."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("run", "variant", "epochs", "best", "at", "px", "time", "on", "commit"):
        table.add_column(name, justify="right" if name in ("epochs", "best", "at", "px", "time") else "left")
    for run in runs:
        if run.error is not None:
            table.add_row(run.path.name, Text("unreadable", style="red"))
            continue
        commit = (run.commit or "")[:7] + ("+" if run.dirty else "")
        done = f"{run.epochs_done}/{run.epochs}" + ("" if run.state == "finished" else " …")
        best = "" if run.best_accuracy is None else f"{run.best_accuracy:.2%}"
        where = f"{run.backend}, {run.device}"
        at = "" if run.best_epoch is None else str(run.best_epoch)
        table.add_row(run.path.name, run.variant, done, best, at, str(run.side), duration(run.seconds), where, commit)
    console.print(table)
    if any("…" in str(cell) for column in table.columns for cell in column.cells):
        console.print("… is not finished; the same `mien train` goes on.", style="dim")
    for run in runs:
        if run.error is not None:
            console.print(f"{run.path.name}: {run.error}", style="red", soft_wrap=True)
    good = [run for run in runs if run.error is None]
    if side_by_side and len(good) > 1:
        console.print()
        console.print(_beside(good))


def duration(seconds: float) -> str:
    """Say a time as people do: "42 s", "12 min", "3 h 05"."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d}"


def _beside(runs: list[Listed]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("differs in")
    for run in runs:
        table.add_column(run.path.name, justify="right", overflow="fold")
    for key, values in differences(runs).items():
        table.add_row(key, *("–" if value is None else str(value) for value in values))
    table.add_section()
    table.add_row(Text("last epoch", style="bold"))
    for name in dict.fromkeys(name for run in runs for name in run.last):
        table.add_row(name, *(f"{run.last[name]:.4g}" if name in run.last else "–" for run in runs))
    return table


def _is_run(folder: Path) -> bool:
    return (folder / "run.json").exists()


def _read(path: Path) -> Listed:
    try:
        kept, rows = read(path), history(path)
        recipe = kept["recipe"]
        last_side = recipe["stages"][-1][0]
        facts = (kept["resumed"] or [kept])[-1]
        best = max((row for row in rows if row["side"] == last_side), key=score, default=None)
        return Listed(
            path,
            variant=recipe["variant"],
            state="finished" if kept["finished"] else "unfinished",
            epochs_done=len(rows),
            epochs=sum(epochs for _, epochs, _ in recipe["stages"]),
            best_accuracy=best["val_accuracy"] if best else None,
            best_epoch=int(best["epoch"]) if best else None,
            side=last_side,
            backend=facts["backend"],
            device=facts["device"],
            seconds=sum(row["seconds"] for row in rows),
            started=kept["started"],
            finished=kept["finished"],
            commit=facts["commit"],
            dirty=facts["dirty"],
            recipe=recipe,
            last=rows[-1] if rows else {},
        )
    except (MienError, KeyError, TypeError, ValueError, IndexError) as error:
        return Listed(path, error=str(error) if isinstance(error, MienError) else f"run.json is damaged ({error!r})")


def _flat(recipe: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in recipe.items():
        flat |= {f"{key}.{inner}": of for inner, of in value.items()} if isinstance(value, dict) else {key: value}
    return flat
