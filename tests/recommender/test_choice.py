import math
import tomllib
from pathlib import Path

import pytest

from errors import ConfigError, UnknownName
from recommender.choice import Choice, as_toml, choice_in, choice_of, kind_of, problems_of
from recommender.types import Features


@pytest.mark.parametrize(
    ("playlist", "kind"),
    [
        ("spotify:playlist:37i9dQZF1DXdPec7aLTmlC", "uri"),
        ("spotify:user:anna:playlist:37i9dQZF1DXdPec7aLTmlC", "uri"),
        ("spotify:playlist:", ""),
        ("spotify:track:37i9dQZF1DXdPec7aLTmlC", ""),
        ("https://www.youtube.com/playlist?list=PLx", "url"),
        ("http://music.local:4533/p/1", "url"),
        ("https://", ""),
        ("https://bad host/x", ""),
        ("http://[::1", ""),
        ("~/Music/sunny.m3u8", "file"),
        ("C:\\Music\\SUNNY.M3U", "file"),
        ("evening.xspf", "file"),
        ("evening.jspf", "file"),
        ("sunny.mp3", ""),
        ("two\nlines.m3u", ""),
        ("", ""),
    ],
)
def test_a_playlist_is_a_uri_a_url_a_file_or_nothing(playlist: str, kind: str) -> None:
    assert kind_of(playlist) == kind


def test_words_of_a_command_line_become_features() -> None:
    choice = choice_of(["valence=0.7", "tempo = 110", "mode=Minor"])
    assert choice == Choice(Features(valence=0.7, tempo_bpm=110, mode=0))
    assert str(choice) == "valence 0.7, tempo 110, minor"


def test_words_of_a_command_line_become_playlists_or_no_change() -> None:
    assert choice_of(["spotify:playlist:abc", "a.m3u"]).playlists == ("spotify:playlist:abc", "a.m3u")
    assert choice_of(["https://example.org/list?id=1"]).playlists == ("https://example.org/list?id=1",)
    assert choice_of(["default"]).is_default
    assert str(choice_of(["default"])) == "no change"


def test_relative_paths_on_a_command_line_count_from_where_the_user_is() -> None:
    words = ["a/b.m3u", "~/c.m3u", "/d.m3u8", "file:///e.m3u", "spotify:playlist:abc"]
    assert choice_of(words, Path("/here")).playlists == ("/here/a/b.m3u", *words[1:])
    assert choice_of(words).playlists == tuple(words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "one of them"),
        (["valence=0.7", "a.m3u"], "one of them"),
        (["valence=much"], "valence is 'much'; give a number from 0 to 1"),
        (["valence=7"], "valence is 7; give a number from 0 to 1"),
        (["tempo=nan"], "tempo is nan; give a number from 30 to 260"),
        (["mode=dorian"], 'write "major" or "minor"'),
        (["sunny.mp3"], "'sunny.mp3' is not a playlist; give spotify:playlist:ID"),
        (["spotify:track:abc"], "is a Spotify track; a playlist is spotify:playlist:ID"),
    ],
)
def test_words_that_make_no_sense_say_what_would(words: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        choice_of(words)


def test_an_unknown_feature_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"There is no feature 'valance'\. Did you mean 'valence'\?"):
        choice_of(["valance=0.7"])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"valence": 10**400}, "valence is inf"),
        ({"valence": True}, "valence is True"),
        ({"energy": "high"}, "energy is 'high'"),
        ({"mode": 1}, "mode is 1; write"),
        ({"playlists": []}, "playlists is a list of texts"),
        ({"playlists": ["a.m3u", 3]}, "playlists is a list of texts"),
        ({"default": False}, "default is False"),
        ({"xyz": 0.4}, "there is no setting 'xyz'; choose from valence"),
        ({"tempoo": 100}, "did you mean 'tempo'"),
        ({"valence": 0.4, "playlists": ["a.m3u"]}, "keep one of them"),
        ({"valence": 0.4, "default": True}, "keep one of them"),
        ({}, "is empty"),
    ],
)
def test_a_table_that_makes_no_sense_says_what_would(table: dict[str, object], message: str) -> None:
    _, troubles = choice_in(table)
    assert len(troubles) == 1
    assert message in troubles[0][1]


def test_one_playlist_needs_no_list() -> None:
    assert choice_in({"playlists": "a.m3u"}) == (Choice(playlists=("a.m3u",)), [])


def test_a_choice_is_written_as_toml_and_read_back() -> None:
    for choice in (
        Choice(),
        Choice(Features(valence=0.123456789, tempo_bpm=110, mode=1)),
        Choice(playlists=('odd "name" \\ü.m3u', "spotify:playlist:abc")),
    ):
        text = "".join(f"{key} = {value}\n" for key, value in as_toml(choice).items())
        assert choice_in(tomllib.loads(text)) == (choice, [])


def test_features_that_say_nothing_are_a_problem() -> None:
    assert "gives no feature" in problems_of(Choice(Features(instrumentalness=1)))[0][1]
    assert "valence is nan" in problems_of(Choice(Features(valence=math.nan)))[0][1]


def test_features_and_playlists_cannot_be_chosen_together() -> None:
    with pytest.raises(ValueError, match="not several"):
        Choice(Features(valence=1), ("a.m3u",))
