"""`mien save`, `mien play`, `mien find playlists`: lists and music services."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import Json, Name, Public, service
from commands.printing import as_text, console, fail, settings
from emotion.types import EMOTIONS
from errors import ConfigError, ProviderError

if TYPE_CHECKING:
    from recommender.types import Playlist, Saved

find_cli = typer.Typer(help="Find what services have already.", no_args_is_help=True)


def save(
    file: Annotated[Path | None, typer.Argument(help="A file instead: .m3u8, .xspf, .jspf or .json.")] = None,
    to: Annotated[str | None, typer.Option(help="The service.", autocompletion=service("sink"))] = None,
    name: Name = None,
    public: Public = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Fill the playlist of that name that mien made before, anew.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Save your last list at a service, or to a file; broken off, the same command finishes the same playlist."""
    import music
    from recommender.providers import SaveWish

    if (file is None) == (to is None):
        raise ConfigError("Say where: mien save --to spotify, or a file: mien save list.m3u8.")
    chosen, where = settings(), to or "file"
    music.able(where, "sink", "save playlists")
    playlist, wish = music.last(chosen)
    wanted = SaveWish(name or "", public, replace, file, music.rules_of(chosen, wish.rules))
    try:
        saved = music.save(chosen, playlist, where, wanted)
    except ProviderError as error:
        fail(f"{error} Your list is kept; the same command finishes it.", 4)
    if as_json:
        print(as_text(music.saved_json(where, saved)))
    else:
        tell_saved(where, saved)


def play(
    what: Annotated[str | None, typer.Argument(help="A playlist's URI or address; without it your last list.")] = None,
    to: Annotated[str | None, typer.Option(help="The service.", autocompletion=service("player"))] = None,
    device: Annotated[str | None, typer.Option(help="Name of the device; without it the active one.")] = None,
    mood: Annotated[
        str | None, typer.Option(help="Choose music for this emotion first.", autocompletion=lambda: list(EMOTIONS))
    ] = None,
    as_json: Json = False,
) -> None:
    """Play your last list, a mood's music, or a playlist that is there, at a service."""
    import app
    import music
    from recommender.mood import mood_named
    from recommender.providers import PlayWish
    from recommender.wish import Wish

    if to is None:
        first, *others = music.those_that("player")
        raise ConfigError(f"Say where: mien play --to {first}, or to: {', '.join(others)}.")
    if what is not None and mood is not None:
        raise ConfigError("Give a playlist or --mood, not both.")
    chosen = settings()
    music.able(to, "player", "play")  # before anything is planned
    wanted: Playlist | str
    if what is not None:
        wanted, rules = what, music.rules_of(chosen)
    elif mood is not None:
        planned = app.play(chosen, mood_named(mood), Wish()).playlist
        assert planned is not None  # a mood that is named always has one
        wanted, rules = planned, music.rules_of(chosen)
    else:
        wanted, wish = music.last(chosen)
        rules = music.rules_of(chosen, wish.rules)
    played = music.play(chosen, wanted, to, PlayWish(device, rules))
    if as_json:
        print(as_text({"service": to, "where": played.where, "title": played.title}))
    else:
        print(f"♫ {played.title}, on {played.where}")


@find_cli.command("playlists")
def find_playlists(
    mood: Annotated[str, typer.Option(help="An emotion, or any words.", autocompletion=lambda: list(EMOTIONS))],
    on: Annotated[str, typer.Option(help="The service.", autocompletion=service("find"))] = "spotify",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=40, help="At most so many.")] = 10,
    as_json: Json = False,
) -> None:
    """Find existing playlists for a mood, the best first; mien play URI plays one."""
    import music

    found = music.find(settings(), on, mood, limit)
    if as_json:
        print(as_text([music.found_json(each) for each in found]))
    elif found:
        from commands import services_view as view

        view.playlists(console(), found)
    else:
        from recommender.providers import PROVIDERS

        print(f"{PROVIDERS[on].title} has no playlist for {mood!r}. Try another word.")


def tell_saved(where: str, saved: Saved) -> None:
    """Say what a sink did, and what it could not place."""
    from recommender.providers import PROVIDERS

    title = PROVIDERS[where].title if where != "file" else ""
    at = f"{title}: {saved.where}" if title else saved.where
    if saved.placed:
        print(f"  Saved {saved.placed} track{'s' * (saved.placed != 1)} to {at}")
    elif saved.where:
        print(f"  Your own playlist, there already. {at}")
    for missing in saved.missing:
        words = f"{title} does not have {missing}." if title else f"{saved.where} cannot hold what is in {missing}."
        print(f"mien: {words}", file=sys.stderr)
    if not saved.placed and not saved.where:
        print(f"mien: nothing was saved: {title or where} has none of these tracks.", file=sys.stderr)
