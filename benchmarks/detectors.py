"""What a detector finds, misses, and takes for a face.

    python -m benchmarks.detectors                 # all photos of muxspace, and 60 pictures without a face
    python -m benchmarks.detectors --every 10      # a tenth of the photos
    python -m benchmarks.detectors --sheet S.png   # also draw a contact sheet of 120 photos with their boxes

The photos have no boxes, but nearly every one shows one prominent face in its middle. So a hit is a box whose centre
lies in the middle half of the photo, both ways, and whose side is 0.25–1.1 of the photo's shorter side.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks.faceless import Picture, faceless
from benchmarks.fer_faces import SHARED
from emotion import frames
from emotion.detectors import DEFAULT_DETECTOR, DETECTORS, Detector
from emotion.opencv import cv2
from emotion.types import Box, Face, Frame
from errors import FrameError, lookup

TILE = 130


def main() -> None:
    arguments = _arguments()
    detector = lookup(DETECTORS, arguments.detector, "detector")()
    paths = sorted(path for path in arguments.photos.iterdir() if path.is_file())[:: arguments.every]
    tiled = {paths[number] for number in np.linspace(0, len(paths) - 1, min(120, len(paths))).astype(int)}
    hits = faces = 0
    unreadable: list[str] = []
    tiles = []
    start = time.perf_counter()
    for path in paths:
        try:
            frame = frames.from_path(path)
        except FrameError as error:
            unreadable.append(str(error))
            continue
        found = detector(frame)
        hit = any(is_hit(face.box, frame) for face in found)
        hits, faces = hits + hit, faces + len(found)
        if path in tiled:
            tiles.append(_tile(frame, found))
    ms = 1000 * (time.perf_counter() - start) / len(paths)
    readable = len(paths) - len(unreadable)
    print(f"{arguments.detector} on {readable} photos: a centred face in {hits / readable:.1%}, ", end="")
    print(f"{faces / readable:.3f} faces a photo, {ms:.0f} ms a photo")
    for line in unreadable:
        print(f"  not read: {line}")
    _print_false_faces(detector, arguments.detector)
    if arguments.sheet:
        cv2.imwrite(str(arguments.sheet), _sheet(tiles))


def is_hit(box: Box, frame: Frame) -> bool:
    """Whether a box can be the face of a photo that shows one prominent face in its middle."""
    shorter = min(frame.width, frame.height)
    x, y = box.centre
    centred = abs(x - frame.width / 2) <= frame.width / 4 and abs(y - frame.height / 2) <= frame.height / 4
    return centred and 0.25 * shorter <= box.w <= 1.1 * shorter + 1  # one pixel for rounding


def _print_false_faces(detector: Detector, name: str) -> None:
    for seed in range(3):
        false = {frame.source: len(found) for frame in faceless(60, seed) if (found := detector(frame))}
        print(f"{name} on 60 pictures without a face, seed {seed}: {sum(false.values()) / 60:.3f} a picture {false}")


def _tile(frame: Frame, found: tuple[Face, ...]) -> Picture:
    """A small copy with a white rim, boxes drawn: green for a hit, red for any other."""
    rim = max(frame.width, frame.height) // 6
    picture = cv2.copyMakeBorder(frame.pixels, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    for face in found:
        colour = (0, 200, 0) if is_hit(face.box, frame) else (230, 0, 0)
        x, y = face.box.x + rim, face.box.y + rim
        cv2.rectangle(picture, (x, y), (x + face.box.w, y + face.box.h), colour, max(1, frame.width // 60))
    shrink = TILE / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    tile = np.full((TILE, TILE, 3), 255, np.uint8)
    tile[: small.shape[0], : small.shape[1]] = small[:TILE, :TILE]
    return tile


def _sheet(tiles: list[Picture], columns: int = 12) -> Picture:
    blank = [np.full_like(tiles[0], 255)] * (-len(tiles) % columns)
    filled = [*tiles, *blank]
    rows = [np.hstack(filled[start : start + columns]) for start in range(0, len(filled), columns)]
    return np.vstack(rows)[..., ::-1]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=SHARED / "muxspace" / "images")
    parser.add_argument("--every", type=int, default=1, help="take every Nth photo")
    parser.add_argument("--detector", default=DEFAULT_DETECTOR)
    parser.add_argument("--sheet", type=Path, help="write a contact sheet to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
