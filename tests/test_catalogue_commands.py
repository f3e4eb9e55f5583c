from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, Mien

TABLE = """track_name,artist_name,track_id,valence,energy,tempo
Sunny Side,Ann,0BRjO6ga9RKCKjfDqeFgWV,0.58,0.75,124
Grey Rain,Bob,,0.1,0.2,80
Loud Noise,Eve,,0.1,very,80
"""


def table(folder: Path) -> Path:
    path = folder / "mine.csv"
    path.write_text(TABLE)
    return path


def test_a_table_is_imported_counted_searched_and_exported(mien: Mien, tmp_path: Path) -> None:
    done = mien("catalogue", "import", table(tmp_path), "--json")
    document = json.loads(done.out)
    assert (document["rows"], document["added"], document["bad"]) == (3, 2, 1)
    assert document["mapping"]["title"] == {"column": "track_name", "unit": None}
    assert "very" in Path(document["bad_path"]).read_text()
    assert json.loads(mien("catalogue", "import", table(tmp_path), "--json").out)["added"] == 0
    assert json.loads(mien("catalogue", "stats", "--json").out)["tracks"] == 2
    (found,) = json.loads(mien("catalogue", "search", "GREY", "bob", "--json").out)
    assert (found["title"], found["features"]["energy"]) == ("Grey Rain", 0.2)
    assert json.loads(mien("catalogue", "export", tmp_path / "out.jsonl", "--json").out)["tracks"] == 2
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2
    assert json.loads(mien("catalogue", "dedupe", "--json").out) == {"merged": 0, "dry_run": False, "examples": []}


def test_people_see_the_mapping_the_bad_rows_and_the_figures(mien: Mien, tmp_path: Path) -> None:
    done = mien("catalogue", "import", table(tmp_path))
    assert "title    ← track_name" in done.err
    assert "3 rows, 2 new tracks" in done.out
    assert "line 4: column 'energy': 'very' is no number" in done.out
    assert "2 tracks by 2 artists" in mien("catalogue", "stats").out
    assert "Sunny Side" in mien("catalogue", "search", "sunny").out
    assert "nothing with 'polka'" in mien("catalogue", "search", "polka").out
    assert "Merged 0 tracks." in mien("catalogue", "dedupe").out


def test_what_was_imported_is_played_and_names_its_track(mien: Mien, tmp_path: Path) -> None:
    songs = [f"Sunny {number},Artist {number},{'x' * 20}{number},0.58,0.75,124,0.03,1" for number in range(10, 50)]
    path = tmp_path / "sunny.csv"
    path.write_text("\n".join([TABLE.splitlines()[0] + ",acousticness,mode", *songs]))
    mien("catalogue", "import", path)
    document = json.loads(mien("playlist", "--mood", "happy", "--length", "10", "--seed", "1", "--json").out)
    own = [track for track in document["playlist"]["tracks"] if track["title"].startswith("Sunny ")]
    assert own
    assert all(track["links"]["spotify"].startswith("https://open.spotify.com/track/xxxx") for track in own)


def test_without_a_catalogue_the_command_to_make_one_is_said(mien: Mien) -> None:
    done = mien("catalogue", "stats")
    assert done.code == 5
    assert "mien catalogue import FILE" in done.err


def test_a_damaged_catalogue_is_named_and_music_plays_on(mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalogue.db").write_text("no database " * 999)
    document = json.loads(mien("playlist", "--mood", "sad", "--length", "3", "--json").out)
    assert len(document["playlist"]["tracks"]) == 3
    assert "catalogue.db.damaged" in " ".join(document["playlist"]["notes"])


def test_without_a_catalogue_its_database_code_is_not_loaded(tmp_path: Path) -> None:
    code = (
        "import sys, cli\nsys.argv = ['mien', 'playlist', '--mood', 'happy', '--json']\n"
        "try: cli.main()\nexcept SystemExit as end: assert not end.code\n"
        "assert 'sqlalchemy' not in sys.modules"
    )
    environ = {"MIEN_DATA_DIR": str(tmp_path), "MIEN_CONFIG_DIR": str(tmp_path), "PATH": ""}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, env=environ)
