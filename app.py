"""The one story, told once: frame → faces → scores → mood → journey → candidates → playlist → sink.

Both the command line and the web page call this telling. Settings come from the environment here only. Heavy
things (OpenCV, LiteRT) load inside the function that needs them, so that a playlist by mood never waits for them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion.types import EmotionScores, Frame, Reading
from errors import ConfigError, MienError
from recommender.library import Library
from recommender.memory.place import Memory
from recommender.memory.recall import as_meant, recall, remember
from recommender.types import Journey, Mood, Playlist, Saved, Track
from recommender.wish import Wish, wish_json, wish_of

if TYPE_CHECKING:
    from emotion.reader import Reader
    from recommender.memory.keepers import Keeper
    from recommender.memory.plays import Read
    from recommender.providers.place import Place

NO_FACE = (
    "No face found. Try more light from the front, look straight at the camera, come closer, "
    "or take the hand or mask off your face."
)
Finding = Callable[[Mood], Playlist]

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a whole run.

    Args:
        config_dir: Where the user's mapping lives.
        data_dir: Where what mien keeps for the user lives.
        cache_dir: What may be deleted at any time.
        model: A name of `emotion.models.MODELS`, or the path of a `.tflite` file.
        detector: A name of `emotion.detectors.DETECTORS`.
        database: Address of a PostgreSQL database for catalogue and memory; None keeps them in files of `data_dir`.
        listener: Whose memory it is, where several share a database.
        environ: The environment's variables, for providers.
    """

    config_dir: Path
    data_dir: Path
    cache_dir: Path
    model: str | None = None
    detector: str | None = None
    database: str | None = field(default=None, repr=False)  # it may hold a password
    listener: str = "me"
    environ: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)  # it may hold a password

    @property
    def memory(self) -> Memory:
        """Where what mien remembers of the listener is."""
        return Memory(self.data_dir, self.database, self.listener)

    @property
    def library(self) -> Library:
        """Where the user's own catalogue is."""
        return Library(self.data_dir / "catalogue.db", self.database)

    @property
    def place(self) -> Place:
        """What every provider is opened with."""
        from recommender.providers.place import Place

        return Place(self.data_dir, self.config_dir, self.library, self.environ, listener=self.listener)

    @classmethod
    def of(cls, environ: Mapping[str, str], *, model: str | None = None, detector: str | None = None) -> Settings:
        """Take directories from `MIEN_CONFIG_DIR`, `MIEN_DATA_DIR`, `MIEN_CACHE_DIR`, else from the platform."""
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("mien", appauthor=False)

        def folder(name: str, usual: Path) -> Path:
            try:
                return Path(environ.get(name) or usual).expanduser()
            except RuntimeError as error:
                raise ConfigError(f"{name} is {environ[name]}: {error}. Set it to an absolute path.") from error

        return cls(
            config_dir=folder("MIEN_CONFIG_DIR", dirs.user_config_path),
            data_dir=folder("MIEN_DATA_DIR", dirs.user_data_path),
            cache_dir=folder("MIEN_CACHE_DIR", dirs.user_cache_path),
            model=model or environ.get("MIEN_MODEL") or None,
            detector=detector or environ.get("MIEN_DETECTOR") or None,
            database=environ.get("MIEN_DATABASE") or None,
            listener=environ.get("MIEN_LISTENER") or "me",
            environ=environ,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a snap came to; without a face there is a message instead of mood and playlist.

    Args:
        reading: Its chosen face has the scores that the mood came from.
        mood: Of that face, or as the user named it.
        playlist: The music for it.
        seed: That gives this list again.
        message: What to do when there was no face.
        as_read: The network's own scores, where the listener's resting face changed them.
    """

    reading: Reading | None
    mood: Mood | None
    playlist: Playlist | None
    seed: int
    message: str | None = None
    as_read: EmotionScores | None = None


def snap(
    settings: Settings, frames: list[Frame], wish: Wish, face: int | None = None, *, find: Finding | None = None
) -> Outcome:
    """Read the face in a frame, or in a burst of frames, and choose music for it.

    Args:
        settings: Of this run.
        frames: One frame of a photo, or several of one camera burst.
        wish: For the playlist.
        face: Index of the face that counts, largest first; None takes the largest.
        find: Finds an existing playlist for the mood, instead of a planned one.
    """
    reading = reader(settings).read_burst(frames, face="largest" if face is None else face)
    if reading.face is None or reading.face.scores is None:
        return Outcome(reading, None, None, _seed(wish), NO_FACE)
    from recommender.diary.record import record
    from recommender.memory.plays import Read
    from recommender.mood import mood_of

    memory, raw = settings.memory, reading.face.scores
    when = memory.clock().astimezone()
    scores, notes = as_meant(settings.memory, _model_name(settings), raw)
    mood = mood_of(scores)
    read = Read(raw, _model_name(settings), when.timestamp())
    result = play(settings, mood, wish, _reading_with(reading, scores), read=read, find=find)
    if not wish.private and (said := record(memory, mood, when, scores=raw)) is not None:
        notes = (*notes, said)
    return replace(_noted(result, notes), as_read=None if scores is raw else raw)


def play(
    settings: Settings,
    mood: Mood,
    wish: Wish,
    reading: Reading | None = None,
    *,
    read: Read | None = None,
    instead_of: int | None = None,
    find: Finding | None = None,
) -> Outcome:
    """Choose music for a mood: what the user mapped by hand wins, always, and bans hold.

    Args:
        settings: Of this run.
        mood: Where the listener is.
        wish: For the playlist.
        reading: To be shown with it.
        read: The face that was read for it, to be remembered.
        instead_of: Number of a remembered playlist that it replaces.
        find: Finds an existing playlist for the mood, instead of a planned one.
    """
    from recommender import mapping
    from recommender.journey import LONGEST, journey_from
    from recommender.planner import plan, plan_minutes

    seed = _seed(wish)
    mapped = mapping.load(settings.config_dir)
    if find is not None and not mapped.playlists(mood.emotion):
        return Outcome(reading, mood, find(mood), seed)
    catalogue, notes = settings.library.music()
    known = recall(settings.memory, seed=seed, without=instead_of)
    rules = known.rules(wish.rules)

    def way(length: int) -> Journey:
        return journey_from(mood, length, mapped, strategy=wish.strategy, goal=wish.goal)

    def planned(journey: Journey) -> Playlist:
        return plan(journey, catalogue, seed=seed, constraints=rules, liking=known.liking, tiredness=known.tiredness)

    if wish.minutes is None:
        playlist = planned(way(wish.length))
    else:
        playlist = plan_minutes(way, wish.minutes, planned, longest=LONGEST)
    said: tuple[str, ...] = ()
    if not wish.private and playlist.picks:
        tracks = [pick.track for pick in playlist.picks]
        plain = wish_json(wish)
        said = remember(
            settings.memory, playlist.title, tracks, mood, seed=seed, wish=plain, read=read, instead_of=instead_of
        )
    return _noted(Outcome(reading, mood, playlist, seed), (*notes, *known.notes, *said))


def correct(settings: Settings, emotion: str) -> tuple[Outcome, EmotionScores]:
    """Say what the last reading should have been, learn from it, and choose music again.

    Args:
        settings: Of this run.
        emotion: One of the seven.

    Returns:
        The new playlist, as it was wished before, and what the network had read.

    Raises:
        UnknownName: There is no such emotion.
        ConfigError: There is no reading to correct.
        CatalogueError: The memory cannot be read or written.
    """
    from datetime import UTC, datetime

    from recommender.diary.record import correct as correct_diary
    from recommender.memory import corrections, plays
    from recommender.mood import mood_named

    mood, memory = mood_named(emotion), settings.memory
    shown = None
    if memory.exists:
        with memory.open() as db:
            shown = plays.last(db)
            if shown is not None and shown.read is not None:
                corrections.correct(db, shown.read, mood.emotion, now_s=memory.clock().timestamp())
    if shown is None or shown.read is None:
        what = "There is no list yet" if shown is None else "Your last list was for a mood that you named"
        raise ConfigError(f"{what}, so there is no reading to correct. Name the mood: mien playlist --mood {emotion}.")
    said = correct_diary(memory, mood, datetime.fromtimestamp(shown.read.at_s, UTC))
    result = play(settings, mood, wish_of(shown.wish), read=shown.read, instead_of=shown.number)
    return _noted(result, () if said is None else (said,)), shown.read.scores


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What a calibration came to: the reading, and the chosen face's scores before and after."""

    reading: Reading
    before: EmotionScores | None = None
    after: EmotionScores | None = None


def calibrate(settings: Settings, frames: list[Frame], face: int | None = None) -> Calibrated:
    """Learn from a face that shows nothing on purpose.

    Args:
        settings: Of this run.
        frames: One frame of a photo, or several of one camera burst.
        face: Index of the face that counts, largest first; None takes the largest.

    Raises:
        CatalogueError: The memory cannot be written.
    """
    reading = reader(settings).read_burst(frames, face="largest" if face is None else face)
    if reading.face is None or reading.face.scores is None:
        return Calibrated(reading)
    from recommender.memory import corrections
    from recommender.memory.plays import Read

    memory, raw = settings.memory, reading.face.scores
    now_s = memory.clock().timestamp()
    with memory.open() as db:
        corrections.calibrate(db, Read(raw, _model_name(settings), now_s), now_s=now_s)
    return Calibrated(reading, raw, as_meant(settings.memory, _model_name(settings), raw)[0])


def find(settings: Settings, words: str, limit: int = 200) -> list[Track]:
    """Return tracks of the user's catalogue and the built-in table whose title and artists hold every word."""
    from recommender.catalogue import BuiltIn
    from recommender.identity import plain

    own: list[Track] = []
    if settings.library.exists:
        from recommender.store.queries import search

        own = search(settings.library.open()[0], words, limit)
    wanted = plain(words).split()
    return own + [t for t in BuiltIn().tracks() if all(word in plain(f"{t.title} {t.artist}") for word in wanted)]


def keepers(settings: Settings, *, catalogue: bool = False) -> list[Keeper]:
    """Return everything that keeps something about the listener; a new one gets its line here.

    Args:
        settings: Of this run.
        catalogue: Also the imported catalogue.
    """
    from recommender.diary.keeper import keeper as diary
    from recommender.memory.erasing import caches, memory
    from recommender.memory.erasing import catalogue as imported
    from recommender.providers.logins import keeper as logins
    from recommender.resolving.keeper import keeper as services

    kept = settings.memory
    all_of_them = [diary(kept), services(kept), logins(settings.place), memory(kept), caches(settings.cache_dir)]
    return [*all_of_them, imported(settings.library, settings.data_dir)] if catalogue else all_of_them


def reader(settings: Settings) -> Reader:
    """Wire detector and network together."""
    from emotion.detectors import DEFAULT_DETECTOR, DETECTORS
    from emotion.engine import Engine
    from emotion.models import DEFAULT_MODEL, MODELS
    from emotion.reader import Reader
    from errors import lookup

    detector = lookup(DETECTORS, settings.detector or DEFAULT_DETECTOR, "detector")
    name = settings.model or DEFAULT_MODEL
    model = Path(name) if name.endswith(".tflite") else lookup(MODELS, name, "model")
    return Reader(detector(), Engine(model))


def read_all(settings: Settings, paths: list[Path]) -> Iterator[tuple[Path, Reading | MienError]]:
    """Read many pictures; one that cannot be read yields its error, and the rest goes on."""
    from emotion.frames import from_path

    ready = reader(settings)
    for path in pictures_in(paths):
        try:
            yield path, ready.read(from_path(path))
        except MienError as error:
            yield path, error


def pictures_in(paths: list[Path]) -> Iterator[Path]:
    """Yield files as they are given, and the pictures of folders, in order of their names."""
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112  # unlike Path.is_dir, False where the path may not be looked at
            yield from sorted(p for p in path.rglob("*") if p.suffix.lower() in PICTURE_SUFFIXES and p.is_file())
        else:
            yield path


def save(playlist: Playlist, path: Path) -> Saved:
    """Write a playlist to a file whose suffix says the format."""
    from recommender.providers.file.provider import save as to_file

    return to_file(playlist, path)


def outcome_json(result: Outcome, *, with_reading: bool) -> dict[str, Any]:
    """Return a result as plain dicts, in the shape that docs/json.md promises."""
    from emotion.asjson import reading_json
    from recommender.asjson import mood_json, playlist_json

    document: dict[str, Any] = {}
    if with_reading:
        document["reading"] = None if result.reading is None else reading_json(result.reading)
    document["mood"] = None if result.mood is None else mood_json(result.mood)
    document["playlist"] = None if result.playlist is None else playlist_json(result.playlist) | {"seed": result.seed}
    document["message"] = result.message
    if with_reading:
        as_read = result.as_read
        document["as_read"] = None if as_read is None else {e: round(p, 6) for e, p in as_read.as_dict().items()}
    return document


def _model_name(settings: Settings) -> str:
    from emotion.models import DEFAULT_MODEL

    return settings.model or DEFAULT_MODEL


def _noted(result: Outcome, notes: tuple[str, ...]) -> Outcome:
    """Add notes to a playlist, none twice."""
    if result.playlist is None or not notes:
        return result
    every = tuple(dict.fromkeys((*result.playlist.notes, *notes)))
    return replace(result, playlist=replace(result.playlist, notes=every))


def _reading_with(reading: Reading, scores: EmotionScores) -> Reading:
    """Return a reading whose chosen face has other scores."""
    faces = list(reading.faces)
    if reading.chosen is not None:
        faces[reading.chosen] = replace(faces[reading.chosen], scores=scores)
    return replace(reading, faces=tuple(faces))


def _seed(wish: Wish) -> int:
    return random.SystemRandom().randrange(2**31) if wish.seed is None else wish.seed
