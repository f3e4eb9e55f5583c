"""The sample pictures: for each emotion the average of many training faces, drawn as a picture of its own.

Run with `python -m training.samples --data fer2013.csv.gz --out samples`. Nobody's photo is in them: each is the mean
of the `SHARE` of a class that looks most alike (and of their mirror images), a statistic over hundreds of faces.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer

from emotion.opencv import cv2
from emotion.types import EMOTIONS
from training.data import load
from training.store import write_bytes

SHARE = 0.05
"""Of each class, by correlation with the class's mean: the more are averaged, the blurrier the face."""

FACE, CANVAS_WIDTH, CANVAS_HEIGHT = 300, 640, 480
"""Pixels: side of the face, and the picture around it."""

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]


def average_face(images: U8) -> F32:
    """Return the mean, float32 (48, 48) in 0–1, of the images that look most alike, symmetric left to right.

    Args:
        images: uint8 (N, 48, 48), one class.
    """
    flat = _standardised(images)
    centre = flat.mean(axis=0)
    for _ in range(3):  # the mean of the alike is a sharper guide to the alike
        nearest = np.argsort(flat @ centre)[-max(60, int(len(flat) * SHARE)) :]
        centre = flat[nearest].mean(axis=0)
    mean = images[nearest].mean(axis=0)
    face: F32 = np.asarray((mean + mean[:, ::-1]) / 2, np.float32)
    low, high = np.percentile(face, [1, 99])
    stretched: F32 = np.clip((face - low) / (high - low) * 0.75 + 0.12, 0, 1).astype(np.float32)
    return stretched


def picture(face: F32) -> U8:
    """Draw a face, float32 (48, 48), large on a plain ground that its edges fade into; uint8 BGR (480, 640, 3)."""
    large = cv2.resize(face, (FACE, FACE), interpolation=cv2.INTER_CUBIC)
    ground = np.full((CANVAS_HEIGHT, CANVAS_WIDTH), float(np.median(face)), np.float32)
    mask = np.zeros_like(ground)
    top, left = (CANVAS_HEIGHT - FACE) // 2, (CANVAS_WIDTH - FACE) // 2
    ground[top : top + FACE, left : left + FACE] = large
    cv2.ellipse(
        mask, (CANVAS_WIDTH // 2, CANVAS_HEIGHT // 2), (int(FACE * 0.47), int(FACE * 0.49)), 0, 0, 360, 1.0, cv2.FILLED
    )
    soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), FACE * 0.03), np.float32)
    plain = np.full_like(ground, 0.72)
    grey = ground * soft + plain * (1 - soft)
    warm = np.array([0.86, 0.93, 1.0], np.float32)  # a sepia tint, in OpenCV's order blue, green, red
    tinted: U8 = np.clip(grey[..., None] * warm * 255, 0, 255).astype(np.uint8)
    return tinted


def _standardised(images: U8) -> F32:
    flat = images.reshape(len(images), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    return flat


def main(
    data: Annotated[Path, typer.Option(help="FER2013.")],
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("samples"),
) -> None:
    """Draw one sample picture an emotion."""
    training = load(data).split("Training")
    for label, emotion in enumerate(EMOTIONS):
        face = average_face(training.images[training.labels == label])
        write_bytes(out / f"{emotion}.png", cv2.imencode(".png", picture(face))[1].tobytes())


if __name__ == "__main__":
    typer.run(main)
