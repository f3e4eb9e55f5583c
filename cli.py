"""The command line: arguments, printing, exit codes, nothing else.

Exit codes: 0 done (no face is a result, not an error), 2 usage or configuration, 3 no input (picture, camera),
4 a music service, 5 data or model files. Rich loads only where something is shown to people.
"""

from __future__ import annotations

import dataclasses
import io
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands import (
    benches,
    catalogue,
    diary,
    explain,
    export,
    import_playlist,
    lab,
    login,
    mapping,
    memory,
    preview,
    scan,
    services,
)
from commands.options import (
    Clean,
    Detector,
    Find,
    Genre,
    Goal,
    Instrumental,
    Json,
    Language,
    Length,
    Minutes,
    Model,
    Name,
    Private,
    Save,
    Seed,
    Strategy,
    To,
    Without,
    Years,
    complete,
)
from commands.printing import as_text, console, fail, settings
from emotion.types import EMOTIONS
from errors import CatalogueError, ConfigError, FrameError, MienError, ModelError, ProviderError, lookup

if TYPE_CHECKING:
    from app import Finding, Outcome, Settings
    from recommender.constraints import Constraints
    from recommender.wish import Wish

cli = typer.Typer(
    name="mien",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

EXIT_CODES: tuple[tuple[type[MienError], int], ...] = (
    (FrameError, 3),
    (ProviderError, 4),
    (CatalogueError, 5),
    (ModelError, 5),
    (MienError, 2),
)


def main() -> None:
    """Run the command line; a traceback never reaches the user unless MIEN_DEBUG=1 asks for it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without emoji shows a question mark
    try:
        cli()
    except MienError as error:
        fail(str(error), next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
    except Exception as error:
        if os.environ.get("MIEN_DEBUG") == "1":
            raise
        fail(f"something went wrong inside mien: {type(error).__name__}: {error}. MIEN_DEBUG=1 shows where.", 1)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"mien {version('mien')}")
        raise typer.Exit


@cli.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """A photo of a face goes in, a playlist comes out."""


@cli.command()
def snap(
    photo: Annotated[Path | None, typer.Option(help="A picture file; without it the camera is used.")] = None,
    camera: Annotated[str | None, typer.Option(help="Camera number, or a video file; without it camera 0.")] = None,
    face: Annotated[int | None, typer.Option(min=0, help="Which face counts, 0 is the largest.")] = None,
    length: Length = None,
    minutes: Minutes = None,
    strategy: Strategy = None,
    goal: Goal = None,
    language: Language = None,
    genre: Genre = None,
    years: Years = None,
    clean: Clean = False,
    instrumental: Instrumental = False,
    without: Without = None,
    seed: Seed = None,
    private: Private = False,
    model: Model = None,
    detector: Detector = None,
    save: Save = None,
    to: To = None,
    find: Find = False,
    name: Name = None,
    as_json: Json = False,
) -> None:
    """Read a face from a photo or the camera, and choose music for it."""
    import app

    if photo is not None and camera is not None:
        raise ConfigError("Give --photo or --camera, not both.")
    chosen = settings(model, detector)
    rules = _rules(language, genre, years, clean, instrumental, without)
    wish = _wish(length, minutes, seed, strategy, goal, rules, private)
    finder = _finder(chosen, to, find)
    if photo is not None:
        from emotion.frames import from_path

        frames = [from_path(photo)]
    else:
        from emotion.camera import burst

        frames = burst(camera or "0")
    result = app.snap(chosen, frames, wish, face, find=finder)
    _show(chosen, result, wish, save, None if find else to, name, as_json, with_reading=True)


@cli.command()
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


@cli.command()
def playlist(
    mood: Annotated[str | None, typer.Option(help="An emotion.", autocompletion=complete(EMOTIONS))] = None,
    valence: Annotated[float | None, typer.Option(help="Unpleasant -1 to pleasant 1.")] = None,
    arousal: Annotated[float | None, typer.Option(help="Sleepy -1 to awake 1.")] = None,
    length: Length = None,
    minutes: Minutes = None,
    strategy: Strategy = None,
    goal: Goal = None,
    language: Language = None,
    genre: Genre = None,
    years: Years = None,
    clean: Clean = False,
    instrumental: Instrumental = False,
    without: Without = None,
    seed: Seed = None,
    private: Private = False,
    save: Save = None,
    to: To = None,
    find: Find = False,
    name: Name = None,
    as_json: Json = False,
) -> None:
    """Choose music for a mood that you name, without a photo."""
    import app
    from recommender.mood import mood_at, mood_named

    if mood is not None and valence is None and arousal is None:
        wanted = mood_named(mood)
    elif mood is None and valence is not None and arousal is not None:
        wanted = mood_at(valence, arousal)
    else:
        raise ConfigError("Give --mood, or --valence and --arousal together.")
    rules = _rules(language, genre, years, clean, instrumental, without)
    wish = _wish(length, minutes, seed, strategy, goal, rules, private)
    chosen = settings()
    result = app.play(chosen, wanted, wish, find=_finder(chosen, to, find))
    _show(chosen, result, wish, save, None if find else to, name, as_json, with_reading=False)


@cli.command()
def models(as_json: Json = False) -> None:
    """Show the shipped emotion models with their measured figures."""
    from emotion.models import DEFAULT_MODEL, MODELS, weights_path

    rows = [(entry, weights_path(entry).stat().st_size, name == DEFAULT_MODEL) for name, entry in MODELS.items()]
    if as_json:
        print(as_text([{**dataclasses.asdict(e), "bytes": size, "default": default} for e, size, default in rows]))
        return
    import view

    view.models(console(), rows)


@cli.command()
def doctor(
    online: Annotated[bool, typer.Option("--online", help="Also ask the services that you are logged in to.")] = False,
    as_json: Json = False,
) -> None:
    """Say what works on this machine, and what to do about what does not."""
    import doctor as checks

    rows = list(checks.examine(settings(), online=online))
    if as_json:
        print(as_text([{"ok": row.fine, "what": row.what, "words": row.words} for row in rows]))
    else:
        import view

        view.checks(console(), [(row.fine, row.what, row.words) for row in rows])
    if any(row.fine is False for row in rows):
        raise typer.Exit(5)


def _rules(
    languages: list[str] | None,
    genres: list[str] | None,
    years: str | None,
    clean: bool,
    instrumental: bool,
    without: list[str] | None,
) -> Constraints:
    from recommender.constraints import Constraints, years_in
    from recommender.identity import artist_key

    return Constraints(
        languages=frozenset(languages or ()),
        genres=frozenset(genres or ()),
        years=None if years is None else years_in(years),
        explicit=False if clean else None,
        instrumental=instrumental,
        banned_artists=frozenset(map(artist_key, without or ())),
    )


def _wish(
    length: int | None,
    minutes: float | None,
    seed: int | None,
    strategy: str | None,
    goal: str | None,
    rules: Constraints,
    private: bool,
) -> Wish:
    """Refuse what makes no sense before a picture is taken."""
    from recommender.strategies import STRATEGIES, goal_named
    from recommender.wish import Wish

    if length is not None and minutes is not None:
        raise ConfigError("Give --length or --minutes, not both.")
    if strategy is not None and goal is not None:
        raise ConfigError("A strategy and a goal are two ways; give --strategy or --goal, not both.")
    if strategy is not None:
        lookup(STRATEGIES, strategy.strip().lower(), "strategy")
    if goal is not None:
        goal_named(goal)
    return Wish(length or 20, seed, strategy, goal, minutes, rules, private)


def _finder(chosen: Settings, to: str | None, find: bool) -> Finding | None:
    """Refuse a service that cannot do what is wished before a picture is taken."""
    if find and to is None:
        raise ConfigError("--find looks for a playlist at a service; say which: --to spotify.")
    if to is None:
        return None
    import music

    if find:
        return music.finder(chosen, to)
    music.able(to, "sink", "save playlists")
    if to == "file":
        raise ConfigError("A file needs a name: --save list.m3u8.")
    return None


def _show(
    chosen: Settings,
    result: Outcome,
    wish: Wish,
    save: Path | None,
    to: str | None,
    name: str | None,
    as_json: bool,
    *,
    with_reading: bool,
) -> None:
    """Save a list where it is wished, and show it as it is there; without the service it is shown all the same."""
    import app

    there, trouble = None, None
    if to is not None and result.playlist is not None:
        import music
        from recommender.providers import SaveWish

        wanted = SaveWish(name or "", rules=music.rules_of(chosen, wish.rules), private=wish.private)
        try:
            there = music.save(chosen, result.playlist, to, wanted)
        except ProviderError as error:
            trouble = error
    if there is not None and there.playlist is not None:
        result = dataclasses.replace(result, playlist=there.playlist)
    saved = app.save(result.playlist, save) if save is not None and result.playlist is not None else None
    if as_json:
        document = app.outcome_json(result, with_reading=with_reading)
        if to is not None:
            document["saved"] = None if there is None else music.saved_json(to, there)
        print(as_text(document))
    else:
        import view

        view.outcome(console(), result)
        if saved is not None:
            print(f"  Saved {saved.placed} track{'s' * (saved.placed != 1)} to {saved.where}")
        if to is not None and there is not None:
            services.tell_saved(to, there)
    for missing in saved.missing if saved is not None else ():
        print(f"mien: {save} cannot hold what is in {missing}; open that itself.", file=sys.stderr)
    if result.playlist is None:
        for goal in filter(None, (save, to)):
            print(f"mien: {goal} was not written: without a face there is no playlist.", file=sys.stderr)
    if trouble is not None:
        finish = "Wish for it again" if wish.private else f"Your list is kept; finish it: mien save --to {to}"
        named = "" if name is None or wish.private else f" --name {shlex.quote(name)}"
        fail(f"{trouble} {finish}{named}.", 4)


TASTE, MUSIC, LAB = "Your taste", "Your music", "The model lab"
for _command in (memory.like, memory.skip, memory.ban, memory.unban, memory.taste, memory.correct, memory.calibrate):
    cli.command(rich_help_panel=TASTE)(_command)
cli.add_typer(diary.cli, name="diary", rich_help_panel=TASTE)
cli.command(rich_help_panel=TASTE)(memory.erase)
for _service in (services.save, services.play, preview.preview):
    cli.command(rich_help_panel=MUSIC)(_service)
cli.add_typer(services.find_cli, name="find", rich_help_panel=MUSIC)
catalogue.cli.command("scan")(scan.catalogue_scan)
cli.add_typer(catalogue.cli, name="catalogue", rich_help_panel=MUSIC)
cli.command("import-playlist", rich_help_panel=MUSIC)(import_playlist.import_playlist)
cli.add_typer(mapping.cli, name="map", rich_help_panel=MUSIC)
cli.add_typer(login.cli, name="login", rich_help_panel=MUSIC)
cli.command(rich_help_panel=MUSIC)(login.logout)
lab.model_cli.command("card")(export.model_card)
lab.model_cli.command("sizes")(export.model_sizes)
for _experiment in (lab.train, lab.runs, lab.compare, export.export):
    cli.command(rich_help_panel=LAB)(_experiment)
cli.command(rich_help_panel=LAB)(explain.explain)
benches.cli.command("explanation")(explain.bench_explanation)
cli.add_typer(benches.cli, name="bench", rich_help_panel=LAB)
cli.add_typer(lab.model_cli, name="model", rich_help_panel=LAB)
cli.add_typer(lab.data_cli, name="data", rich_help_panel=LAB)


if __name__ == "__main__":
    main()
