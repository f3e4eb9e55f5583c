from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recommender.importing.victims import ROWS

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="importers are forked")
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_importers_lose_nothing_acknowledged_and_leave_no_half_file(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, "-m", "tests.recommender.importing.victims", str(tmp_path), str(seed), "25"]
    environ = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == 25
    for left in found:
        assert left["troubles"] == []
        assert set(left["songs"].values()) <= {ROWS}
        assert set(left["acknowledged"]) <= set(left["songs"])
    assert any(left["songs"] for left in found)
