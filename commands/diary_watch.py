"""`mien diary watch`: a reading at intervals; it says when it looks."""

from __future__ import annotations

import itertools
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.options import Detector, Json, Model
from commands.printing import as_text, settings
from errors import ConfigError, FrameError

if TYPE_CHECKING:
    from app import Settings
    from emotion.types import Reading
    from recommender.diary.watch import Look, Sight
    from recommender.memory.place import Memory


def now() -> datetime:
    """Return the moment with the offset that local time has right now."""
    return datetime.now().astimezone()


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
        print(f"The watch has ended: {many(len(looks), 'look')}, {many(kept)} kept, {faceless} without a face.")
    if consent.since(memory.data_dir, memory.listener) is None:
        print("mien: the diary was turned off, so the watch has ended.", file=sys.stderr)


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


def _opened(memory: Memory) -> str | None:
    """Open the memory before anybody waits for a look, and return what it says."""
    with memory.open() as db:
        return db.note


def many(count: int, what: str = "reading") -> str:
    """Return "1 reading", "2 readings"."""
    return f"{count:,} {what}{'s' * (count != 1)}"
