from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.identity import song_key
from recommender.importing.songs import keys_of, song_keys
from recommender.store.schema import key_of

PIECES = (
    "The ",
    "the",
    "&",
    " feat. X",
    " - Live",
    "(Mono)",
    "[2011 Remaster]",
    " ",
    "'",
    "é",
    "한",
    "A",
    "b9",
    "!",
    "ft ",
)
NAME = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1, max_size=9),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(NAME, NAME), max_size=6))
def test_the_keys_of_columns_are_those_of_their_songs(songs: list[tuple[str, str]]) -> None:
    titles, artists = [title for title, _ in songs], [artist for _, artist in songs]
    assert song_keys(titles, artists) == [song_key(title, artist) for title, artist in songs]


def test_the_hashes_are_those_of_the_store() -> None:
    names = ["isrc GBAYE8200021", "song gold|spandau ballet", "song 한|é"]
    assert keys_of(names).tolist() == [key_of(name) for name in names]
    assert keys_of([]).tolist() == []
