"""How often a matcher is right: of what it took, and of what it should have taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from recommender.matching.match import THRESHOLD, Candidate, match
from recommender.matching.score import rate
from recommender.types import Track
from tests.recommender.matching.pairs import Listing, Pair
from tests.recommender.matching.perturbations import Shelf


@dataclass
class Figures:
    """Counts of answers; `mistakes` says of which kinds, and the first ones stand in `examples`."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)

    def count(self, *, taken: bool, same: bool, kinds: Iterable[str], example: str) -> None:
        self.right += taken and same
        self.wrong += taken and not same
        self.missed += same and not taken
        if taken != same:
            self.mistakes.update(f"{'missed' if same else 'wrong'}: {kind}" for kind in kinds)
            self.examples.append(f"{'MISSED' if same else 'WRONG'} {example}")


def on_pairs(pairs: Iterable[Pair]) -> Figures:
    """Rate every labelled pair by itself."""
    figures = Figures()
    for pair in pairs:
        rating = rate(pair.wanted, pair.found, pair.wanted.isrc, pair.found.isrc)
        text = f"{pair.kind}: {_said(pair.wanted)} | {_said(pair.found)} | {rating.score:.3f} {rating.why}"
        figures.count(taken=rating.score >= THRESHOLD, same=pair.same, kinds=[pair.kind], example=text)
    return figures


def on_shelves(shelves: Iterable[Shelf]) -> tuple[Figures, Figures]:
    """Return the figures of every listing rated by itself, and of what `match` takes from each shelf."""
    alone, choices = Figures(), Figures()
    for shelf in shelves:
        wanted = Track(shelf.wanted.title, shelf.wanted.artists, duration_s=shelf.wanted.duration_s)
        candidates = [
            Candidate(str(i), item.listing.title, item.listing.artists, item.listing.duration_s)
            for i, item in enumerate(shelf.items)
        ]
        for item, candidate in zip(shelf.items, candidates, strict=True):
            rating = rate(wanted, candidate)
            text = f"{item.hands}: {_said(shelf.wanted)} | {_said(item.listing)} | {rating.score:.3f} {rating.why}"
            kinds = item.hands or ("length",)
            alone.count(taken=rating.score >= THRESHOLD, same=item.same, kinds=kinds, example=text)
        chosen = match(wanted, candidates)
        taken = None if chosen is None else shelf.items[int(chosen.candidate.key)]
        offered = any(item.same for item in shelf.items)
        choices.right += taken is not None and taken.same
        choices.wrong += taken is not None and not taken.same
        choices.missed += offered and (taken is None or not taken.same)
    return alone, choices


def _said(listing: Listing) -> str:
    return f"{listing.title} / {'; '.join(listing.artists)} ({listing.duration_s})"
