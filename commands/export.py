"""`mien export`, `mien model sizes` and `mien model card`: a network, ready to ship."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.options import Data, Json, Votes, complete
from commands.printing import as_text, console, settings, training_group


def export(
    model: Annotated[str, typer.Argument(help="A shipped name, a run folder or a .keras file.")],
    out: Annotated[Path, typer.Option(help="File to write; for saved_model a new folder.")],
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="tflite, onnx, keras or saved_model; without it as the name of --out ends.",
            autocompletion=complete(["tflite", "onnx", "keras", "saved_model"]),
        ),
    ] = None,
    quantize: Annotated[
        str,
        typer.Option(
            help="Weights: none (float32), float16, int8 (activations too, calibrated on Training), dynamic (8 bits).",
            autocompletion=complete(["none", "float16", "int8", "dynamic"]),
        ),
    ] = "none",
    data: Data = Path("fer2013.csv"),
    votes: Votes = None,
    batch: Annotated[int, typer.Option(min=1, max=1024, help="Pictures at once, fixed.")] = 1,
    licence: Annotated[str | None, typer.Option(help="SPDX identifier, for a network of your own.")] = None,
    as_json: Json = False,
) -> None:
    """Write a network for phones and other programs, compared with its source on 200 real faces."""
    with training_group():
        from training.exporting.console import export_model, exported_json, show

        made = export_model(
            model,
            out,
            data,
            votes=votes,
            form=form,
            quantize=quantize,
            batch=batch,
            licence=licence,
            cache_dir=settings().cache_dir,
            console=console(stderr=True),
        )
        if as_json:
            print(as_text(exported_json(made)))
        else:
            show(console(), made)


def model_sizes(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[MODELS]...", help="Names, run folders, .keras; else all.")
    ] = None,
    data: Data = Path("fer2013.csv"),
    votes: Votes = None,
    as_json: Json = False,
) -> None:
    """Print what networks cost a phone: sizes of file and package, memory, accuracy in float32, float16 and 8 bits."""
    with training_group():
        from emotion.models import MODELS
        from training.data import load
        from training.exporting.sizes import measured, show, sizes_json

        with console(stderr=True).status("reading the data …") as status:
            faces = load(data, cache_dir=settings().cache_dir)
            found = measured(names or list(MODELS), faces, status.update, votes)
        if as_json:
            print(as_text(sizes_json(found)))
        else:
            show(console(), found)


def model_card(
    name: Annotated[str, typer.Argument(help="A shipped name, a run folder, or a file that mien exported.")],
    results: Annotated[
        Path | None, typer.Option(help="What `mien compare --out` wrote: adds every class and the confusion matrix.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write it to this file instead of printing it.")] = None,
) -> None:
    """Print a model card in Markdown: what it is, its licence, how good it is, what it is not for."""
    with training_group():
        from training.exporting.card import card_of

        text = card_of(name, results)
        if out is None:
            print(text, end="")
        else:
            from atomic import write_atomically

            print(f"wrote {write_atomically(out, text)}")
