from __future__ import annotations

from recommender.catalogue import Listed
from recommender.constraints import NO_RULES, Constraints
from recommender.resolving.standins import stand_in
from recommender.types import Features, Track


def song(title: str, artist: str, valence: float, language: str = "en") -> Track:
    return Track(title, (artist,), language=language, features=Features(valence=valence, energy=0.5))


MISSING = song("Gone", "Nobody", 0.5)
NEAR = [song(f"Near {n}", f"Artist {n}", 0.5 + n / 100) for n in range(1, 6)]


def test_the_track_that_sounds_most_alike_stands_in() -> None:
    assert stand_in([None], 0, MISSING, Listed(list(reversed(NEAR))), NO_RULES, ()) == NEAR[0]


def test_neither_a_song_nor_an_artist_of_the_list_nearby_comes_again() -> None:
    same_artist = song("Other", "Artist 2", 0.9)
    tracks = [NEAR[0], None, same_artist]
    assert stand_in(tracks, 1, MISSING, Listed(NEAR), NO_RULES, ()) == NEAR[2]


def test_what_is_refused_or_breaks_a_rule_does_not_stand_in() -> None:
    rules = Constraints(banned_artists=frozenset({"artist 1"}))
    assert stand_in([None], 0, MISSING, Listed(NEAR), rules, {"near 2|artist 2"}) == NEAR[2]


def test_the_missing_song_itself_does_not_stand_in() -> None:
    assert stand_in([None], 0, MISSING, Listed([MISSING]), NO_RULES, ()) is None


def test_the_same_language_comes_first_and_any_is_better_than_none() -> None:
    french = song("Près", "Chanteuse", 0.5, "fr")
    assert stand_in([None], 0, MISSING, Listed([french, NEAR[4]]), NO_RULES, ()) == NEAR[4]
    assert stand_in([None], 0, MISSING, Listed([french]), NO_RULES, ()) == french


def test_a_track_of_which_nothing_is_known_has_no_next_best() -> None:
    assert stand_in([None], 0, Track("Gone", ("Nobody",)), Listed(NEAR), NO_RULES, ()) is None
