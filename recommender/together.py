"""The user's store and the built-in table as one catalogue.

A song that is in both counts once, as the store has it: measured, and with identifiers that open it. Of tracks that are
equally near the user's own come first. A store that turns out to be damaged is set aside and named, and the built-in
table goes on alone: music is never withheld because a file is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from recommender.catalogue import Catalogue, Listed
from recommender.types import Target, Track

if TYPE_CHECKING:
    from recommender.constraints import Constraints
    from recommender.store.catalogue import StoreCatalogue

T = TypeVar("T")


class Together:
    """A catalogue of two.

    Args:
        own: The user's store.
        built_in: The table that comes with mien.
        set_aside: Called when the store is damaged; moves it away and returns a sentence about that.
    """

    def __init__(self, own: StoreCatalogue, built_in: Catalogue, set_aside: Callable[[], str]) -> None:
        self._own: StoreCatalogue | None = own
        self._built_in = built_in
        self._set_aside = set_aside
        self._others: Listed | None = None
        self.notes: list[str] = []
        """What the user should know: that the store was damaged, and where it is."""

    def __len__(self) -> int:
        """Return how many tracks there are."""
        return self._asked(len, 0) + len(self._rest())

    def tracks(self) -> Sequence[Track]:
        """Return every track, the user's own first."""
        return _Chain(self._asked(lambda own: own.tracks(), ()), self._rest().tracks())

    def near(self, target: Target, limit: int, allowed: Constraints | None = None) -> list[Track]:
        """Return at most `limit` allowed tracks, the nearest to the target first, and of equally near ones the own."""
        return self.near_each([target], limit, allowed)[0]

    def near_each(self, targets: Sequence[Target], limit: int, allowed: Constraints | None = None) -> list[list[Track]]:
        """Return what `near` does for each of several targets."""
        nothing: list[list[Track]] = [[] for _ in targets]
        own = self._asked(lambda store: store.near_each(targets, limit, allowed), nothing)
        rest = self._rest()
        return [
            _nearest([*first, *rest.near(target, limit, allowed)], target, limit)
            for target, first in zip(targets, own, strict=True)
        ]

    def _rest(self) -> Listed:
        """Return the built-in tracks that the store does not have."""
        if self._others is None:
            tracks = self._built_in.tracks()
            known = self._asked(lambda store: store.knows(tracks), [False] * len(tracks))
            self._others = Listed([track for track, there in zip(tracks, known, strict=True) if not there])
        return self._others

    def _asked(self, question: Callable[[StoreCatalogue], T], without: T) -> T:
        from recommender.store.engine import StoreDamaged

        if self._own is None:
            return without
        try:
            return question(self._own)
        except StoreDamaged:
            self._own.engine.dispose()
            self._own, self._others = None, None
            self.notes.append(self._set_aside())
            return without


def _nearest(tracks: Sequence[Track], target: Target, limit: int) -> list[Track]:
    from recommender.sounds import Sounds  # NumPy is loaded by those who look for songs only

    misses = Sounds.of([track.features for track in tracks]).misses(target.features)
    return [tracks[row] for row in misses.argsort(kind="stable")[:limit]]


class _Chain(Sequence[Track]):
    """Two sequences, one after the other, neither of them copied."""

    def __init__(self, first: Sequence[Track], second: Sequence[Track]) -> None:
        self._parts = (first, second)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[Track]:
        for part in self._parts:
            yield from part

    def __reversed__(self) -> Iterator[Track]:
        for part in reversed(self._parts):
            yield from reversed(part)

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        first, second = self._parts
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        number = place + len(self) if place < 0 else place
        return first[number] if 0 <= number < len(first) else second[number - len(first)]
