"""Photos become frames: upright, RGB, eight bits, never larger than mien can hold.

What a user would expect happens: EXIF orientation is applied, transparency lies on white, an animation gives its first
picture, sixteen bits become eight. What cannot be read is a `FrameError` that says why and what to do.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from emotion.picture_header import READABLE, Header, read_header
from emotion.quiet import quiet_stderr
from emotion.types import Frame
from errors import FrameError

MAX_PIXELS = 100_000_000
"""More than any phone takes; 300 MB as RGB."""

MAX_BYTES = 256 * 1024 * 1024

ENOUGH_SIDE = 1280
"""Pixels of the longer side from which on nothing is gained: detectors look at 640, networks at 48 a face."""

MISSING_AT_MOST = 0.05
"""Share of rows that a cut-off JPEG may lack before it is refused."""

_END_OF_IMAGE = b"\xff\xd9"


def from_path(path: Path | str) -> Frame:
    """Read one picture file.

    Args:
        path: A JPEG, PNG, WebP, GIF, BMP or TIFF file.

    Returns:
        The frame, its source the path as given.

    Raises:
        FrameError: The file is missing, a folder, forbidden, empty, too large, not a picture, or damaged.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # bounded, as the path may name a device or a pipe without end
    except FileNotFoundError as error:
        raise FrameError(f"There is no file {path}. Check the spelling and the folder.") from error
    except IsADirectoryError as error:
        raise FrameError(_is_a_folder(path)) from error
    except PermissionError as error:
        if Path(path).is_dir():  # what Windows says of a folder
            raise FrameError(_is_a_folder(path)) from error
        raise FrameError(f"{path} may not be read by this user. Change its permissions or copy it.") from error
    except (OSError, ValueError) as error:
        raise FrameError(f"{path} cannot be opened ({error}). Name a picture file.") from error
    return from_bytes(data, str(path))


def from_bytes(data: bytes, source: str = "the picture") -> Frame:
    """Decode one picture.

    Args:
        data: The whole file.
        source: What to call it in messages.

    Raises:
        FrameError: The data is empty, too large, not a picture, or damaged.
    """
    if not data:
        raise FrameError(f"{source} is empty (0 bytes). Copy or download it again.")
    if len(data) > MAX_BYTES:
        raise FrameError(f"{source} is larger than {MAX_BYTES >> 20} MB. Export a smaller copy of it.")
    header = read_header(data, source)
    if header.width * header.height > MAX_PIXELS:
        raise FrameError(
            f"{source} would unpack to {header.width}×{header.height} pixels; mien stops at "
            f"{MAX_PIXELS // 1_000_000} megapixels. Export a smaller copy of it."
        )
    reduction = _reduction(header)
    pixels = _decode(data, header, reduction)
    if pixels is None and header.kind == "JPEG":
        pixels = _decode_what_is_there(data, header, reduction, source)
    if pixels is None:
        raise FrameError(
            f"{source} begins like a {header.kind} picture but is cut off or damaged. "
            f"Copy or download it again, or save it anew from a picture viewer as {READABLE.replace(' and', ' or')}."
        )
    return Frame(_upright(pixels, header.orientation), source, reduction)


def _reduction(header: Header) -> int:
    """By how much to divide the sides of a picture while decoding; JPEG alone can, and is much faster for it."""
    if header.kind != "JPEG":
        return 1
    longest = max(header.width, header.height)
    return next((factor for factor in (8, 4, 2) if longest // factor >= ENOUGH_SIDE), 1)


_FLAGS = {
    1: cv2.IMREAD_COLOR_RGB,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2 | cv2.IMREAD_COLOR_RGB,  # with the colour flag, "reduced" is of colour
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4 | cv2.IMREAD_COLOR_RGB,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8 | cv2.IMREAD_COLOR_RGB,
}


def _decode(data: bytes, header: Header, reduction: int) -> npt.NDArray[np.uint8] | None:
    """Decode to uint8 RGB (H, W, 3) as stored, not yet upright; None when the decoder gives up."""
    buffer = np.frombuffer(data, np.uint8)
    # TIFF is turned by its own decoder, whatever the flags; the other formats are turned by `_upright`.
    flags = cv2.IMREAD_UNCHANGED if header.alpha else _FLAGS[reduction] | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        with quiet_stderr():
            pixels = cv2.imdecode(buffer, flags)
    except cv2.error:
        return None
    if pixels is None or not header.alpha:
        return pixels  # type: ignore[return-value]  # 8 bits, as the colour flags ask
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        return _on_white(pixels)
    return _decode(data, replace(header, alpha=False), reduction)


def _on_white(bgra: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Lay a picture with transparency on white: BGRA of 8 or 16 bits to RGB of 8."""
    if bgra.dtype == np.uint16:
        bgra = cv2.convertScaleAbs(bgra, alpha=255 / 65535)
    blue, green, red, opacity = cv2.split(bgra)
    white = cv2.bitwise_not(opacity)
    return cv2.merge([cv2.add(cv2.multiply(c, opacity, scale=1 / 255), white) for c in (red, green, blue)])  # type: ignore[return-value]


def _decode_what_is_there(data: bytes, header: Header, reduction: int, source: str) -> npt.NDArray[np.uint8] | None:
    """Decode a JPEG that lacks its end, if little more than the end marker is missing.

    libjpeg fills rows for which there is no data with middle grey, which is how they are counted.
    """
    pixels = _decode(data + _END_OF_IMAGE, header, reduction)
    if pixels is None:
        return None
    filled = (pixels == 128).all(axis=(1, 2))[::-1]
    missing = (len(filled) if filled.all() else int(filled.argmin())) / len(filled)
    if missing > MISSING_AT_MOST:
        raise FrameError(
            f"{source} is cut off: about {missing:.0%} of the picture is missing. Copy or download it again."
        )
    return pixels


def _upright(pixels: npt.NDArray[np.uint8], orientation: int) -> npt.NDArray[np.uint8]:
    """Turn and mirror as EXIF's orientation tag asks (CIPA DC-008, tag 274)."""
    if orientation >= 5:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _is_a_folder(path: Path | str) -> str:
    return f"{path} is a folder. Name one picture in it, or read them all with: mien read {path}"
