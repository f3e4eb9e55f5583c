"""`mien explain`: what a network looks at; `mien bench explanation`: how far such maps can be trusted.

Of a network with two heads it is the votes that are explained, since they are what the product reads a face by.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.options import Data, Detector, Json, Model, complete
from commands.printing import as_text, console, settings, training_group
from emotion.types import EMOTIONS
from errors import CatalogueError, ConfigError, lookup

if TYPE_CHECKING:
    from emotion.explanation.evidence import F32, Explainer
    from training.faces import Faces

METHODS = ("occlusion", "grad-cam")

Method = Annotated[
    str | None,
    typer.Option(
        help="occlusion (else for shipped models and .tflite), or grad-cam (else for .keras files and run folders).",
        autocompletion=complete(METHODS),
    ),
]
Split = Annotated[str, typer.Option(help="Validation, PublicTest, PrivateTest, Test (every test split) or all.")]


def explain(
    photo: Annotated[Path | None, typer.Argument(help="A picture; or give --data for averages.")] = None,
    model: Model = None,
    models: Annotated[str | None, typer.Option(help="Several, side by side, as cnn3x3,elu,runs/mine.")] = None,
    class_: Annotated[
        str | None,
        typer.Option("--class", help="Whose evidence; else what was read.", autocompletion=complete(EMOTIONS)),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All seven classes side by side.")] = False,
    face: Annotated[int | None, typer.Option(min=0, help="Only this face, 0 is the largest; else each face.")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Average over labelled faces: FER2013, or a photo collection.")
    ] = None,
    split: Split = "Validation",
    images: Annotated[int, typer.Option(min=1, help="With --data: most faces of each class.")] = 40,
    method: Method = None,
    detector: Detector = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The picture to write: .png, .jpg or .webp.")] = Path(
        "explained.png"
    ),
    as_json: Json = False,
) -> None:
    """Show where in a face a network finds its evidence, or where on average; of two heads the votes, as mien reads."""
    from commands import explain_view
    from emotion.explanation.drawing import check_name

    if (photo is None) == (data is None):
        raise ConfigError("Give a picture, or --data for averages over labelled faces; one of the two.")
    if class_ is not None and every:
        raise ConfigError("Give --class for one class or --all for all seven, not both.")
    if model is not None and models is not None:
        raise ConfigError("Give --model for one network or --models for several, not both.")
    if class_ is not None:
        class_ = EMOTIONS[lookup({e: i for i, e in enumerate(EMOTIONS)}, class_.strip().lower(), "class")]
    check_name(out)
    chosen = settings(model, detector)
    names = _names(models, chosen.model)
    if photo is not None:
        _explain_photo(photo, names, class_, every, face, method, chosen.detector, out, as_json)
        return
    assert data is not None  # one of the two is given
    if face is not None:
        raise ConfigError("--face is for photos; with --data each picture is one face.")
    found, faces = _labelled(data, split)
    explained = []
    with console(stderr=True).status("explaining …") as status:
        for name in names:
            explainer = open_explainer(name, method)
            by_label = {e: _spread(explainer, faces, i, images) for i, e in enumerate(EMOTIONS)}
            explained.append(_average(explainer, by_label, status))
    explain_view.draw_averages(names, explained, class_, every, out)
    if as_json:
        print(as_text(explain_view.averages_json(found, split, names, explained, out)))
    else:
        explain_view.show_averages(console(), found, split, names, explained, out)


def bench_explanation(
    models: Annotated[
        list[str] | None, typer.Argument(metavar="[MODELS]...", help="Names, files or run folders; else all shipped.")
    ] = None,
    data: Data = Path("fer2013.csv"),
    split: Split = "Validation",
    images: Annotated[int, typer.Option(min=2, help="How many faces are explained and taken apart.")] = 100,
    method: Method = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the random maps.")] = 0,
    as_json: Json = False,
) -> None:
    """Measure maps: delete and insert pixels in their order, and in that of random maps (Petsiuk et al. 2018)."""
    import time

    import numpy as np

    from commands import explain_view
    from emotion.explanation.average import spread
    from emotion.explanation.faithfulness import measure
    from emotion.models import MODELS

    found, faces = _labelled(data, split)
    numbers = spread(np.arange(len(faces)), images)
    if len(numbers) < 2:
        raise CatalogueError(found, f"has {len(faces)} image of {split}, and two are needed for an interval")
    measured = []
    with console(stderr=True).status("explaining …") as status:
        for name in models or list(MODELS):
            explainer = open_explainer(name, method)
            count = _counter(status, name, len(numbers))
            pictures = _inputs(explainer, faces, numbers)
            measured.append(measure(explainer, pictures, seed=seed, clock=time.process_time, advance=count))
    if as_json:
        print(as_text(explain_view.bench_json(found, split, measured)))
    else:
        explain_view.show_bench(console(), found, split, measured)


def open_explainer(name: str, method: str | None = None) -> Explainer:
    """Open a shipped model by its name, a `.tflite` file, a `.keras` file or a run folder.

    Raises:
        UnknownName: There is no such model or method.
        ConfigError: The method needs what the file does not have.
        ModelError: The file cannot be used.
    """
    from emotion.engine import Engine
    from emotion.explanation.occlusion import of_engine
    from emotion.models import MODELS, weights_path

    if method is not None:
        lookup(dict.fromkeys(METHODS), method, "method")
    path = Path(name)
    if name in MODELS and method == "grad-cam":
        with training_group():
            from training.exporting.restoring import restored
            from training.gradcam import of_model

            file = weights_path(MODELS[name])
            return of_model(name, restored(name, file), file)
    if name not in MODELS and (path.is_dir() or path.suffix == ".keras"):
        with training_group():
            from training.export import load_keras
            from training.gradcam import of_model

            return of_model(name, load_keras(path), path, method=method or "grad-cam")
    if method == "grad-cam" and path.suffix == ".tflite":
        raise ConfigError(
            f"Grad-CAM needs gradients, which {name} does not have: explain its .keras file or run folder, "
            "or leave --method out."
        )
    return of_engine(name, Engine(path if path.suffix == ".tflite" else lookup(MODELS, name, "model")))


def _explain_photo(
    photo: Path,
    names: Sequence[str],
    class_: str | None,
    every: bool,
    number: int | None,
    method: str | None,
    detector: str | None,
    out: Path,
    as_json: bool,
) -> None:
    from app import NO_FACE
    from commands import explain_view
    from emotion.detectors import DEFAULT_DETECTOR, DETECTORS
    from emotion.frames import from_path

    frame = from_path(photo)
    faces = lookup(DETECTORS, detector or DEFAULT_DETECTOR, "detector")()(frame)
    if number is not None and faces and number >= len(faces):
        raise ConfigError(f"There is no face {number} in {photo}: it has {len(faces)}, counted from 0, largest first.")
    wanted = [(i, found) for i, found in enumerate(faces) if number in (None, i)]
    explainers = [open_explainer(name, method) for name in names]
    explained = [
        explain_view.Explained(i, found, found.box.enlarged(frame.reduction), explainer.name, evidence)
        for i, found in wanted
        for explainer in explainers
        for evidence in [explainer.explain(explain_view.face_for(explainer, frame, found))]
    ]
    if explained:
        explain_view.draw_faces(frame, explained, class_, every, out)
    if as_json:
        print(as_text(explain_view.faces_json(photo, explained, out)))
    elif explained:
        explain_view.show_faces(console(), photo, explained, class_, out)
    else:
        print(NO_FACE)


def _names(models: str | None, model: str | None) -> list[str]:
    from emotion.models import DEFAULT_MODEL

    if models is None:
        return [model or DEFAULT_MODEL]
    names = list(dict.fromkeys(name.strip() for name in models.split(",") if name.strip()))
    if not names:
        raise ConfigError("--models names no network. Give names, files or run folders, as cnn3x3,elu.")
    return names


def _labelled(data: Path, split: str) -> tuple[str, Faces]:
    with training_group():
        from training.data import EVALUATION_SPLITS, load

        lookup(dict.fromkeys(EVALUATION_SPLITS), split, "split")
        faces = load(data, cache_dir=settings().cache_dir).split(split)
    if not len(faces):
        raise CatalogueError(data, f"holds no images of {split}; choose another --split")
    return str(data), faces


def _inputs(explainer: Explainer, faces: Faces, numbers: Any) -> F32:
    from training.inputs import as_inputs

    return as_inputs(faces.images[numbers], explainer.shape)


def _spread(explainer: Explainer, faces: Faces, label: int, most: int) -> F32:
    import numpy as np

    from emotion.explanation.average import spread

    return _inputs(explainer, faces, spread(np.flatnonzero(faces.labels == label), most))


def _average(explainer: Explainer, by_label: dict[str, F32], status: Any) -> Any:
    from emotion.explanation.average import average

    total = sum(map(len, by_label.values()))
    return average(explainer, by_label, advance=_counter(status, explainer.name, total))


def _counter(status: Any, name: str, total: int) -> Any:
    from rich.text import Text

    done = 0

    def advance(n: int) -> None:
        nonlocal done
        done += n
        status.update(Text(f"{name}: {done:,} of {total:,} faces"))

    return advance
