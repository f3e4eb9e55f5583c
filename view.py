"""What people see: the reading with its bars, the mood in words, the playlist as a table.

Everything takes a Rich console as an argument and prints nothing else; links are terminal hyperlinks, and plain
addresses where the output is not a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app import Outcome
from emotion.models import ModelEntry
from emotion.types import EMOTIONS, EmotionScores, Face, Reading
from recommender.mood import EMOJI, describe
from recommender.types import Pick, Playlist

if TYPE_CHECKING:
    from recommender.bench import Bar, Figures

COLOUR = {
    "angry": "red",
    "disgust": "green",
    "fear": "magenta",
    "happy": "yellow",
    "sad": "blue",
    "surprise": "bright_cyan",
    "neutral": "white",
}
PANEL_WIDTH, BAR_WIDTH = 60, 28

WIDE = 100
"""Columns from which on a track fits in one line; in narrower windows it takes two or three."""


def outcome(console: Console, result: Outcome) -> None:
    """Show a snap: the face, the mood, the playlist, or what to try when there was no face."""
    if result.reading is not None and result.reading.face is not None:
        console.print(_face(console, result.reading.face, result.reading))
    if result.message:
        console.print(Panel(Text(result.message), title="🙈 nobody there", border_style="yellow", width=78))
    if result.mood is not None:
        mood = result.mood
        words = Text(describe(mood), style="bold")
        place = f"valence {mood.valence:+.2f} · arousal {mood.arousal:+.2f}"
        if mood.scores is not None:
            place += f" · {mood.certainty:.0%} certain"
        console.print(Text.assemble("\n  ", words, "   ", (place, "dim")))
    if result.playlist is not None:
        playlist(console, result.playlist)
        if result.playlist.strategy != "found":  # another seed finds the same
            console.print(Text(f"  --seed {result.seed} gives this list again.", style="dim"))


def playlist(console: Console, chosen: Playlist) -> None:
    """Show a playlist as a table, with the user's own mapping named where it decided."""
    notes = list(chosen.notes)
    if chosen.mapped_by != "default":
        notes.insert(0, f"Your own mapping for {chosen.mapped_by!r} decided this list (mien map show).")
    if chosen.picks:
        console.print(Text(f"\n ♫ {chosen.title}", style="bold"))
        draw = _wide_table if console.width >= WIDE else _narrow_table
        console.print(draw(chosen.picks, with_links=console.is_terminal))
        if not console.is_terminal:
            for number, pick in enumerate(chosen.picks, start=1):
                address = next(iter(pick.links.values()), "")
                console.print(Text(f"  {number:>2}  {address}"), soft_wrap=True)
    for note in notes:
        console.print(Text(f"  ☞ {note}", style="yellow"), soft_wrap=not console.is_terminal)


def _wide_table(picks: Iterable[Pick], *, with_links: bool) -> Table:
    table = Table(box=None, padding=(0, 1))
    table.add_column("", justify="right", style="dim")
    table.add_column("title", style="bold", overflow="fold", ratio=3)
    table.add_column("artist", overflow="fold", ratio=2)
    table.add_column("year", style="dim")
    table.add_column("why", style="italic", overflow="fold", ratio=3)
    if with_links:
        table.add_column("open")
    for number, pick in enumerate(picks, start=1):
        track = pick.track
        row = [Text(str(number)), Text(track.title), Text(track.artist), Text(str(track.year or "")), Text(pick.reason)]
        table.add_row(*row, *([_links(pick)] if with_links else []))
    return table


def _narrow_table(picks: Iterable[Pick], *, with_links: bool) -> Table:
    """Title over artist and year, the reason over the links."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(justify="right", style="dim")
    table.add_column(overflow="fold", ratio=1)
    table.add_column(overflow="fold", ratio=1)
    for number, pick in enumerate(picks, start=1):
        track = pick.track
        year = (f" · {track.year}", "dim") if track.year else ""
        what = Text.assemble((track.title, "bold"), "\n", track.artist, year)
        why = Text(pick.reason, style="italic")
        table.add_row(str(number), what, Group(why, _links(pick)) if with_links else why)
    return table


def models(console: Console, entries: Iterable[tuple[ModelEntry, int, bool]]) -> None:
    """Show the shipped models: (entry, bytes, whether it is the default) each."""
    table = Table(title="Shipped models", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("model", style="bold")
    for name in ("accuracy", "macro-F1", "FER+", "file", "parameters", "epochs"):
        table.add_column(name, justify="right")
    if console.width >= WIDE:
        table.add_column("what it is", style="dim", overflow="fold")
    for entry, size, default in entries:
        row = [
            entry.name + (" ★" if default else ""),
            f"{entry.metrics['public_test_accuracy']:.1%}",
            f"{entry.metrics['public_test_macro_f1']:.3f}",
            f"{crowd:.1%}" if (crowd := entry.metrics.get("public_test_ferplus_accuracy")) is not None else "–",
            f"{size / 1e6:.2f} MB",
            f"{entry.parameters:,}",
            f"{entry.metrics['epochs']:.0f}",
            *([entry.architecture] if console.width >= WIDE else []),
        ]
        table.add_row(*row)
    console.print(table)
    console.print(
        Text(
            "★ default · PublicTest, single crop · FER+: agreement with most of a crowd\n"
            "measured by: mien compare --split PublicTest --data FER2013 --votes FER+",
            "dim",
        )
    )


def recommend_bench(
    console: Console, name: str, tracks: int, found: Mapping[str, Figures], bars: Iterable[Bar]
) -> None:
    """Show what each way of choosing came to, and the bars that the planner has to meet."""
    table = Table(title=f"{name}, {tracks:,} tracks", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("", style="bold")
    for way in found:
        table.add_column(way, justify="right")
    for field, (words, form) in _BENCH_ROWS.items():
        values = [getattr(figures, field) for figures in found.values()]
        table.add_row(words, *("–" if value is None else format(value, form) for value in values))
    console.print(table)
    for bar in bars:
        sign = "≤" if bar.most else "≥"
        mark = Text("✔ ", "green") if bar.met else Text("✘ ", "red")
        console.print(mark + Text(f"{bar.what}: {bar.value:.3g} ({sign} {bar.bar:g})"))


_BENCH_ROWS = {
    "path_error": ("path error", ".3f"),
    "end_error": ("path error, first and last two", ".3f"),
    "roughness": ("roughness of transitions", ".3f"),
    "artists": ("tracks by an artist who comes once", ".1%"),
    "worst_artist": ("most tracks of one artist", "d"),
    "genres": ("different genres by length", ".2f"),
    "decade_entropy": ("entropy of decades, bits", ".2f"),
    "repetition": ("played again within ten days", ".1%"),
    "ms": ("median time, ms", ".1f"),
}


def checks(console: Console, rows: Iterable[tuple[bool | None, str, str]]) -> None:
    """Show what works: (fine, or None for "not here, not needed"; what; what was seen and what to do)."""
    table = Table(box=None, padding=(0, 1))
    table.add_column("")
    table.add_column("", style="bold", no_wrap=True)
    table.add_column("", overflow="fold")
    for fine, what, words in rows:
        mark = Text("✔", "green") if fine else Text("–", "dim") if fine is None else Text("✘", "red")
        table.add_row(mark, what, Text(words))
    console.print(table)


def _face(console: Console, face: Face, reading: Reading) -> Panel:
    assert face.scores is not None  # a reading scores every face
    top = face.scores.top
    title = f"{EMOJI[top]}  {top}"
    box = face.box
    about = f"face at {box.x},{box.y} · {box.w}×{box.h} px"
    if len(reading.faces) > 1:
        counts = "the largest counts" if reading.chosen == 0 else f"number {reading.chosen} counts"
        about += f" · {len(reading.faces)} faces, {counts}"
    width = min(PANEL_WIDTH, console.width)
    full, empty = "#-" if console.options.ascii_only else "█░"
    bars = _bars(face.scores, min(BAR_WIDTH, width - 23), full, empty)
    body = Group(bars, Text(about, style="dim"))
    return Panel(Padding(body, (0, 1)), title=title, title_align="left", border_style=COLOUR[top], width=width)


def _bars(scores: EmotionScores, width: int, full: str, empty: str) -> Table:
    table = Table.grid(padding=(0, 1))
    for emotion in sorted(EMOTIONS, key=lambda e: -scores.as_dict()[e]):
        share = scores.as_dict()[emotion]
        filled = round(share * width)
        bar = Text(full * filled, COLOUR[emotion]) + Text(empty * (width - filled), "dim")
        table.add_row(EMOJI[emotion], emotion, bar, Text(f"{share:4.0%}", justify="right"))
    return table


def _links(pick: Pick) -> Text:
    names = {"spotify": "Spotify", "youtube": "YouTube", "deezer": "Deezer"}
    text = Text()
    for service, address in pick.links.items():
        if text:
            text.append(" ")
        text.append(names.get(service, service), style=f"cyan link {address}")
    return text
