"""The wheel, installed alone in an empty environment outside the clone, does the main job."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from emotion.models import MODELS

ROOT = Path(__file__).parents[1]
LARGEST_INSTALL_MB = 450
NO_INDEX = ("No matching distribution", "Could not find a version", "Temporary failure in name resolution")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    leave_out = shutil.ignore_patterns(".*", "runs", "build", "dist", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, folder / "source", ignore=leave_out)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "source"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (built,) = folder.glob("mien-*.whl")
    return built


def test_the_wheel_carries_weights_tracks_and_recipes_but_neither_tests_nor_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"emotion/weights/{entry.file}" for entry in MODELS.values()} <= names
    assert {"recommender/tracks.csv", "training/recipes/cnn3x3.toml", "cli.py", "app.py", "view.py"} <= names
    assert not [name for name in names if name.startswith(("tests/", "samples/", "benchmarks/"))]
    assert wheel.stat().st_size < 25e6


@pytest.mark.slow
def test_the_wheel_alone_reads_the_sample_and_plays_music(wheel: Path, tmp_path: Path, samples: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    before = size_mb(environment)
    install = [str(python), "-m", "pip", "install", "-q", "-c", str(ROOT / "constraints.txt"), str(wheel)]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode and any(words in done.stderr for words in NO_INDEX):
        pytest.skip("no package index can be reached to install mien's dependencies from")
    assert done.returncode == 0, done.stderr
    assert size_mb(environment) - before < LARGEST_INSTALL_MB
    photo = tmp_path / "me.png"
    shutil.copy(samples / "happy.png", photo)
    command = [str(environment / "bin" / "mien"), "snap", "--photo", str(photo), "--json", "--length", "5"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["mood"]["emotion"] == "happy"
    assert len(document["playlist"]["tracks"]) == 5
    code = "import importlib.util as u; print([n for n in ('tensorflow', 'keras', 'pandas') if u.find_spec(n)])"
    assert subprocess.check_output([str(python), "-c", code], text=True).strip() == "[]"


def size_mb(folder: Path) -> float:
    return sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink()) / 1e6
