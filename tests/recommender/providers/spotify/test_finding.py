from __future__ import annotations

from pathlib import Path

import pytest

from emotion.types import EMOTIONS
from errors import ConfigError
from recommender.providers import PROVIDERS, Found
from recommender.providers.place import Place
from recommender.providers.spotify.finding import QUERIES, ranked
from tests.fakes.spotify.service import Spotify
from tests.fakes.spotify.world import song_of
from tests.recommender.providers.spotify.listener import place_at, songs


def find(place: Place, word: str, limit: int = 10) -> list[Found]:
    finder = PROVIDERS["spotify"].find
    assert finder is not None
    return list(finder(place, word, limit))


def a(name: str, tracks: int | None = 50) -> Found:
    return Found(
        f"spotify:playlist:{name}", name, "ann", f"https://open.spotify.com/playlist/{name}", tracks, "found by “x”"
    )


def test_every_emotion_has_words_of_its_own() -> None:
    assert set(QUERIES) == set(EMOTIONS)
    assert all(len(set(queries)) == 4 for queries in QUERIES.values())


def test_each_playlist_comes_once_and_those_of_the_service_not_at_all(spotify: Spotify, tmp_path: Path) -> None:
    many = [song_of(track) for track in songs(15)]
    for name, owner in (("Happy Hits!", "ann"), ("Feel Good Friday", "bob"), ("Happy by Spotify", "spotify")):
        spotify.world.new_playlist(name, owner, many)
    found = find(place_at(spotify, tmp_path, "playlist-read-private"), "Happy")
    assert [(each.title, each.owner, each.tracks) for each in found] == [
        ("Happy Hits!", "Ann", 15),
        ("Feel Good Friday", "Bob", 15),
    ]
    assert found[0].why == "found by 2 of 4 searches"
    assert all(dict(each.query)["limit"] == "10" for each in spotify.exchanges)
    assert len(spotify.exchanges) == 4


def test_any_words_can_be_looked_for_and_the_limit_holds(spotify: Spotify, tmp_path: Path) -> None:
    for number in range(9):
        spotify.world.new_playlist(f"Rainy window {number}", "ann", [song_of(track) for track in songs(12)])
    assert len(find(place_at(spotify, tmp_path), "rainy window", 4)) == 4
    with pytest.raises(ConfigError, match="which mood"):
        find(place_at(spotify, tmp_path), "  ")


def test_what_several_searches_find_comes_before_what_one_finds_first() -> None:
    found = ranked([[a("p"), a("q")], [a("r"), a("q")], [a("q")]], "happy")
    assert [each.title for each in found] == ["q", "p", "r"]


def test_the_moods_own_word_in_a_title_counts() -> None:
    found = ranked([[a("gym"), a("happy days"), a("unhappy days")]], "happy")
    assert [each.title for each in found] == ["happy days", "gym", "unhappy days"]


def test_empty_playlists_are_left_out_and_tiny_ones_come_last() -> None:
    found = ranked([[a("none", 0), a("three", 3), a("endless", 9000), a("fine", 30), a("unknown", None)]], "sad")
    assert [each.title for each in found] == ["fine", "unknown", "three", "endless"]


def test_a_page_that_names_a_playlist_twice_counts_it_once() -> None:
    found = ranked([[a("p"), a("p"), a("p")], [a("q")], [a("q")]], "sad")
    assert [each.title for each in found] == ["q", "p"]
