"""Pictures without a face, made from a seed: what a face detector should keep silent about.

They are for measuring. No detector is trained on them, nor on the sample pictures that `photographs` takes from.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from emotion.quiet import quiet_stderr
from emotion.types import Frame
from training import things
from training.detection.split import SAMPLES_ASIDE

Picture = npt.NDArray[Any]
"""uint8 RGB (480, 640, 3)."""

HEIGHT, WIDTH = 480, 640

HEADS = ("coins",)
"""Sample pictures that are kept aside but show faces after all: antique coins bear portraits."""


def faceless(count: int = 60, seed: int = 0, *, first: int = 0) -> Iterator[Frame]:
    """Yield pictures without a face, the kinds in turn.

    Args:
        count: How many.
        seed: Same seed, same pictures.
        first: Number of the first, which decides with which kind to begin.
    """
    for number in range(first, first + count):
        rng = np.random.default_rng((seed, number))
        name, draw = KINDS[number % len(KINDS)]
        yield Frame(draw(rng), f"{name} {number}")


def photographs(count: int = 60, seed: int = 0) -> Iterator[Frame]:
    """Yield parts of scikit-image's sample pictures without a face, the pictures in turn; none without scikit-image.

    Args:
        count: How many.
        seed: Same seed, same parts.
    """
    package = importlib.util.find_spec("skimage")
    if package is None or package.origin is None:
        return
    files = sorted(
        p for p in (Path(package.origin).parent / "data").iterdir() if p.stem in SAMPLES_ASIDE and p.stem not in HEADS
    )
    for number in range(count if files else 0):
        rng, path = np.random.default_rng((seed, number)), files[number % len(files)]
        with quiet_stderr():  # a colour profile of theirs is odd
            picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR_RGB)
        height, width = picture.shape[:2]  # type: ignore[union-attr]  # the package's own files can be decoded
        part = rng.uniform(0.4, 1) if number >= len(files) else 1.0
        h, w = round(part * height), round(part * width)
        y, x = int(rng.integers(height - h + 1)), int(rng.integers(width - w + 1))
        pixels = picture[y : y + h, x : x + w]  # type: ignore[index]
        fit = WIDTH / max(h, w)
        size = round(w * fit), round(h * fit)
        yield Frame(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8), path.stem)


def gradient(rng: np.random.Generator) -> Picture:
    ends = rng.integers(0, 256, (2, 2, 3)).astype(np.float32)
    return cv2.resize(ends, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def fine_noise(rng: np.random.Generator) -> Picture:
    return rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def clouds(rng: np.random.Generator) -> Picture:
    """Noise whose grain is coarse and fine at once, the hardest of all for a cascade."""
    steepness = rng.uniform(0.5, 1.5)
    total = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    for octave in range(2, 8):
        grain = 2**octave
        coarse = rng.normal(0, 1, (HEIGHT // grain + 2, WIDTH // grain + 2, 3)).astype(np.float32)
        total += cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) * grain**steepness
    return np.asarray(cv2.normalize(total, np.empty_like(total), 0, 255, cv2.NORM_MINMAX), np.uint8)


def shapes(rng: np.random.Generator) -> Picture:
    picture = _plain(rng)
    for _ in range(int(rng.integers(5, 40))):
        colour, thickness = _colour(rng), int(rng.choice([-1, 2, 5]))
        x, y = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))
        a, b = int(rng.integers(5, 150)), int(rng.integers(5, 150))
        if rng.random() < 0.5:
            cv2.ellipse(picture, (x, y), (a, b), float(rng.uniform(0, 180)), 0, 360, colour, thickness)
        else:
            cv2.rectangle(picture, (x, y), (x + a, y + b), colour, thickness)
    return picture


def discs(rng: np.random.Generator) -> Picture:
    """Round things with a rim and one spot, such as plates, wheels and coins."""
    picture = _plain(rng)
    for _ in range(int(rng.integers(1, 7))):
        centre = int(rng.integers(80, WIDTH - 80)), int(rng.integers(80, HEIGHT - 80))
        radius = int(rng.integers(25, 140))
        cv2.circle(picture, centre, radius, _colour(rng), -1)
        cv2.circle(picture, centre, radius, _colour(rng), max(1, radius // 12))
        cv2.circle(picture, centre, radius // 4, _colour(rng), -1)
    return cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 3)))


def stripes(rng: np.random.Generator) -> Picture:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    angle, period = rng.uniform(0, np.pi), rng.uniform(8, 90)
    wave = 0.5 + 0.5 * np.sin(2 * np.pi * (columns * np.cos(angle) + rows * np.sin(angle)) / period)
    first, second = np.array(_colour(rng)), np.array(_colour(rng))
    return np.asarray(wave[..., None] * first + (1 - wave[..., None]) * second, np.float32).astype(np.uint8)


def bricks(rng: np.random.Generator) -> Picture:
    picture = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    height = int(rng.integers(16, 60))
    width, base = 2 * height, rng.integers(60, 180, 3)
    for row, top in enumerate(range(0, HEIGHT, height)):
        for left in range(-width + (row % 2) * height, WIDTH, width):
            tone = np.clip(base + rng.integers(-25, 26), 0, 255).tolist()
            cv2.rectangle(picture, (left + 2, top + 2), (left + width - 3, top + height - 3), tone, -1)
    grain = rng.normal(0, 8, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def text(rng: np.random.Generator) -> Picture:
    picture = np.full((HEIGHT, WIDTH, 3), 245, np.uint8)
    size = float(rng.uniform(0.5, 1.6))
    for baseline in range(30, HEIGHT, int(32 * size) + 4):
        words = " ".join("".join(map(chr, rng.integers(97, 123, int(n)))) for n in rng.integers(2, 10, 9))
        cv2.putText(picture, words, (12, baseline), int(rng.integers(0, 5)), size, (20, 20, 20), 1 + int(size))
    return picture


def leaves(rng: np.random.Generator) -> Picture:
    """Many small blurred ellipses over each other, such as foliage or gravel."""
    picture = _plain(rng)
    base = rng.integers(30, 200, 3)
    for _ in range(1500):
        tone = np.clip(base + rng.integers(-60, 61), 0, 255).tolist()
        centre = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))
        axes = int(rng.integers(3, 22)), int(rng.integers(3, 12))
        cv2.ellipse(picture, centre, axes, float(rng.uniform(0, 180)), 0, 360, tone, -1)
    return cv2.GaussianBlur(picture, (0, 0), 1.2)


def landscape(rng: np.random.Generator) -> Picture:
    """A sky, hills and a sun."""
    picture = cv2.resize(rng.integers(120, 256, (2, 1, 3)).astype(np.float32), (WIDTH, HEIGHT)).astype(np.uint8)
    cv2.circle(picture, (int(rng.integers(60, 580)), int(rng.integers(40, 180))), 35, (255, 240, 180), -1)
    for hill in range(4):
        heights = np.cumsum(rng.normal(0, 3, WIDTH)) + 200 + 60 * hill
        outline = np.stack([np.arange(WIDTH), heights], axis=1).astype(np.int32)
        corners = np.array([[WIDTH, HEIGHT], [0, HEIGHT]], np.int32)
        cv2.fillPoly(picture, [np.concatenate([outline, corners])], _colour(rng))
    return cv2.GaussianBlur(picture, (0, 0), 1.5)


def _plain(rng: np.random.Generator) -> Picture:
    return np.full((HEIGHT, WIDTH, 3), _colour(rng), np.uint8)


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue


KINDS: tuple[tuple[str, Callable[[np.random.Generator], Picture]], ...] = tuple(
    (draw.__name__, draw)
    for draw in (
        *(gradient, fine_noise, clouds, shapes, discs, stripes, bricks, text, leaves, landscape),
        *(things.clock, things.buttons, things.sockets, things.houses, things.wheels, things.flowers, things.wood),
        *(things.fur, things.keys, things.cars),
    )
)
