"""A snap is a burst: a few frames from a camera or a video file, without the dark ones that cameras start with.

Every wait is bounded, and the device is given back whatever happens.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from emotion.quiet import quiet_stderr
from emotion.types import Frame
from errors import FrameError

DARK = 16.0
"""Mean of all pixels, 0–255, below which a frame counts as one that the camera is still adjusting for."""

BLACK = 3.0
"""Mean below which nothing at all is seen: a closed shutter."""

FAILURES_IN_A_ROW = 10


class Capture(Protocol):
    """What is needed of `cv2.VideoCapture`."""

    def isOpened(self) -> bool: ...  # noqa: N802  # OpenCV's name
    def read(self) -> tuple[bool, Any]: ...
    def release(self) -> None: ...


def burst(
    source: int | str,
    *,
    frames: int = 5,
    warm_up: int = 30,
    patience_s: float = 10.0,
    open_capture: Callable[[int | str], Capture] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> list[Frame]:
    """Take a few frames.

    Args:
        source: A camera's index (0 is the first; "0" will do) or a video file.
        frames: How many to take; a video that is shorter gives fewer, at least one.
        warm_up: How many dark frames to skip at most; if the next are dark too, the room is, and they are taken.
        patience_s: Seconds after which what has been taken is enough.
        open_capture: What opens the source; OpenCV by default.
        clock: Seconds, monotonic.

    Raises:
        FrameError: There is no such camera or file, it gives no picture, or only black ones.
    """
    place = _place(source)
    name = f"camera {place}" if isinstance(place, int) else str(place)
    capture = (open_capture or _open)(place)
    try:
        if not capture.isOpened():
            raise FrameError(_why_not_opened(place))
        taken = _take(capture, frames, warm_up, clock, clock() + patience_s)
    finally:
        capture.release()
    if not taken:
        raise FrameError(f"{name} opens but gives no picture. {_what_to_do(place)}")
    if max(float(pixels.mean()) for pixels in taken) < BLACK:
        raise FrameError(f"{name} gives only black pictures. Open its shutter, or turn on a light.")
    return [Frame(pixels, name) for pixels in taken]


def _take(
    capture: Capture, frames: int, warm_up: int, clock: Callable[[], float], deadline_s: float
) -> list[npt.NDArray[np.uint8]]:
    """Read until there are enough frames, the source has ended, or time is up."""
    taken: list[npt.NDArray[np.uint8]] = []
    skipped: list[npt.NDArray[np.uint8]] = []
    failures = dark = 0
    while len(taken) < frames and failures < FAILURES_IN_A_ROW and clock() < deadline_s:
        with quiet_stderr():
            good, bgr = capture.read()
        if not good or bgr is None:
            failures += 1
            continue
        failures = 0
        rgb = np.ascontiguousarray(bgr[..., ::-1])
        if not taken and dark < warm_up and rgb.mean() < DARK:
            dark += 1
            skipped = [*skipped, rgb][-frames:]  # all there is, when the source ends in the dark
            continue
        taken.append(rgb)
    return taken or skipped


def _place(source: int | str) -> int | str:
    return int(source) if isinstance(source, str) and source.strip().isdecimal() else source


def _open(place: int | str) -> Capture:
    """Open with OpenCV; files through FFmpeg alone, as other readers take `img_001.jpg` for a series of pictures."""
    with quiet_stderr():
        if isinstance(place, int):
            return cv2.VideoCapture(place)
        if os.path.isfile(place):  # noqa: PTH113  # unlike Path.is_file, False where the path may not be looked at
            return cv2.VideoCapture(place, cv2.CAP_FFMPEG)
        return cv2.VideoCapture(place) if os.path.exists(place) else cv2.VideoCapture()  # noqa: PTH110


def _why_not_opened(place: int | str) -> str:
    """Say what stands in the way."""
    if isinstance(place, str):
        if not os.path.exists(place):  # noqa: PTH110
            return (
                f"There is no video file {place}. Check the spelling; a camera is named by its number, the first is 0."
            )
        return (
            f"{place} is not a video that can be played. mien reads what FFmpeg reads, such as MP4, MKV, WebM and AVI."
        )
    device = Path(f"/dev/video{place}")
    if device.exists() and not os.access(device, os.R_OK | os.W_OK):
        return f"Camera {place} may not be used by this user. Join the group of {device}: sudo usermod -aG video $USER"
    return f"There is no camera {place}. {_what_to_do(place)}"


def _what_to_do(place: int | str) -> str:
    if isinstance(place, str):
        return "It holds no video stream, or is cut off; record it again."
    others = sorted(path.name.removeprefix("video") for path in Path("/dev").glob("video*"))
    if others:
        return (
            f"This machine has the cameras {', '.join(others)}; close other programs that use one, or read a --photo."
        )
    return "Plug one in (in a container, pass it with --device /dev/video0), or read a photo with --photo."
