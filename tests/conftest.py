from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.spotify.fixture import spotify, spotify_switch

__all__ = ["spotify", "spotify_switch"]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str


Mien = Callable[..., Done]


@pytest.fixture
def samples() -> Path:
    return ROOT / "samples"


@pytest.fixture
def shared() -> Path:
    """The data for checks, which users do not have."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the data sets beside the repository are not here")
    return folder


@pytest.fixture
def mien(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Mien:
    """Run `mien …` in this process, with directories of its own."""
    for kind in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"MIEN_{kind}_DIR", str(tmp_path / kind.lower()))
    for name in ("MIEN_MODEL", "MIEN_DETECTOR", "MIEN_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object) -> Done:
        import cli

        monkeypatch.setattr("sys.argv", ["mien", *map(str, arguments)])
        capfd.readouterr()
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Done(code, out, err)

    return run
