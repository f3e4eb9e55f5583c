from __future__ import annotations

import io
from pathlib import Path

import cv2
import pytest
from rich.console import Console

from errors import ConfigError
from training import curves
from training.live import BARS, Watch, sparkline
from training.run import Row
from training.train import Progress


def rows(n: int = 6) -> list[Row]:
    measures = ("loss", "accuracy", "val_loss", "val_accuracy", "val_precision", "val_recall")
    return [
        {
            "epoch": i + 1,
            "side": 24 if i < 3 else 48,
            "images_per_s": 200.0,
            **dict.fromkeys(measures, (i + 1) / (n + 1)),
        }
        for i in range(n)
    ]


def progress(n: int, *, finished: bool) -> Progress:
    return Progress(n - 1, 6, 8, 8, 48, 1.0, 0.5, rows()[n - 1] if finished else None, tuple(rows()[:n]))


def test_the_picture_has_four_panels_with_lines(tmp_path: Path) -> None:
    path = curves.draw(rows(), tmp_path / "curves.png", "cnn3x3")
    picture = cv2.imread(str(path))
    assert picture is not None
    assert picture.shape == (720, 1080, 3)
    orange = (abs(picture.astype(int) - (0x0C, 0x41, 0xC2)).sum(axis=2) < 40).astype(int)
    quarters = [half[:, x : x + 540].sum() for half in (orange[:340], orange[340:680]) for x in (0, 540)]
    assert min(quarters) > 200


def test_one_epoch_can_be_drawn(tmp_path: Path) -> None:
    assert curves.draw(rows(1), tmp_path / "curves.png", "cnn3x3").stat().st_size > 1000


def test_a_picture_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be made"):
        curves.draw(rows(), tmp_path / "file" / "curves.png", "cnn3x3")


def test_a_sparkline_goes_from_the_least_to_the_greatest() -> None:
    assert sparkline([0, 1, 2, 7]) == BARS[0] + BARS[1] + BARS[2] + BARS[7]
    assert sparkline([3, 3]) == BARS[0] * 2


def test_a_terminal_shows_growing_curves_and_a_line_an_epoch() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, highlight=False)
    with Watch(console, "cnn3x3") as watch:
        for n in range(1, 7):
            watch(progress(n, finished=False))
            watch(progress(n, finished=True))
        drawn = watch.curves(rows()).plain
    assert BARS[0] in drawn
    assert len(drawn.splitlines()) == 4
    assert "epoch   6/6  48 px" in out.getvalue()


def test_without_a_terminal_there_is_one_plain_line_an_epoch() -> None:
    out = io.StringIO()
    with Watch(Console(file=out, width=100), "cnn3x3") as watch:
        for n in (1, 2):
            watch(progress(n, finished=False))
            watch(progress(n, finished=True))
    lines = out.getvalue().splitlines()
    assert [line[:11] for line in lines] == ["epoch   1/6", "epoch   2/6"]
    assert "\x1b" not in out.getvalue()
