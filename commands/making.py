"""`mien snap` and `mien playlist`: music for a face, or for a mood that is named."""

from __future__ import annotations

import dataclasses
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands import services
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
from errors import ConfigError, ProviderError, lookup

if TYPE_CHECKING:
    from app import Finding, Outcome, Settings
    from recommender.constraints import Constraints
    from recommender.wish import Wish


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
