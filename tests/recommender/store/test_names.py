from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.store.names import FLAGS, Names

KEY = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(0, 9).map(lambda step: step * FLAGS + 7))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(KEY, st.integers(1, 9), max_size=9), max_size=7), st.lists(KEY, max_size=9))
def test_what_was_added_is_found_and_nothing_else(batches: list[dict[int, int]], asked: list[int]) -> None:
    names, known = Names(), dict[int, int]()
    for batch in batches:
        new = {key: track for key, track in batch.items() if key not in known}
        names.add(np.array(list(new), dtype=np.int64), np.array(list(new.values()), dtype=np.int64))
        known |= new
    names.move(3, 4)
    known = {key: 4 if track == 3 else track for key, track in known.items()}
    wanted = np.array([*known, *asked], dtype=np.int64)
    assert names.find(wanted) == known | {key: known[key] for key in asked if key in known}
    keys, tracks = names.take()
    assert list(zip(keys.tolist(), tracks.tolist(), strict=True)) == sorted(known.items())
    assert len(names) == 0
    assert names.find(wanted) == {}
