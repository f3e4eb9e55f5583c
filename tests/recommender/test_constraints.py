import pytest

from errors import ConfigError
from recommender.constraints import Constraints, is_instrumental
from recommender.types import Features, Track

SONG = Track("T", ("The Band", "Björk"), 1975, "indie rock", "en", Features(instrumentalness=0.1))
BARE = Track("T", ("A",))


def test_the_default_admits_everything() -> None:
    assert Constraints().is_open
    assert Constraints().admits(BARE)


@pytest.mark.parametrize(
    ("constraints", "rule"),
    [
        (Constraints(languages=frozenset({"DE", "fr"})), "languages"),
        (Constraints(genres=frozenset({"rockabilly"})), "genres"),
        (Constraints(years=(1976, 1980)), "years"),
        (Constraints(years=(1960, 1974)), "years"),
        (Constraints(explicit=True), "explicit"),
        (Constraints(instrumental=True), "instrumental"),
        (Constraints(banned_artists=frozenset({"bjork"})), "banned_artists"),
    ],
)
def test_a_track_that_breaks_a_rule_is_not_admitted(constraints: Constraints, rule: str) -> None:
    assert not constraints.is_open
    assert constraints.broken_by(SONG) == rule
    assert list(constraints.rules()) == [rule]


@pytest.mark.parametrize(
    "constraints",
    [
        Constraints(languages=frozenset({"en"})),
        Constraints(genres=frozenset({"Rock"})),
        Constraints(genres=frozenset({"indie rock"})),
        Constraints(years=(1975, 1975)),
        Constraints(explicit=False),
        Constraints(banned_artists=frozenset({"someone else"})),
    ],
)
def test_a_track_that_keeps_the_rules_is_admitted(constraints: Constraints) -> None:
    assert constraints.admits(SONG)


@pytest.mark.parametrize("field", [{"languages": {"en"}}, {"genres": {"rock"}}, {"years": (1900, 2100)}])
def test_what_is_not_known_keeps_no_rule_about_it(field: dict[str, object]) -> None:
    assert not Constraints(**field).admits(BARE)  # type: ignore[arg-type]


def test_what_nobody_marked_is_not_explicit() -> None:
    assert Constraints(explicit=False).admits(BARE)


def test_music_without_words_is_instrumental_and_so_is_what_measures_as_such() -> None:
    assert is_instrumental(Track("T", ("A",), language="zxx"))
    assert is_instrumental(Track("T", ("A",), features=Features(instrumentalness=0.9)))
    assert not is_instrumental(BARE)


def test_a_known_language_is_surer_than_a_measure_that_hears_no_voice() -> None:
    assert not is_instrumental(Track("T", ("A",), language="no", features=Features(instrumentalness=0.9)))


def test_rules_that_make_no_sense_say_what_would() -> None:
    with pytest.raises(ConfigError, match="run backwards; give the earlier one first"):
        Constraints(years=(1980, 1970))
    with pytest.raises(ConfigError, match="A language or genre is empty"):
        Constraints(genres=frozenset({" "}))


def test_rules_are_said_in_words() -> None:
    many = Constraints(frozenset({"fr", "de"}), frozenset({"soul"}), (1970, 1979), explicit=False, instrumental=True)
    assert list(many.rules().values()) == [
        "in de or fr",
        "of the genre soul",
        "from 1970 to 1979",
        "not explicit",
        "without singing",
    ]
