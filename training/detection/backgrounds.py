"""Pictures without a face, drawn: what the detector learns to leave alone, and what faces are put on.

Everything is grey, uint8 (SIDE, SIDE), and a function of its generator. `benchmarks/faceless.py`, which measures false
faces, draws other pictures by other code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2

SIDE = 256

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
Rng = np.random.Generator


def drawn(count: int, seed: int) -> Iterator[U8]:
    """Yield pictures of all kinds in turn, some of them two laid over each other; same seed, same pictures."""
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        picture = KINDS[number % len(KINDS)](rng)
        if rng.random() < 0.3:
            other, share = KINDS[int(rng.integers(len(KINDS)))](rng), float(rng.uniform(0.2, 0.8))
            picture = np.asarray(cv2.addWeighted(picture, share, other, 1 - share, 0), np.uint8)
        if rng.random() < 0.4:
            picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 4))), np.uint8)
        yield picture


def fractal(rng: Rng) -> U8:
    """Noise with a spectrum of 1/f^a, as natural pictures have it: clouds, stone, foliage."""
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    frequency[0, 0] = 1
    phases = np.exp(2j * np.pi * rng.random(frequency.shape))
    return _stretched(np.fft.irfft2(phases * frequency ** -rng.uniform(0.6, 2.2), (SIDE, SIDE)))


def slope(rng: Rng) -> U8:
    corners = rng.uniform(0, 255, (2, 2)).astype(np.float32)
    return np.asarray(cv2.resize(corners, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)


def cells(rng: Rng) -> U8:
    """A Voronoi mosaic: stones, tiles, giraffes."""
    count = int(rng.integers(6, 90))
    points, tones = rng.uniform(0, SIDE, (count, 2)), rng.integers(0, 256, count)
    coarse = np.stack(np.meshgrid(np.arange(0, SIDE, 2), np.arange(0, SIDE, 2)), axis=-1)
    distance = ((coarse[:, :, None] - points) ** 2).sum(axis=-1)
    picture = tones[distance.argmin(axis=-1)].astype(np.uint8)
    return np.asarray(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)


def rings(rng: Rng) -> U8:
    """Circles in circles: targets, wood, plates, wheels, lenses."""
    picture = slope(rng) if rng.random() < 0.5 else fractal(rng)
    for _ in range(int(rng.integers(1, 7))):
        x, y, radius = *rng.uniform(0, SIDE, 2), rng.uniform(15, 100)
        squeeze, angle = rng.uniform(0.6, 1), rng.uniform(0, 180)
        for share in np.sort(rng.uniform(0.1, 1, int(rng.integers(1, 7))))[::-1]:
            axes = max(1, int(radius * share)), max(1, int(radius * share * squeeze))
            width = -1 if rng.random() < 0.6 else int(rng.integers(1, 6))
            cv2.ellipse(picture, (int(x), int(y)), axes, angle, 0, 360, _tone(rng), width, cv2.LINE_AA)
        for spoke in range(int(rng.integers(0, 9)) if rng.random() < 0.3 else 0):
            end = np.array([np.cos(spoke), np.sin(spoke)]) * radius + (x, y)
            cv2.line(picture, (int(x), int(y)), tuple(end.astype(int).tolist()), _tone(rng), 2, cv2.LINE_AA)
    return picture


def balls(rng: Rng) -> U8:
    """Round things with light and shade, some with spots on them: fruit, balls, knobs, lamps."""
    picture = (slope(rng) if rng.random() < 0.5 else fractal(rng)).astype(np.float32)
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    for _ in range(int(rng.integers(1, 6))):
        x, y, radius, squeeze = *rng.uniform(0, SIDE, 2), rng.uniform(15, 90), rng.uniform(0.7, 1.1)
        u, v = (columns - x) / radius, (rows - y) / (radius * squeeze)
        inside = np.clip((1 - u * u - v * v) * radius / 3, 0, 1)
        bulge = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
        light = rng.uniform(-1, 1, 2)
        shade = rng.uniform(20, 255) * np.clip(bulge * rng.uniform(0.4, 1) + u * light[0] / 3 + v * light[1] / 3, 0, 1)
        if rng.random() < 0.5:
            shade = shade + rng.uniform(-40, 40) * np.sin(u * rng.uniform(2, 25) + v * rng.uniform(2, 25))
        picture += (shade - picture) * inside
        for _ in range(int(rng.integers(0, 5))):
            a, b, small = (
                x + rng.normal() * radius / 2,
                y + rng.normal() * radius / 2,
                max(1, radius * rng.uniform(0.05, 0.3)),
            )
            cv2.circle(picture, (int(a), int(b)), int(small), float(rng.uniform(0, 255)), -1, cv2.LINE_AA)
    return np.clip(picture, 0, 255).astype(np.uint8)


def weave(rng: Rng) -> U8:
    """Threads, plaid and knitwear: products and sums of waves."""
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    u, v = columns * np.cos(angle) + rows * np.sin(angle), rows * np.cos(angle) - columns * np.sin(angle)
    total = np.zeros((SIDE, SIDE), np.float32)
    for _ in range(int(rng.integers(1, 5))):
        first, second = np.sin(u * rng.uniform(0.03, 1.2)), np.sin(v * rng.uniform(0.03, 1.2))
        total += rng.uniform(0.2, 1) * (first * second if rng.random() < 0.5 else np.sign(first) + np.sign(second))
    return _stretched(total)


def panes(rng: Rng) -> U8:
    """Rows of rectangles: walls, windows, shelves, keyboards."""
    picture = np.full((SIDE, SIDE), _tone(rng), np.uint8)
    height, width, gap = int(rng.integers(8, 70)), int(rng.integers(8, 90)), int(rng.integers(1, 9))
    base, spread, shift = rng.uniform(0, 255), rng.uniform(0, 60), rng.random() < 0.5
    for row, top in enumerate(range(0, SIDE, height + gap)):
        for left in range(-(width // 2) * (shift and row % 2), SIDE, width + gap):
            tone = float(np.clip(base + rng.normal() * spread, 0, 255))
            cv2.rectangle(picture, (left, top), (left + width, top + height), tone, -1)
            if rng.random() < 0.25:
                inner = (left + width // 3, top + height // 3), (left + 2 * width // 3, top + 2 * height // 3)
                cv2.rectangle(picture, *inner, _tone(rng), -1)
    return picture


def strokes(rng: Rng) -> U8:
    """Lines, curves and polygons in any order: drawings, branches, cables."""
    picture = slope(rng)
    for _ in range(int(rng.integers(5, 60))):
        points = np.cumsum(rng.normal(0, rng.uniform(5, 60), (int(rng.integers(2, 7)), 2)), axis=0) + rng.uniform(
            0, SIDE, 2
        )
        corners = [points.astype(np.int32)]
        if rng.random() < 0.3:
            cv2.fillPoly(picture, corners, _tone(rng), cv2.LINE_AA)
        else:
            cv2.polylines(picture, corners, rng.random() < 0.2, _tone(rng), int(rng.integers(1, 7)), cv2.LINE_AA)
    return picture


def print_page(rng: Rng) -> U8:
    """Letters, digits and signs of several sizes: pages, posters, screens."""
    picture = np.full((SIDE, SIDE), _tone(rng), np.uint8)
    baseline = 0
    while baseline < SIDE:
        size = float(rng.choice([0.35, 0.5, 0.8, 1.4, 3.0]))
        baseline += int(34 * size) + 3
        line = "".join(map(chr, rng.integers(33, 127, 40)))
        origin = int(rng.integers(-20, 60)), baseline
        cv2.putText(picture, line, origin, int(rng.integers(0, 8)), size, _tone(rng), 1 + int(2 * size), cv2.LINE_AA)
    return picture


def bokeh(rng: Rng) -> U8:
    """Lights out of focus, and blotches."""
    picture = fractal(rng).astype(np.float32) * rng.uniform(0, 0.6)
    for _ in range(int(rng.integers(5, 50))):
        layer = np.zeros_like(picture)
        place = int(rng.integers(SIDE)), int(rng.integers(SIDE))
        cv2.circle(layer, place, int(rng.integers(3, 45)), float(rng.uniform(20, 160)), -1, cv2.LINE_AA)
        picture += layer
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def sockets(rng: Rng) -> U8:
    """Dark spots in pairs with something below, and not a face: fronts of cars, sockets, houses, three knobs."""
    picture = (slope(rng) if rng.random() < 0.5 else fractal(rng)).copy()
    for _ in range(int(rng.integers(1, 7))):
        x, y, size = *rng.uniform(20, SIDE - 20, 2), rng.uniform(10, 60)
        if rng.random() < 0.7:
            axes = int(size * rng.uniform(0.8, 1.3)), int(size * rng.uniform(0.8, 1.3))
            if rng.random() < 0.5:
                cv2.ellipse(picture, (int(x), int(y)), axes, 0, 0, 360, _tone(rng), -1, cv2.LINE_AA)
            else:
                cv2.rectangle(
                    picture, (int(x - axes[0]), int(y - axes[1])), (int(x + axes[0]), int(y + axes[1])), _tone(rng), -1
                )
        tone, radius = _tone(rng), max(1, int(size * rng.uniform(0.08, 0.35)))
        for across in (-1, 1):
            spot = int(x + across * size * rng.uniform(0.3, 0.6)), int(y - size * rng.uniform(0, 0.4))
            cv2.circle(picture, spot, radius, tone, -1 if rng.random() < 0.7 else 2, cv2.LINE_AA)
        if rng.random() < 0.6:
            left, bottom = int(x - size * rng.uniform(0.1, 0.6)), int(y + size * rng.uniform(0.2, 0.7))
            cv2.rectangle(picture, (left, bottom), (int(2 * x) - left, bottom + radius), _tone(rng), -1)
    return picture


def grain(rng: Rng) -> U8:
    return np.clip(rng.normal(rng.uniform(20, 230), rng.uniform(2, 70), (SIDE, SIDE)), 0, 255).astype(np.uint8)


KINDS: tuple[Callable[[Rng], U8], ...] = (
    fractal, slope, cells, rings, balls, weave, panes, strokes, print_page, bokeh, sockets, grain, fractal, balls,
)  # fmt: skip


def _tone(rng: Rng) -> float:
    return float(rng.uniform(0, 255))


def _stretched(values: npt.NDArray[np.floating]) -> U8:
    low, high = np.percentile(values[::4, ::4], (1, 99))
    return np.asarray(np.clip((values - low) * (255 / max(high - low, 1e-9)), 0, 255), np.uint8)
