"""The command line: arguments, printing, exit codes, nothing else.

Exit codes: 0 done (no face is a result, not an error), 2 usage or configuration, 3 no input (picture, camera),
4 a music service, 5 data or model files. Rich loads only where something is shown to people.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from emotion.types import EMOTIONS
from errors import CatalogueError, ConfigError, FrameError, MienError, ModelError, ProviderError, lookup

if TYPE_CHECKING:
    from rich.console import Console
    from sqlalchemy import Engine

    from app import Outcome, Settings, Wish
    from recommender.constraints import Constraints

cli = typer.Typer(
    name="mien",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
map_cli = typer.Typer(help="Map emotions to your own music by hand.", no_args_is_help=True)
data_cli = typer.Typer(help="Look at training data.", no_args_is_help=True)
cli.add_typer(map_cli, name="map")
cli.add_typer(data_cli, name="data")
model_cli = typer.Typer(help="Look into a network.", no_args_is_help=True)
cli.add_typer(model_cli, name="model")
catalogue_cli = typer.Typer(help="Your own music: import tables, look into them.", no_args_is_help=True)
cli.add_typer(catalogue_cli, name="catalogue")

bench_cli = typer.Typer(help="Measure how well mien does.", no_args_is_help=True)
cli.add_typer(bench_cli, name="bench")

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
        _fail(str(error), next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
    except Exception as error:
        if os.environ.get("MIEN_DEBUG") == "1":
            raise
        _fail(f"something went wrong inside mien: {type(error).__name__}: {error}. MIEN_DEBUG=1 shows where.", 1)


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


def _complete(names: Iterable[str]) -> Any:
    return lambda incomplete: [name for name in names if name.startswith(incomplete)]


def _savable(path: Path | None) -> Path | None:
    """Refuse a file name that says no format before a picture is taken."""
    if path is not None:
        from recommender.providers.file.provider import format_of

        format_of(path)
    return path


def _complete_models(incomplete: str) -> list[str]:
    from emotion.models import MODELS

    return [name for name in MODELS if name.startswith(incomplete)]


Length = Annotated[
    int | None, typer.Option("--length", "-n", min=1, max=1000, help="Tracks in the playlist; 20 without --minutes.")
]
Minutes = Annotated[float | None, typer.Option(min=1, max=6000, help="The most it may last, instead of a length.")]
Strategy = Annotated[
    str | None,
    typer.Option(
        help="Where to go from the mood: match (stay), lift, calm, energise, or auto, which decides by the mood.",
        autocompletion=_complete(["auto", "match", "lift", "calm", "energise"]),
    ),
]
Goal = Annotated[
    str | None,
    typer.Option(
        help="Any destination: an emotion, or valence,arousal as 0.6,0.2.", autocompletion=_complete(EMOTIONS)
    ),
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
Json = Annotated[bool, typer.Option("--json", help="Print JSON (docs/json.md) instead of pictures and tables.")]
Save = Annotated[
    Path | None,
    typer.Option("--save", callback=_savable, help="Also write the playlist: .m3u8, .xspf, .jspf or .json."),
]
Model = Annotated[
    str | None, typer.Option("--model", help="Shipped model or .tflite file.", autocompletion=_complete_models)
]
Detector = Annotated[str | None, typer.Option("--detector", help="Face detector.", autocompletion=_complete(["haar"]))]
Emotion = Annotated[str, typer.Argument(help="One of the seven emotions.", autocompletion=_complete(EMOTIONS))]
Data = Annotated[Path, typer.Option("--data", help="FER2013: .csv, .csv.gz, .zip, or a folder of pictures.")]


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
    model: Model = None,
    detector: Detector = None,
    save: Save = None,
    as_json: Json = False,
) -> None:
    """Read a face from a photo or the camera, and choose music for it."""
    import app

    if photo is not None and camera is not None:
        raise ConfigError("Give --photo or --camera, not both.")
    settings = _settings(model, detector)
    rules = _rules(language, genre, years, clean, instrumental, without)
    wish = _wish(length, minutes, seed, strategy, goal, rules)
    if photo is not None:
        from emotion.frames import from_path

        frames = [from_path(photo)]
    else:
        from emotion.camera import burst

        frames = burst(camera or "0")
    result = app.snap(settings, frames, wish, face)
    _show(result, save, as_json, with_reading=True)


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
    for path, reading in app.read_all(_settings(model, detector), paths):
        seen += 1
        failed = isinstance(reading, MienError)
        good += not failed
        if as_json:
            faces = [] if isinstance(reading, MienError) else reading_json(reading)["faces"]
            print(_json({"path": str(path), "faces": faces, "error": str(reading) if failed else None}))
        elif isinstance(reading, MienError):
            print(f"mien: {reading}", file=sys.stderr)
        else:
            words = ", ".join(f"{f.scores.top} {max(f.scores.probabilities):.0%}" for f in reading.faces if f.scores)
            print(f"{path}: {words or 'no face'}")
    if not seen:
        given, known = ", ".join(map(str, paths)), ", ".join(app.PICTURE_SUFFIXES)
        _fail(f"There are no pictures in {given}. In folders mien looks for {known}.", 3)
    if not good:
        _fail("Not one picture could be read; what is wrong with each stands above.", 3)


@cli.command()
def playlist(
    mood: Annotated[str | None, typer.Option(help="An emotion.", autocompletion=_complete(EMOTIONS))] = None,
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
    save: Save = None,
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
    wish = _wish(length, minutes, seed, strategy, goal, rules)
    _show(app.play(_settings(), wanted, wish), save, as_json, with_reading=False)


@cli.command()
def models(as_json: Json = False) -> None:
    """Show the shipped emotion models with their measured figures."""
    import dataclasses

    from emotion.models import DEFAULT_MODEL, MODELS, weights_path

    rows = [(entry, weights_path(entry).stat().st_size, name == DEFAULT_MODEL) for name, entry in MODELS.items()]
    if as_json:
        print(_json([{**dataclasses.asdict(e), "bytes": size, "default": default} for e, size, default in rows]))
        return
    import view

    view.models(_console(), rows)


@cli.command()
def doctor(as_json: Json = False) -> None:
    """Say what works on this machine, and what to do about what does not."""
    import doctor as checks

    rows = list(checks.examine(_settings()))
    if as_json:
        print(_json([{"ok": row.fine, "what": row.what, "words": row.words} for row in rows]))
    else:
        import view

        view.checks(_console(), [(row.fine, row.what, row.words) for row in rows])
    if any(row.fine is False for row in rows):
        raise typer.Exit(5)


# --- mapping ---------------------------------------------------------------------------------------------------------


@map_cli.command("show")
def map_show(as_json: Json = False) -> None:
    """Show what you mapped, emotion by emotion."""
    from recommender import mapping

    chosen = mapping.load(_settings().config_dir)
    lines = {emotion: str(chosen.choice(emotion) or "mien decides") for emotion in EMOTIONS}
    print(_json(lines) if as_json else "\n".join(f"{emotion:<9} {words}" for emotion, words in lines.items()))


@map_cli.command("set", context_settings={"ignore_unknown_options": True})
def map_set(
    emotion: Emotion,
    choice: Annotated[
        list[str],
        typer.Argument(help="Features (valence=0.7 tempo=110 mode=major), playlists (URI, URL, .m3u8), or: default"),
    ],
) -> None:
    """Map an emotion: to features, to playlists of your own, or to no change."""
    from recommender import mapping
    from recommender.choice import choice_of

    wanted = choice_of(choice, Path.cwd())
    config_dir = _settings().config_dir
    path = mapping.set_choice(config_dir, emotion, wanted)
    print(f"{emotion.lower()}: {wanted}  ({path})")
    _print_problems(config_dir)  # such as a file that is not there yet


@map_cli.command("unset")
def map_unset(emotion: Emotion) -> None:
    """Give an emotion back to mien."""
    from recommender import mapping

    removed = mapping.unset(_settings().config_dir, emotion)
    print(f"{emotion.lower()}: mien decides" + ("" if removed else " (it was not mapped)"))


@map_cli.command("path")
def map_path() -> None:
    """Print the path of the mapping file; one that explains itself is made if there is none."""
    from recommender import mapping

    print(mapping.create(_settings().config_dir))


@map_cli.command("check")
def map_check() -> None:
    """Check the mapping file: unknown emotions, values out of range, missing files."""
    if _print_problems(_settings().config_dir):
        raise typer.Exit(2)
    print("The mapping is fine.")


def _print_problems(config_dir: Path) -> bool:
    """Print what is wrong with the mapping; return whether anything is."""
    from recommender import mapping

    problems = mapping.check(config_dir)
    for problem in problems:
        print(f"{mapping.path_in(config_dir)}, {problem}.", file=sys.stderr)
    return bool(problems)


# --- catalogue -------------------------------------------------------------------------------------------------------


@catalogue_cli.command("import")
def catalogue_import(
    files: Annotated[list[Path], typer.Argument(help=".csv, .tsv, both as .gz, .parquet, .jsonl")],
    corrections: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Correct the mapping: title=track_name; genre= for none."),
    ] = None,
    bad: Annotated[Path | None, typer.Option(help="Where bad rows go; without it a file in the data folder.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show which column is what.")] = False,
    as_json: Json = False,
) -> None:
    """Add tables of music to your catalogue; the same file again adds nothing, bad rows are set apart."""
    from datetime import UTC, datetime

    from recommender.importing.columns import parse_corrections
    from recommender.importing.imports import import_file, imported_json, look_into, look_json

    wanted = parse_corrections(corrections or [])
    if bad is not None and len(files) > 1:
        raise ConfigError("--bad takes the rows of one file; give one FILE, or leave --bad out.")
    settings = _settings()
    failed = 0
    for path in files:
        try:
            if dry_run:
                found = look_into(path, wanted)
                document = look_json(path, *found)
                if not as_json:
                    import catalogue_view as view

                    view.columns(_console(), path, *found)
            else:
                import catalogue_view as view

                watch = view.Watch(_console(stderr=True), path, quiet=as_json)
                with watch:
                    done = import_file(
                        _store(make=True),
                        path,
                        bad_path=bad or settings.data_dir / "bad" / f"{path.name}.bad.csv",
                        now=datetime.now(UTC),
                        corrections=wanted,
                        found=watch.mapping,
                        progress=watch.progress,
                    )
                document = imported_json(done)
                if not as_json:
                    view.imported(_console(), done)
        except CatalogueError as error:
            if len(files) == 1:
                raise
            failed += 1
            print(f"mien: {error}", file=sys.stderr)
            document = {"path": str(path), "error": str(error)}
        if as_json:
            print(_json(document))
    if failed == len(files):
        raise typer.Exit(5)


@catalogue_cli.command("stats")
def catalogue_stats(as_json: Json = False) -> None:
    """Count what is in your catalogue: moods, decades, languages, genres, imports."""
    import dataclasses

    from recommender.store.queries import stats

    found = stats(_store())
    if as_json:
        print(_json(dataclasses.asdict(found)))
    else:
        import catalogue_view as view

        view.stats(_console(), found)


@catalogue_cli.command("search")
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
        print(_json([track_json(track) for track in found]))
    elif found:
        import catalogue_view as view

        view.tracks(_console(), found)
    else:
        print(f"Your catalogue has nothing with {' '.join(words)!r}.")


@catalogue_cli.command("export")
def catalogue_export(
    file: Annotated[Path, typer.Argument(help=".csv, .tsv, .jsonl, or one of them as .gz")], as_json: Json = False
) -> None:
    """Write your catalogue to a file that mien can import again."""
    from recommender.store.export import export

    count = export(_store(), file)
    print(_json({"path": str(file), "tracks": count}) if as_json else f"Wrote {count:,} tracks to {file}")


@catalogue_cli.command("dedupe")
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
        print(_json({"merged": count, "dry_run": dry_run, "examples": examples}))
        return
    for kept, gone in pairs:
        print(f"{gone.artist}: {gone.title}  →  {kept.artist}: {kept.title}")
    print(f"{'Would merge' if dry_run else 'Merged'} {count:,} track{'s' * (count != 1)}.")


def _store(*, make: bool = False) -> Engine:
    engine, said = _settings().library.open(make=make)
    if said is not None:
        print(f"mien: {said}", file=sys.stderr)
    return engine


# --- measuring -------------------------------------------------------------------------------------------------------


@bench_cli.command("recommend")
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
        print(_json(bench.bench_json(name, len(catalogue), found)))
    else:
        import view

        view.recommend_bench(_console(), name, len(catalogue), found, bench.bars(found))


# --- training (these commands need the train group) ------------------------------------------------------------------


@cli.command()
def train(
    name: Annotated[
        str,
        typer.Argument(
            help="cnn3x3, cnn4x4, elu, mobile, fournet, alexnet, vgg16; fournet-grey, fournet-fer2013, alexnet-fer2013."
        ),
    ],
    data: Data,
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
    with _training(), ExitStack() as others:
        from training.console import train_variant

        if processes > 1 and coordinator is None:
            from training.beside import beside

            coordinator = others.enter_context(beside(processes, [sys.executable, *sys.argv]))
        train_variant(
            name,
            data,
            run or Path("runs") / name,
            recipe_path=recipe,
            epochs=epochs,
            deterministic=deterministic,
            mixed_precision=mixed_precision,
            coordinator=coordinator,
            processes=processes,
            process=process,
            cache_dir=_settings().cache_dir,
            console=_console(stderr=True),
        )


@cli.command()
def runs(
    folders: Annotated[list[Path] | None, typer.Argument(help="Run folders, or folders of them; else runs/.")] = None,
    as_json: Json = False,
) -> None:
    """List trainings; two or more by name are also compared."""
    with _training():
        from training.runs import differences, listed, runs_json, show

        found = listed(folders or [Path("runs")])
        if as_json:
            print(_json({"runs": runs_json(found), "differences": differences(found)}))
        else:
            show(_console(), found, side_by_side=len(folders or []) > 1)


@cli.command()
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
    votes: Annotated[
        Path | None, typer.Option(help="FER+ votes: fer2013new.csv beside a complete fer2013.csv, or row,neutral,….")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure models on the same images, and write one report that compares them."""
    with _training():
        from training.compare import comparison_json
        from training.compare_console import compare_and_report, show

        cache_dir = _settings().cache_dir
        found = compare_and_report(
            names or [], data, split, votes=votes, out=out, cache_dir=cache_dir, console=_console(stderr=True)
        )
        if as_json:
            print(_json(comparison_json(found)))
        else:
            show(_console(), found)
        if all(row.error for row in found.rows):
            raise typer.Exit(5)


@model_cli.command("summary")
def model_summary(
    name: Annotated[str, typer.Argument(help="cnn3x3, cnn4x4, elu, mobile, fournet, alexnet or vgg16.")],
    form: Annotated[
        str, typer.Option(help="published (what the source prints) or trained (what is trained here).")
    ] = "published",
    option: Annotated[
        list[str] | None, typer.Option("--option", "-o", metavar="KEY=VALUE", help="Of its builder, such as pool=4.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a network layer by layer, with its parameters, as its source published it."""
    with _training():
        from training.summaries import build, show, summary_json

        variant, network = build(name, form, option or [])
        if as_json:
            print(_json(summary_json(name, form, network)))
        else:
            show(_console(), name, form, variant, network)


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
    with _training():
        from training.data import Loading, load, parse_cap
        from training.data_report import report, report_json, write_picture
        from training.data_words import show

        loading = Loading(side, channels, parse_cap(cap or []), seed, smallest)
        faces = load(path, loading, cache_dir=_settings().cache_dir)
        found = report(faces)
        if mean_image is not None:
            write_picture(mean_image, found.mean_image)
        drawn = []
        if out is not None:
            from training.data_plots import draw

            drawn = draw(faces, found, out, seed=seed, smallest=smallest)
        if as_json:
            print(_json(report_json(found)))
        else:
            show(_console(), path, found)
            for picture in drawn:
                print(f"wrote {picture}")


# --- printing --------------------------------------------------------------------------------------------------------


def _settings(model: str | None = None, detector: str | None = None) -> Settings:
    from app import Settings

    return Settings.of(os.environ, model=model, detector=detector)


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
) -> Wish:
    """Refuse what makes no sense before a picture is taken."""
    from app import Wish
    from recommender.strategies import STRATEGIES, goal_named

    if length is not None and minutes is not None:
        raise ConfigError("Give --length or --minutes, not both.")
    if strategy is not None and goal is not None:
        raise ConfigError("A strategy and a goal are two ways; give --strategy or --goal, not both.")
    if strategy is not None:
        lookup(STRATEGIES, strategy.strip().lower(), "strategy")
    if goal is not None:
        goal_named(goal)
    return Wish(length or 20, seed, strategy, goal, minutes, rules)


def _show(result: Outcome, save: Path | None, as_json: bool, *, with_reading: bool) -> None:
    import app

    saved = app.save(result.playlist, save) if save is not None and result.playlist is not None else None
    if as_json:
        print(_json(app.outcome_json(result, with_reading=with_reading)))
    else:
        import view

        view.outcome(_console(), result)
        if saved is not None:
            print(f"  Saved {saved.placed} track{'s' * (saved.placed != 1)} to {saved.where}")
    for missing in saved.missing if saved is not None else ():
        print(f"mien: {save} cannot hold what is in {missing}; open that itself.", file=sys.stderr)
    if save is not None and saved is None:
        print(f"mien: {save} was not written: without a face there is no playlist.", file=sys.stderr)


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)  # a path may hold [b] or :cat:


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:  # another locale, or a file name that is no UTF-8: escapes say the same
        return json.dumps(value)
    return text


class _training:  # noqa: N801  (reads as a statement: with _training():)
    """Say what to install when the train group is missing."""

    def __enter__(self) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith(("training", "emotion")):
            extra = "train,jax" if (error.name or "").startswith("jax") else "train"
            raise ConfigError(
                f"This needs the training group ({error.name} is missing): pip install 'mien[{extra}]', "
                "or `make setup` in a clone."
            ) from error


def _fail(message: str, code: int) -> NoReturn:
    print(f"mien: {message}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
