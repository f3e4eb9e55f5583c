"""What works on this machine, and what to do about what does not: one check a function."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata, util
from pathlib import Path

from app import Settings, reader
from errors import MienError
from recommender.providers import PROVIDERS
from recommender.providers import Check as ProviderCheck


@dataclass(frozen=True, slots=True)
class Check:
    """One line: whether it is fine (None: not here, and not needed), what was checked, what was seen and what to do."""

    fine: bool | None
    what: str
    words: str


def examine(settings: Settings, *, online: bool = False) -> Iterator[Check]:
    """Yield the checks one by one; none of them raises.

    Args:
        settings: Of this run.
        online: Ask the services too; without it nothing is sent.
    """
    for check in CHECKS:
        yield _survived(check.__name__.strip("_"), partial(check, settings))
    for name, provider in PROVIDERS.items():
        if provider.check is not None:
            yield _survived(name, partial(_service, name, provider.check, settings, online))


def _survived(what: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except MienError as error:
        return Check(False, what, str(error))
    except Exception as error:  # a doctor that falls ill helps nobody
        return Check(False, what, f"{type(error).__name__}: {error}; install mien again")


def _service(name: str, check: ProviderCheck, settings: Settings, online: bool) -> Check:
    health = check(settings.place, online=online)
    fine = {"ready": True, "not set up": None, "broken": False}[health.state]
    return Check(fine, name, f"{health.message.rstrip('.')}; {health.remedy}" if health.remedy else health.message)


def _python(_: Settings) -> Check:
    fine = (3, 11) <= sys.version_info[:2] <= (3, 13)
    words = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check(fine, "python", words + ("" if fine else "; mien needs Python 3.11 to 3.13"))


def _opencv(_: Settings) -> Check:
    from emotion.opencv import cv2

    return Check(True, "opencv", cv2.__version__)


def _litert(_: Settings) -> Check:
    version = metadata.version("ai-edge-litert")
    import ai_edge_litert.interpreter  # noqa: F401

    return Check(True, "litert", version)


def _models(_: Settings) -> Check:
    from emotion.models import MODELS, weights_path

    paths = [weights_path(entry) for entry in MODELS.values()]
    return Check(True, "models", f"{', '.join(MODELS)}: {len(paths)} weight files present, hashes right")


def _detectors(settings: Settings) -> Check:
    from emotion.detectors import DEFAULT_DETECTOR, DETECTORS

    missing: dict[str, str] = {}
    for name, make in DETECTORS.items():
        try:
            make()
        except MienError as error:
            missing[name] = str(error)
    chosen = settings.detector or DEFAULT_DETECTOR
    if missing:  # one that nobody asked for is no illness
        words = f"{', '.join(n for n in DETECTORS if n not in missing)} load; {' '.join(missing.values())}"
        return Check(False if chosen in missing else None, "detectors", words)
    return Check(True, "detectors", f"{', '.join(DETECTORS)} load")


def _reader(settings: Settings) -> Check:
    from emotion.detectors import DEFAULT_DETECTOR
    from emotion.models import DEFAULT_MODEL

    reader(settings)
    model, detector = settings.model or DEFAULT_MODEL, settings.detector or DEFAULT_DETECTOR
    return Check(True, "reader", f"the model {model} and the detector {detector} load")


def _camera(_: Settings) -> Check:
    devices = sorted(str(p) for p in Path("/dev").glob("video*")) if sys.platform == "linux" else []
    if sys.platform == "linux" and not devices:
        return Check(None, "camera", "none found; plug one in, or use `mien snap --photo FILE`")
    blocked = [d for d in devices if not os.access(d, os.R_OK)]
    if blocked:
        return Check(
            False, "camera", f"{blocked[0]} may not be read; add yourself to the group 'video' and log in again"
        )
    return Check(True, "camera", ", ".join(devices) or "not tried; `mien snap` opens camera 0")


def _catalogue(settings: Settings) -> Check:
    from recommender.catalogue import BuiltIn

    built_in = f"{len(BuiltIn())} built-in tracks"
    if not settings.library.exists:
        return Check(True, "catalogue", f"{built_in}; `mien catalogue import FILE` adds your own")
    catalogue, notes = settings.library.music()
    if notes:
        return Check(False, "catalogue", notes[0])
    return Check(True, "catalogue", f"{len(catalogue)} tracks, yours first, with {built_in}")


def _audio(_: Settings) -> Check:
    if util.find_spec("librosa") is None:
        return Check(None, "audio files", "tags only; with `pip install 'mien[audio]'` mien listens to them")
    return Check(True, "audio files", f"librosa {metadata.version('librosa')} for `mien catalogue scan`")


def _mapping(settings: Settings) -> Check:
    from recommender import mapping

    path, problems = mapping.path_in(settings.config_dir), mapping.check(settings.config_dir)
    if problems:
        return Check(False, "mapping", f"{path}, {problems[0]} (`mien map check` shows all)")
    mapped = mapping.load(settings.config_dir).choices
    return Check(True, "mapping", f"{path} maps {', '.join(mapped)}" if mapped else "nothing mapped; mien decides")


def _folders(settings: Settings) -> Check:
    for folder in (settings.config_dir, settings.data_dir, settings.cache_dir):
        nearest = next(p for p in (folder, *folder.parents) if os.path.exists(p))  # noqa: PTH110
        if not nearest.is_dir() or not os.access(nearest, os.W_OK):
            wrong = "cannot be written" if nearest.is_dir() else "is no folder"
            return Check(False, "folders", f"{nearest} {wrong}; set MIEN_CONFIG_DIR, MIEN_DATA_DIR, MIEN_CACHE_DIR")
    return Check(True, "folders", f"config {settings.config_dir}")


def _training(_: Settings) -> Check:
    names = {"tensorflow": "tensorflow", "keras": "keras", "pandas": "pandas", "sklearn": "scikit-learn"}
    missing = [package for module, package in names.items() if util.find_spec(module) is None]
    if missing:
        return Check(None, "training", f"not installed ({', '.join(missing)}); pip install 'mien[train]' adds it")
    return Check(True, "training", ", ".join(f"{p} {metadata.version(p)}" for p in names.values()))


CHECKS = (
    *(_python, _opencv, _litert, _models, _detectors, _reader, _camera),
    *(_catalogue, _audio, _mapping, _folders, _training),
)
