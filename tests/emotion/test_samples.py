"""The pictures that ship, through the whole room: file, detector, crop and shipped network."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion import frames
from emotion.engine import Engine
from emotion.haar import Haar
from emotion.models import DEFAULT_MODEL, MODELS
from emotion.preprocessing import crop
from emotion.reader import Reader
from emotion.types import EMOTIONS

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Haar(), Engine(MODELS[DEFAULT_MODEL]))


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_sample_shows_one_face(emotion: str, reader: Reader) -> None:
    assert len(reader.read(frames.from_path(SAMPLES / f"{emotion}.png")).faces) == 1


def test_the_happy_sample_is_read_as_happy(reader: Reader) -> None:
    face = reader.read(frames.from_path(SAMPLES / "happy.png")).face
    assert face is not None
    assert face.scores is not None
    assert face.scores.top == "happy"


def test_a_burst_of_one_picture_reads_as_the_picture(reader: Reader) -> None:
    frame = frames.from_path(SAMPLES / "happy.png")
    single, burst = reader.read(frame).faces[0].scores, reader.read_burst([frame] * 3).faces[0].scores
    assert single is not None
    assert burst is not None
    assert burst.probabilities == pytest.approx(single.probabilities)


def test_a_crop_of_a_sample_is_what_a_network_takes() -> None:
    frame = frames.from_path(SAMPLES / "happy.png")
    face = crop(frame, Haar()(frame)[0].box)
    assert (face.shape, face.dtype.name) == ((48, 48, 1), "float32")
    assert 0 <= face.min() < face.max() <= 1
