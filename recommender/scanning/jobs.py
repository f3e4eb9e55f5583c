"""What is to be done with which file, and the doing of it, in whichever process."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from errors import CatalogueError
from recommender.scanning import measuring
from recommender.scanning.decoding import can_decode
from recommender.scanning.folders import Found, Trouble, audio_files
from recommender.scanning.ledger import Entry
from recommender.scanning.measuring import Measures
from recommender.scanning.reading import Heard, read_file
from recommender.scanning.report import Scanned
from recommender.scanning.tagging import write_tags
from recommender.scanning.words import word_for


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done with one file.

    Args:
        file: As the folder shows it.
        listen: Whether to measure it.
        write: Whether to write mood and tempo into it.
        known: What was measured at an earlier scan, if that still holds.
    """

    file: Found
    listen: bool
    write: bool
    known: Measures | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one file.

    Args:
        entry: For the ledger.
        heard: What was read; None when it could not be.
        listened: Whether it was measured now.
        tagged: Whether tags were written.
        untagged: Why they could not be written.
    """

    entry: Entry
    heard: Heard | None = None
    listened: bool = False
    tagged: bool = False
    untagged: str | None = None


def jobs_of(report: Scanned, known: dict[str, Entry], *, listen: bool, again: bool, write: bool) -> list[Job]:
    """Return what is to be done, and report what is not."""
    jobs: list[Job] = []
    seen = set()
    unreadable: list[str] = []
    for found in audio_files(report.folder):
        if isinstance(found, Trouble):
            report.broken.append(found)
            unreadable.append(found.path)
            continue
        report.files += 1
        seen.add(found.path)
        before = known.get(found.path)
        hear = listen and can_decode(Path(found.path))
        if again or before is None or not _still(before, found, hear=hear, write=write):
            jobs.append(Job(found, hear, write, None if again else _measured(before, found)))
            continue
        report.unchanged += 1
        if before.trouble is not None:
            report.broken.append(Trouble(before.path, before.trouble))
    report.vanished = [path for path in known if path not in seen and _is_gone(path, unreadable)]
    return jobs


def _still(before: Entry, found: Found, *, hear: bool, write: bool) -> bool:
    """Say whether a file needs nothing."""
    if (before.size, before.mtime_ns) != (found.size, found.mtime_ns):
        return False
    if before.trouble is not None:
        return True
    return not (hear and before.heard < measuring.VERSION) and not (write and before.heard and not before.tagged)


def _measured(before: Entry | None, found: Found) -> Measures | None:
    """Return what was measured at an earlier scan, if the file is still the same and so is what measures."""
    if before is None or before.measures is None or before.heard != measuring.VERSION:
        return None
    if (before.size, before.mtime_ns) != (found.size, found.mtime_ns):
        return None
    return Measures(**before.measures)


def _is_gone(path: str, unreadable: list[str]) -> bool:
    """Say whether a file is really no longer there, rather than out of sight."""
    if any(path == place or path.startswith(place.rstrip("/") + "/") for place in unreadable):
        return False
    try:
        os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def work(job: Job) -> Done:
    """Read one file, and write tags into it where that is wanted; trouble with it is a result."""
    file = job.file
    try:
        heard = read_file(file.path, listen=job.listen, known=job.known)
    except CatalogueError as error:
        return Done(Entry(file.path, file.size, file.mtime_ns, trouble=error.reason))
    except Exception as error:  # whatever a decoder comes up with, the other files go on
        return Done(
            Entry(file.path, file.size, file.mtime_ns, trouble=f"cannot be read ({type(error).__name__}: {error})")
        )
    entry = Entry(
        file.path,
        file.size,
        file.mtime_ns,
        heard=measuring.VERSION if heard.measures else 0,
        measures=None if heard.measures is None else heard.measures.as_dict(),
    )
    done = Done(entry, heard, listened=heard.measures is not None and job.known is None)
    return _tagged(done, heard) if job.write and heard.measures else done


def _tagged(done: Done, heard: Heard) -> Done:
    entry, sound, path = done.entry, heard.track.features, Path(done.entry.path)
    mood = None if sound.valence is None or sound.energy is None else word_for(sound.valence, sound.energy)
    try:
        written = write_tags(path, tempo_bpm=sound.tempo_bpm, mood=mood)
        about = path.stat()
    except CatalogueError as error:
        return replace(done, untagged=error.reason)
    except OSError as error:
        return replace(done, untagged=f"cannot be looked at ({error.strerror})")
    fresh = replace(entry, size=about.st_size, mtime_ns=about.st_mtime_ns, tagged=True)
    return replace(done, entry=fresh if written else replace(entry, tagged=True), tagged=written)
