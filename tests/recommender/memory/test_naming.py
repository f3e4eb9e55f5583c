from __future__ import annotations

from collections.abc import Sequence

import pytest

from errors import ConfigError
from recommender.identity import plain
from recommender.memory.naming import Named, named
from recommender.types import Track
from tests.recommender.memory.songs import BLUE, LOVELY, PRESSURE, SONGS, SUNSHINE

DASHED = Track("Layla - Piano Exit", ("Derek & the Dominos",))
BAND = Track("Down", ("311",))
KNOWN = (*SONGS, DASHED, BAND)


def find(words: str) -> list[Track]:
    return [t for t in KNOWN if all(word in plain(f"{t.title} {t.artist}") for word in words.split())]


def meant(*said: str, last: Sequence[Track] | None = (BLUE, PRESSURE, LOVELY)) -> list[Named]:
    return named(said, last, [], find)


def names(*said: str) -> list[str]:
    return [each.subject.name for each in meant(*said)]


def test_numbers_and_spans_are_songs_of_the_last_list_none_twice() -> None:
    assert names("2", "1-2", "3") == ["Under Pressure by Queen, David Bowie", "Blue Monday by New Order", names("3")[0]]


@pytest.mark.parametrize("number", ["0", "4", "2-9", "3-1"])
def test_a_number_that_is_not_in_the_list_is_said(number: str) -> None:
    with pytest.raises(ConfigError, match=f"has 3 tracks, so there is no {number}"):
        meant(number)


def test_a_number_without_a_list_is_said() -> None:
    with pytest.raises(ConfigError, match="no playlist yet"):
        meant("1", last=None)


def test_a_band_that_is_a_number_can_be_named_where_it_was_heard() -> None:
    assert [each.subject.name for each in named(["311"], [BAND], [], find)] == ["311"]


@pytest.mark.parametrize("words", ["Bill Withers", "bill withers", "BILL  WITHERS"])
def test_a_name_is_an_artist_however_it_is_written(words: str) -> None:
    (found,) = meant(words)
    assert (found.subject.kind, found.subject.name, found.known) == ("artist", "Bill Withers", True)


@pytest.mark.parametrize(
    "words", ["Ain't No Sunshine - Bill Withers", "bill withers – aint no sunshine", "Ain't No Sunshine"]
)
def test_a_song_is_found_by_title_and_artist_either_way_round_or_by_its_title(words: str) -> None:
    (found,) = meant(words)
    assert found.subject.track == SUNSHINE


def test_a_song_is_found_by_its_guest() -> None:
    (found,) = meant("Under Pressure - David Bowie")
    assert found.subject.track == PRESSURE


def test_a_title_with_a_dash_is_understood() -> None:
    (found,) = meant("Layla - Piano Exit - Derek & the Dominos")
    assert found.subject.track == DASHED


def test_what_nobody_knows_is_taken_as_typed_with_a_guess() -> None:
    artist, song = meant("Bil Withers", "My Demo - The Nobodies")
    assert (artist.known, artist.hint, artist.subject.key) == (False, "Bill Withers", "bil withers")
    assert (song.known, song.hint, song.subject.key) == (False, None, "my demo|nobodies")


@pytest.mark.parametrize("words", ["", " ", "-", "!?"])
def test_an_empty_name_is_refused(words: str) -> None:
    with pytest.raises(ConfigError, match="name is empty"):
        meant(words)
