import pytest

from recommender.identity import artist_key, recognised, song_key
from recommender.types import Features, Track


@pytest.mark.parametrize(
    ("title", "artist"),
    [
        ("Heroes", "David Bowie"),
        ("“Heroes”", "david bowie"),
        ("Heroes - 2017 Remaster", "David Bowie"),
        ("Heroes (Live at the BBC)", "David Bowie"),
        ("Heroes (feat. Brian Eno)", "David Bowie feat. Queen"),
        ("Héroes [Single Version]", "David  Bowie"),
        ("Heroes - Remastered 2011", "The David Bowie"),
    ],
)
def test_spellings_of_one_song_have_one_key(title: str, artist: str) -> None:
    assert song_key(title, artist) == song_key("Heroes", "David Bowie")


@pytest.mark.parametrize(
    ("title", "artist"),
    [("Heroine", "David Bowie"), ("Heroes", "Motörhead"), ("Heroes and Villains", "David Bowie")],
)
def test_other_songs_have_other_keys(title: str, artist: str) -> None:
    assert song_key(title, artist) != song_key("Heroes", "David Bowie")


@pytest.mark.parametrize(
    "title", ["99 Luftballons", "Live and Let Die", "봄날", "يا طير", "夜に駆ける", "!!!", "The Live EP"]
)
def test_a_title_keeps_something_to_know_it_by(title: str) -> None:
    assert song_key(title, "X").split("|")[0]


def test_scripts_other_than_latin_stay_apart() -> None:
    assert len({song_key(t, "X") for t in ("봄날", "봄밤", "क", "ख", "夜", "朝")}) == 6


def test_and_and_the_article_do_not_matter() -> None:
    assert artist_key("The Beatles") == artist_key("beatles")
    assert artist_key("Simon & Garfunkel") == artist_key("Simon and Garfunkel")
    assert artist_key("The The") == "the"


def test_known_songs_lend_their_features_and_own_identifiers_win() -> None:
    known = Track(
        "Heroes", ("David Bowie",), 1977, features=Features(valence=0.5), identifiers={"isrc": "GB1", "file": "b"}
    )
    mine = Track("heroes - 2017 remaster", ("David Bowie",), identifiers={"file": "a"})
    other = Track("Unheard", ("Nobody",))
    first, second = recognised([mine, other], [known])
    assert (first.features, first.year, first.title) == (known.features, 1977, "Heroes")
    assert first.identifiers == {"isrc": "GB1", "file": "a"}
    assert second is other
