"""`mien diary`: with the user's consent, what each reading said, never the picture."""

from __future__ import annotations

import itertools
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.options import Detector, Json, Model
from commands.printing import as_text, console, settings
from errors import ConfigError, FrameError

if TYPE_CHECKING:
    from app import Settings
    from emotion.types import Reading
    from recommender.diary.entry import Entry
    from recommender.diary.period import Period
    from recommender.diary.watch import Look, Sight
    from recommender.memory.place import Memory

cli = typer.Typer(
    help="What your readings said, day by day; kept only with your consent, and never the picture.",
    invoke_without_command=True,
)

DAYS = {"day": 1, "week": 7, "month": 30}
OFF = "The diary is off, nothing is kept. `mien diary on` turns it on."


def now() -> datetime:
    """Return the moment with the offset that local time has right now."""
    return datetime.now().astimezone()


@cli.callback()
def diary(
    context: typer.Context,
    day: Annotated[bool, typer.Option("--day", help="Today.")] = False,
    week: Annotated[bool, typer.Option("--week", help="The last seven days.")] = False,
    month: Annotated[bool, typer.Option("--month", help="The last thirty days.")] = False,
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="From this day on.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The last day; without it today. Goes with all others.")
    ] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it to an SVG file instead.")] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the readings to a CSV file instead; all, or a period's.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the diary: the share of happy readings, the trail of moods, the best hours. Without options the week."""
    if context.invoked_subcommand is not None:
        if context.args or day or week or month or since or until or svg or csv or as_json:
            raise ConfigError(f"Options stand after the command: mien diary {context.invoked_subcommand} …")
        return
    from recommender.diary import consent

    memory = settings().memory
    today = now().date()
    chosen = [name for name, wanted in (("day", day), ("week", week), ("month", month)) if wanted]
    if len(chosen) + (since is not None) > 1:
        raise ConfigError("Give one of --day, --week, --month and --since.")
    everything = not chosen and since is None and until is None
    entries = _entries(memory)
    period = _period(chosen[0] if chosen else "week", since, until, today, min((e.day for e in entries), default=None))
    on = consent.since(memory.data_dir, memory.listener)
    if csv is not None or svg is not None:
        inside = entries if everything else [e for e in entries if period.first <= e.day <= period.last]
        written = _write(csv, inside, svg, entries, period)
        print(as_text(written) if as_json else "\n".join(f"{words} to {path}" for path, words in written.items()))
    elif as_json:
        print(as_text(_document(entries, period, today, on)))
    else:
        _show(entries, period, today, everything=everything)
        if on is None:
            print(OFF)


@cli.command("on")
def diary_on(as_json: Json = False) -> None:
    """Turn the diary on: from now on each reading's scores and mood are kept."""
    from recommender.diary import consent

    memory = settings().memory
    new = consent.give(memory.data_dir, memory.listener, now())
    where = str(memory.path) if memory.database is None else "your database (MIEN_DATABASE)"
    if as_json:
        print(as_text({"on": True, "changed": new, "where": where}))
        return
    print(f"The diary is {'on' if new else 'on already'}. For each face that mien reads it keeps in {where}:")
    print("  the moment, seven numbers that say what the face seemed to show, and the mood. Never the picture.")
    print("`mien diary off` stops that, `mien diary erase` erases what was kept, `mien diary` shows it.")


@cli.command("off")
def diary_off(as_json: Json = False) -> None:
    """Turn the diary off: nothing is kept any more; what was kept stays until it is erased."""
    from recommender.diary import consent

    memory = settings().memory
    changed = consent.withdraw(memory.data_dir, memory.listener)
    many = len(_entries(memory))
    if as_json:
        print(as_text({"on": False, "changed": changed, "readings": many}))
        return
    print(f"The diary is {'off' if changed else 'off already'}; nothing is kept any more.")
    if many:
        print(f"It still holds {_many(many)}. `mien diary erase` erases {'them' if many != 1 else 'it'}.")


@cli.command("erase")
def diary_erase(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, as_json: Json = False
) -> None:
    """Erase all readings for good."""
    from recommender.diary import consent

    memory = settings().memory
    entries = _entries(memory)
    if entries and not yes:
        question = f"Erase {_many(len(entries))}, {entries[0].day} to {entries[-1].day}, for good?"
        if as_json or not sys.stdin.isatty():
            raise ConfigError(f"{question} Say so with --yes; nothing was erased.")
        if not typer.confirm(question):
            print("Nothing was erased.")
            return
    gone = 0
    if entries:
        from recommender.diary.book import erase

        with memory.open() as db:
            gone = erase(db)
    on = consent.since(memory.data_dir, memory.listener) is not None
    if as_json:
        print(as_text({"erased": gone, "on": on}))
        return
    print(f"Erased {_many(gone)}." if gone else "The diary is empty; there was nothing to erase.")
    if on:
        print("The diary stays on; `mien diary off` turns it off.")


@cli.command("watch")
def diary_watch(
    every: Annotated[str, typer.Option(metavar="TIME", help="From one look to the next: 15m, 90s, 1h30m.")],
    for_: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="How long, such as 8h; without it until Ctrl-C.")
    ] = None,
    camera: Annotated[str | None, typer.Option(help="Camera number, or a video file; without it camera 0.")] = None,
    photo: Annotated[
        Path | None, typer.Option(help="A picture, or a folder of them, looked at one after another.")
    ] = None,
    model: Model = None,
    detector: Detector = None,
    as_json: Json = False,
) -> None:
    """Look through the camera at intervals, and keep what each reading says; it says when it looks."""
    from recommender.diary import consent
    from recommender.diary.record import keep
    from recommender.diary.watch import seconds_in, watch, words_of

    if photo is not None and camera is not None:
        raise ConfigError("Give --photo or --camera, not both.")
    every_s, for_s = seconds_in(every), None if for_ is None else seconds_in(for_)
    chosen = settings(model, detector)
    memory = chosen.memory
    if consent.since(memory.data_dir, memory.listener) is None:
        raise ConfigError("The diary is off, so a watch would keep nothing. Turn it on first: mien diary on.")
    if note := _opened(memory):
        print(f"mien: {note}", file=sys.stderr)
    sights = _pictures(chosen, photo) if photo is not None else itertools.repeat(_camera(chosen, camera or "0"))
    if not as_json:
        source = str(photo) if photo is not None else f"camera {camera or '0'}"
        length = "" if for_s is None else f" for {words_of(for_s)}"
        print(
            f"Looking at {source} every {words_of(every_s)}{length}. Pictures are read and forgotten; Ctrl-C ends it."
        )
    looks: list[Look] = []
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for look in watch(
            sights,
            lambda seen, when: keep(memory, seen[0], when, scores=seen[1], source="watch"),
            every_s=every_s,
            for_s=for_s,
            allowed=lambda: consent.since(memory.data_dir, memory.listener) is not None,
            clock=now,
            sleep=time.sleep,
            looking=_announce(as_json),
        ):
            looks.append(look)
            _tell(look, as_json)
    except KeyboardInterrupt:
        if _on_a_terminal():
            print()
    finally:
        signal.signal(signal.SIGTERM, before)
    if not as_json:
        kept, faceless = sum(look.kept for look in looks), sum(not look.mood and not look.trouble for look in looks)
        print(f"The watch has ended: {_many(len(looks), 'look')}, {_many(kept)} kept, {faceless} without a face.")
    if consent.since(memory.data_dir, memory.listener) is None:
        print("mien: the diary was turned off, so the watch has ended.", file=sys.stderr)


# --- what a watch looks at -------------------------------------------------------------------------------------------


def _camera(chosen: Settings, source: str) -> Callable[[], Sight | None]:
    import app
    from emotion.camera import burst

    ready = app.reader(chosen)
    return lambda: _seen(chosen, ready.read_burst(burst(source)))


def _pictures(chosen: Settings, place: Path) -> Iterator[Callable[[], Sight | None]]:
    import app
    from emotion.frames import from_path

    ready = app.reader(chosen)
    paths = list(app.pictures_in([place]))
    if not paths:
        raise FrameError(f"There are no pictures in {place}. mien looks for {', '.join(app.PICTURE_SUFFIXES)}.")

    def look_at(path: Path) -> Callable[[], Sight | None]:
        return lambda: _seen(chosen, ready.read(from_path(path)))

    return map(look_at, paths)


def _seen(chosen: Settings, reading: Reading) -> Sight | None:
    """Return the mood that a snap would make of a reading, the listener's resting face taken away."""
    if reading.face is None or reading.face.scores is None:
        return None
    from emotion.models import DEFAULT_MODEL
    from recommender.memory.recall import as_meant
    from recommender.mood import mood_of

    scores, _notes = as_meant(chosen.memory, chosen.model or DEFAULT_MODEL, reading.face.scores)
    return mood_of(scores), reading.face.scores


def _announce(as_json: bool) -> Callable[[datetime], None]:
    """Say that a look begins, before the camera opens; the line is then replaced by what it came to."""

    def looking(when: datetime) -> None:
        if not as_json and _on_a_terminal():
            print(f"{when:%H:%M:%S}  👁 looking …", end="", flush=True)

    return looking


def _on_a_terminal() -> bool:
    return sys.stdout.isatty()


def _tell(look: Look, as_json: bool) -> None:
    if as_json:
        print(as_text(_look_json(look)), flush=True)
        return
    from commands.diary_view import look_words

    start = "\r\x1b[K" if _on_a_terminal() else ""
    print(start + look_words(look), flush=True)


def _look_json(look: Look) -> dict[str, Any]:
    from recommender.asjson import mood_json

    mood = None if look.mood is None else mood_json(look.mood)
    return {"when": look.when.isoformat(), "mood": mood, "kept": look.kept, "message": look.trouble}


# --- what is shown ---------------------------------------------------------------------------------------------------


def _opened(memory: Memory) -> str | None:
    """Open the memory before anybody waits for a look, and return what it says."""
    with memory.open() as db:
        return db.note


def _entries(memory: Memory) -> list[Entry]:
    if not memory.exists:
        return []
    from recommender.diary.book import readings

    with memory.open() as db:
        if db.note:
            print(f"mien: {db.note}", file=sys.stderr)
        return readings(db)


def _period(name: str, since: str | None, until: str | None, today: date, oldest: date | None) -> Period:
    from recommender.diary.period import Period, day_in, last_days

    last = today if until is None else day_in(until)
    if last > today:
        raise ConfigError(f"--until {last} is still to come; today is {today}.")
    if since is None:
        return last_days(DAYS[name], last)
    first = day_in(since)
    if first > last:
        raise ConfigError(f"--since {first} is after the last day, {last}.")
    return Period(min(max(first, oldest or last), last), last)  # years before the first reading show nothing


def _document(entries: list[Entry], period: Period, today: date, on: datetime | None) -> dict[str, Any]:
    from recommender.diary.summary import share_json, summarise, summary_json

    return {
        "on": on is not None,
        "since": None if on is None else on.isoformat(),
        "readings": len(entries),
        "overview": {name: share_json(share) for name, share in _overview(entries, today)},
        "period": summary_json(summarise(entries, period)),
    }


def _overview(entries: list[Entry], today: date) -> list[tuple[str, Any]]:
    from recommender.diary.period import last_days
    from recommender.diary.summary import share_of

    spans = [(name, last_days(count, today)) for name, count in DAYS.items()]
    return [(name, share_of([e for e in entries if span.first <= e.day <= span.last])) for name, span in spans]


def _show(entries: list[Entry], period: Period, today: date, *, everything: bool) -> None:
    if not entries:
        print("The diary is empty.")
        return
    from commands import diary_view as view
    from recommender.diary.summary import summarise

    if everything:
        names = {"day": "today", "week": "seven days", "month": "thirty days"}
        view.overview(console(), [(names[name], share) for name, share in _overview(entries, today)])
    view.summary(console(), summarise(entries, period))


def _write(
    csv: Path | None, inside: list[Entry], svg: Path | None, entries: list[Entry], period: Period
) -> dict[str, str]:
    """Write what is wanted, and return what was written by path."""
    written = {}
    if csv is not None:
        from recommender.diary.export import write_csv

        written[str(csv)] = f"Wrote {_many(write_csv(csv, inside))}"
    if svg is not None:
        from atomic import write_atomically
        from recommender.diary.drawing import draw
        from recommender.diary.summary import summarise

        write_atomically(svg, draw(summarise(entries, period)))
        written[str(svg)] = f"Drew {period.words}"
    return written


def _many(count: int, what: str = "reading") -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
