from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer.main

import cli
from emotion.types import EMOTIONS
from tests.conftest import Mien

ROOT = Path(__file__).parents[1]


@pytest.fixture
def empty_picture(tmp_path: Path) -> Path:
    path = tmp_path / "wall.png"
    assert cv2.imwrite(str(path), np.full((240, 320, 3), 180, np.uint8))
    return path


def test_a_snap_of_the_happy_sample_reads_happy_and_plays_real_songs(mien: Mien, samples: Path) -> None:
    done = mien("snap", "--photo", samples / "happy.png", "--json", "--seed", 1, "--length", 12)
    assert done.code == 0
    document = json.loads(done.out)
    (face,) = document["reading"]["faces"]
    assert document["reading"]["chosen"] == 0
    assert len(face["box"]) == 4
    assert 0 < face["confidence"] <= 1
    assert list(face["scores"]) == list(EMOTIONS)
    assert sum(face["scores"].values()) == pytest.approx(1, abs=1e-3)
    mood = document["mood"]
    assert mood["emotion"] == "happy" == max(face["scores"], key=face["scores"].get)
    assert mood["valence"] > 0.3
    assert 0 <= mood["certainty"] <= 1
    playlist = document["playlist"]
    assert playlist["strategy"] == "match"
    assert playlist["title"].startswith("Happy")
    assert len(playlist["tracks"]) == 12
    for track in playlist["tracks"]:
        assert {"title", "artists", "year", "features", "links", "reason"} <= track.keys()
        assert {"spotify", "youtube", "deezer"} <= track["links"].keys()
        assert track["reason"]


def test_the_same_seed_gives_the_same_list_and_no_seed_gives_one_that_can_be_asked_for_again(mien: Mien) -> None:
    first = json.loads(mien("playlist", "--mood", "sad", "--json").out)["playlist"]
    again = json.loads(mien("playlist", "--mood", "sad", "--json", "--seed", first["seed"]).out)["playlist"]
    other = json.loads(mien("playlist", "--mood", "sad", "--json", "--seed", first["seed"] + 1).out)["playlist"]
    assert first == again
    assert first["tracks"] != other["tracks"]


def test_a_picture_without_a_face_is_a_result_with_advice(mien: Mien, empty_picture: Path) -> None:
    done = mien("snap", "--photo", empty_picture, "--json")
    document = json.loads(done.out)
    assert done.code == 0
    assert document["reading"] == {"faces": [], "chosen": None}
    assert document["mood"] is None
    assert document["playlist"] is None
    assert "More light" in document["message"] or "more light" in document["message"]
    spoken = mien("snap", "--photo", empty_picture)
    assert spoken.code == 0
    assert "No face found" in spoken.out


def test_the_human_output_shows_the_face_the_bars_the_mood_and_the_table(mien: Mien, samples: Path) -> None:
    done = mien("snap", "--photo", samples / "happy.png", "--seed", 1, "--length", 5)
    assert done.code == 0
    assert "😄" in done.out or "😊" in done.out or "😀" in done.out
    assert all(emotion in done.out for emotion in EMOTIONS)
    assert "█" in done.out
    assert "valence" in done.out
    assert done.out.count("https://") >= 5
    assert "--seed 1 gives this list again" in done.out


def test_a_snap_can_be_saved_in_every_format(mien: Mien, samples: Path, tmp_path: Path) -> None:
    for suffix in ("m3u8", "xspf", "jspf", "json"):
        path = tmp_path / f"list.{suffix}"
        done = mien("snap", "--photo", samples / "happy.png", "--length", 3, "--seed", 1, "--save", path)
        assert done.code == 0
        assert "Saved 3 tracks" in done.out
        assert path.stat().st_size > 100


def test_a_name_to_save_to_that_says_no_format_is_refused_before_the_picture_is_read(mien: Mien) -> None:
    done = mien("snap", "--photo", "gone.jpg", "--save", "list.pdf")
    assert done.code == 2
    assert done.err.startswith("mien: list.pdf cannot be saved")


def test_without_a_face_the_user_hears_that_nothing_was_saved(mien: Mien, empty_picture: Path, tmp_path: Path) -> None:
    for extra in ([], ["--json"]):
        done = mien("snap", "--photo", empty_picture, "--save", tmp_path / "list.m3u8", *extra)
        assert done.code == 0
        assert "list.m3u8 was not written" in done.err
        assert not (tmp_path / "list.m3u8").exists()


def test_a_path_is_shown_as_it_is_whatever_brackets_it_has(mien: Mien, tmp_path: Path) -> None:
    path = tmp_path / "[red]list[" / "[dim]:cat:.m3u8"
    path.parent.mkdir()
    assert f"Saved 1 track to {path}\n" in mien("playlist", "--mood", "sad", "--length", 1, "--save", path).out


def test_a_mapped_playlist_that_a_file_cannot_hold_is_named(mien: Mien, tmp_path: Path) -> None:
    assert mien("map", "set", "sad", "https://example.org/list").code == 0
    assert "https://example.org/list" in mien("playlist", "--mood", "sad", "--save", tmp_path / "a.m3u8").err


def test_reading_a_folder_prints_one_object_a_picture_and_goes_on_after_a_bad_file(
    mien: Mien, samples: Path, tmp_path: Path, empty_picture: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_text("this is no picture")
    done = mien("read", samples, bad, empty_picture, tmp_path / "gone.png", "--json")
    assert done.code == 0
    rows = {Path(row["path"]).name: row for row in map(json.loads, done.out.splitlines())}
    assert {f"{emotion}.png" for emotion in EMOTIONS} <= rows.keys()
    assert [len(rows[f"{emotion}.png"]["faces"]) for emotion in EMOTIONS] == [1] * 7
    assert rows["happy.png"]["error"] is None
    assert rows["wall.png"] == {"path": str(empty_picture), "faces": [], "error": None}
    assert rows["bad.jpg"]["faces"] == []
    assert "bad.jpg" in rows["bad.jpg"]["error"]
    assert "gone.png" in rows["gone.png"]["error"]


def test_names_that_the_system_cannot_look_up_are_reported_like_any_other(mien: Mien, samples: Path) -> None:
    name = "n" * 300
    rows = [json.loads(line) for line in mien("read", name, samples / "happy.png", "--json").out.splitlines()]
    assert [bool(row["error"]) for row in rows] == [True, False]
    assert mien("snap", "--camera", name).code == 3
    assert mien("snap", "--photo", samples / "happy.png", "--model", f"{name}.tflite").code == 5
    assert mien("map", "set", "sad", f"{name}.m3u8").code == 0
    checked = mien("map", "check")
    assert checked.code == 2
    assert "there is no file" in checked.err


def test_reading_nothing_but_bad_files_is_no_input(mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert mien("read", tmp_path / "empty").code == 3
    err = mien("read", tmp_path / "empty").err
    assert f"There are no pictures in {tmp_path / 'empty'}" in err
    assert ".jpg, .jpeg, .png" in err
    done = mien("read", tmp_path / "gone.png")
    assert done.code == 3
    assert "gone.png" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["snap", "--photo", "gone.jpg"], 3, "gone.jpg"),
        (["snap", "--photo", "a.jpg", "--camera", "0"], 2, "not both"),
        (["snap", "--camera", "gone.mp4"], 3, "gone.mp4"),
        (["snap", "--camera", "²"], 3, "no video file ²"),
        (["snap", "--photo", "happy.png", "--model", "cnn3x33"], 2, "Did you mean 'cnn3x3'"),
        (["snap", "--photo", "happy.png", "--model", "gone.tflite"], 5, "gone.tflite"),
        (["snap", "--photo", "happy.png", "--detector", "har"], 2, "Did you mean 'haar'"),
        (["snap", "--photo", "happy.png", "--face", "3"], 2, "no face 3"),
        (["snap", "--photo", "happy.png", "--save", "list.pdf"], 2, "list.pdf"),
        (["snap", "--photo", "happy.png", "--length", "0"], 2, "0"),
        (["playlist", "--mood", "hapy"], 2, "Did you mean 'happy'"),
        (["playlist"], 2, "Give --mood"),
        (["playlist", "--valence", "0.5"], 2, "Give --mood"),
        (["playlist", "--valence", "7", "--arousal", "0"], 2, "7"),
        (["map", "set", "happy", "valence=2"], 2, "0 to 1"),
        (["map", "set", "happpy", "default"], 2, "Did you mean 'happy'"),
        (["train", "cnn9x9", "--data", "gone.csv"], 2, "no recipe 'cnn9x9'"),
        (["train", "cnn3x3", "--data", "gone.csv"], 5, "gone.csv: does not exist"),
        (["compare", "--data", "gone.csv"], 5, "gone.csv: does not exist"),
        (["compare", "--data", "gone.csv", "--split", "Publictest"], 2, "Did you mean 'PublicTest'"),
        (["data", "report", "gone.csv"], 5, "gone.csv: does not exist"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_bad_input_says_what_and_ends_with_the_code_of_its_kind(
    mien: Mien,
    samples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    (tmp_path / "happy.png").write_bytes((samples / "happy.png").read_bytes())
    monkeypatch.chdir(tmp_path)
    done = mien(*arguments)
    assert words.lower() in " ".join(done.err.split()).lower()
    assert done.code == code
    assert done.out == ""
    assert not (tmp_path / "list.pdf").exists()


def test_a_hand_mapped_emotion_wins_and_the_output_says_so(mien: Mien, tmp_path: Path) -> None:
    assert mien("map", "set", "sad", "valence=0.95", "tempo=170").code == 0
    assert "valence 0.95, tempo 170" in mien("map", "show").out
    assert "mien decides" in mien("map", "show").out
    spoken = mien("playlist", "--mood", "sad", "--seed", 1)
    assert "Your own mapping for 'sad' decided" in spoken.out
    playlist = json.loads(mien("playlist", "--mood", "sad", "--seed", 1, "--json", "--length", 10).out)["playlist"]
    assert playlist["mapped_by"] == "sad"
    assert np.mean([track["features"]["valence"] for track in playlist["tracks"]]) > 0.75
    assert mien("map", "unset", "sad").code == 0
    assert json.loads(mien("playlist", "--mood", "sad", "--json").out)["playlist"]["mapped_by"] == "default"
    assert mien("map", "check").code == 0
    path = Path(mien("map", "path").out.strip())
    assert path.is_file()
    path.write_text("[hapy]\nvalence = 3\n")
    checked = mien("map", "check")
    assert checked.code == 2
    assert "hapy" in checked.err
    assert "line 1" in checked.err


def test_mapping_a_playlist_that_is_not_there_warns_at_once(mien: Mien, tmp_path: Path) -> None:
    done = mien("map", "set", "HAPPY", tmp_path / "gone.m3u8")
    assert done.code == 0
    assert done.out.startswith("happy: ")
    assert f"there is no file {tmp_path / 'gone.m3u8'}" in done.err
    assert mien("map", "set", "happy", "default").err == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_cannot_show_emoji_gets_everything_else(encoding: str) -> None:
    def run(*arguments: str) -> str:
        environ = os.environ | {"PYTHONIOENCODING": encoding}
        command = [sys.executable, "-m", "cli", "playlist", "--mood", "sad", "--length", "2", "--seed", "1", *arguments]
        done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode(encoding)

    assert "sad and low" in run()
    assert json.loads(run("--json"))["mood"]["emoji"] == "😢"


def test_a_file_name_that_is_no_text_keeps_its_bytes_in_json(mien: Mien, samples: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.png")
    try:
        (tmp_path / name).write_bytes((samples / "happy.png").read_bytes())
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system takes UTF-8 names only")
    row = json.loads(mien("read", tmp_path / name, "--json").out)
    assert (Path(row["path"]).name, row["error"]) == (name, None)


def test_a_command_that_is_called_is_built_alone_and_a_misspelt_one_beside_all(mien: Mien) -> None:
    everything = [*typer.main.get_group(cli.cli).commands]
    assert len(everything) > 25
    for name in everything:
        alone = cli.asked_for([name])
        assert len(alone.registered_commands) + len(alone.registered_groups) == 1
        assert f" {name} " in mien(name, "--help").out.strip().splitlines()[0]
    for words in ([], ["snpa"], ["--help"]):
        assert cli.asked_for(words) is cli.cli
    assert "Did you mean 'snap'" in mien("snpa").err


def test_help_says_every_default(mien: Mien, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert "without it camera 0" in mien("snap", "--help").out
    assert "runs/NAME" in mien("train", "--help").out


def test_a_relative_m3u_counts_from_where_the_user_is(
    mien: Mien, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.m3u8").write_text("#EXTM3U\n#EXTINF:200,Queen - Bohemian Rhapsody\nqueen.mp3\n")
    monkeypatch.chdir(tmp_path)
    assert mien("map", "set", "angry", "mine.m3u8").code == 0
    monkeypatch.chdir("/")
    playlist = json.loads(mien("playlist", "--mood", "angry", "--json").out)["playlist"]
    assert [track["title"] for track in playlist["tracks"]] == ["Bohemian Rhapsody"]


def test_the_version_is_the_packages(mien: Mien) -> None:
    done = mien("--version")
    assert done.code == 0
    assert done.out == f"mien {version('mien')}\n"


def test_models_shows_measured_figures(mien: Mien) -> None:
    rows = {row["name"]: row for row in json.loads(mien("models", "--json").out)}
    assert {"cnn3x3", "cnn4x4"} <= rows.keys()
    for row in rows.values():
        assert 0.3 < row["metrics"]["public_test_accuracy"] < 0.8
        assert row["bytes"] == (ROOT / "emotion" / "weights" / row["file"]).stat().st_size
    spoken = mien("models").out
    assert "cnn3x3" in spoken
    assert "%" in spoken


def test_doctor_says_what_works(mien: Mien) -> None:
    rows = json.loads(mien("doctor", "--json").out)
    found = {row["what"]: row["ok"] for row in rows}
    assert {"opencv", "litert", "models", "camera", "catalogue", "mapping", "folders"} <= found.keys()
    assert found["opencv"] is True
    assert found["models"] is True


def test_doctor_names_a_broken_mapping_and_ends_with_an_error(mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "mapping.toml").write_text("[happy\n")
    done = mien("doctor")
    assert done.code == 5
    assert "mapping.toml" in "".join(done.out.split())


def test_doctor_tries_the_model_that_is_set_and_goes_on(mien: Mien, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_MODEL", "cnn3x33")
    done = mien("doctor", "--json")
    rows = {row["what"]: row for row in json.loads(done.out)}
    assert done.code == 5
    assert rows["reader"]["ok"] is False
    assert "Did you mean 'cnn3x3'" in rows["reader"]["words"]
    assert rows["catalogue"]["ok"] is True


def test_doctor_survives_a_check_that_breaks(mien: Mien, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    rows = {row["what"]: row for row in json.loads(mien("doctor", "--json").out)}
    assert rows["litert"]["ok"] is False
    assert "install mien again" in rows["litert"]["words"]
    assert rows["catalogue"]["ok"] is True


def test_doctor_says_that_a_file_is_no_folder(mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    rows = {row["what"]: row for row in json.loads(mien("doctor", "--json").out)}
    assert rows["folders"]["words"].startswith(f"{tmp_path / 'cache'} is no folder")


def test_a_tilde_in_a_folder_setting_is_the_home_directory(
    mien: Mien, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("MIEN_CONFIG_DIR", "~/mine")
    assert mien("map", "path").out == f"{tmp_path / 'mine' / 'mapping.toml'}\n"
    monkeypatch.setenv("MIEN_CONFIG_DIR", "~nobody-of-this-name/mine")
    done = mien("map", "path")
    assert done.code == 2
    assert "MIEN_CONFIG_DIR is ~nobody-of-this-name/mine" in done.err


def test_an_error_inside_mien_is_one_line_unless_debugging_is_asked_for(
    mien: Mien, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("app.play", broken)
    done = mien("playlist", "--mood", "happy")
    assert done.code == 1
    assert done.err.startswith("mien: something went wrong inside mien: ZeroDivisionError: oops")
    monkeypatch.setenv("MIEN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        mien("playlist", "--mood", "happy")


def test_without_the_training_group_a_training_says_what_to_install(
    mien: Mien, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "training.compare", None)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.delitem(sys.modules, "training.compare")
    for room in ("compare_console", "evaluate", "report", "report_pictures", "report_tables", "votes"):
        monkeypatch.delitem(sys.modules, f"training.{room}", raising=False)
    done = mien("compare", "--data", "x.csv")
    assert done.code == 2
    assert "sklearn is missing" in done.err
    assert "mien[train]" in done.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands_and_emotions(shell: str) -> None:
    environ = os.environ | {"_MIEN_COMPLETE": f"complete_{shell}", "PYTHONPATH": str(ROOT)}
    environ |= {"COMP_WORDS": "mien playlist --mood sur", "COMP_CWORD": "3"}
    environ |= {"_TYPER_COMPLETE_ARGS": "mien playlist --mood sur", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    code = "import sys; sys.argv = ['mien']; import cli; cli.main()"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)
    assert "surprise" in done.stdout, done.stderr
