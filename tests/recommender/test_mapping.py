import os
from pathlib import Path

import pytest

from errors import ConfigError, UnknownName
from recommender import mapping
from recommender.choice import Choice
from recommender.types import Features

BRIGHT = Choice(Features(valence=0.8, energy=0.7))


def write(folder: Path, text: str) -> Path:
    path = mapping.path_in(folder)
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_maps_nothing_and_creates_nothing(tmp_path: Path) -> None:
    assert mapping.load(tmp_path / "none").choices == {}
    assert mapping.check(tmp_path / "none") == []
    assert list(tmp_path.iterdir()) == []


def test_a_fresh_file_explains_itself_and_maps_nothing(tmp_path: Path) -> None:
    path = mapping.create(tmp_path / "new" / "mien")
    assert path.read_text(encoding="utf-8") == mapping.FRESH_FILE
    assert mapping.load(path.parent).choices == {}
    assert mapping.check(path.parent) == []


def test_the_examples_in_the_fresh_file_work_when_uncommented(tmp_path: Path) -> None:
    lines = mapping.FRESH_FILE.splitlines()
    write(tmp_path, "\n".join(line.removeprefix("#    ") for line in lines))
    assert set(mapping.load(tmp_path).choices) == {"sad", "happy", "angry", "neutral"}


def test_an_existing_file_is_not_overwritten_by_create(tmp_path: Path) -> None:
    path = write(tmp_path, "# mine\n")
    mapping.create(tmp_path)
    assert path.read_text(encoding="utf-8") == "# mine\n"


def test_what_is_set_is_loaded(tmp_path: Path) -> None:
    mapping.set_choice(tmp_path, "Sad", BRIGHT)
    mapping.set_choice(tmp_path, "happy", Choice(playlists=("spotify:playlist:abc", "my/sunny.m3u8")))
    mapping.set_choice(tmp_path, "fear", Choice())
    loaded = mapping.load(tmp_path)
    assert loaded.choice("sad") == BRIGHT
    assert loaded.choice("fear") is None
    assert loaded.choices["fear"].is_default
    assert loaded.choice("angry") is None
    assert loaded.playlists("happy") == ("spotify:playlist:abc", str(tmp_path / "my" / "sunny.m3u8"))
    assert loaded.playlists("sad") == ()


def test_comments_survive_set_and_unset(tmp_path: Path) -> None:
    path = write(tmp_path, "# top\n[sad] # why\nvalence = 0.1 # dark\n\n# about happy\n[happy]\nenergy = 0.9\n")
    mapping.set_choice(tmp_path, "sad", BRIGHT)
    assert path.read_text(encoding="utf-8") == (
        "# top\n[sad] # why\nvalence = 0.8 # dark\nenergy = 0.7\n\n# about happy\n[happy]\nenergy = 0.9\n"
    )
    assert mapping.unset(tmp_path, "sad") is True
    assert path.read_text(encoding="utf-8") == "# top\n# why\n# dark\n\n# about happy\n[happy]\nenergy = 0.9\n"
    assert mapping.unset(tmp_path, "sad") is False


def test_windows_line_ends_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    path = mapping.path_in(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf# hi\r\n[sad]\r\nvalence = 0.1\r\n")
    mapping.set_choice(tmp_path, "sad", BRIGHT)
    assert path.read_bytes() == b"# hi\r\n[sad]\r\nvalence = 0.8\r\nenergy = 0.7\r\n"


def test_a_linked_file_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("# mine\n", encoding="utf-8")
    (tmp_path / "mien").mkdir()
    mapping.path_in(tmp_path / "mien").symlink_to(real)
    mapping.set_choice(tmp_path / "mien", "sad", BRIGHT)
    assert mapping.path_in(tmp_path / "mien").is_symlink()
    assert "[sad]" in real.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["sad = { valence = 0.1 }\n", "sad.valence = 0.1\n", "[sad]\nvalence=0.1\n[sad.x]\ny=1\n"]
)
def test_what_cannot_be_edited_safely_is_left_alone(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=r"write it as a table with \[sad\] on a line of its own"):
        mapping.set_choice(tmp_path, "sad", BRIGHT)
    assert path.read_text(encoding="utf-8") == text


def test_unknown_emotions_are_refused_when_setting(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'angry'"):
        mapping.set_choice(tmp_path, "angy", BRIGHT)
    with pytest.raises(UnknownName, match="There is no emotion 'joy'"):
        mapping.unset(tmp_path, "joy")


def test_a_choice_that_makes_no_sense_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="sad: valence is 3; give a number from 0 to 1"):
        mapping.set_choice(tmp_path, "sad", Choice(Features(valence=3)))
    assert list(tmp_path.iterdir()) == []


def test_broken_toml_names_file_line_and_remedy(tmp_path: Path) -> None:
    path = write(tmp_path, "# hi\n[sad]\nvalence = very\n")
    with pytest.raises(
        ConfigError, match=r"mapping\.toml, line 3: this is not TOML .*correct the line or put # before"
    ):
        mapping.load(tmp_path)
    assert [problem.line for problem in mapping.check(tmp_path)] == [3]
    with pytest.raises(ConfigError, match="line 3"):
        mapping.set_choice(tmp_path, "happy", BRIGHT)
    assert path.read_text(encoding="utf-8") == "# hi\n[sad]\nvalence = very\n"


def test_toml_that_stops_in_the_middle_names_its_last_line(tmp_path: Path) -> None:
    write(tmp_path, '[sad]\nplaylists = ["a.m3u",\n')
    assert [problem.line for problem in mapping.check(tmp_path)] == [2]


def test_text_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    mapping.path_in(tmp_path).write_bytes(b"# ok\n# caf\xe9\n")
    with pytest.raises(ConfigError, match="line 2: this is not UTF-8 text; save the file as UTF-8"):
        mapping.load(tmp_path)


def test_check_lists_every_problem_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "there.m3u").touch()
    write(
        tmp_path,
        "[hapy]\nvalence = 0.5\n\n[sad]\nvalence = 1.5\nmood = 3\n\n"
        '[fear]\nplaylists = [\n  "there.m3u",\n  "gone.m3u",\n]\n\n[angry]\nplaylists = ["htp://x"]\n\n[neutral]\n',
    )
    found = [str(problem) for problem in mapping.check(tmp_path)]
    assert [line.partition(":")[0] for line in found] == ["line 1", "line 5", "line 6", "line 11", "line 15", "line 17"]
    for line, words in zip(
        found,
        ["did you mean 'happy'?", "valence is 1.5", "no setting 'mood'", "gone.m3u", "'htp://x' is not a", "is empty"],
        strict=True,
    ):
        assert words in line


def test_load_refuses_what_check_finds_and_says_how_much_more_there_is(tmp_path: Path) -> None:
    write(tmp_path, "[hapy]\nvalence = 0.5\n[sad]\nvalence = 1.5\n")
    with pytest.raises(ConfigError, match=r"line 1: there is no emotion 'hapy'.*\(1 more: run `mien map check`\)"):
        mapping.load(tmp_path)


def test_a_missing_m3u_file_is_a_problem_of_check_and_not_of_load(tmp_path: Path) -> None:
    write(tmp_path, '[sad]\nplaylists = ["gone.m3u"]\n')
    assert mapping.load(tmp_path).playlists("sad") == (str(tmp_path / "gone.m3u"),)
    assert "there is no file" in str(mapping.check(tmp_path)[0])


def test_home_and_file_addresses_lead_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert mapping.file_path("~/a.m3u", Path("/etc")) == tmp_path / "a.m3u"
    assert mapping.file_path("file:///music/my%20list.m3u", Path("/etc")) == Path("/music/my list.m3u")


def test_a_folder_in_the_files_place_is_reported(tmp_path: Path) -> None:
    mapping.path_in(tmp_path).mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        mapping.load(tmp_path)
    with pytest.raises(ConfigError, match="cannot be read"):
        mapping.check(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="writable"):
        mapping.set_choice(tmp_path, "sad", BRIGHT)


def test_a_file_in_the_folders_place_is_reported(tmp_path: Path) -> None:
    (tmp_path / "config").touch()
    with pytest.raises(ConfigError, match=r"config cannot be (created|read)"):
        mapping.set_choice(tmp_path / "config", "sad", BRIGHT)


def test_no_temporary_file_stays(tmp_path: Path) -> None:
    mapping.set_choice(tmp_path, "sad", BRIGHT)
    assert [path.name for path in tmp_path.iterdir()] == ["mapping.toml"]
