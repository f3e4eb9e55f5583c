"""A fingerprint of the sound in a file without its tags: the same before and after tags were written.

Containers: ID3v2 (id3.org, 2.4.0 structure), APEv2, FLAC (RFC 9639), Ogg (RFC 3533), MP4 (ISO 14496-12), RIFF.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from errors import CatalogueError

PIECE = 1 << 20


def fingerprint(path: Path) -> str:
    """Return a hash of everything in an audio file that is heard.

    Raises:
        CatalogueError: It is no file of a known kind, or damaged.
    """
    try:
        with path.open("rb") as file:
            return _fingerprint(path, file)
    except OSError as error:
        raise CatalogueError(path, f"cannot be read ({error.strerror or error}).") from error
    except (struct.error, IndexError, ValueError) as error:
        raise CatalogueError(path, "its container is damaged.") from error


def _fingerprint(path: Path, file: BinaryIO) -> str:
    start = _after_id3(file)
    file.seek(start)
    head = file.read(12)
    kinds = {b"fLaC": _flac, b"OggS": _ogg, b"RIFF": _riff}
    reader = _mp4 if head[4:8] == b"ftyp" else kinds.get(head[:4], _mpeg if path.suffix.lower() == ".mp3" else None)
    if reader is None:
        raise CatalogueError(path, "is no audio file that mien knows.")
    found = sha256()
    for part in reader(file, start):
        found.update(part)
    return found.hexdigest()


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _between(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end and (part := file.read(min(PIECE, end - start))):
        start += len(part)
        yield part


def _after_id3(file: BinaryIO) -> int:
    start = 0
    while True:
        file.seek(start)
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3":
            return start
        size = sum((byte & 127) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        start += 10 + size + (10 if head[5] & 0x10 else 0)


def _mpeg(file: BinaryIO, start: int) -> Iterator[bytes]:
    end = _size(file)
    file.seek(max(end - 128, 0))
    if file.read(3) == b"TAG":
        end -= 128
    file.seek(max(end - 32, 0))
    footer = file.read(32)
    if footer[:8] == b"APETAGEX":
        size, flags = struct.unpack("<I4xI", footer[12:24])
        end -= size + (32 if flags & 0x80000000 else 0)
    # zeros between tag and first frame are padding of the tag
    file.seek(start)
    while start < end and file.read(1) == b"\0":
        start += 1
    yield from _between(file, start, end)


def _flac(file: BinaryIO, start: int) -> Iterator[bytes]:
    place, last = start + 4, False
    while not last:
        file.seek(place)
        head = file.read(4)
        last, kind, size = bool(head[0] & 128), head[0] & 127, int.from_bytes(head[1:4], "big")
        if kind == 0:
            yield file.read(size)
        place += 4 + size
    yield from _between(file, place, _size(file))


def _ogg(file: BinaryIO, start: int) -> Iterator[bytes]:
    """Yield every packet but the comments, and the times at which audio pages end; page numbers may change."""
    end = _size(file)
    unfinished: dict[int, bytearray] = {}
    flac: set[int] = set()
    while start < end:
        file.seek(start)
        head = file.read(27)
        if head[:4] != b"OggS":
            raise ValueError(start)
        granule, serial, segments = struct.unpack("<6xqI8xB", head)
        table = file.read(segments)
        body = file.read(sum(table))
        start += 27 + segments + len(body)
        if granule > 0:
            yield struct.pack("<qI", granule, serial)
        packet, place = unfinished.setdefault(serial, bytearray()), 0
        for length in table:
            packet += body[place : place + length]
            place += length
            if length < 255:
                if packet[:5] == b"\x7fFLAC":
                    flac.add(serial)
                comments = packet[:7] == b"\x03vorbis" or packet[:8] == b"OpusTags"
                if not comments and not (serial in flac and packet[:1] and packet[0] & 127 in (1, 4)):
                    yield bytes(packet)
                packet.clear()


def _riff(file: BinaryIO, start: int) -> Iterator[bytes]:
    end = _size(file)
    place = start + 12
    while place + 8 <= end:
        file.seek(place)
        name, size = struct.unpack("<4sI", file.read(8))
        if name in (b"fmt ", b"data", b"fact"):
            yield from _between(file, place + 8, min(place + 8 + size, end))
        place += 8 + size + size % 2


def _mp4(file: BinaryIO, _start: int) -> Iterator[bytes]:
    """Yield the media data, and what lies where the index says that each chunk begins."""
    for name, start, end in _atoms(file, 0, _size(file)):
        if name == b"mdat":
            yield from _between(file, start, end)
    for place in _chunks(file, 0, _size(file)):
        file.seek(place)
        yield file.read(32)


def _atoms(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        inside = start + 8
        if size == 1:
            size, inside = struct.unpack(">Q", file.read(8))[0], start + 16
        elif size == 0:
            size = end - start
        if size < 8:
            raise ValueError(start)
        yield name, inside, min(start + size, end)
        start += size


def _chunks(file: BinaryIO, start: int, end: int) -> Iterator[int]:
    for name, inside, after in _atoms(file, start, end):
        if name in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
            yield from _chunks(file, inside, after)
        elif name in (b"stco", b"co64"):
            file.seek(inside + 4)
            (many,) = struct.unpack(">I", file.read(4))
            wide = 4 if name == b"stco" else 8
            table = file.read(min(many * wide, after - inside - 8))
            yield from (int.from_bytes(table[at : at + wide], "big") for at in range(0, len(table), wide))
