"""`mien bench`: how well mien does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.options import Data, Detector, Json, Model, Votes
from commands.printing import as_text, console, settings, training_group

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


@cli.command("detectors")
def bench_detectors(
    data: Annotated[
        Path | None, typer.Option(help="Photos, each of one prominent face; without them only the rest is measured.")
    ] = None,
    detector: Annotated[
        list[str] | None, typer.Option(help="One or several: names, or .tflite files; without it all that ship.")
    ] = None,
    every: Annotated[int, typer.Option(min=1, help="Take every Nth photo.")] = 1,
    condition: Annotated[list[str] | None, typer.Option(help="Only this, such as upright; may be repeated.")] = None,
    without_faces: Annotated[Path | None, typer.Option(help="A folder of your pictures that show nobody.")] = None,
    faceless: Annotated[int, typer.Option(min=0, help="Pictures without a face of a kind for each of 3 seeds.")] = 60,
    frames: Annotated[int, typer.Option(min=0, help="Frames that are timed, with a face and without.")] = 12,
    sheet: Annotated[Path | None, typer.Option(help="Draw 300 photos with the boxes of the first detector.")] = None,
    as_json: Json = False,
) -> None:
    """Measure what face detectors find, miss and take for a face, and what they cost."""
    from emotion.detectors import DETECTORS
    from training.detection_bench import bench_json
    from training.detection_console import bench_detectors as bench
    from training.detection_console import show

    names = detector or list(DETECTORS)
    found = bench(
        names,
        data,
        every=every,
        conditions=condition or [],
        without_faces=without_faces,
        faceless=faceless,
        frames=frames,
        sheet=sheet,
        console=console(stderr=True),
    )
    if as_json:
        print(as_text(bench_json(found)))
    else:
        show(console(), found)


@cli.command("end-to-end")
def bench_end_to_end(
    data: Data,
    split: Annotated[str, typer.Option(help="Validation, PublicTest, PrivateTest, Test or all.")] = "Validation",
    votes: Votes = None,
    detector: Detector = None,
    model: Model = None,
    every: Annotated[int, typer.Option(min=1, help="Take every Nth face.")] = 1,
    as_json: Json = False,
) -> None:
    """Measure what is lost between a face and its reading: put into larger pictures, found, cut out, turned, read."""
    from emotion.detectors import DEFAULT_DETECTOR
    from emotion.models import DEFAULT_MODEL
    from training.end_to_end import passages_json
    from training.end_to_end_console import bench_end_to_end as bench
    from training.end_to_end_console import show

    chosen = settings(model, detector)
    names, cache_dir = (chosen.detector or DEFAULT_DETECTOR, chosen.model or DEFAULT_MODEL), chosen.cache_dir
    with training_group():  # for the votes
        found = bench(*names, data, split, votes=votes, every=every, cache_dir=cache_dir, console=console(stderr=True))
    if as_json:
        print(as_text(passages_json(split, *names, found)))
    else:
        show(console(), split, *names, found)


@cli.command("robustness")
def bench_robustness(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[MODELS]...", help="Names, files or run folders; else all that ship.")
    ] = None,
    data: Data = Path("fer2013.csv"),
    split: Annotated[str, typer.Option(help="Validation, PublicTest, PrivateTest, Test or all.")] = "Validation",
    votes: Votes = None,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print one table as docs/model-card.md has it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure what dark, blurred, compressed, tilted and badly boxed faces cost emotion networks."""
    with training_group():
        from emotion.models import MODELS
        from training.robustness_console import bench_robustness as bench
        from training.robustness_console import markdown, robustness_json, show

        chosen, cache_dir = names or list(MODELS), settings().cache_dir
        found = bench(chosen, data, split, votes=votes, cache_dir=cache_dir, console=console(stderr=True))
        if as_json:
            print(as_text(robustness_json(split, found)))
        elif as_markdown:
            print(markdown(found))
        else:
            show(console(), split, found)
