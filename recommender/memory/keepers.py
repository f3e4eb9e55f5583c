"""What keeps something about a listener, in one place: `mien erase` asks each of them.

A keeper says in words what it has, and erases it. Whoever adds one (a diary, tokens) adds a line to the list that
`app.keepers` makes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from errors import MienError


@dataclass(frozen=True, slots=True)
class Keeper:
    """One thing that mien keeps.

    Args:
        name: In a word or two: "taste", "diary".
        what: Says in words what there is, one line each; nothing when there is nothing. It changes nothing.
        erase: Erases it for good; afterwards `what` says nothing.
    """

    name: str
    what: Callable[[], Sequence[str]]
    erase: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of one keeper.

    Args:
        name: Its name.
        what: What it had.
        trouble: Why some of it is still there; None when all is gone.
    """

    name: str
    what: tuple[str, ...]
    trouble: str | None = None


def kept(keepers: Sequence[Keeper]) -> list[tuple[Keeper, tuple[str, ...]]]:
    """Return those that have something, with what."""
    found = []
    for keeper in keepers:
        try:
            lines = tuple(keeper.what())
        except MienError as error:  # what cannot be read can still be erased
            lines = (f"something that cannot be read: {error}",)
        if lines:
            found.append((keeper, lines))
    return found


def erase(keepers: Sequence[Keeper]) -> list[Erased]:
    """Erase what these keep; trouble with one does not stop the others."""
    done = []
    for keeper, lines in kept(keepers):
        try:
            keeper.erase()
        except (MienError, OSError) as error:
            done.append(Erased(keeper.name, lines, str(error)))
        else:
            done.append(Erased(keeper.name, lines))
    return done
