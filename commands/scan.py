"""`mien catalogue scan`: the user's own audio files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.options import Json
from commands.printing import as_text, console, settings
from errors import ConfigError


def catalogue_scan(
    folder: Annotated[Path, typer.Argument(help="A folder of .mp3, .flac, .ogg, .opus, .m4a and .wav files.")],
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, max=256, help="Processes; one for each core without it.")
    ] = None,
    tags_only: Annotated[bool, typer.Option("--tags-only", help="Read tags, measure nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Read files that have not changed, too.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Take files that have vanished out of your catalogue.")
    ] = False,
    write_tags: Annotated[
        bool,
        typer.Option("--write-tags", help="Write mood and BPM into files that lack them; the sound stays as it is."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Add your own audio files to your catalogue: tags, and what can be heard; only new and changed files are read."""
    from datetime import UTC, datetime

    from commands import scan_view as view
    from recommender.scanning.report import scanned_json
    from recommender.scanning.scan import scan

    if tags_only and write_tags:
        raise ConfigError("--write-tags writes what is measured; leave out --tags-only.")
    engine, said = settings().library.open(make=True)
    if said is not None:
        print(f"mien: {said}", file=sys.stderr)
    bar = view.Bar(console(stderr=True), quiet=as_json)
    try:
        with bar:
            report = scan(
                engine,
                folder,
                now=datetime.now(UTC),
                many=jobs or _cores(),
                listen=not tags_only,
                again=again,
                prune=prune,
                write=write_tags,
                progress=bar.progress,
            )
    except KeyboardInterrupt:
        print(
            "mien: stopped. What was read is in your catalogue; the same command goes on from there.", file=sys.stderr
        )
        raise typer.Exit(130) from None
    if as_json:
        print(as_text(scanned_json(report, pruned=prune)))
    else:
        view.scanned(console(), report, pruned=prune)
    if report.files and not report.unchanged and len(report.broken) >= report.files:
        raise typer.Exit(5)


def _cores() -> int:
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
