"""Drawn things that have something of a face: round ones, and such with two spots over a line.

Each is a function from a random generator to a picture, uint8 RGB (480, 640, 3); `training.faceless` deals them out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2

Picture = npt.NDArray[Any]

HEIGHT, WIDTH = 480, 640


def clock(rng: np.random.Generator) -> Picture:
    """A dial with marks, two hands and sometimes a case."""
    picture = _wall(rng)
    centre, radius = _place(rng, 60, 210)
    cv2.circle(picture, centre, radius, _tone(rng), -1)
    cv2.circle(picture, centre, radius, _tone(rng), max(2, radius // 10))
    ink = _tone(rng)
    for hour in range(12):
        _spoke(picture, centre, hour / 12, 0.78 * radius, 0.9 * radius, ink, max(1, radius // 25))
    for length in (0.5, 0.75):
        _spoke(picture, centre, float(rng.random()), 0, length * radius, ink, max(2, radius // 20))
    return _lens(picture, rng)


def buttons(rng: np.random.Generator) -> Picture:
    """Coat buttons with two or four holes."""
    picture = _wall(rng)
    for _ in range(int(rng.integers(1, 6))):
        (x, y), radius = _place(rng, 25, 130)
        cv2.circle(picture, (x, y), radius, _tone(rng), -1)
        cv2.circle(picture, (x, y), round(0.8 * radius), _tone(rng), max(1, radius // 15))
        hole, apart, ink = max(2, radius // 8), radius // 4, _tone(rng, dark=True)
        rows = (-apart, apart) if rng.random() < 0.5 else (0,)
        for dy in rows:
            for dx in (-apart, apart):
                cv2.circle(picture, (x + dx, y + dy), hole, ink, -1)
    return _lens(picture, rng)


def sockets(rng: np.random.Generator) -> Picture:
    """Wall sockets: a plate, two slots, and one hole below."""
    picture = _wall(rng)
    for _ in range(int(rng.integers(1, 4))):
        (x, y), half = _place(rng, 40, 130)
        ink = _tone(rng, dark=True)
        cv2.rectangle(picture, (x - half, y - half), (x + half, y + half), _tone(rng, light=True), -1)
        cv2.rectangle(picture, (x - half, y - half), (x + half, y + half), _tone(rng), max(1, half // 20))
        if rng.random() < 0.5:
            cv2.circle(picture, (x, y), round(0.75 * half), _tone(rng, light=True), -1)
            cv2.circle(picture, (x, y), round(0.75 * half), _tone(rng), max(1, half // 15))
        for side in (-1, 1):
            slot = (x + side * half // 3 - half // 14, y - half // 3), (x + side * half // 3 + half // 14, y)
            cv2.rectangle(picture, *slot, ink, -1)
        cv2.circle(picture, (x, y + half // 3), half // 10, ink, -1)
    return _lens(picture, rng)


def houses(rng: np.random.Generator) -> Picture:
    """A front with two windows over a door, under a roof."""
    picture = _wall(rng)
    for _ in range(int(rng.integers(1, 4))):
        (x, y), half = _place(rng, 50, 150)
        cv2.rectangle(picture, (x - half, y - half), (x + half, y + half), _tone(rng), -1)
        roof = np.array([[x - half, y - half], [x + half, y - half], [x, y - 2 * half]], np.int32)
        cv2.fillPoly(picture, [roof], _tone(rng))
        pane, door = _tone(rng, dark=rng.random() < 0.7), _tone(rng, dark=True)
        for side in (-1, 1):
            left = x + side * half // 2 - half // 5
            cv2.rectangle(picture, (left, y - half // 2), (left + 2 * half // 5, y - half // 10), pane, -1)
        cv2.rectangle(picture, (x - half // 4, y + half // 4), (x + half // 4, y + half), door, -1)
    return _lens(picture, rng)


def wheels(rng: np.random.Generator) -> Picture:
    """Tyres with spokes and a hub."""
    picture = _wall(rng)
    for _ in range(int(rng.integers(1, 4))):
        centre, radius = _place(rng, 50, 170)
        cv2.circle(picture, centre, radius, _tone(rng, dark=True), -1)
        cv2.circle(picture, centre, round(0.7 * radius), _tone(rng, light=True), -1)
        spokes, ink = int(rng.integers(3, 12)), _tone(rng)
        for spoke in range(spokes):
            _spoke(picture, centre, spoke / spokes, 0, 0.7 * radius, ink, max(2, radius // 8))
        cv2.circle(picture, centre, radius // 5, _tone(rng), -1)
    return _lens(picture, rng)


def flowers(rng: np.random.Generator) -> Picture:
    """Petals around a round middle."""
    picture = _wall(rng)
    for _ in range(int(rng.integers(2, 9))):
        (x, y), radius = _place(rng, 30, 110)
        petals, tone = int(rng.integers(5, 13)), _tone(rng)
        for petal in range(petals):
            angle = 2 * np.pi * petal / petals
            at = round(x + 0.6 * radius * np.cos(angle)), round(y + 0.6 * radius * np.sin(angle))
            axes = max(2, round(0.42 * radius)), max(2, round(1.6 * radius / petals))
            cv2.ellipse(picture, at, axes, float(np.degrees(angle)), 0, 360, tone, -1)
            cv2.ellipse(picture, at, axes, float(np.degrees(angle)), 0, 360, _tone(rng), 1)
        cv2.circle(picture, (x, y), max(3, radius // 3), _tone(rng), -1)
    return _lens(picture, rng)


def wood(rng: np.random.Generator) -> Picture:
    """Boards with grain that bends around knots."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    bent = rows.copy()
    for _ in range(int(rng.integers(1, 6))):
        x, y, size = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(15, 60)
        near = np.exp(-(((columns - x) / (2 * size)) ** 2 + ((rows - y) / size) ** 2))
        bent += near * size * np.sign(rows - y)
    grain = np.sin(bent / rng.uniform(2, 9) + 0.02 * columns * rng.uniform(-1, 1))[..., None]
    base = np.array([rng.integers(120, 220), rng.integers(80, 150), rng.integers(40, 100)])
    return np.asarray(np.clip(base + 18 * grain + rng.normal(0, 5, (HEIGHT, WIDTH, 3)), 0, 255), np.uint8)


def fur(rng: np.random.Generator) -> Picture:
    """Hairs that lie in swirls, as on an animal's flank."""
    picture = _wall(rng)
    swirl = cv2.resize(rng.uniform(0, 2 * np.pi, (4, 5)).astype(np.float32), (WIDTH, HEIGHT))
    base, length = rng.integers(40, 200, 3), float(rng.uniform(8, 30))
    for _ in range(6000):
        x, y = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))
        end = round(x + length * np.cos(swirl[y, x])), round(y + length * np.sin(swirl[y, x]))
        cv2.line(picture, (x, y), end, np.clip(base + rng.integers(-50, 51), 0, 255).tolist(), 1)
    return _lens(picture, rng)


def keys(rng: np.random.Generator) -> Picture:
    """A keyboard, or a wall of lockers: a grid of bevelled squares with signs on them."""
    picture, size = _wall(rng), int(rng.integers(40, 120))
    body, ink = _tone(rng), _tone(rng)
    for top in range(-size // 2, HEIGHT, size):
        for left in range(-size // 2, WIDTH, size):
            cv2.rectangle(picture, (left + 3, top + 3), (left + size - 4, top + size - 4), body, -1)
            cv2.rectangle(picture, (left + 3, top + 3), (left + size - 4, top + size - 4), _tone(rng), 2)
            sign, at = chr(int(rng.integers(33, 91))), (left + size // 4, top + 3 * size // 4)
            cv2.putText(picture, sign, at, int(rng.integers(0, 5)), size / 45, ink, max(1, size // 30))
    return _lens(picture, rng)


def cars(rng: np.random.Generator) -> Picture:
    """The front of a car: two lamps, a grille between and below them, a windscreen above."""
    picture = _wall(rng)
    for _ in range(int(rng.integers(1, 3))):
        (x, y), half = _place(rng, 70, 170)
        body = _tone(rng)
        cv2.ellipse(picture, (x, y - half // 3), (round(0.75 * half), half // 2), 0, 180, 360, body, -1)
        cv2.ellipse(picture, (x, y - half // 3), (round(0.6 * half), round(0.4 * half)), 0, 180, 360, _tone(rng), -1)
        cv2.rectangle(picture, (x - half, y - half // 3), (x + half, y + half // 3), body, -1)
        lamp, size = _tone(rng, light=True), max(4, half // 7)
        for side in (-1, 1):
            cv2.circle(picture, (x + side * 2 * half // 3, y - half // 12), size, lamp, -1)
            cv2.circle(picture, (x + side * 2 * half // 3, y - half // 12), size, _tone(rng), 2)
            wheel = (
                (x + side * 3 * half // 4 - half // 8, y + half // 3),
                (x + side * 3 * half // 4 + half // 8, y + half // 2),
            )
            cv2.rectangle(picture, *wheel, (20, 20, 20), -1)
        for bar in range(4):
            height = y + half // 10 + bar * half // 18
            cv2.line(
                picture, (x - half // 3, height), (x + half // 3, height), _tone(rng, dark=True), max(1, half // 40)
            )
    return _lens(picture, rng)


def _wall(rng: np.random.Generator) -> Picture:
    """A surface of one colour with a slow change of light over it."""
    light = cv2.resize(rng.uniform(0.6, 1.2, (2, 2)).astype(np.float32), (WIDTH, HEIGHT))[..., None]
    return np.asarray(np.clip(light * np.array(_tone(rng)), 0, 255), np.uint8)


def _lens(picture: Picture, rng: np.random.Generator) -> Picture:
    """What a camera adds: blur and grain."""
    blurred = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 2.5)))
    return np.clip(blurred + rng.normal(0, rng.uniform(0, 6), picture.shape), 0, 255).astype(np.uint8)


def _place(rng: np.random.Generator, least: int, most: int) -> tuple[tuple[int, int], int]:
    """A centre in the picture, and a radius."""
    radius = int(rng.integers(least, most))
    return (
        int(rng.integers(radius // 2, WIDTH - radius // 2)),
        int(rng.integers(radius // 2, HEIGHT - radius // 2)),
    ), radius


def _spoke(
    picture: Picture, centre: tuple[int, int], turn: float, start: float, end: float, tone: Tone, thickness: int
) -> None:
    direction = np.array([np.sin(2 * np.pi * turn), -np.cos(2 * np.pi * turn)])
    a, b = (np.round(np.array(centre) + r * direction).astype(int).tolist() for r in (start, end))
    cv2.line(picture, a, b, tone, thickness)


Tone = tuple[int, int, int]


def _tone(rng: np.random.Generator, *, dark: bool = False, light: bool = False) -> Tone:
    low, high = (0, 70) if dark else (180, 256) if light else (0, 256)
    red, green, blue = rng.integers(low, high, 3).tolist()
    return red, green, blue
