"""`mien import-playlist`: playlist files of any player, into your catalogue, and as the music of an emotion."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.options import Json, complete
from commands.printing import as_text, settings
from emotion.types import EMOTIONS
from errors import CatalogueError, MienError, UnknownName


def import_playlist(
    files: Annotated[list[Path], typer.Argument(help=".m3u8, .m3u, .xspf, .jspf, or mien's own .json")],
    emotion: Annotated[
        str | None,
        typer.Option("--for", help="Also play these files for this emotion.", autocompletion=complete(EMOTIONS)),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add the songs of playlist files to your catalogue; the same file again adds nothing."""
    from datetime import UTC, datetime

    from recommender import mapping
    from recommender.catalogue import BuiltIn
    from recommender.choice import Choice, problems_of
    from recommender.importing.listed import import_listed
    from recommender.providers.file.reading import read

    chosen = settings()
    choice = Choice(playlists=tuple(str(path.absolute()) for path in files))
    if emotion is not None:  # refuse before anything is imported
        mapping.load(chosen.config_dir)
        if emotion.strip().lower() not in EMOTIONS:
            raise UnknownName("emotion", emotion, EMOTIONS)
        for _, reason in problems_of(choice):
            raise CatalogueError(files[0], f"{reason}.")
    engine, said = chosen.library.open(make=True)
    if said is not None:
        print(f"mien: {said}", file=sys.stderr)
    failed = 0
    for path in files:
        document: dict[str, Any] = {"path": str(path), "title": None, "error": None}
        try:
            listed = read(path)
            done = import_listed(engine, str(path.absolute()), listed.tracks, BuiltIn().tracks(), now=datetime.now(UTC))
            document |= asdict(done) | {"title": listed.title, "unnamed": listed.unnamed}
            del document["service"]
            if not as_json:
                _show(document)
        except MienError as error:
            failed += 1
            document["error"] = str(error)
            if not as_json:
                print(f"mien: {error}", file=sys.stderr)
        if as_json:
            print(as_text(document))
    if failed:
        raise typer.Exit(5)
    if emotion is not None:
        where = mapping.set_choice(chosen.config_dir, emotion, choice)
        print(f"{emotion.lower()}: {choice}  ({where})", file=sys.stderr if as_json else sys.stdout)


def _show(done: dict[str, Any]) -> None:
    many = done["tracks"]
    print(f"{done['title']}: {many} song{'s' * (many != 1)}, {done['added']} new, {done['merged']} there already")
    if done["unnamed"]:
        print(f"  ☞ {done['unnamed']} entries name no song")
    if done["without_mood"]:
        print(
            f"  ☞ {done['without_mood']} have no known valence and energy, so moods do not lead to them yet: "
            "mien catalogue scan FOLDER listens to your files"
        )
