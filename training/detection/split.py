"""Who is kept aside from the detector's training: people, never single photos.

The detector is trained on some photos of a collection and measured on the others. Which is which hangs on the name of
the person alone, so that it is the same on every machine, in every subset of the photos, and for both sides that ask.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from training.splitting import person_of

ASIDE_SHARE = 0.6
"""Share of people kept aside; what trains the detector are mostly other pictures anyway."""

SAMPLES_ASIDE = ("chelsea", "clock_motion", "coffee", "coins", "gravel", "page", "retina", "rocket")
"""scikit-image's sample pictures that only measure; training may use the others (astronaut and camera show people)."""


def aside(paths: Iterable[Path]) -> list[Path]:
    """Return the photos of people kept aside for measuring, in the order given."""
    return [path for path in paths if is_aside(path)]


def is_aside(path: Path) -> bool:
    """Whether a photo is of somebody kept aside; by its name only, the file need not exist."""
    digest = hashlib.blake2b(f"aside|{who(path)}".encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") < ASIDE_SHARE * 2**64


def who(path: Path) -> str:
    """Return a key of the person shown: the name in the file's name, else what comes before its first digit.

    `HrithikRoshan_12.jpg` and `Hrithik_Roshan_0003.jpg` show one person; the photos of a series without a name
    (`facial-expressions_2868582k.jpg`) stay together as well.
    """
    name = person_of(path.name)
    if name is not None:
        return re.sub(r"[\W_]+", "", name).casefold()
    return re.split(r"\d", path.stem)[0].casefold() or path.stem
