from collections import Counter

from tests.recommender.matching.pairs import pairs

TRICKS = {"remaster", "live", "cover", "guests", "cyrillic", "japanese", "korean", "accents", "same title"}


def test_the_labelled_pairs_are_many_and_of_both_kinds() -> None:
    labels = Counter(pair.same for pair in pairs())
    assert min(labels.values()) >= 150


def test_every_trick_of_the_trade_is_among_them() -> None:
    kinds = Counter(pair.kind for pair in pairs())
    assert {kind for kind, count in kinds.items() if count >= 10} >= TRICKS


def test_no_pair_is_there_twice() -> None:
    counts = Counter((pair.wanted, pair.found) for pair in pairs())
    assert [pair for pair, count in counts.items() if count > 1] == []
