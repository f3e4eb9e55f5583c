from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.identity import artist_key, song_key
from recommender.memory.fading import DAY_S, DOUBT, LIKE_HALF_LIFE_DAYS, SKIP_HALF_LIFE_DAYS
from recommender.memory.opinions import Opinion
from recommender.memory.taste import Taste, leanings, region_of
from recommender.types import Features, Track
from tests.recommender.memory.songs import BLUE, LOVELY, PRESSURE, SONGS, SUNSHINE


def said(opinion: str, track: Track, at_s: float = 0.0) -> Opinion:
    features, song = track.features, song_key(track.title, track.artists[0])
    artists = {artist_key(artist): artist for artist in track.artists}
    return Opinion(opinion, at_s, song, track.title, artists, track.genre, features.valence, features.energy)


def liking(track: Track, *opinions: Opinion, now_s: float = 0.0) -> float:
    return Taste(opinions, now_s).liking(track)


def test_a_new_listener_has_no_taste() -> None:
    assert [Taste([], 0.0).liking(track) for track in SONGS] == [0.0] * 4


def test_a_liked_song_comes_before_its_artist_its_genre_and_its_region() -> None:
    opinion = said("like", LOVELY)
    other_soul = Track("Other", ("Somebody",), genre="soul", features=Features(0.1, 0.1))
    near = Track("Near", ("Nobody",), genre="pop", features=Features(0.7, 0.6))
    far = Track("Far", ("Nobody",), genre="pop", features=Features(0.0, 0.0))
    order = [liking(track, opinion) for track in (LOVELY, SUNSHINE, other_soul, far)]
    assert order == sorted(order, reverse=True)
    assert order[3] == pytest.approx(0, abs=1e-6)
    assert order[2] > 0 < liking(near, opinion)


def test_a_skip_counts_against_and_less_than_a_like_counts_for() -> None:
    assert liking(LOVELY, said("skip", LOVELY)) < 0
    assert liking(LOVELY, said("skip", LOVELY), said("like", LOVELY)) > 0


def test_what_was_said_of_the_song_outweighs_what_was_said_of_its_artist() -> None:
    mixed = [said("like", SUNSHINE)] * 3 + [said("skip", LOVELY)] * 20
    assert liking(LOVELY, *mixed) < 0 < liking(SUNSHINE, *[said("like", SUNSHINE)] * 20, *[said("skip", LOVELY)] * 3)


def test_a_guest_passes_a_liking_on() -> None:
    bowie = Track("Heroes", ("David Bowie",), features=Features(0.0, 0.0))
    assert liking(bowie, said("like", PRESSURE)) > 0.1


@pytest.mark.parametrize(("opinion", "half_life"), [("like", LIKE_HALF_LIFE_DAYS), ("skip", SKIP_HALF_LIFE_DAYS)])
def test_opinions_fade_by_their_half_lives(opinion: str, half_life: float) -> None:
    alone = replace(said(opinion, LOVELY), artists={}, genre=None, valence=None, energy=None)
    weight = 1.0 if opinion == "like" else 0.5
    sign = 1 if opinion == "like" else -1
    for halvings in (0, 1, 2):
        left = weight * 0.5**halvings
        now_s = halvings * half_life * DAY_S
        assert liking(LOVELY, alone, now_s=now_s) == pytest.approx(sign * left / (left + DOUBT))


def test_what_is_not_known_of_a_track_does_not_matter() -> None:
    bare = Track("?", ("?",))
    assert liking(bare, said("like", LOVELY)) == 0.0


@given(
    st.lists(st.tuples(st.sampled_from(["like", "skip"]), st.sampled_from(SONGS), st.floats(-1e9, 1e9)), max_size=30),
    st.sampled_from(SONGS),
    st.floats(-1e9, 1e9),
)
def test_liking_is_always_between_minus_one_and_one(
    history: list[tuple[str, Track, float]], track: Track, now_s: float
) -> None:
    assert -1 <= liking(track, *[said(*each) for each in history], now_s=now_s) <= 1


def test_leanings_name_what_is_liked_the_strongest_first() -> None:
    found = leanings([said("like", LOVELY), said("like", SUNSHINE), said("skip", BLUE)], 0.0)
    assert [(each.name, each.likes, each.skips) for each in found["artists"]] == [
        ("Bill Withers", 2, 0),
        ("New Order", 0, 1),
    ]
    assert found["artists"][0].liking == pytest.approx(0.5)
    assert [each.name for each in found["genres"]] == ["soul", "synth-pop"]
    assert {each.name for each in found["regions"]} == {"bright, midway", "even, midway", "even and lively"}


def test_regions_cover_the_plane() -> None:
    assert region_of(0.0, 0.0) == "dark and quiet"
    assert region_of(1.0, 1.0) == "bright and lively"
