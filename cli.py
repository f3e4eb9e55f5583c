"""The command line: arguments, printing, exit codes, nothing else.

Exit codes: 0 done (no face is a result, not an error), 2 usage or configuration, 3 no input (picture, camera),
4 a music service, 5 data or model files. Rich loads only where something is shown to people.
"""

from __future__ import annotations

import copy
import dataclasses
import io
import os
import sys
from typing import Annotated

import typer
from typer.main import get_command_name
from typer.models import CommandInfo

from commands import (
    benches,
    catalogue,
    diary,
    explain,
    export,
    import_playlist,
    lab,
    login,
    making,
    mapping,
    memory,
    preview,
    reading,
    scan,
    services,
)
from commands.options import Json
from commands.printing import as_text, console, fail, settings
from errors import CatalogueError, FrameError, MienError, ModelError, ProviderError

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
        asked_for(sys.argv[1:2])()
    except MienError as error:
        fail(str(error), next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
    except Exception as error:
        if os.environ.get("MIEN_DEBUG") == "1":
            raise
        fail(f"something went wrong inside mien: {type(error).__name__}: {error}. MIEN_DEBUG=1 shows where.", 1)


def asked_for(first: list[str]) -> typer.Typer:
    """Return the command line with the one command or group that is called, if it is there, and else with all of them.

    Typer builds all that it is given, which would take a tenth of a snap.
    """
    narrowed = copy.copy(cli)
    narrowed.registered_commands = [command for command in cli.registered_commands if _name(command) in first]
    narrowed.registered_groups = [group for group in cli.registered_groups if group.name in first]
    return narrowed if narrowed.registered_commands or narrowed.registered_groups else cli


def _name(command: CommandInfo) -> str:
    return command.name or (get_command_name(command.callback.__name__) if command.callback else "")


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


def models(as_json: Json = False) -> None:
    """Show the shipped emotion models with their measured figures."""
    from emotion.models import DEFAULT_MODEL, MODELS, weights_path

    rows = [(entry, weights_path(entry).stat().st_size, name == DEFAULT_MODEL) for name, entry in MODELS.items()]
    if as_json:
        print(as_text([{**dataclasses.asdict(e), "bytes": size, "default": default} for e, size, default in rows]))
        return
    import view

    view.models(console(), rows)


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


for _first in (making.snap, reading.read, making.playlist, models, doctor):
    cli.command()(_first)
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
