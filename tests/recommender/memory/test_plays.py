from __future__ import annotations

import pytest

from emotion.types import EmotionScores
from recommender.memory import plays
from recommender.memory.fading import DAY_S, PLAYLISTS_KEPT_DAYS, REST_DAYS, REST_LEFT_A_DAY
from recommender.memory.place import Memory
from recommender.memory.plays import Read
from tests.recommender.memory.conftest import seconds
from tests.recommender.memory.songs import BLUE, LOVELY, PRESSURE, SONGS, SUNSHINE, shown

READ = Read(EmotionScores.of({"sad": 0.75, "neutral": 0.25}), "net", 12.5)


def test_the_last_playlist_comes_back_as_it_was_shown(memory: Memory) -> None:
    with memory.open() as db:
        assert plays.last(db) is None
        shown(db, SONGS[:2], now_s=1.0)
        assert shown(db, SONGS[2:], now_s=2.0, seed=7, read=READ) == 2
        found = plays.last(db)
    assert found is not None
    assert (found.number, found.at_s, found.title, found.emotion, found.seed) == (2, 2.0, "Happy", "happy", 7)
    assert found.wish == {"length": 2}
    assert found.read == Read(READ.scores, "net", 12.5, reading=2)
    assert [(t.title, t.artists, t.genre, t.features.valence) for t in found.tracks] == [
        (t.title, t.artists, t.genre, t.features.valence) for t in SONGS[2:]
    ]


def test_of_earlier_lists_no_mood_and_no_reading_stays(memory: Memory) -> None:
    with memory.open() as db:
        shown(db, SONGS[:2], now_s=1.0, read=READ)
        shown(db, SONGS[2:], now_s=2.0, seed=7)
        rows = db.rows("SELECT title, emotion, wish, reading, read_at_s, scores, model FROM memory_playlists")
        songs = plays.played(db)
    assert sorted(rows, key=str)[0] == ("", "", "{}", None, None, None, None)
    assert len(songs) == len(SONGS)


def test_identifiers_are_remembered(memory: Memory) -> None:
    with memory.open() as db:
        shown(db, [LOVELY], now_s=1.0)
        (track,) = plays.played(db)
    assert track.identifiers == LOVELY.identifiers


def test_played_tracks_rest_and_are_fresh_again_after_a_while(memory: Memory) -> None:
    now_s = seconds(memory)
    with memory.open() as db:
        shown(db, [LOVELY], now_s=now_s)
        tired = [plays.tiredness(db, seed=2, now_s=now_s + days * DAY_S) for days in (0, 0.9, 1, 10, REST_DAYS)]
    song = plays.song_of(LOVELY)
    assert [t.get(song, 0.0) for t in tired] == pytest.approx([1, 1, REST_LEFT_A_DAY, REST_LEFT_A_DAY**10, 0])


def test_of_several_plays_the_latest_counts(memory: Memory) -> None:
    with memory.open() as db:
        shown(db, [LOVELY], now_s=0.0)
        shown(db, [LOVELY, BLUE], now_s=5 * DAY_S)
        tired = plays.tiredness(db, seed=2, now_s=6 * DAY_S)
    assert tired == pytest.approx({plays.song_of(LOVELY): 0.9, plays.song_of(BLUE): 0.9})


def test_a_list_that_is_asked_for_again_by_its_seed_need_not_rest(memory: Memory) -> None:
    with memory.open() as db:
        shown(db, [LOVELY], now_s=0.0, seed=1)
        shown(db, [BLUE], now_s=0.0, seed=2)
        assert set(plays.tiredness(db, seed=1, now_s=1.0)) == {plays.song_of(BLUE)}


def test_a_list_that_was_not_wanted_is_forgotten(memory: Memory) -> None:
    with memory.open() as db:
        first = shown(db, [LOVELY, PRESSURE], now_s=0.0, read=READ)
        assert plays.tiredness(db, seed=9, now_s=1.0, without=first) == {}
        shown(db, [SUNSHINE], now_s=1.0, instead_of=first)
        assert [track.title for track in plays.played(db)] == [SUNSHINE.title]


def test_a_reading_keeps_the_number_of_its_first_list(memory: Memory) -> None:
    with memory.open() as db:
        shown(db, [LOVELY], now_s=0.0)
        shown(db, [BLUE], now_s=0.0, read=READ)
        first = plays.last(db)
        assert first is not None
        shown(db, [SUNSHINE], now_s=1.0, read=first.read, instead_of=first.number)
        again = plays.last(db)
    assert again is not None
    assert again.number == 3
    assert again.read is not None
    assert again.read.reading == 2


def test_old_lists_are_forgotten_when_a_new_one_comes(memory: Memory) -> None:
    with memory.open() as db:
        shown(db, [LOVELY], now_s=0.0)
        shown(db, [BLUE], now_s=PLAYLISTS_KEPT_DAYS * DAY_S + 1)
        assert [track.title for track in plays.played(db)] == [BLUE.title]
        assert db.rows("SELECT count(*) FROM memory_playlists")[0][0] == 1
        found = plays.last(db)
    assert found is not None
    assert found.number == 2, "numbers go on"
