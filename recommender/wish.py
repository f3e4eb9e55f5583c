"""What the user wants of a playlist, and the same as plain values, so that it can be remembered and wished again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from recommender.constraints import NO_RULES, Constraints


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants of the playlist.

    Args:
        length: Tracks.
        seed: The same one gives the same playlist; None draws one.
        strategy: A name of `recommender.strategies.STRATEGIES`; None: what is mapped, else auto.
        goal: A destination instead: an emotion, or "0.6,0.2".
        minutes: The most that the playlist may last, instead of a length.
        rules: What every track keeps.
        private: Keep nothing of it: neither the list nor the reading.
    """

    length: int = 20
    seed: int | None = None
    strategy: str | None = None
    goal: str | None = None
    minutes: float | None = None
    rules: Constraints = NO_RULES
    private: bool = False


def wish_json(wish: Wish) -> dict[str, Any]:
    """Return a wish as plain values."""
    plain = asdict(wish)
    plain["rules"] = {k: sorted(v) if isinstance(v, frozenset) else v for k, v in plain["rules"].items()}
    return plain


def wish_of(plain: Mapping[str, Any]) -> Wish:
    """Return the wish that `wish_json` wrote; what another version of mien knew and this one does not is left out."""
    given = plain.get("rules", {})
    rules: dict[str, Any] = {
        k: frozenset(v) if isinstance(v, list) else v for k, v in _known(Constraints, given).items()
    }
    if given.get("years") is not None:
        rules["years"] = tuple(given["years"])
    return Wish(**{**_known(Wish, plain), "rules": Constraints(**rules)})


def _known(kind: type[Wish | Constraints], plain: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: plain[each.name] for each in fields(kind) if each.name in plain}
