"""What detectors find, miss and take for a face, and what they cost, side by side.

Measured is on photos of people whom `training.detection.split` keeps aside from our own detector's training, and on
pictures without a face. It needs nothing of the train group.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median
from typing import Any

from emotion import frames
from emotion.detectors import DETECTORS, Detector
from emotion.haar import Haar
from emotion.mien_face import MienFace
from emotion.opencv import cv2
from emotion.types import Face, Frame
from errors import CatalogueError, FrameError, lookup
from training.detection.split import aside
from training.detection_conditions import CONDITIONS, Condition, Scene, in_a_frame, is_hit
from training.faceless import faceless, photographs

FACELESS, SEEDS = 60, (0, 1, 2)
"""Pictures without a face of each source, and each seed."""

FALSE_BAR, COST_BAR = 0.02, 0.5
COST_FRAMES, COST_ROUNDS = 12, 3

Tell = Callable[[str, int], None]
"""Is told what is being looked at and how many pictures of it are done."""

Look = Callable[[str, Scene, Sequence[Face]], None]
"""Is shown what the first detector finds: the condition, the scene and the faces."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure for all detectors.

    Args:
        measure: What it is.
        n: Faces, pictures or frames that it was measured on.
        values: By detector; None where it cannot be said.
        bar: What `mien-face` set itself; None where there is none.
        at_least: Whether more is better.
        unit: "share", "a picture", "degrees", "ms" or "× haar".
    """

    measure: str
    n: int
    values: Mapping[str, float | None]
    bar: float | None = None
    at_least: bool = False
    unit: str = "share"

    def met(self, name: str) -> bool | None:
        """Whether a detector is at the bar; None where there is none."""
        value = self.values[name]
        if self.bar is None or value is None:
            return None
        return value >= self.bar if self.at_least else value <= self.bar


@dataclass(frozen=True, slots=True)
class Bench:
    """The whole table: on how many photos it stands, which could not be read, and the rows."""

    photos: int
    unreadable: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(slots=True)
class _Tally:
    places: int = 0
    scenes: int = 0
    hits: int = 0
    others: int = 0
    roll_errors: list[float] = field(default_factory=list)

    def add(self, scene: Scene, faces: Sequence[Face]) -> None:
        hits = [[face for face in faces if is_hit(face, place)] for place in scene[1]]
        self.places += len(hits)
        self.scenes += 1
        self.hits += sum(bool(of_place) for of_place in hits)
        self.others += len(faces) - sum(bool(of_place) for of_place in hits)
        for place, of_place in zip(scene[1], hits, strict=True):
            if of_place:
                error = of_place[0].roll_deg - place.roll_deg
                self.roll_errors.append(abs((error + 180) % 360 - 180))


def named_detectors(names: Iterable[str]) -> dict[str, Detector]:
    """Make detectors by their names, or, from the path of a `.tflite` file, a `mien-face` of those weights.

    Raises:
        UnknownName: There is no such detector.
        ModelError: Its file is missing or wrong.
    """
    return {
        name: MienFace(Path(name)) if name.endswith(".tflite") else lookup(DETECTORS, name, "detector")()
        for name in names
    }


def photos_aside(folder: Path, every: int = 1) -> list[Path]:
    """Return the photos of a folder, or of its `images`, that show people kept aside; every so-many-th of them.

    Raises:
        CatalogueError: There is no such folder, or it has no such photos.
    """
    found = aside(pictures_of(folder / "images" if (folder / "images").is_dir() else folder))
    if not found:
        raise CatalogueError(folder, "has no photos of people who are kept aside from the detector's training")
    return found[::every]


def pictures_of(folder: Path) -> list[Path]:
    """Return the files of a folder, in order of their names.

    Raises:
        CatalogueError: There is no such folder.
    """
    if not folder.is_dir():
        raise CatalogueError(folder, "is not a folder; give one of pictures, or with images/ in it")
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def measure(
    detectors: Mapping[str, Detector],
    paths: Sequence[Path],
    *,
    conditions: Sequence[Condition] = CONDITIONS,
    without_faces: Sequence[Path] = (),
    faceless_count: int = FACELESS,
    cost_frames: int = COST_FRAMES,
    tell: Tell = lambda _what, _done: None,
    look: Look = lambda _condition, _scene, _faces: None,
) -> Bench:
    """Measure detectors on photos under every condition, on pictures without a face, and by the clock.

    Args:
        detectors: By name.
        paths: Photos, each of one prominent face in its middle; with none, only the rest is measured.
        conditions: Some of `CONDITIONS`.
        without_faces: Pictures of the user's own that show nobody.
        faceless_count: Pictures of each source and seed.
        cost_frames: Frames with a face, and as many without one, that are timed; with 0 nothing is.
        tell: Hears how far it is.
        look: Sees every scene of a photo with what the first detector finds there.
    """
    unreadable: list[str] = []
    tallies = {(c.name, name): _Tally() for c in conditions for name in detectors}
    photos = 0
    timed: list[Frame] = []
    waiting: dict[str, list[Frame]] = {condition.name: [] for condition in conditions}
    for photo in _readable(paths, unreadable):
        photos += 1
        tell("photos", photos)
        if len(timed) < cost_frames:
            timed += [scene[0] for scene in in_a_frame([photo], 200)]
        for condition in conditions:
            waiting[condition.name].append(photo)
            if len(waiting[condition.name]) < condition.photos:
                continue
            for scene in condition.scenes(waiting[condition.name]):
                for number, (name, detector) in enumerate(detectors.items()):
                    faces = detector(scene[0])
                    tallies[condition.name, name].add(scene, faces)
                    if not number:
                        look(condition.name, scene, faces)
            waiting[condition.name].clear()
    rows = [*_recall_rows(detectors, conditions, tallies)] if photos else []
    sources = {
        "drawn": (frame for seed in SEEDS for frame in faceless(faceless_count, seed)),
        "scikit-image": (frame for seed in SEEDS for frame in photographs(faceless_count, seed)),
        "your own": _readable(without_faces, unreadable),
    }
    rows += _false_rows(detectors, sources, tell)
    if timed:
        rows += _cost_rows(detectors, timed, "with a face", tell)
    if cost_frames:
        rows += _cost_rows(detectors, list(faceless(cost_frames, seed=9)), "without a face", tell)
    return Bench(photos, tuple(unreadable), tuple(rows))


def bench_json(bench: Bench) -> dict[str, Any]:
    """Return the table in the shape that docs/json.md promises."""
    return {
        "photos": bench.photos,
        "unreadable": list(bench.unreadable),
        "rows": [
            {
                "measure": row.measure,
                "unit": row.unit,
                "n": row.n,
                "bar": row.bar,
                "at_least": row.at_least,
                "values": {k: v if v is None else round(v, 4) for k, v in row.values.items()},
                "met": {name: row.met(name) for name in row.values},
            }
            for row in bench.rows
        ],
    }


def _readable(paths: Iterable[Path], unreadable: list[str]) -> Iterator[Frame]:
    for path in paths:
        try:
            yield frames.from_path(path)
        except FrameError as error:
            unreadable.append(str(error))


def _recall_rows(
    detectors: Iterable[str], conditions: Iterable[Condition], tallies: Mapping[tuple[str, str], _Tally]
) -> Iterator[Row]:
    of = {c.name: {name: tallies[c.name, name] for name in detectors} for c in conditions}
    for condition in conditions:
        counts = of[condition.name]
        n = max(tally.places for tally in counts.values())
        shares = {name: tally.hits / n if n else None for name, tally in counts.items()}
        yield Row(f"found, {condition.name}", n, shares, condition.bar, at_least=True)
    for name, counts in of.items():
        if name in ("upright", "turned ±35°"):
            scenes = max(tally.scenes for tally in counts.values())
            others = {detector: tally.others / scenes for detector, tally in counts.items()}
            yield Row(f"other boxes, {name}", scenes, others, unit="a picture")
        if name.startswith("turned"):
            n = min(len(tally.roll_errors) for tally in counts.values())
            errors = {d: median(t.roll_errors) if t.roll_errors else None for d, t in counts.items()}
            yield Row(f"roll is off by, {name}", n, errors, unit="degrees")


def _false_rows(detectors: Mapping[str, Detector], sources: Mapping[str, Iterable[Frame]], tell: Tell) -> Iterator[Row]:
    """What is taken for a face where there is none; a source without pictures has no row."""
    for what, source in sources.items():
        pictures, boxes = 0, dict.fromkeys(detectors, 0)
        for frame in source:
            pictures += 1
            tell(f"pictures without a face, {what}", pictures)
            for name, detector in detectors.items():
                boxes[name] += len(detector(frame))
        if pictures:
            shares = {name: n / pictures for name, n in boxes.items()}
            yield Row(f"false faces, {what}", pictures, shares, FALSE_BAR, unit="a picture")


def _cost_rows(detectors: Mapping[str, Detector], timed: Sequence[Frame], what: str, tell: Tell) -> Iterator[Row]:
    """CPU time of one thread for a 640×480 frame; the detectors take turns frame by frame, against one more Haar."""
    everyone = {"": Haar(), **detectors}
    seconds: dict[str, list[float]] = {name: [] for name in everyone}
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        for number, frame in enumerate(timed):
            tell(f"frames {what}, by the clock", number)
            taken: dict[str, list[float]] = {name: [] for name in everyone}
            for _ in range(COST_ROUNDS):
                for name, detector in everyone.items():
                    start = time.process_time()
                    detector(frame)
                    taken[name].append(time.process_time() - start)
            for name, of_rounds in taken.items():
                seconds[name].append(min(of_rounds))  # what else runs on the machine can only add
    finally:
        cv2.setNumThreads(threads)
    ms = {name: 1000 * fmean(seconds[name]) for name in everyone}
    yield Row(f"CPU time, {what}", len(timed), {name: ms[name] for name in detectors}, unit="ms")
    ratios = {name: ms[name] / ms[""] if ms[""] else None for name in detectors}
    yield Row(f"CPU time by haar's, {what}", len(timed), ratios, COST_BAR, unit="× haar")
