"""The one story, told once: frame → faces → scores → mood → journey → candidates → playlist → sink.

Both the command line and the web page call this telling. Settings come from the environment here only. Heavy
things (OpenCV, LiteRT) load inside the function that needs them, so that a playlist by mood never waits for them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion.types import Frame, Reading
from errors import ConfigError, MienError
from recommender.constraints import NO_RULES, Constraints
from recommender.library import Library
from recommender.types import Journey, Mood, Playlist, Saved

if TYPE_CHECKING:
    from emotion.reader import Reader

NO_FACE = (
    "No face found. Try more light from the front, look straight at the camera, come closer, "
    "or take the hand or mask off your face."
)
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
        database: Address of a PostgreSQL database for the catalogue; None keeps it in a file of `data_dir`.
    """

    config_dir: Path
    data_dir: Path
    cache_dir: Path
    model: str | None = None
    detector: str | None = None
    database: str | None = field(default=None, repr=False)  # it may hold a password

    @property
    def library(self) -> Library:
        """Where the user's own catalogue is."""
        return Library(self.data_dir / "catalogue.db", self.database)

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
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants of the playlist.

    Args:
        length: Tracks.
        seed: The same one gives the same playlist; None draws one.
        strategy: A name of `recommender.strategies.STRATEGIES`; None: what is mapped, else auto.
        goal: A destination instead: an emotion, or "0.6,0.2".
        minutes: The most that the playlist may last, instead of a length.
        rules: What every track keeps.
    """

    length: int = 20
    seed: int | None = None
    strategy: str | None = None
    goal: str | None = None
    minutes: float | None = None
    rules: Constraints = NO_RULES


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a snap came to; without a face there is a message instead of mood and playlist."""

    reading: Reading | None
    mood: Mood | None
    playlist: Playlist | None
    seed: int
    message: str | None = None


def snap(settings: Settings, frames: list[Frame], wish: Wish, face: int | None = None) -> Outcome:
    """Read the face in a frame, or in a burst of frames, and choose music for it.

    Args:
        settings: Of this run.
        frames: One frame of a photo, or several of one camera burst.
        wish: For the playlist.
        face: Index of the face that counts, largest first; None takes the largest.
    """
    reading = reader(settings).read_burst(frames, face="largest" if face is None else face)
    if reading.face is None or reading.face.scores is None:
        return Outcome(reading, None, None, _seed(wish), NO_FACE)
    from recommender.mood import mood_of

    return play(settings, mood_of(reading.face.scores), wish, reading)


def play(settings: Settings, mood: Mood, wish: Wish, reading: Reading | None = None) -> Outcome:
    """Choose music for a mood: what the user mapped by hand wins, always."""
    from recommender import mapping
    from recommender.journey import LONGEST, journey_from
    from recommender.planner import plan, plan_minutes

    seed = _seed(wish)
    mapped = mapping.load(settings.config_dir)
    catalogue, notes = settings.library.music()

    def way(length: int) -> Journey:
        return journey_from(mood, length, mapped, strategy=wish.strategy, goal=wish.goal)

    def planned(journey: Journey) -> Playlist:
        return plan(journey, catalogue, seed=seed, constraints=wish.rules)

    if wish.minutes is None:
        playlist = planned(way(wish.length))
    else:
        playlist = plan_minutes(way, wish.minutes, planned, longest=LONGEST)
    return Outcome(reading, mood, replace(playlist, notes=(*playlist.notes, *notes)), seed)


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
    from recommender.providers import PROVIDERS

    sink = PROVIDERS["file"].sink
    assert sink is not None  # files can always be written to
    return sink(playlist, path)


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
    return document


def _seed(wish: Wish) -> int:
    return random.SystemRandom().randrange(2**31) if wish.seed is None else wish.seed
