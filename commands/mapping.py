"""`mien map`: emotions and the user's own music."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.options import Emotion, Json
from commands.printing import as_text, settings
from emotion.types import EMOTIONS

cli = typer.Typer(help="Map emotions to your own music by hand.", no_args_is_help=True)


@cli.command("show")
def map_show(as_json: Json = False) -> None:
    """Show what you mapped, emotion by emotion."""
    from recommender import mapping

    chosen = mapping.load(settings().config_dir)
    lines = {emotion: str(chosen.choice(emotion) or "mien decides") for emotion in EMOTIONS}
    print(as_text(lines) if as_json else "\n".join(f"{emotion:<9} {words}" for emotion, words in lines.items()))


@cli.command("set", context_settings={"ignore_unknown_options": True})
def map_set(
    emotion: Emotion,
    choice: Annotated[
        list[str],
        typer.Argument(
            help="Features (valence=0.7 tempo=110 mode=major), playlists (URI, URL, .m3u8, .xspf, .jspf), or: default"
        ),
    ],
) -> None:
    """Map an emotion: to features, to playlists of your own, or to no change."""
    from recommender import mapping
    from recommender.choice import choice_of

    wanted = choice_of(choice, Path.cwd())
    config_dir = settings().config_dir
    path = mapping.set_choice(config_dir, emotion, wanted)
    print(f"{emotion.lower()}: {wanted}  ({path})")
    _print_problems(config_dir)  # such as a file that is not there yet


@cli.command("unset")
def map_unset(emotion: Emotion) -> None:
    """Give an emotion back to mien."""
    from recommender import mapping

    removed = mapping.unset(settings().config_dir, emotion)
    print(f"{emotion.lower()}: mien decides" + ("" if removed else " (it was not mapped)"))


@cli.command("path")
def map_path() -> None:
    """Print the path of the mapping file; one that explains itself is made if there is none."""
    from recommender import mapping

    print(mapping.create(settings().config_dir))


@cli.command("check")
def map_check() -> None:
    """Check the mapping file: unknown emotions, values out of range, missing files."""
    if _print_problems(settings().config_dir):
        raise typer.Exit(2)
    print("The mapping is fine.")


def _print_problems(config_dir: Path) -> bool:
    """Print what is wrong with the mapping; return whether anything is."""
    from recommender import mapping

    problems = mapping.check(config_dir)
    for problem in problems:
        print(f"{mapping.path_in(config_dir)}, {problem}.", file=sys.stderr)
    return bool(problems)
