"""Sides of a split: each class in the same shares, no person and no picture on two sides."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from emotion.types import EMOTIONS

_PERSON = re.compile(r"(?P<name>[^\W\d_][^\d]*)_\d{1,4}")

_NO_PERSON = {"capture", "dsc", "dscn", "face", "frame", "image", "img", "photo", "pic", "picture", "pxl", "screenshot"}
"""What cameras and people call any picture; together they are nobody."""


def person_of(file: str) -> str | None:
    """Return who a photo shows, where its name says so: `Aaron_Eckhart_0001.jpg` shows Aaron Eckhart.

    That is the naming of Labeled Faces in the Wild (Huang et al. 2007): a name in capitals and small letters, an
    underscore and at most four digits. `facial-expressions_2868588k.jpg` and `IMG_0001.jpg` say nothing.
    """
    stem = re.split(r"[/\\]", file)[-1].rpartition(".")[0]
    match = _PERSON.fullmatch(stem)
    if match is None or not match["name"][0].isupper() or match["name"].lower() in _NO_PERSON:
        return None
    return match["name"].replace("_", " ")


def chance(seed: int, name: str) -> bytes:
    """Return a random order for names: the same for a seed on every machine, whatever else is in the list."""
    return hashlib.blake2b(f"{seed}|{name}".encode(errors="surrogatepass"), digest_size=16).digest()


def together(keys: Sequence[Sequence[str]]) -> npt.NDArray[np.int64]:
    """Number groups so that items which share any key, directly or through others, are in one.

    Args:
        keys: For each item what ties it to others (its person, the digest of its pixels).

    Returns:
        int64 (N,), the first item of each item's group.
    """
    parent = list(range(len(keys)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    first: dict[str, int] = {}
    for i, of_item in enumerate(keys):
        for key in of_item:
            a, b = sorted((root(i), root(first.setdefault(key, i))))
            parent[b] = a
    return np.array([root(i) for i in range(len(keys))], np.int64)


def sides(
    labels: npt.NDArray[np.uint8],
    groups: npt.NDArray[np.int64],
    names: Sequence[str],
    shares: Sequence[float],
    seed: int,
) -> npt.NDArray[np.int64]:
    """Choose a side for each item: large groups first, each to where it brings every class nearest to its share.

    The measure is χ²: squared distance from the wanted count, over the wanted count, summed over classes and sides.
    scikit-learn's `StratifiedGroupKFold` has the same idea, but only knows sides of equal size.

    Args:
        labels: uint8 (N,), 0–6.
        groups: int64 (N,); items of one group stay together; at least as many groups as sides.
        names: Of the items.
        seed: Decides, with the names, the order among groups of one size.
        shares: Of each side; they sum to 1.

    Returns:
        int64 (N,), indices into `shares`; no side is empty.
    """
    wanted = np.outer(shares, np.bincount(labels, minlength=len(EMOTIONS)))
    weight = 1 / np.maximum(wanted, 1e-9)
    filled = np.zeros_like(wanted)
    members: dict[int, list[int]] = {}
    for i, group in enumerate(groups.tolist()):
        members.setdefault(group, []).append(i)
    ordered = sorted(members.values(), key=lambda m: (-len(m), min(chance(seed, names[i]) for i in m)))
    result = np.empty(len(labels), np.int64)
    for group_members in ordered:
        counts = np.bincount(labels[group_members], minlength=len(EMOTIONS))
        # What (filled + counts − wanted)² − (filled − wanted)² comes to; a class that nobody has counts nothing.
        change = ((2 * (filled - wanted) + counts) * counts * weight).sum(axis=1)
        side = int(change.argmin())
        filled[side] += counts
        result[group_members] = side
    for side in range(len(shares)):
        if not (result == side).any():  # so few of each class that every one wants to be on the largest side
            fullest = int(np.bincount(result).argmax())
            result[[m for m in ordered if result[m[0]] == fullest][-1]] = side
    return result
