from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.recommender.scanning.conftest import tag, write
from tests.recommender.scanning.killed import KILLS


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_scan_survives_being_killed_at_fifty_random_points(folder: Path, tmp_path: Path) -> None:
    first = tag(write(folder / "0.flac"), title="Song 0", artist="Ann")
    for number in range(1, 30):
        tag(Path(shutil.copy(first, folder / f"{number}.flac")), title=f"Song {number}")
    command = [sys.executable, "-m", "tests.recommender.scanning.killed", str(folder), str(tmp_path / "catalogue.db")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "done"
    assert len(lines) == KILLS + 1
    assert len({line for line in lines if line.startswith("whole")}) > 3, "the kills came at different points"
