"""`mien diary`: with the user's consent, what each reading said, never the picture."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.diary_watch import diary_watch, many, now
from commands.options import Json
from commands.printing import as_text, console, settings
from errors import ConfigError

if TYPE_CHECKING:
    from recommender.diary.entry import Entry
    from recommender.diary.period import Period
    from recommender.memory.place import Memory

cli = typer.Typer(
    help="What your readings said, day by day; kept only with your consent, and never the picture.",
    invoke_without_command=True,
)

DAYS = {"day": 1, "week": 7, "month": 30}
OFF = "The diary is off, nothing is kept. `mien diary on` turns it on."


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
    held = len(_entries(memory))
    if as_json:
        print(as_text({"on": False, "changed": changed, "readings": held}))
        return
    print(f"The diary is {'off' if changed else 'off already'}; nothing is kept any more.")
    if held:
        print(f"It still holds {many(held)}. `mien diary erase` erases {'them' if held != 1 else 'it'}.")


@cli.command("erase")
def diary_erase(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, as_json: Json = False
) -> None:
    """Erase all readings for good."""
    from recommender.diary import consent

    memory = settings().memory
    entries = _entries(memory)
    if entries and not yes:
        question = f"Erase {many(len(entries))}, {entries[0].day} to {entries[-1].day}, for good?"
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
    print(f"Erased {many(gone)}." if gone else "The diary is empty; there was nothing to erase.")
    if on:
        print("The diary stays on; `mien diary off` turns it off.")


cli.command("watch")(diary_watch)


# --- what is shown ---------------------------------------------------------------------------------------------------


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

        written[str(csv)] = f"Wrote {many(write_csv(csv, inside))}"
    if svg is not None:
        from atomic import write_atomically
        from recommender.diary.drawing import draw
        from recommender.diary.summary import summarise

        write_atomically(svg, draw(summarise(entries, period)))
        written[str(svg)] = f"Drew {period.words}"
    return written
