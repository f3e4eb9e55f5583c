"""What happens to a picture between the light and the file: shade, dusk, blur, noise, compression, occlusion."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2

U8 = npt.NDArray[np.uint8]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Weather:
    """How often each thing happens, 0–1, and how dark it gets.

    Args:
        dusk: Darkened to between `darkest` and 0.7 of the light.
        shade: A slope of light across the picture.
        curve: Another contrast (gamma).
        blur: Out of focus or moved.
        coarse: Shrunk and enlarged again, as small pictures are.
        noise: Of the sensor, after the dark, so that it counts most there.
        jpeg: Compressed.
        darkest: Share of light.
    """

    dusk: float = 0.35
    shade: float = 0.2
    curve: float = 0.3
    blur: float = 0.2
    coarse: float = 0.15
    noise: float = 0.4
    jpeg: float = 0.2
    darkest: float = 0.08


CHANGEABLE = Weather()
"""As scenes have it."""


def weathered(picture: U8, rng: Rng, weather: Weather) -> U8:
    """Return a grey picture, uint8 (h, w), as it may come out of a camera and a file."""
    shade, curve, dusk, blur, coarse, noise, jpeg = rng.random(7) < (
        weather.shade, weather.curve, weather.dusk, weather.blur, weather.coarse, weather.noise, weather.jpeg,
    )  # fmt: skip
    height, width = picture.shape
    light = math.exp(rng.uniform(math.log(weather.darkest), math.log(0.7))) if dusk else rng.uniform(0.7, 1.15)
    if coarse:
        share = rng.uniform(0.35, 0.8)
        small = cv2.resize(
            picture, (max(8, int(width * share)), max(8, int(height * share))), interpolation=cv2.INTER_AREA
        )
        picture = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    if blur:
        if rng.random() < 0.7:
            picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.8)), np.uint8)
        else:
            picture = np.asarray(cv2.filter2D(picture, -1, _streak(rng)), np.uint8)
    if curve:
        table = 255 * (np.arange(256) / 255) ** math.exp(rng.uniform(-0.6, 0.6))
        picture = np.asarray(cv2.LUT(picture, table.astype(np.uint8)), np.uint8)
    values = picture.astype(np.float32) * np.float32(light)
    if shade:
        corners = rng.uniform(0.25, 1, (2, 2)).astype(np.float32)
        values *= cv2.resize(corners, (width, height), interpolation=cv2.INTER_LINEAR)
    if noise:
        sigma = math.exp(rng.uniform(0, math.log(10)))
        values += rng.standard_normal(values.shape, np.float32) * np.float32(sigma)
    picture = np.asarray(cv2.convertScaleAbs(np.maximum(values, 0)), np.uint8)
    if jpeg:
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(12, 85))])
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return picture


def _streak(rng: Rng) -> npt.NDArray[np.float32]:
    """A kernel that moves the picture along a line."""
    length = int(rng.choice([3, 5, 7]))
    kernel = np.zeros((length, length), np.float32)
    angle, reach = rng.uniform(0, math.pi), (length - 1) / 2
    a = round(reach - reach * math.cos(angle)), round(reach - reach * math.sin(angle))
    b = round(reach + reach * math.cos(angle)), round(reach + reach * math.sin(angle))
    cv2.line(kernel, a, b, 1.0)
    return np.asarray(kernel / kernel.sum(), np.float32)
