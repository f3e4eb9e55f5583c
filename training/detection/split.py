"""Which photos the detector may learn from, and which are kept aside for its measure: by person.

    sides = photo_sides(names)      # {"Aaron_Eckhart_0001.jpg": "aside", …}

Where a name shows the person, all photos of that person are on one side; a photo whose name says nothing is on its own.
The side depends on nothing but the person's (or the photo's) name, so that more photos move nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from training.splitting import chance, person_of

SIDES = ("training", "validation", "aside")

SHARES = (0.50, 0.08, 0.42)
"""Of the people on each side, in the order of `SIDES`: learnt from, chosen on, measured on."""

SEED = 4

SAMPLES_ASIDE = ("chelsea", "clock_motion", "coffee", "coins", "gravel", "page", "retina", "rocket")
"""scikit-image's sample pictures that only measure; training may use the others (astronaut and camera show people)."""

_FRAME = re.compile(r"[\W_]*\d+$")


def photo_sides(names: Iterable[str]) -> dict[str, str]:
    """Return the side of each photo: "training", "validation" or "aside".

    Args:
        names: The photos' file names, in any order; folders before them do not matter.
    """
    return {name: side_of(name) for name in names}


def side_of(name: str) -> str:
    """Return the side of one photo."""
    draw = int.from_bytes(chance(SEED, _who(name))[:8], "big") / 2**64
    return SIDES[0] if draw < SHARES[0] else SIDES[1] if draw < SHARES[0] + SHARES[1] else SIDES[2]


def aside(paths: Iterable[Path]) -> list[Path]:
    """Return the photos of people kept aside for measuring, in the order given (`mien bench detectors`)."""
    return [path for path in paths if side_of(path.name) == "aside"]


def _who(name: str) -> str:
    """Return the person, spelled without spaces and case, or else the file's name without its number.

    `KatrinaKaif_12.jpg` and `Katrina_Kaif_0003.jpg` show one person; frames of one film share all but a number.
    """
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0]
    return re.sub(r"[\W_]+", "", person_of(name) or _FRAME.sub("", stem) or stem).lower()
