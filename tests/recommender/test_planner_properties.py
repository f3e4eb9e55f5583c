"""Any table and any rules: a valid playlist, or a clear statement of what cannot be met, and never a crash."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.catalogue import Listed
from recommender.constraints import Constraints
from recommender.identity import artist_key, song_key
from recommender.journey import journey_from
from recommender.mood import mood_at
from recommender.planner import duration_s, plan, plan_minutes
from recommender.types import Features, Playlist, Track
from recommender.weights import ARTIST_WINDOW

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

share = st.none() | st.floats(0, 1)
features = st.builds(
    Features,
    share,
    share,
    st.none() | st.floats(0, 300),
    share,
    st.none() | st.integers(0, 1),
    share,
    st.none() | st.integers(0, 11),
)
names = st.sampled_from(["Ann", "The Bees", "Bees", "Çelik", "李", "!!!", "Dé feat. Ann"])
tracks = st.builds(
    Track,
    st.sampled_from(["One", "Two", "Two (Live)", "三", "?", "Four & Five"]),
    st.lists(names, min_size=1, max_size=2).map(tuple),
    st.none() | st.integers(1950, 2025),
    st.none() | st.sampled_from(["rock", "indie rock", "soul"]),
    st.none() | st.sampled_from(["en", "de", "zxx"]),
    features,
    duration_s=st.none() | st.floats(1, 1000),
    album=st.none() | st.sampled_from(["A", "B"]),
    explicit=st.none() | st.booleans(),
)
tables = st.lists(tracks, max_size=40)
rules = st.builds(
    Constraints,
    st.sets(st.sampled_from(["en", "de", "zxx"]), max_size=2).map(frozenset),
    st.sets(st.sampled_from(["rock", "soul"]), max_size=1).map(frozenset),
    st.none() | st.tuples(st.integers(1950, 1990), st.integers(1990, 2025)),
    st.none() | st.booleans(),
    st.booleans(),
    st.sets(names.map(artist_key), max_size=2).map(frozenset),
)
points = st.tuples(st.floats(-1, 1), st.floats(-1, 1))
ways = st.sampled_from(["auto", "match", "lift", "calm", "energise"])


def is_valid(playlist: Playlist) -> bool:
    songs = [song_key(pick.track.title, pick.track.artists[0]) for pick in playlist.picks]
    artists = [{artist_key(name) for name in pick.track.artists} for pick in playlist.picks]
    windows = [artists[i : i + ARTIST_WINDOW] for i in range(len(artists))]
    return len(set(songs)) == len(songs) and all(
        max(Counter(name for names in window for name in names).values()) == 1 for window in windows
    )


@FEW
@given(tables, rules, points, ways, st.integers(1, 30), st.integers(0, 3))
def test_a_playlist_is_valid_and_says_what_it_cannot_meet(
    table: list[Track], wanted: Constraints, point: tuple[float, float], way: str, length: int, seed: int
) -> None:
    journey = journey_from(mood_at(*point), length, strategy=way)
    playlist = plan(journey, Listed(table), seed=seed, constraints=wanted)
    assert is_valid(playlist)
    assert all(wanted.admits(pick.track) for pick in playlist.picks)
    assert all(pick.reason for pick in playlist.picks)
    said = " ".join(playlist.notes)
    assert len(playlist.picks) == length or f"instead of {length}" in said or (not table and "is empty" in said)
    assert playlist == plan(journey, Listed(table), seed=seed, constraints=wanted)


@FEW
@given(tables, points, points, st.floats(1, 60))
def test_a_playlist_in_minutes_never_lasts_longer(
    table: list[Track], point: tuple[float, float], goal: tuple[float, float], minutes: float
) -> None:
    def planned(length: int) -> Playlist:
        journey = journey_from(mood_at(*point), length, goal=f"{goal[0]:.3f},{goal[1]:.3f}")
        return plan(journey, Listed(table))

    playlist = plan_minutes(
        lambda n: journey_from(mood_at(*point), n, goal=f"{goal[0]:.3f},{goal[1]:.3f}"),
        minutes,
        lambda journey: planned(len(journey.targets)),
        longest=1000,
    )
    assert duration_s(playlist) <= 60 * minutes
    assert is_valid(playlist)
    assert playlist.picks or playlist.notes
