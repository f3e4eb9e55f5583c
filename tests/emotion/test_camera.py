"""A burst from video files that the tests render, and from cameras that are only pretended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emotion.camera import FAILURES_IN_A_ROW, burst
from emotion.opencv import cv2
from errors import FrameError

DARK, ORANGE_BGR = (2, 2, 2), (0, 120, 240)


def picture(bgr: tuple[int, int, int]) -> Any:
    return np.full((48, 64, 3), bgr, np.uint8)


def video(path: Path, *pictures: Any) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for one in pictures:
        writer.write(one)
    writer.release()
    return path


class FakeCamera:
    """Gives the pictures one after another, then (or for None) fails; counts reads and releases."""

    def __init__(self, *pictures: Any, opened: bool = True) -> None:
        self._pictures, self._opened = iter(pictures), opened
        self.reads = self.releases = 0

    def isOpened(self) -> bool:
        return self._opened

    def read(self) -> tuple[bool, Any]:
        self.reads += 1
        one = next(self._pictures, None)
        if isinstance(one, Exception):
            raise one
        return one is not None, one

    def release(self) -> None:
        self.releases += 1


def test_a_video_gives_its_first_bright_frames_in_rgb(tmp_path: Path) -> None:
    path = video(tmp_path / "me.avi", *[picture(DARK)] * 4, *[picture(ORANGE_BGR)] * 6)
    frames = burst(str(path), frames=3)
    assert len(frames) == 3
    for frame in frames:
        assert np.abs(frame.pixels.mean(axis=(0, 1)) - (240, 120, 0)).max() < 6
        assert frame.source == str(path)


def test_a_short_video_gives_what_it_has(tmp_path: Path) -> None:
    path = video(tmp_path / "short.avi", picture(DARK), picture(ORANGE_BGR), picture(ORANGE_BGR))
    assert len(burst(str(path), frames=9)) == 2


def test_a_video_that_is_black_throughout_says_so(tmp_path: Path) -> None:
    path = video(tmp_path / "black.avi", *[picture((0, 0, 0))] * 3)
    with pytest.raises(FrameError, match=r"black\.avi gives only black pictures\. Open its shutter"):
        burst(str(path))


def test_a_missing_video_is_named() -> None:
    with pytest.raises(FrameError, match=r"There is no video file nowhere\.mp4"):
        burst("nowhere.mp4")


def test_a_text_file_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("no video at all")
    with pytest.raises(FrameError, match=r"notes\.mp4 is not a video that can be played"):
        burst(str(path))


def test_a_numbered_picture_is_not_taken_for_a_series(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        cv2.imwrite(str(tmp_path / f"img_{number:03}.png"), picture(ORANGE_BGR))
    assert len(burst(str(tmp_path / "img_001.png"))) == 1


def test_no_camera_says_what_to_do() -> None:
    with pytest.raises(FrameError, match=r"There is no camera 63\. (Plug one in|This machine has the cameras)"):
        burst("63")


def test_a_number_in_text_is_a_camera() -> None:
    asked: list[int | str] = []

    def open_capture(place: int | str) -> FakeCamera:
        asked.append(place)
        return FakeCamera(picture(ORANGE_BGR))

    assert burst("1", frames=1, open_capture=open_capture)[0].source == "camera 1"
    assert asked == [1]


def test_dark_frames_of_a_camera_that_warms_up_are_skipped() -> None:
    camera = FakeCamera(*[picture(DARK)] * 5, picture(ORANGE_BGR), picture(DARK), picture(ORANGE_BGR))
    frames = burst(0, frames=3, open_capture=lambda _: camera)
    means = [round(float(frame.pixels.mean())) for frame in frames]
    assert means == [120, 2, 120]  # once it has adjusted, a dark frame is a picture like any other


def test_a_dark_room_is_read_in_the_end() -> None:
    camera = FakeCamera(*[picture((9, 9, 9))] * 100)
    assert len(burst(0, frames=2, warm_up=10, open_capture=lambda _: camera)) == 2
    assert camera.reads == 12


def test_a_camera_that_fails_now_and_then_is_asked_again() -> None:
    camera = FakeCamera(None, picture(ORANGE_BGR), None, None, picture(ORANGE_BGR))
    assert len(burst(0, frames=2, open_capture=lambda _: camera)) == 2


def test_a_camera_that_gives_nothing_is_given_up_and_released() -> None:
    camera = FakeCamera()
    with pytest.raises(FrameError, match="camera 0 opens but gives no picture"):
        burst(0, open_capture=lambda _: camera)
    assert (camera.reads, camera.releases) == (FAILURES_IN_A_ROW, 1)


def test_patience_ends() -> None:
    seconds: Iterator[float] = iter(range(100))
    camera = FakeCamera(*[picture(ORANGE_BGR)] * 100)
    frames = burst(0, frames=50, patience_s=5, open_capture=lambda _: camera, clock=lambda: next(seconds))
    assert len(frames) == 4


def test_the_camera_is_released_whatever_happens() -> None:
    working, broken, shut = (
        FakeCamera(picture(ORANGE_BGR)),
        FakeCamera(RuntimeError("unplugged")),
        FakeCamera(opened=False),
    )
    burst(0, frames=1, open_capture=lambda _: working)
    with pytest.raises(RuntimeError, match="unplugged"):
        burst(0, open_capture=lambda _: broken)
    with pytest.raises(FrameError, match="There is no camera 62"):
        burst(62, open_capture=lambda _: shut)
    assert [camera.releases for camera in (working, broken, shut)] == [1, 1, 1]


def test_a_missing_camera_says_nothing_else_on_the_terminal(tmp_path: Path) -> None:
    text = tmp_path / "notes.avi"
    text.write_text("no video")
    code = """
import sys
from emotion.camera import burst
from errors import FrameError
for source in ("63", sys.argv[1]):
    try:
        burst(source)
    except FrameError:
        print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(text)], capture_output=True, text=True, check=True, timeout=60
    )
    assert (done.stdout.split(), done.stderr) == (["refused", "refused"], "")
