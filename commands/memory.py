"""`mien like`, `skip`, `ban`, `unban`, `taste`, `correct`, `calibrate`, `erase`: what mien remembers of a listener."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import Detector, Emotion, Json, Model
from commands.printing import as_text, console, settings
from errors import ConfigError

if TYPE_CHECKING:
    from app import Settings
    from emotion.types import EmotionScores
    from recommender.memory.database import Database
    from recommender.memory.naming import Named

What = Annotated[
    list[str],
    typer.Argument(help="Numbers of your last playlist (3, 2-4), an artist, or title - artist; several at once."),
]
ByArtist = Annotated[bool, typer.Option("--artist", help="Mean the artists of these songs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def like(what: What, by_artist: ByArtist = False, as_json: Json = False) -> None:
    """Say that you like songs or artists: they and others like them come more often."""
    _say("like", what, by_artist, as_json)


def skip(what: What, by_artist: ByArtist = False, as_json: Json = False) -> None:
    """Say that songs or artists did not fit: they and others like them come less often for a while."""
    _say("skip", what, by_artist, as_json)


def ban(
    what: Annotated[list[str] | None, typer.Argument(help="As for like; without it your bans are listed.")] = None,
    by_artist: ByArtist = False,
    as_json: Json = False,
) -> None:
    """Never hear songs or artists again; without names, list what is banned."""
    from recommender.memory import opinions

    memory = settings().memory
    if not what:
        banned = []
        if memory.exists:
            with memory.open() as db:
                _tell(db)
                banned = opinions.bans(db)
        if as_json:
            print(as_text([{"kind": each.kind, "name": each.name, "key": each.key} for each in banned]))
        else:
            print("\n".join(f"{each.name}  ({each.kind})" for each in banned) or "Nothing is banned.")
        return
    with memory.open() as db:
        _tell(db)
        meant = _meant(db, what, by_artist)
        opinions.ban(db, [each.subject for each in meant], now_s=memory.clock().timestamp())
    _print("ban", "never comes again", meant, as_json)


def unban(what: What, by_artist: ByArtist = False, as_json: Json = False) -> None:
    """Let banned songs or artists come again."""
    from recommender.memory import opinions

    with settings().memory.open() as db:
        _tell(db)
        subjects = [each.subject for each in _meant(db, what, by_artist)]
        were = opinions.unban(db, subjects)
    if as_json:
        pairs = zip(subjects, were, strict=True)
        print(as_text([{"kind": s.kind, "name": s.name, "key": s.key, "was_banned": was} for s, was in pairs]))
        return
    for subject, was in zip(subjects, were, strict=True):
        print(f"{subject.name}: {'may come again' if was else 'was not banned'}.")


def taste(
    reset: Annotated[bool, typer.Option("--reset", help="Forget likes and skips; bans stay.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Show what mien knows of your taste, or forget it."""
    from recommender.memory import corrections, opinions
    from recommender.memory.taste import leanings

    memory = settings().memory
    said: list[opinions.Opinion] = []
    banned: list[opinions.Ban] = []
    lessons = {corrections.CORRECTED: 0, corrections.CALIBRATED: 0}
    if memory.exists:
        with memory.open() as db:
            _tell(db)
            if reset:
                _ask("Forget all likes and skips?", yes, as_json)
                gone = opinions.forget_opinions(db)
            said, banned, lessons = opinions.opinions(db), opinions.bans(db), corrections.count(db)
    elif reset:
        gone = 0
    if reset:
        stay = f" {len(banned)} ban{'s' * (len(banned) != 1)} stay; mien unban NAME." if banned else ""
        words = f"Forgot {gone} like{'s' * (gone != 1)} and skip{'s' * (gone != 1)}.{stay}"
        print(as_text({"forgotten": gone, "bans": len(banned)}) if as_json else words)
        return
    found = leanings(said, memory.clock().timestamp())
    if as_json:
        import dataclasses

        groups = {group: [dataclasses.asdict(leaning) for leaning in many] for group, many in found.items()}
        bans = [{"kind": each.kind, "name": each.name, "key": each.key} for each in banned]
        print(as_text({**groups, "bans": bans, "corrections": lessons}))
        return
    from commands import memory_view as view

    view.taste(console(), found, banned, lessons)


def correct(emotion: Emotion, as_json: Json = False) -> None:
    """Say what your last reading should have been: mien chooses again, and learns your face."""
    import app

    result, read = app.correct(settings(), emotion)
    if as_json:
        document = app.outcome_json(result, with_reading=False)
        print(as_text({**document, "read": _scores(read)}))
        return
    import view

    print(f"Noted: not {read.top}, but {result.mood.emotion if result.mood else emotion}.")
    view.outcome(console(), result)


def calibrate(
    photo: Annotated[Path | None, typer.Option(help="A picture file; without it the camera is used.")] = None,
    camera: Annotated[str | None, typer.Option(help="Camera number, or a video file; without it camera 0.")] = None,
    face: Annotated[int | None, typer.Option(min=0, help="Which face counts, 0 is the largest.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Forget calibrations and corrections instead.")] = False,
    model: Model = None,
    detector: Detector = None,
    as_json: Json = False,
) -> None:
    """Show your face at rest, so that mien learns how it looks when you show nothing."""
    import app

    chosen = settings(model, detector)
    if forget:
        from recommender.memory import corrections

        gone = 0
        if chosen.memory.exists:
            with chosen.memory.open() as db:
                _tell(db)
                gone = corrections.forget_corrections(db)
        words = f"Forgot {gone} correction{'s' * (gone != 1)} and calibration{'s' * (gone != 1)}."
        print(as_text({"forgotten": gone}) if as_json else words)
        return
    if photo is not None and camera is not None:
        raise ConfigError("Give --photo or --camera, not both.")
    if photo is not None:
        from emotion.frames import from_path

        frames = [from_path(photo)]
    else:
        from emotion.camera import burst

        frames = burst(camera or "0")
    found = app.calibrate(chosen, frames, face)
    if as_json:
        message = app.NO_FACE if found.before is None else None
        print(as_text({"before": _scores(found.before), "after": _scores(found.after), "message": message}))
    elif found.before is None or found.after is None:
        print(app.NO_FACE)
    else:
        from commands import memory_view as view

        view.calibrated(console(), found.before, found.after)


def erase(
    catalogue: Annotated[bool, typer.Option("--catalogue", help="Also your imported catalogue.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase everything that mien keeps about you, and say what that was."""
    import dataclasses

    import app
    from recommender.memory import keepers

    chosen = settings()
    found = app.keepers(chosen, catalogue=catalogue)
    there = keepers.kept(found)
    if not there:
        print(as_text([]) if as_json else "mien keeps nothing about you.")
        return
    if not as_json:
        print("mien keeps:")
        print("\n".join(f"  {keeper.name}: {line}" for keeper, lines in there for line in lines))
    _ask("Erase all of it for good?", yes, as_json)
    done = keepers.erase(found)
    if as_json:
        print(as_text([dataclasses.asdict(each) for each in done]))
    else:
        print("\n".join(f"Erased: {each.name}" for each in done if each.trouble is None))
        if chosen.library.exists and chosen.database is not None:
            print("The catalogue in the PostgreSQL database stays, since it may be others' too.")
        elif not catalogue and chosen.library.exists:
            print("Your catalogue stays; mien erase --catalogue takes it along.")
    troubled = [each for each in done if each.trouble is not None]
    for each in troubled:
        print(f"mien: {each.name} is not all gone: {each.trouble}", file=sys.stderr)
    if troubled:
        raise typer.Exit(5)


def _say(opinion: str, what: list[str], by_artist: bool, as_json: bool) -> None:
    from recommender.memory import opinions

    memory = settings().memory
    with memory.open() as db:
        _tell(db)
        meant = _meant(db, what, by_artist)
        if unknown := next((each for each in meant if not each.known), None):
            remedy = "Give a number of the last playlist, an artist, or title - artist."
            raise ConfigError(f"Nobody here knows {unknown.subject.name!r}.{_hint(unknown)} {remedy}")
        opinions.say(db, opinion, [each.subject for each in meant], now_s=memory.clock().timestamp())
    _print(opinion, "liked" if opinion == "like" else "comes less often for a while", meant, as_json)


def _meant(db: Database, what: list[str], by_artist: bool) -> list[Named]:
    import app
    from recommender.memory import naming, plays
    from recommender.memory.opinions import Subject

    chosen: Settings = settings()
    shown = plays.last(db)
    meant = naming.named(
        what, None if shown is None else shown.tracks, plays.played(db), lambda words: app.find(chosen, words)
    )
    if not by_artist:
        return meant
    return [naming.Named(Subject((artist,)), each.known) for each in meant for artist in each.subject.artists]


def _print(opinion: str, words: str, meant: list[Named], as_json: bool) -> None:
    if as_json:
        said = [(each.subject, each.known) for each in meant]
        rows = [{"opinion": opinion, "kind": s.kind, "name": s.name, "key": s.key, "known": known} for s, known in said]
        print(as_text(rows))
        return
    for each in meant:
        print(f"{each.subject.name}: {words}.")
        if not each.known:
            words = f"nobody here knows {each.subject.name!r}; the name is banned all the same.{_hint(each)}"
            print(f"mien: {words}", file=sys.stderr)


def _hint(unknown: Named) -> str:
    return f" Did you mean {unknown.hint}?" if unknown.hint else ""


def _scores(scores: EmotionScores | None) -> dict[str, float] | None:
    return None if scores is None else {emotion: round(p, 6) for emotion, p in scores.as_dict().items()}


def _tell(db: Database) -> None:
    if db.note is not None:
        print(f"mien: {db.note}", file=sys.stderr)


def _ask(question: str, yes: bool, as_json: bool) -> None:
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise ConfigError(f"{question} Say so with --yes.")
    if not typer.confirm(question):
        raise ConfigError("Nothing was changed.")
