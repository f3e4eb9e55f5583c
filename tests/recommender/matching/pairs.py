"""Labelled pairs of listings: what was asked for, what a service offers, and whether a listener would be content.

Written by us from memory, before the matcher was. The lengths are those of well-known releases as we remember them,
and the ISRCs are made up.

"yes" is the same performance, whatever its master, its mono or stereo mix, the release that it is on, and the way in
which the shop writes it: guests here or there, accents, punctuation, scripts, typing errors, an English title
beside the original one. An edit (radio edit, single version) that keeps two thirds of it is a yes when it is named
as one.

"no" is another performance or another arrangement, even by the same artist: live, acoustic, demo, another take,
re-recorded, remixed, extended, sped up, without the voice, in another language, with a guest who sings a verse of his
own; every cover, karaoke and tribute; another part; another song; and a listing of the same name that is so much
shorter or longer that it must be something else. Live is the same as live when nothing speaks for another evening.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("pairs.csv")


@dataclass(frozen=True)
class Listing:
    """A song as somebody writes it; None is not known."""

    title: str
    artists: tuple[str, ...]
    duration_s: float | None
    album: str | None
    isrc: str | None


@dataclass(frozen=True)
class Pair:
    """What was asked for, what was found, and whether it is the same."""

    kind: str
    same: bool
    wanted: Listing
    found: Listing


def pairs() -> list[Pair]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Pair(row["kind"], {"yes": True, "no": False}[row["same"]], _listing(row, ""), _listing(row, "found_"))
        for row in rows
    ]


def _listing(row: dict[str, str], side: str) -> Listing:
    seconds = row[f"{side}seconds"]
    return Listing(
        row[f"{side}title"],
        tuple(row[f"{side}artists"].split(";")),
        float(seconds) if seconds else None,
        row[f"{side}album"] or None,
        row[f"{side}isrc"] or None,
    )
