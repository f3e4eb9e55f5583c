"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from emotion.types import EMOTIONS


def complete(names: Iterable[str]) -> Any:
    return lambda incomplete: [name for name in names if name.startswith(incomplete)]


def savable(path: Path | None) -> Path | None:
    """Refuse a file name that says no format before a picture is taken."""
    if path is not None:
        from recommender.providers.file.provider import format_of

        format_of(path)
    return path


def complete_models(incomplete: str) -> list[str]:
    from emotion.models import MODELS

    return [name for name in MODELS if name.startswith(incomplete)]


def service(ability: str) -> Any:
    """Complete the names of services that have an ability."""

    def names(incomplete: str) -> list[str]:
        import music

        return [name for name in music.those_that(ability) if name.startswith(incomplete)]

    return names


Length = Annotated[
    int | None, typer.Option("--length", "-n", min=1, max=1000, help="Tracks in the playlist; 20 without --minutes.")
]
Minutes = Annotated[float | None, typer.Option(min=1, max=6000, help="The most it may last, instead of a length.")]
Strategy = Annotated[
    str | None,
    typer.Option(
        help="Where to go from the mood: match (stay), lift, calm, energise, or auto, which decides by the mood.",
        autocompletion=complete(["auto", "match", "lift", "calm", "energise"]),
    ),
]
Goal = Annotated[
    str | None,
    typer.Option(help="Any destination: an emotion, or valence,arousal as 0.6,0.2.", autocompletion=complete(EMOTIONS)),
]
Language = Annotated[
    list[str] | None, typer.Option(help="Only this language (ISO 639-1, such as de); repeat for more.")
]
Genre = Annotated[list[str] | None, typer.Option(help="Only this genre, such as soul; repeat for more.")]
Years = Annotated[str | None, typer.Option(help="Only these years: 1970-1979, 1984, 1990-, -1969.")]
Clean = Annotated[bool, typer.Option("--clean", help="Nothing that is marked explicit.")]
Instrumental = Annotated[bool, typer.Option("--instrumental", help="Nothing with singing.")]
Without = Annotated[list[str] | None, typer.Option(help="Nothing by this artist; repeat for more.")]
Seed = Annotated[
    int | None, typer.Option(min=0, help="The same seed gives the same playlist; without one each differs.")
]
Private = Annotated[bool, typer.Option("--private", help="Keep nothing of this: neither the list nor the reading.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON (docs/json.md) instead of pictures and tables.")]
Save = Annotated[
    Path | None,
    typer.Option("--save", callback=savable, help="Also write the playlist: .m3u8, .xspf, .jspf or .json."),
]
To = Annotated[
    str | None,
    typer.Option("--to", help="Also save it at a service, such as spotify.", autocompletion=service("sink")),
]
Find = Annotated[
    bool, typer.Option("--find", help="With --to: take a playlist that is there for the mood, instead of songs.")
]
Name = Annotated[str | None, typer.Option("--name", help="Of the playlist at the service; else the list's title.")]
Public = Annotated[bool, typer.Option("--public", help="Let others see the playlist; it is private without this.")]
Model = Annotated[
    str | None, typer.Option("--model", help="Shipped model or .tflite file.", autocompletion=complete_models)
]
Detector = Annotated[
    str | None,
    typer.Option(
        "--detector", help="Face detector: mien-face or haar.", autocompletion=complete(["mien-face", "haar"])
    ),
]
Votes = Annotated[
    Path | None, typer.Option(help="FER+ votes: fer2013new.csv beside a complete fer2013.csv, or row,neutral,….")
]
Emotion = Annotated[str, typer.Argument(help="One of the seven emotions.", autocompletion=complete(EMOTIONS))]
Data = Annotated[Path, typer.Option("--data", help="FER2013: .csv, .csv.gz, .zip, or a folder of pictures.")]
