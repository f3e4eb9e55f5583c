from __future__ import annotations

from recommender.memory import opinions
from recommender.memory.fading import DAY_S, FORGOTTEN_DAYS
from recommender.memory.opinions import ARTIST, SONG, Ban, Subject
from recommender.memory.place import Memory
from recommender.types import Track
from tests.recommender.memory.songs import LOVELY, PRESSURE


def test_opinions_come_back_in_the_order_in_which_they_were_said(memory: Memory) -> None:
    with memory.open() as db:
        opinions.say(db, "like", [Subject.song(PRESSURE), Subject(("Björk",))], now_s=1.0)
        opinions.say(db, "skip", [Subject.song(LOVELY)], now_s=2.0)
        song, artist, skipped = opinions.opinions(db)
    assert (song.opinion, song.at_s, song.name) == ("like", 1.0, "Under Pressure by Queen, David Bowie")
    assert song.artists == {"queen": "Queen", "david bowie": "David Bowie"}
    assert (song.genre, song.valence, song.energy) == ("rock", 0.5, 0.75)
    assert (artist.song, artist.name, artist.artists) == (None, "Björk", {"bjork": "Björk"})
    assert skipped.opinion == "skip"


def test_what_was_said_very_long_ago_is_forgotten(memory: Memory) -> None:
    with memory.open() as db:
        opinions.say(db, "like", [Subject(("Queen",))], now_s=0.0)
        opinions.say(db, "like", [Subject(("Sade",))], now_s=FORGOTTEN_DAYS * DAY_S + 1)
        assert [said.name for said in opinions.opinions(db)] == ["Sade"]


def test_forgetting_says_how_much_there_was(memory: Memory) -> None:
    with memory.open() as db:
        opinions.say(db, "like", [Subject(("Queen",)), Subject(("Sade",))], now_s=0.0)
        assert opinions.forget_opinions(db) == 2
        assert opinions.opinions(db) == []


def test_a_ban_holds_for_every_spelling_and_can_be_taken_back(memory: Memory) -> None:
    remastered = Track("Lovely Day - Remastered 2011", ("Bill Withers",))
    with memory.open() as db:
        opinions.ban(db, [Subject.song(remastered), Subject(("The Beatles",))], now_s=1.0)
        opinions.ban(db, [Subject(("beatles",))], now_s=2.0)
        assert opinions.bans(db) == [
            Ban(SONG, "lovely day|bill withers", "Lovely Day - Remastered 2011 by Bill Withers"),
            Ban(ARTIST, "beatles", "beatles"),
        ]
        assert opinions.unban(db, [Subject.song(LOVELY), Subject(("Queen",))]) == [True, False]
        assert [ban.kind for ban in opinions.bans(db)] == [ARTIST]
