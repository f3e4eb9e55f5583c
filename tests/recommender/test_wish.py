from __future__ import annotations

import json

import pytest

from recommender.constraints import Constraints
from recommender.wish import Wish, wish_json, wish_of

RULES = Constraints(
    languages=frozenset({"de", "fr"}), years=(1970, 1979), explicit=False, banned_artists=frozenset({"queen"})
)


@pytest.mark.parametrize(
    "wish",
    [Wish(), Wish(length=7, seed=3, strategy="lift", rules=RULES), Wish(goal="0.6,0.2", minutes=45.5, private=True)],
)
def test_a_wish_survives_being_written_as_json(wish: Wish) -> None:
    assert wish_of(json.loads(json.dumps(wish_json(wish)))) == wish


def test_a_wish_of_another_version_is_taken_as_far_as_it_is_known() -> None:
    plain = wish_json(Wish(length=7, rules=RULES))
    del plain["minutes"]
    plain["mood_lighting"] = True
    plain["rules"]["loudness"] = [1]
    assert wish_of(plain) == Wish(length=7, rules=RULES)
