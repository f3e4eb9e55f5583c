"""The model lab: `mien train`, `runs`, `compare`, `model …`, `data …`. These commands need the train group."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from commands.options import Data, Json, Votes
from commands.printing import as_text, console, settings, training_group

data_cli = typer.Typer(help="Look at training data.", no_args_is_help=True)
model_cli = typer.Typer(help="Look into a network.", no_args_is_help=True)


def train(
    name: Annotated[
        str,
        typer.Argument(
            help="mien-emotion, cnn3x3, cnn4x4, elu, mobile, fournet, alexnet, vgg16; fournet-grey, fournet-fer2013, "
            "alexnet-fer2013; or mien-face, the detector."
        ),
    ],
    data: Data,
    votes: Annotated[
        Path | None, typer.Option(help="FER+ votes, for mien-emotion: fer2013new.csv, or row,neutral,….")
    ] = None,
    faces: Annotated[Path | None, typer.Option(help="FER2013, for mien-face (--data has the photos).")] = None,
    backgrounds: Annotated[
        Path | None, typer.Option(help="Folder of pictures without any face, for mien-face; drawn ones come anyway.")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="Run folder; without it runs/NAME.")] = None,
    recipe: Annotated[Path | None, typer.Option(help="Your own recipe file.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Fewer epochs than the recipe's.")] = None,
    deterministic: Annotated[
        bool, typer.Option("--deterministic", help="Same weights, bit by bit, every time; slower.")
    ] = False,
    mixed_precision: Annotated[
        bool, typer.Option("--mixed-precision", help="Compute in 16 bits where that is safe; faster on GPUs.")
    ] = False,
    processes: Annotated[
        int, typer.Option(min=1, help="Train in this many processes (needs JAX); on this machine unless --coordinator.")
    ] = 1,
    process: Annotated[int, typer.Option(min=0, help="Which one this is, from 0; each host starts its own.")] = 0,
    coordinator: Annotated[str | None, typer.Option(help="host:port of process 0, the same for all.")] = None,
) -> None:
    """Train a network; broken off, the same command goes on where it stopped."""
    with training_group(), ExitStack() as others:
        if name == "mien-face":
            from training.detection.console import train_detector

            train_detector(
                data,
                faces,
                run or Path("runs") / name,
                backgrounds=backgrounds,
                recipe_path=recipe,
                epochs=epochs,
                workers=processes - 1,
                cache_dir=settings().cache_dir,
                console=console(stderr=True),
            )
            return
        from training.console import train_variant

        if processes > 1 and coordinator is None:
            from training.beside import beside

            coordinator = others.enter_context(beside(processes, [sys.executable, *sys.argv]))
        train_variant(
            name,
            data,
            run or Path("runs") / name,
            votes=votes,
            recipe_path=recipe,
            epochs=epochs,
            deterministic=deterministic,
            mixed_precision=mixed_precision,
            coordinator=coordinator,
            processes=processes,
            process=process,
            cache_dir=settings().cache_dir,
            console=console(stderr=True),
        )


def runs(
    folders: Annotated[list[Path] | None, typer.Argument(help="Run folders, or folders of them; else runs/.")] = None,
    as_json: Json = False,
) -> None:
    """List trainings; two or more by name are also compared."""
    with training_group():
        from training.runs import differences, listed, runs_json, show

        found = listed(folders or [Path("runs")])
        if as_json:
            print(as_text({"runs": runs_json(found), "differences": differences(found)}))
        else:
            show(console(), found, side_by_side=len(folders or []) > 1)


def compare(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[MODELS]...", help="Names, files or run folders.")
    ] = None,
    data: Data = Path("fer2013.csv"),
    split: Annotated[
        str, typer.Option(help="Validation, PublicTest, PrivateTest, Test (every test split) or all.")
    ] = "Validation",
    out: Annotated[
        Path | None, typer.Option(help="Folder for report.html, models.csv and compare.json; made when missing.")
    ] = None,
    votes: Votes = None,
    as_json: Json = False,
) -> None:
    """Measure models on the same images, and write one report that compares them."""
    with training_group():
        from training.compare import comparison_json
        from training.compare_console import compare_and_report, show

        cache_dir = settings().cache_dir
        found = compare_and_report(
            names or [], data, split, votes=votes, out=out, cache_dir=cache_dir, console=console(stderr=True)
        )
        if as_json:
            print(as_text(comparison_json(found)))
        else:
            show(console(), found)
        if all(row.error for row in found.rows):
            raise typer.Exit(5)


@model_cli.command("summary")
def model_summary(
    name: Annotated[str, typer.Argument(help="mien-emotion, cnn3x3, cnn4x4, elu, mobile, fournet, alexnet or vgg16.")],
    form: Annotated[
        str, typer.Option(help="published (what the source prints) or trained (what is trained here).")
    ] = "published",
    option: Annotated[
        list[str] | None, typer.Option("--option", "-o", metavar="KEY=VALUE", help="Of its builder, such as pool=4.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a network layer by layer, with its parameters, as its source published it."""
    with training_group():
        from training.summaries import build, show, summary_json

        variant, network = build(name, form, option or [])
        if as_json:
            print(as_text(summary_json(name, form, network)))
        else:
            show(console(), name, form, variant, network)


@data_cli.command("report")
def data_report(
    path: Annotated[Path, typer.Argument(help="FER2013, or a photo collection (folder or zip with a legend.csv).")],
    out: Annotated[Path | None, typer.Option(help="Folder for plots: classes, sizes, mean, samples.")] = None,
    mean_image: Annotated[Path | None, typer.Option(help="Write the average face to this PNG.")] = None,
    cap: Annotated[
        list[str] | None,
        typer.Option(help="Most images of a class, as happy=500, or none; photos: happy=500,neutral=500."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides what a cap keeps and who is on which side.")] = 0,
    side: Annotated[
        int | None, typer.Option(help="Pixels of a side; without it 256 for photos, 48 for FER2013.")
    ] = None,
    channels: Annotated[int | None, typer.Option(help="1 grey, 3 RGB; without it as the data is.")] = None,
    smallest: Annotated[int, typer.Option(min=1, help="Photos whose shorter side has fewer pixels are left out.")] = 32,
    as_json: Json = False,
) -> None:
    """Count images per class and split, find duplicates, name bad rows, plot sizes and samples."""
    with training_group():
        from training.data import Loading, load, parse_cap
        from training.data_report import report, report_json, write_picture
        from training.data_words import show

        loading = Loading(side, channels, parse_cap(cap or []), seed, smallest)
        faces = load(path, loading, cache_dir=settings().cache_dir)
        found = report(faces)
        if mean_image is not None:
            write_picture(mean_image, found.mean_image)
        drawn = []
        if out is not None:
            from training.data_plots import draw

            drawn = draw(faces, found, out, seed=seed, smallest=smallest)
        if as_json:
            print(as_text(report_json(found)))
        else:
            show(console(), path, found)
            for picture in drawn:
                print(f"wrote {picture}")
