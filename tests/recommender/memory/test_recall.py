from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emotion.types import EmotionScores
from recommender.catalogue import BuiltIn
from recommender.constraints import NO_RULES, Constraints
from recommender.identity import artist_key
from recommender.journey import journey_from
from recommender.memory import corrections, opinions, plays
from recommender.memory.opinions import Subject
from recommender.memory.place import Memory
from recommender.memory.plays import Read, song_of
from recommender.memory.recall import NOTHING, Recalled, as_meant, recall, remember
from recommender.mood import mood_named
from recommender.planner import plan
from recommender.types import Playlist, Track
from tests.recommender.memory.conftest import later, seconds
from tests.recommender.memory.songs import LOVELY, shown

ROOT = Path(__file__).parents[3]
MUSIC = BuiltIn()
HAPPY = mood_named("happy")


def planned(known: Recalled, seed: int = 1, rules: Constraints = NO_RULES) -> Playlist:
    return plan(
        journey_from(HAPPY, 20),
        MUSIC,
        seed=seed,
        constraints=known.rules(rules),
        liking=known.liking,
        tiredness=known.tiredness,
    )


def songs(playlist: Playlist) -> set[str]:
    return {song_of(pick.track) for pick in playlist.picks}


def keep(memory: Memory, playlist: Playlist, seed: int) -> tuple[str, ...]:
    tracks = [pick.track for pick in playlist.picks]
    return remember(memory, playlist.title, tracks, HAPPY, seed=seed, wish={})


def test_without_a_memory_nothing_is_said_and_the_plan_is_what_it_was(file: Memory) -> None:
    assert recall(file, seed=1) is NOTHING
    assert planned(NOTHING) == plan(journey_from(HAPPY, 20), MUSIC, seed=1)
    assert not file.exists


def test_an_empty_memory_changes_no_plan(memory: Memory) -> None:
    with memory.open():
        pass
    assert planned(recall(memory, seed=1)) == plan(journey_from(HAPPY, 20), MUSIC, seed=1)


def test_what_was_played_rests_for_days(memory: Memory) -> None:
    seen: set[str] = set()
    for day in range(5):
        today = later(memory, day)
        playlist = planned(recall(today, seed=day), seed=day)
        assert not songs(playlist) & seen
        assert keep(today, playlist, day) == ()
        seen |= songs(playlist)
    assert len(seen) == 100


def test_the_seed_of_a_list_gives_that_list_again(memory: Memory) -> None:
    first = planned(recall(memory, seed=1), seed=1)
    keep(memory, first, 1)
    assert planned(recall(memory, seed=1), seed=1) == first
    second = planned(recall(memory, seed=2), seed=2)
    keep(memory, second, 2)
    assert not songs(first) & songs(second)
    assert planned(recall(memory, seed=2), seed=2) == second


def test_liked_artists_come_more_often_and_skipped_ones_less(file: Memory) -> None:
    def heard(known: Recalled) -> list[str]:
        picks = [pick for seed in range(5) for pick in planned(known, seed).picks]
        return [artist_key(pick.track.artists[0]) for pick in picks]

    before = heard(NOTHING)
    often = max(sorted(set(before)), key=before.count)
    seldom = next(artist for artist in sorted(set(before)) if before.count(artist) == 1)
    with file.open() as db:
        opinions.say(db, "like", [Subject((seldom,))] * 4, now_s=seconds(file))
        opinions.say(db, "skip", [Subject((often,))] * 8, now_s=seconds(file))
    after = heard(recall(file, seed=0))
    assert after.count(seldom) > before.count(seldom)
    assert after.count(often) < before.count(often)


def test_the_reason_says_what_is_to_the_listeners_taste(file: Memory) -> None:
    first = planned(NOTHING).picks[0].track
    with file.open() as db:
        opinions.say(db, "like", [Subject.song(first)], now_s=seconds(file))
    picks = planned(recall(file, seed=1)).picks
    assert [pick.track for pick in picks if pick.reason.endswith(", to your taste")][:1] == [first]
    assert not any("taste" in pick.reason for pick in planned(NOTHING).picks)


@pytest.fixture(scope="module")
def everything() -> tuple[Track, ...]:
    return tuple(MUSIC.tracks())


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_banned_never_comes(everything: tuple[Track, ...], data: st.DataObject) -> None:
    tracks = data.draw(st.lists(st.sampled_from(everything), max_size=60))
    artists = data.draw(st.lists(st.sampled_from(everything), max_size=60))
    known = Recalled(
        banned_songs=frozenset(map(song_of, tracks)),
        banned_artists=frozenset(artist_key(track.artists[-1]) for track in artists),
    )
    own = Constraints(banned_artists=frozenset({"queen"}), languages=frozenset({"en"}))
    playlist = planned(known, data.draw(st.integers(0, 1000)), own)
    assert len(playlist.picks) == 20
    for pick in playlist.picks:
        keys = set(map(artist_key, pick.track.artists))
        assert song_of(pick.track) not in known.banned_songs
        assert not keys & (known.banned_artists | {"queen"})
        assert pick.track.language == "en"


def test_when_everything_is_banned_the_note_says_so() -> None:
    known = Recalled(banned_songs=frozenset(map(song_of, MUSIC.tracks())))
    playlist = planned(known)
    assert playlist.picks == ()
    assert "not a song you banned" in playlist.notes[0]


def test_bans_are_recalled(memory: Memory) -> None:
    with memory.open() as db:
        opinions.ban(db, [Subject.song(LOVELY), Subject(("Queen",))], now_s=1.0)
    known = recall(memory, seed=1)
    assert known.banned_artists == {"queen"}
    assert known.banned_songs == {song_of(LOVELY)}


def test_a_damaged_memory_gives_a_list_and_a_note_and_the_next_one_is_remembered(file: Memory) -> None:
    keep(file, planned(NOTHING), 1)
    file.path.write_bytes(b"broken " * 1000)
    known = recall(file, seed=2)
    assert "memory.db.damaged-20261121-110500" in known.notes[0]
    assert keep(file, planned(known, 2), 2) == ()
    with file.open() as db:
        assert plays.last(db) is not None


def test_a_memory_that_cannot_be_used_gives_a_list_and_notes(tmp_path: Path) -> None:
    broken = Memory(tmp_path, "postgresql://mien@127.0.0.1:1/nothing")
    known = recall(broken, seed=1)
    assert "bans included" in known.notes[0]
    (note,) = keep(broken, planned(known), 1)
    assert "will not be remembered" in note
    scores = EmotionScores.of({"sad": 1.0})
    same, notes = as_meant(broken, "net", scores)
    assert same is scores
    assert "resting face was not" in notes[0]


def test_the_resting_face_is_taken_out_of_a_reading_and_a_note_says_so(memory: Memory) -> None:
    sad = EmotionScores.of({"sad": 0.5, "neutral": 0.4, "happy": 0.1})
    assert as_meant(replace(memory, listener="new"), "net", sad) == (sad, ())
    with memory.open() as db:
        for number in range(3):
            corrections.correct(db, Read(sad, "net", 0.0, number + 1), "neutral", now_s=seconds(memory))
    meant, notes = as_meant(memory, "net", sad)
    assert meant.top == "neutral"
    assert "read as sad (50%), meant as neutral" in notes[0]
    assert as_meant(memory, "another net", sad) == (sad, ())


def test_the_last_list_is_what_was_kept_last(memory: Memory) -> None:
    with memory.open() as db:
        shown(db, [LOVELY], now_s=0.0)
    playlist = planned(NOTHING)
    keep(memory, playlist, 5)
    with memory.open() as db:
        found = plays.last(db)
    assert found is not None
    assert found.seed == 5
    assert [track.title for track in found.tracks] == [pick.track.title for pick in playlist.picks]


LOADED = """
import sys
from pathlib import Path
import app
from recommender.mood import mood_named
folder = Path(sys.argv[1])
for private in (True, False, False):
    app.play(app.Settings(folder, folder, folder), mood_named("sad"), app.Wish(length=3, private=private))
    print(*(name in sys.modules for name in ("sqlite3", "sqlalchemy", "rich")))
"""


def test_a_list_loads_no_database_before_there_is_a_memory_and_never_sqlalchemy(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOADED, str(tmp_path / "data")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False False False", "True False False", "True False False"]
