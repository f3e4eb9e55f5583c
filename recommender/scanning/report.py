"""What a scan did, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from recommender.scanning.folders import Trouble


@dataclass(slots=True)
class Scanned:
    """What a scan did.

    Args:
        folder: That was scanned.
        files: Audio files in it.
        unchanged: Files that were known already.
        read: Files that were read now.
        measured: Of those, the ones that were listened to.
        added: Songs that are new; one that was there under another title is not.
        merged: Files of songs that were there already.
        without_mood: Files read now that no mood leads to.
        broken: Files that could not be read, known ones included, and folders that could not be looked into.
        vanished: Files that were there at an earlier scan.
        pruned: Tracks that went with them.
        tagged: Files into which mood or tempo was written.
        untagged: Files into which they could not be written.
        notes: What the user should know.
    """

    folder: str
    files: int = 0
    unchanged: int = 0
    read: int = 0
    measured: int = 0
    added: int = 0
    merged: int = 0
    without_mood: int = 0
    broken: list[Trouble] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    pruned: int = 0
    tagged: int = 0
    untagged: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def scanned_json(report: Scanned, *, pruned: bool) -> dict[str, Any]:
    """Return what a scan did as docs/json.md describes it."""
    return {
        "folder": report.folder,
        "files": report.files,
        "unchanged": report.unchanged,
        "read": report.read,
        "measured": report.measured,
        "added": report.added,
        "merged": report.merged,
        "without_mood": report.without_mood,
        "broken": [{"path": trouble.path, "reason": trouble.reason} for trouble in report.broken],
        "vanished": report.vanished,
        "pruned": report.pruned if pruned else None,
        "tagged": report.tagged,
        "untagged": [{"path": trouble.path, "reason": trouble.reason} for trouble in report.untagged],
        "notes": report.notes,
    }
