"""`mien bench`: how well mien does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.options import Json
from commands.printing import as_text, console

cli = typer.Typer(help="Measure how well mien does.", no_args_is_help=True)


@cli.command("recommend")
def bench_recommend(
    data: Annotated[
        Path | None, typer.Option(help="A table of tracks (as for: catalogue import); without it the built-in one.")
    ] = None,
    moods: Annotated[int, typer.Option(min=1, help="Random moods; each is planned with every strategy.")] = 200,
    days: Annotated[int, typer.Option(min=1, help="Moods that are lived for ten days.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Of the moods and the playlists.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure the playlists: path error, roughness, diversity, repetition and time, beside two simple ways."""
    from time import perf_counter

    from recommender import bench
    from recommender.catalogue import BuiltIn

    catalogue = BuiltIn() if data is None else bench.table_of(data)
    found = bench.measure(catalogue, moods=moods, days_moods=min(days, moods), seed=seed, clock=perf_counter)
    name = "built-in table" if data is None else str(data)
    if as_json:
        print(as_text(bench.bench_json(name, len(catalogue), found)))
    else:
        import view

        view.recommend_bench(console(), name, len(catalogue), found, bench.bars(found))
