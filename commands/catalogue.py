"""`mien catalogue`: the user's own music."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import Json, service
from commands.printing import as_text, console, settings
from errors import CatalogueError, ConfigError

if TYPE_CHECKING:
    from sqlalchemy import Engine

cli = typer.Typer(help="Your own music: import tables, scan audio files, look into them.", no_args_is_help=True)


@cli.command("import")
def catalogue_import(
    files: Annotated[
        list[Path] | None, typer.Argument(help=".csv, .tsv, both as .gz, .parquet, .jsonl; or none with --from")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", help="A service instead, such as spotify.", autocompletion=service("source")),
    ] = None,
    what: Annotated[
        list[str] | None, typer.Option(help="With --from: only this part, such as saved or top; repeat for more.")
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(
            metavar="SERVICE",
            help="With --from: let this service (reccobeats) say how tracks sound; it is told which they are.",
        ),
    ] = None,
    corrections: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Correct the mapping: title=track_name; genre= for none."),
    ] = None,
    bad: Annotated[Path | None, typer.Option(help="Where bad rows go; without it a file in the data folder.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show which column is what.")] = False,
    as_json: Json = False,
) -> None:
    """Add tables of music, or what you have at a service, to your catalogue; the same again adds nothing."""
    if (source is None) == (not files):
        raise ConfigError("Give files, or a service: mien catalogue import --from spotify.")
    if source is not None:
        _import_from(source, tuple(what or ()), features, as_json)
        return
    if what or features:
        raise ConfigError("--what and --features belong to --from; tables have their own columns.")
    from datetime import UTC, datetime

    from recommender.importing.columns import parse_corrections
    from recommender.importing.imports import import_file, imported_json, look_into, look_json

    wanted = parse_corrections(corrections or [])
    if bad is not None and len(files or ()) > 1:
        raise ConfigError("--bad takes the rows of one file; give one FILE, or leave --bad out.")
    chosen = settings()
    failed = 0
    for path in files or ():
        try:
            if dry_run:
                found = look_into(path, wanted)
                document = look_json(path, *found)
                if not as_json:
                    from commands import catalogue_view as view

                    view.columns(console(), path, *found)
            else:
                from commands import catalogue_view as view

                watch = view.Watch(console(stderr=True), path, quiet=as_json)
                with watch:
                    done = import_file(
                        _store(make=True),
                        path,
                        bad_path=bad or chosen.data_dir / "bad" / f"{path.name}.bad.csv",
                        now=datetime.now(UTC),
                        corrections=wanted,
                        found=watch.mapping,
                        progress=watch.progress,
                    )
                document = imported_json(done)
                if not as_json:
                    view.imported(console(), done)
        except CatalogueError as error:
            if len(files or ()) == 1:
                raise
            failed += 1
            print(f"mien: {error}", file=sys.stderr)
            document = {"path": str(path), "error": str(error)}
        if as_json:
            print(as_text(document))
    if failed == len(files or ()):
        raise typer.Exit(5)


@cli.command("stats")
def catalogue_stats(as_json: Json = False) -> None:
    """Count what is in your catalogue: moods, decades, languages, genres, imports."""
    import dataclasses

    from recommender.store.queries import stats

    found = stats(_store())
    if as_json:
        print(as_text(dataclasses.asdict(found)))
    else:
        from commands import catalogue_view as view

        view.stats(console(), found)


@cli.command("search")
def catalogue_search(
    words: Annotated[list[str], typer.Argument(help="Words of title and artist.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 20,
    as_json: Json = False,
) -> None:
    """Find tracks of your catalogue by title and artist."""
    from recommender.asjson import track_json
    from recommender.store.queries import search

    found = search(_store(), " ".join(words), limit)
    if as_json:
        print(as_text([track_json(track) for track in found]))
    elif found:
        from commands import catalogue_view as view

        view.tracks(console(), found)
    else:
        print(f"Your catalogue has nothing with {' '.join(words)!r}.")


@cli.command("export")
def catalogue_export(
    file: Annotated[Path, typer.Argument(help=".csv, .tsv, .jsonl, or one of them as .gz")], as_json: Json = False
) -> None:
    """Write your catalogue to a file that mien can import again."""
    from recommender.store.export import export

    count = export(_store(), file)
    print(as_text({"path": str(file), "tracks": count}) if as_json else f"Wrote {count:,} tracks to {file}")


@cli.command("dedupe")
def catalogue_dedupe(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be merged.")] = False,
    as_json: Json = False,
) -> None:
    """Merge tracks that are the same song: same ISRC or identifier, else same title and artist."""
    from recommender.asjson import track_json
    from recommender.store.queries import dedupe

    count, pairs = dedupe(_store(), really=not dry_run)
    if as_json:
        examples = [{"kept": track_json(kept), "merged": track_json(gone)} for kept, gone in pairs]
        print(as_text({"merged": count, "dry_run": dry_run, "examples": examples}))
        return
    for kept, gone in pairs:
        print(f"{gone.artist}: {gone.title}  →  {kept.artist}: {kept.title}")
    print(f"{'Would merge' if dry_run else 'Merged'} {count:,} track{'s' * (count != 1)}.")


def _import_from(service: str, what: tuple[str, ...], features: str | None, as_json: bool) -> None:
    """Add what the user has at a service."""
    import music
    from recommender.importing.listed import listed_json
    from recommender.providers import PROVIDERS

    done, said = music.import_from(settings(), service, what, features=features)
    if said is not None:
        print(f"mien: {said}", file=sys.stderr)
    if as_json:
        print(as_text(listed_json(done)))
    else:
        from commands import catalogue_view as view

        view.listed(console(), PROVIDERS[service].title, done, may_ask=features is None)


def _store(*, make: bool = False) -> Engine:
    engine, said = settings().library.open(make=make)
    if said is not None:
        print(f"mien: {said}", file=sys.stderr)
    return engine
