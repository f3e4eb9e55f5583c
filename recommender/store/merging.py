"""What two rows of one song come to: the first keeps what it knows, the second fills its gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recommender.store.cells import cell_of
from recommender.store.rows import FEATURES, identifiers_of, identifiers_text
from recommender.store.schema import AT

GAPS = tuple(AT[name] for name in ("year", "genre", "language", "duration_s", "album", "explicit"))
"""What a later row may fill in, besides features and identifiers."""


def fill(kept: list[Any], row: Sequence[Any]) -> bool:
    """Fill the gaps of a kept row from another row of the same song; return whether anything changed."""
    were, are = kept[FEATURES], row[FEATURES]
    first, second = (are, were) if kept[AT["estimated"]] and not row[AT["estimated"]] else (were, are)
    better = [one if one is not None else other for one, other in zip(first, second, strict=True)]
    filled = any(one is None and other is not None for one, other in zip(first, second, strict=True))
    estimated = int(kept[AT["estimated"]] and row[AT["estimated"]])
    if filled:
        estimated = int(kept[AT["estimated"]] or row[AT["estimated"]])
    changed = [*better, estimated] != [*were, kept[AT["estimated"]]]
    if changed:
        kept[FEATURES] = better
        kept[AT["estimated"]] = estimated
        kept[AT["cell"]] = cell_of(better[0], better[1])
    for place in GAPS:
        if kept[place] is None and row[place] is not None:
            kept[place] = row[place]
            changed = True
    if row[16] and row[16] != kept[16]:
        both = identifiers_text(({**identifiers_of(row[16]), **identifiers_of(kept[16])}).items())
        changed = changed or sorted(both.split("\n")) != sorted(kept[16].split("\n"))
        kept[16] = both
    return changed
