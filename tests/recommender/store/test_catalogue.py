from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine

from recommender.catalogue import Catalogue
from recommender.constraints import Constraints
from recommender.distance import distance
from recommender.store.catalogue import BROAD, StoreCatalogue
from recommender.store.engine import writing
from recommender.store.rows import keys_of, row_of
from recommender.store.writing import Writer
from recommender.types import Features, Target, Track


def stored(engine: Engine, tracks: Sequence[Track]) -> StoreCatalogue:
    catalogue = StoreCatalogue(engine)
    with writing(engine) as connection:
        writer = Writer(connection)
        rows = [row_of(track) for track in tracks]
        writer.add(rows, [keys_of(row) for row in rows])
        writer.finish()
    return catalogue


def songs(count: int, seed: int = 1, spread: float = 1.0) -> list[Track]:
    rng = random.Random(seed)
    return [
        Track(
            f"song {number}",
            (f"artist {number % 97}",),
            rng.choice([1965, 1987, 2004, None]),
            rng.choice(["soul", "indie rock", None]),
            rng.choice(["en", "de", None]),
            Features(
                rng.betavariate(2, 2) * spread,
                rng.betavariate(3, 2) * spread,
                rng.uniform(60, 180),
                rng.random(),
                rng.choice([0, 1]),
                rng.random(),
            ),
            explicit=rng.choice([True, False, None]),
        )
        for number in range(count)
    ]


def walked(tracks: Sequence[Track], target: Target, limit: int, allowed: Constraints | None = None) -> list[Track]:
    fitting = [track for track in tracks if allowed is None or allowed.admits(track)]
    return sorted(fitting, key=lambda track: distance(track.features, target.features))[:limit]


@pytest.mark.parametrize("spread", [1.0, 0.05], ids=["everywhere", "all in one corner"])
def test_a_mood_finds_what_a_walk_through_everything_finds(engine: Engine, spread: float) -> None:
    tracks = songs(3000, spread=spread)
    catalogue: Catalogue = stored(engine, tracks)
    rng = random.Random(2)
    goals = [(rng.random(), rng.random()) for _ in range(12)] + [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.5, 0.5)]
    for valence, energy in goals:
        target = Target(Features(valence, energy))
        for limit in (1, 30, BROAD + 1):
            assert catalogue.near(target, limit) == walked(tracks, target, limit)


def test_several_moods_at_once_find_what_each_finds_alone(engine: Engine) -> None:
    catalogue = stored(engine, songs(900))
    targets = [Target(Features(0.1 * step, 0.9 - 0.1 * step, 90.0 + step)) for step in range(5)]
    rules = Constraints(banned_artists=frozenset({"artist 3", "artist 5"}))
    assert catalogue.near_each(targets, 40, rules) == [catalogue.near(target, 40, rules) for target in targets]
    assert catalogue.near_each(targets, 0) == [[]] * 5


def test_other_features_decide_among_the_nearest_in_mood(engine: Engine) -> None:
    tracks = songs(BROAD)
    target = Target(Features(0.5, 0.5, 120, 0.2, 1))
    assert stored(engine, tracks).near(target, 40) == walked(tracks, target, 40)


def test_tracks_of_unknown_mood_come_last_and_are_found_where_there_are_few(engine: Engine) -> None:
    tracks = [*songs(5), Track("unknown", ("someone",)), Track("half known", ("someone",), features=Features(0.5))]
    target = Target(Features(0.5, 0.5))
    assert stored(engine, tracks).near(target, 7) == walked(tracks, target, 7)


@pytest.mark.parametrize(
    "features", [Features(valence=0.3), Features(energy=0.9), Features(tempo_bpm=100.0), Features()]
)
def test_a_goal_may_leave_valence_and_energy_open(engine: Engine, features: Features) -> None:
    tracks = songs(600)
    assert stored(engine, tracks).near(Target(features), 9) == walked(tracks, Target(features), 9)


@pytest.mark.parametrize(
    "allowed",
    [
        Constraints(languages=frozenset({"de"})),
        Constraints(genres=frozenset({"rock"})),
        Constraints(genres=frozenset({"polka"})),
        Constraints(years=(1980, 1990)),
        Constraints(explicit=False),
        Constraints(explicit=True),
        Constraints(instrumental=True),
        Constraints(banned_artists=frozenset({f"artist {number}" for number in range(90)})),
        Constraints(languages=frozenset({"en"}), genres=frozenset({"soul"}), years=(1900, 1970), explicit=False),
        Constraints(),
    ],
    ids=[
        "language",
        "genre",
        "no genre",
        "years",
        "clean",
        "explicit",
        "instrumental",
        "most artists",
        "several",
        "open",
    ],
)
def test_only_what_is_allowed_is_found_and_nothing_nearer_is_missed(engine: Engine, allowed: Constraints) -> None:
    tracks = songs(1500)
    target = Target(Features(0.7, 0.6))
    assert stored(engine, tracks).near(target, 25, allowed) == walked(tracks, target, 25, allowed)


def test_every_track_comes_back_as_it_went_in(engine: Engine) -> None:
    track = Track(
        "Águas de março",
        ("Elis Regina", "Antônio Carlos Jobim"),
        1974,
        "bossa nova",
        "pt",
        Features(0.8, 0.25, 144.5, 0.85, 0, 0.05, 10, 0.6, -14.2),
        {"isrc": "BRPGD7400001", "spotify": "spotify:track:0123456789abcdefABCDEF", "file": "/music/a b.mp3"},
        False,
        212.3,
        "Elis & Tom",
        False,
    )
    bare = Track("?", ("!",))
    catalogue = stored(engine, [track, bare])
    assert list(catalogue.tracks()) == [track, bare]
    assert list(reversed(catalogue.tracks())) == [bare, track]
    assert (catalogue.tracks()[-1], catalogue.tracks()[0:1]) == (bare, [track])
    with pytest.raises(IndexError, match="no track 2"):
        catalogue.tracks()[2]


def test_an_empty_store_finds_nothing(engine: Engine) -> None:
    catalogue = StoreCatalogue(engine)
    assert len(catalogue) == 0
    assert catalogue.near(Target(Features(0.5, 0.5)), 10) == []
    assert list(catalogue.tracks()) == []
    assert catalogue.near(Target(Features(0.5, 0.5)), 0) == []


def test_the_store_says_which_songs_it_knows(engine: Engine) -> None:
    catalogue = stored(engine, songs(3))
    assert catalogue.knows([Track("Song 1 (Remastered 2011)", ("The Artist 1",)), Track("song 9", ("artist 9",))]) == [
        True,
        False,
    ]
