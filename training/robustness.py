"""How much of a network's accuracy is left when pictures are worse than FER2013's.

Every condition changes the 48×48 faces alone, always in the same way, so that two networks see the same pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emotion.opencv import cv2
from errors import CatalogueError, lookup
from training.data import EVALUATION_SPLITS, load
from training.evaluate import NO_VOTE
from training.networks import open_network, predict_heads
from training.votes import load_votes

U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left under a condition: accuracy on the labels, agreement with the FER+ majority (None without votes)."""

    accuracy: float
    ferplus_accuracy: float | None


def _dark(images: U8) -> U8:
    return np.asarray(np.rint(images * 0.3), np.uint8)


def _each(change: Callable[[U8], object]) -> Callable[[U8], U8]:
    return lambda images: np.stack([np.asarray(change(image), np.uint8) for image in images])


def _compressed(image: U8) -> object:
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 20])[1], cv2.IMREAD_GRAYSCALE)


def _turned(degrees: float) -> Callable[[U8], U8]:
    def turn(image: U8) -> object:
        height, width = image.shape
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
        return cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)

    return _each(turn)


def _shifted(right: int, down: int) -> Callable[[U8], U8]:
    def shift(images: U8) -> U8:
        height, width = images.shape[1:]
        rows = np.clip(np.arange(height) - down, 0, height - 1)
        columns = np.clip(np.arange(width) - right, 0, width - 1)
        return images[:, rows][:, :, columns]

    return shift


CONDITIONS: Mapping[str, tuple[Callable[[U8], U8], ...]] = {
    "as it is": (lambda images: images,),
    "30 % brightness": (_dark,),
    "blur, sigma 1": (_each(lambda image: cv2.GaussianBlur(image, (0, 0), 1)),),
    "JPEG quality 20": (_each(_compressed),),
    "turned by 15°": (_turned(15), _turned(-15)),
    "box off by 4 px": (_shifted(4, 0), _shifted(-4, 0), _shifted(0, 4), _shifted(0, -4)),
}
"""Name → what is done to uint8 (N, 48, 48); of several ways the mean accuracy counts."""


def robustness(
    name: str, data: Path, split: str, *, votes: Path | None = None, cache_dir: Path | None = None
) -> dict[str, Left]:
    """Measure a model under every condition.

    Args:
        name: A shipped name, a file or a run folder.
        data: FER2013.
        split: "Validation" or another part of the data.
        votes: FER+'s votes.
        cache_dir: Where parsed data is kept.

    Raises:
        UnknownName: For another split or model.
        CatalogueError: When data or votes cannot be read, or hold no grey faces of this split.
        ModelError: When the model cannot be used.
    """
    lookup(dict.fromkeys(EVALUATION_SPLITS), split, "split")
    faces = load(data, cache_dir=cache_dir).split(split)
    if not len(faces) or faces.images.ndim != 3:
        raise CatalogueError(data, f"holds no grey faces of {split}; give FER2013, or another --split")
    voted = None if votes is None else load_votes(votes, faces)
    network = open_network(name)
    found = {}
    for condition, ways in CONDITIONS.items():
        rights, agreements = [], []
        for way in ways:
            said = predict_heads(network, way(faces.images))
            rights.append((said[network.heads[0]].argmax(axis=1) == faces.labels).mean())
            if voted is not None:
                agreements.append((said[network.heads[-1]].argmax(axis=1) == voted)[voted != NO_VOTE].mean())
        found[condition] = Left(float(np.mean(rights)), float(np.mean(agreements)) if agreements else None)
    return found
