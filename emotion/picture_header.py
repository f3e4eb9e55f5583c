"""What the first bytes of a picture file say, read before anything is decoded.

A few kilobytes can claim a hundred thousand pixels a side (a "decompression bomb"), so the size has to be known, and
judged, before a decoder makes room for it. The same walk yields the EXIF orientation and whether there is transparency.

Specifications: JPEG ITU-T T.81 annex B; PNG (Third Edition) W3C 2025; WebP RFC 9649; GIF89a; TIFF 6.0; EXIF CIPA
DC-008; BMP as in Microsoft's BITMAPINFOHEADER.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from errors import FrameError

READABLE = "JPEG, PNG, WebP, GIF, BMP and TIFF"


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture file says of itself.

    Args:
        kind: "JPEG", "PNG", "WebP", "GIF", "BMP" or "TIFF".
        width: Stored columns, before any rotation.
        height: Stored rows, before any rotation.
        orientation: EXIF orientation 1–8 that a viewer has to apply; 1 where the decoder applies it itself (TIFF).
        alpha: Whether pixels may be transparent.
    """

    kind: str
    width: int
    height: int
    orientation: int = 1
    alpha: bool = False


def read_header(data: bytes, source: str) -> Header:
    """Read size, orientation and transparency of a picture from its first bytes.

    Args:
        data: The whole file.
        source: Its name, for messages.

    Raises:
        FrameError: It is no picture that mien reads, or its header is cut off or contradicts itself.
    """
    parse = next((parse for magic, parse in _PARSERS if data.startswith(magic)), None)
    if parse is None or (parse is _webp and data[8:12] != b"WEBP"):
        raise FrameError(
            f"{source} is {_guess(data)}. mien reads {READABLE}: save or export the picture as one of these."
        )
    try:
        header = parse(data)
    except (struct.error, IndexError) as error:
        raise FrameError(f"{source} is cut off within its header. Copy or download it again.") from error
    if header.width < 1 or header.height < 1:
        raise FrameError(
            f"{source} is damaged: its header claims {header.width}×{header.height} pixels. Copy or download it again."
        )
    return header


def _guess(data: bytes) -> str:
    """Name what a file is that is no picture that mien reads."""
    if data[4:8] == b"ftyp":  # the brand of an ISO base media file
        brand = data[8:12]
        if brand in (b"heic", b"heix", b"mif1", b"msf1"):
            return "a HEIC photo"
        return "an AVIF picture" if brand in (b"avif", b"avis") else "a video"
    known = ((b"%PDF", "a PDF"), (b"<svg", "an SVG drawing"), (b"<", "a web page"), (b"PK\3\4", "a zip archive"))
    named = next((name for magic, name in known if data.lstrip()[:8].startswith(magic)), None)
    if named is None and all(byte in b"\t\n\r\f" or byte >= 0x20 for byte in data[:256]):
        return "a text file"
    return named or "not a picture"


def _jpeg(data: bytes) -> Header:
    at, orientation = 2, 1
    while True:
        at = data.find(b"\xff", at)  # like libjpeg, step over junk between segments
        if at < 0:
            raise IndexError("no start of frame")
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD9:  # markers without a segment
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # the start of the frame
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Header("JPEG", width, height, orientation)
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            segment = data[at + 4 : at + 2 + length]
            if marker == 0xE1 and segment.startswith(b"Exif\0\0"):
                orientation = _exif_orientation(segment[6:])
            at += 2 + length


def _png(data: bytes) -> Header:
    width, height, _, colour_type = struct.unpack_from(">IIBB", data, 16)
    alpha, orientation, at = colour_type in (4, 6), 1, 8
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"tRNS":
            alpha = True
        elif name == b"eXIf":
            orientation = _exif_orientation(data[at + 8 : at + 8 + length])
        at += 12 + length
    return Header("PNG", width, height, orientation, alpha)


def _webp(data: bytes) -> Header:
    if data[12:16] == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header("WebP", width & 0x3FFF, height & 0x3FFF)
    if data[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return Header("WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, alpha=bool(bits >> 28 & 1))
    flags, width, height = data[20], data[24:27], data[27:30]
    if data[12:16] != b"VP8X" or len(height) < 3:
        raise IndexError("no VP8X chunk")
    orientation, at = 1, 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        if name == b"EXIF":
            block = data[at + 8 : at + 8 + length]
            orientation = _exif_orientation(block.removeprefix(b"Exif\0\0"))
        at += 8 + length + length % 2
    columns, rows = int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    return Header("WebP", columns, rows, orientation, bool(flags & 0x10))


def _gif(data: bytes) -> Header:
    width, height = struct.unpack_from("<HH", data, 6)
    return Header("GIF", width, height, alpha=True)


def _bmp(data: bytes) -> Header:
    (info_size,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if info_size == 12 else "<ii", data, 18)
    return Header("BMP", width, abs(height))  # a negative height means that the top row comes first


def _tiff(data: bytes) -> Header:
    tags = _first_directory(data)
    return Header("TIFF", tags.get(256, 0), tags.get(257, 0), alpha=338 in tags)


def _exif_orientation(block: bytes) -> int:
    """Orientation 1–8 from an EXIF block; 1 when there is none or it makes no sense."""
    try:
        orientation = _first_directory(block).get(274, 1)
    except (struct.error, IndexError):
        return 1
    return orientation if 1 <= orientation <= 8 else 1


def _first_directory(data: bytes) -> dict[int, int]:
    """The whole-number tags of a TIFF file's (or an EXIF block's) first directory; the first value of each."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        raise IndexError("no byte order mark")
    (start,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, start)
    tags = {}
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if kind in (3, 4):  # SHORT, LONG
            (tags[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, entry + 8)
    return tags


_PARSERS: tuple[tuple[bytes, Callable[[bytes], Header]], ...] = (
    (b"\xff\xd8", _jpeg),
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"RIFF", _webp),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
    (b"BM", _bmp),
    (b"II*\0", _tiff),
    (b"MM\0*", _tiff),
)
