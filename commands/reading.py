"""`mien read`: every face of many pictures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.options import Detector, Json, Model
from commands.printing import as_text, fail, settings
from errors import MienError


def read(
    paths: Annotated[list[Path], typer.Argument(help="Pictures, or folders of pictures.")],
    model: Model = None,
    detector: Detector = None,
    as_json: Json = False,
) -> None:
    """Read every face of many pictures; a bad file is reported and the rest goes on."""
    import app
    from emotion.asjson import reading_json

    seen = good = 0
    for path, reading in app.read_all(settings(model, detector), paths):
        seen += 1
        failed = isinstance(reading, MienError)
        good += not failed
        if as_json:
            faces = [] if isinstance(reading, MienError) else reading_json(reading)["faces"]
            print(as_text({"path": str(path), "faces": faces, "error": str(reading) if failed else None}))
        elif isinstance(reading, MienError):
            print(f"mien: {reading}", file=sys.stderr)
        else:
            words = ", ".join(f"{f.scores.top} {max(f.scores.probabilities):.0%}" for f in reading.faces if f.scores)
            print(f"{path}: {words or 'no face'}")
    if not seen:
        given, known = ", ".join(map(str, paths)), ", ".join(app.PICTURE_SUFFIXES)
        fail(f"There are no pictures in {given}. In folders mien looks for {known}.", 3)
    if not good:
        fail("Not one picture could be read; what is wrong with each stands above.", 3)
