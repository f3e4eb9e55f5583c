from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from emotion.types import EMOTIONS, Box, EmotionScores, Face, Frame, Reading
from tests.conftest import Mien

SAD = EmotionScores.of({"sad": 0.5, "neutral": 0.35, "happy": 0.1, "fear": 0.05})


class SameFace:
    """A reader that always sees the same face, with the same scores."""

    def __init__(self, scores: EmotionScores | None = SAD) -> None:
        self.scores = scores

    def read_burst(self, frames: Sequence[Frame], face: object = "largest") -> Reading:
        if self.scores is None:
            return Reading((), None)
        return Reading((Face(Box(0, 0, 9, 9), 1.0, self.scores),), 0)


@pytest.fixture
def same_face(monkeypatch: pytest.MonkeyPatch) -> SameFace:
    found = SameFace()
    monkeypatch.setattr("app.reader", lambda _: found)
    return found


def shown(mien: Mien, *arguments: object) -> list[dict[str, Any]]:
    done = mien("playlist", "--mood", "happy", "--length", 5, "--json", *arguments)
    assert done.code == 0, done.err
    tracks: list[dict[str, Any]] = json.loads(done.out)["playlist"]["tracks"]
    return tracks


def snapped(mien: Mien, samples: Path, *arguments: object) -> dict[str, Any]:
    done = mien("snap", "--photo", samples / "happy.png", "--length", 5, "--json", *arguments)
    assert done.code == 0, done.err
    document: dict[str, Any] = json.loads(done.out)
    return document


def titles(tracks: list[dict[str, Any]]) -> list[str]:
    return [track["title"] for track in tracks]


def test_likes_by_number_and_by_name_are_shown_as_taste(mien: Mien) -> None:
    first, second, third = shown(mien, "--seed", 1)[:3]
    done = mien("like", 1, "2-3")
    assert done.code == 0
    assert f"{first['title']} by {', '.join(first['artists'])}: liked." in done.out
    assert mien("like", "Bill Withers", "Lovely Day - Bill Withers").code == 0
    assert mien("skip", 3).out == f"{third['title']} by {', '.join(third['artists'])}: comes less often for a while.\n"
    found = json.loads(mien("taste", "--json").out)
    by_name = {each["name"]: each for each in found["artists"]}
    assert by_name["Bill Withers"]["likes"] == 2
    assert by_name[third["artists"][0]]["skips"] == 1
    assert by_name[second["artists"][0]]["liking"] > 0
    seen = mien("taste").out
    assert "Bill Withers" in seen
    assert "█" in seen


def test_a_ban_by_number_or_name_holds_until_it_is_taken_back(mien: Mien) -> None:
    banned = shown(mien, "--seed", 1)[0]
    rows = json.loads(mien("ban", 1, "Phil Collins", "--json").out)
    assert [row["kind"] for row in rows] == ["song", "artist"]
    assert banned["title"] not in titles(shown(mien, "--seed", 1))
    assert "Phil Collins  (artist)" in mien("ban").out
    name = f"{banned['title']} - {banned['artists'][0]}"
    assert mien("unban", name).out == f"{banned['title']} by {', '.join(banned['artists'])}: may come again.\n"
    assert "was not banned" in mien("unban", name).out
    assert banned["title"] in titles(shown(mien, "--seed", 1))


def test_the_artists_of_songs_can_be_meant(mien: Mien) -> None:
    track = shown(mien, "--seed", 1)[0]
    rows = json.loads(mien("ban", 1, "--artist", "--json").out)
    assert [(row["kind"], row["name"]) for row in rows] == [("artist", name) for name in track["artists"]]


def test_an_unknown_name_can_be_banned_but_not_liked(mien: Mien) -> None:
    refused = mien("like", "Bil Withers")
    assert refused.code == 2
    assert "Did you mean Bill Withers?" in refused.err
    done = mien("ban", "Bil Withers")
    assert done.code == 0
    assert "Did you mean Bill Withers?" in done.err


def test_a_number_without_a_list_is_said(mien: Mien) -> None:
    done = mien("like", 3)
    assert done.code == 2
    assert "no playlist yet" in done.err


def test_taste_can_be_forgotten_after_a_question_and_bans_stay(mien: Mien) -> None:
    assert mien("taste").out.startswith("You have said nothing yet")
    mien("like", "Bill Withers")
    mien("ban", "Queen")
    assert mien("taste", "--reset").code == 2
    assert json.loads(mien("taste", "--reset", "--yes", "--json").out) == {"forgotten": 1, "bans": 1}
    assert json.loads(mien("taste", "--json").out)["artists"] == []


def test_lists_do_not_repeat_and_their_seeds_give_them_again(mien: Mien) -> None:
    lists = [titles(shown(mien, "--seed", seed)) for seed in (1, 2, 3)]
    assert len({title for each in lists for title in each}) == 15
    assert titles(shown(mien, "--seed", 3)) == lists[2]


def test_a_private_list_leaves_no_trace(mien: Mien, tmp_path: Path, samples: Path, same_face: SameFace) -> None:
    shown(mien, "--seed", 1, "--private")
    snapped(mien, samples, "--private")
    assert not (tmp_path / "data").exists()


def test_a_correction_chooses_again_and_of_the_same_reading_the_last_word_counts(
    mien: Mien, samples: Path, same_face: SameFace
) -> None:
    first = snapped(mien, samples, "--seed", 4, "--strategy", "match")
    assert first["mood"]["emotion"] == "sad"
    for emotion in ("happy", "neutral"):
        done = mien("correct", emotion, "--json")
        assert done.code == 0
        corrected = json.loads(done.out)
        assert corrected["mood"]["emotion"] == emotion
        assert corrected["playlist"]["strategy"] == "match", "as it was wished before"
        assert len(corrected["playlist"]["tracks"]) == 5
        assert corrected["read"]["sad"] == 0.5
    assert json.loads(mien("taste", "--json").out)["corrections"] == {"correction": 1, "calibration": 0}
    assert "Noted: not sad, but neutral." in mien("correct", "neutral").out


def test_after_a_few_corrections_the_resting_face_is_taken_into_account(
    mien: Mien, samples: Path, same_face: SameFace
) -> None:
    for _ in range(4):
        before = snapped(mien, samples)
        mien("correct", "neutral")
    after = snapped(mien, samples)
    assert after["mood"]["emotion"] == "neutral"
    assert after["as_read"]["sad"] == 0.5
    assert after["reading"]["faces"][0]["scores"]["neutral"] > before["reading"]["faces"][0]["scores"]["neutral"] > 0.35
    assert any("Your resting face was taken into account" in note for note in after["playlist"]["notes"])
    assert json.loads(mien("calibrate", "--forget", "--json").out) == {"forgotten": 4}
    assert snapped(mien, samples)["as_read"] is None


def test_a_calibration_shows_the_face_before_and_after(mien: Mien, samples: Path, same_face: SameFace) -> None:
    found = json.loads(mien("calibrate", "--photo", samples / "neutral.png", "--json").out)
    assert found["before"]["sad"] == 0.5
    assert max(EMOTIONS, key=found["after"].__getitem__) == "neutral"
    assert "from now on" in mien("calibrate", "--photo", samples / "neutral.png").out
    same_face.scores = None
    nobody = mien("calibrate", "--photo", samples / "neutral.png")
    assert nobody.code == 0
    assert nobody.out.startswith("No face found.")


def test_without_a_reading_there_is_nothing_to_correct(mien: Mien) -> None:
    assert "There is no list yet" in mien("correct", "sad").err
    shown(mien)
    done = mien("correct", "sad")
    assert done.code == 2
    assert "mien playlist --mood sad" in done.err
    assert "Choose from" in mien("correct", "sadd").err


def test_erase_asks_says_what_it_removes_and_leaves_nothing(mien: Mien, tmp_path: Path) -> None:
    assert mien("erase").out == "mien keeps nothing about you.\n"
    shown(mien)
    mien("like", 1)
    asked = mien("erase")
    assert asked.code == 2
    assert "1 like or skip" in asked.out
    assert "--yes" in asked.err
    done = json.loads(mien("erase", "--yes", "--json").out)
    assert [(each["name"], each["trouble"]) for each in done] == [("memory", None)]
    assert list((tmp_path / "data").iterdir()) == []
    assert mien("erase", "--json").out == "[]\n"


def test_erase_leaves_the_catalogue_unless_it_is_named(mien: Mien, tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    table.write_text("title,artists,valence,energy\nOne,Somebody,0.5,0.5\n", encoding="utf-8")
    assert mien("catalogue", "import", table).code == 0
    shown(mien)
    assert "Your catalogue stays" in mien("erase", "--yes").out
    assert (tmp_path / "data" / "catalogue.db").exists()
    names = [each["name"] for each in json.loads(mien("erase", "--yes", "--catalogue", "--json").out)]
    assert names == ["catalogue"]
    assert not list((tmp_path / "data").glob("catalogue.db*"))


def test_a_damaged_memory_is_named_and_music_comes(mien: Mien, tmp_path: Path) -> None:
    shown(mien)
    (tmp_path / "data" / "memory.db").write_bytes(b"broken " * 1000)
    done = mien("like", "Bill Withers")
    assert done.code == 0
    assert "Your memory was damaged. It is now" in done.err
    (tmp_path / "data" / "memory.db").write_bytes(b"broken " * 1000)
    document = json.loads(mien("playlist", "--mood", "happy", "--json").out)
    assert any("memory.db.damaged-" in note for note in document["playlist"]["notes"])
    assert len(document["playlist"]["tracks"]) == 20
