"""Write mood and tempo into a file's tags, on request, where the file has none yet.

A copy is made beside the file, mutagen writes to it, the sound in it is compared with the original's, and only then the
copy takes the original's place: a crash leaves the file as it was, and a tag is never worth a song. mutagen is GPL
(2.0 or later) and therefore an extra of its own, used from here alone.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from errors import CatalogueError, ConfigError
from recommender.scanning.payload import fingerprint

DRAFT = ".mien-draft-"
OLD_S = 3600.0


def require_mutagen() -> None:
    """Say what to install.

    Raises:
        ConfigError: mutagen is missing.
    """
    if find_spec("mutagen") is None:
        raise ConfigError("Writing tags needs mutagen (GPL-2.0-or-later): pip install 'mien[tags]'.")


def write_tags(path: Path, *, tempo_bpm: float | None, mood: str | None) -> bool:
    """Write tempo and mood where a file has none, and return whether anything was written.

    Args:
        path: The file; where it is a link, what it points to is written.
        tempo_bpm: Written as a whole number, as ID3 and MP4 want it; None for none.
        mood: A word; None for none.

    Raises:
        CatalogueError: The file is as it was: it cannot be written, is damaged, or its sound would have changed.
    """
    from mutagen import MutagenError

    real = path.resolve()
    draft = real.with_name(f"{DRAFT}{os.urandom(6).hex()}{real.suffix}")
    try:
        if not os.access(real, os.W_OK):
            raise CatalogueError(path, "tags were not written: the file may not be changed.")
        before = fingerprint(real)
        try:
            shutil.copyfile(real, draft)
            shutil.copymode(real, draft)
            if not _written(draft, tempo_bpm, mood):
                return False
            if fingerprint(draft) != before:
                raise CatalogueError(
                    path, "tags were not written: the sound would have changed. The file is as it was."
                )
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            draft.replace(real)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise CatalogueError(path, f"tags were not written ({error.strerror or error}).") from error
    except MutagenError as error:
        raise CatalogueError(path, f"tags were not written ({str(error).replace(str(draft), 'the file')}).") from error
    return True


def clear_drafts(folder: Path, now_s: Callable[[], float] = time.time) -> None:
    """Remove copies that a killed mien left behind an hour ago or earlier."""
    for draft in folder.rglob(f"{DRAFT}*"):
        try:
            if now_s() - draft.stat().st_mtime > OLD_S:
                draft.unlink()
        except OSError:  # another mien was faster, or it is not ours to remove
            continue


def _written(path: Path, tempo_bpm: float | None, mood: str | None) -> bool:
    import mutagen
    from mutagen.id3 import ID3
    from mutagen.mp4 import MP4

    audio: Any = mutagen.File(path)
    if audio is None:
        raise mutagen.MutagenError("no tags can be written to a file of this kind")
    if audio.tags is None:
        audio.add_tags()
    wanted = {"bpm": None if tempo_bpm is None else str(round(tempo_bpm)), "mood": mood}
    put = _put_mp4 if isinstance(audio, MP4) else _put_id3 if isinstance(audio.tags, ID3) else _put_vorbis
    if not put(audio.tags, {name: value for name, value in wanted.items() if value}):
        return False
    if isinstance(audio.tags, ID3) and audio.tags.version[:2] == (2, 3):
        audio.save(v2_version=3)
    else:
        audio.save()
    return True


def _put_vorbis(tags: Any, wanted: dict[str, str]) -> bool:
    missing = {name: value for name, value in wanted.items() if not tags.get(name)}
    for name, value in missing.items():
        tags[name.upper()] = value
    return bool(missing)


def _put_id3(tags: Any, wanted: dict[str, str]) -> bool:
    frames: Any = import_module("mutagen.id3")
    changed = False
    if "bpm" in wanted and not tags.getall("TBPM"):
        tags.add(frames.TBPM(encoding=3, text=wanted["bpm"]))
        changed = True
    if "mood" in wanted and not tags.getall("TMOO") and not tags.getall("TXXX:MOOD") and not tags.getall("TXXX:mood"):
        old = tags.version[:2] == (2, 3)  # has no frame for moods
        tags.add(
            frames.TXXX(encoding=3, desc="MOOD", text=wanted["mood"])
            if old
            else frames.TMOO(encoding=3, text=wanted["mood"])
        )
        changed = True
    return changed


def _put_mp4(tags: Any, wanted: dict[str, str]) -> bool:
    changed = False
    if "bpm" in wanted and not any(tags.get("tmpo", ())):
        tags["tmpo"] = [int(wanted["bpm"])]
        changed = True
    freeform: Any = import_module("mutagen.mp4").MP4FreeForm
    name = "----:com.apple.iTunes:MOOD"
    if "mood" in wanted and not any(known.lower() == name.lower() for known in tags):
        tags[name] = [freeform(wanted["mood"].encode())]
        changed = True
    return changed
