from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from tests.training.detection.tiny import material
from training.detection.pieces import Scene
from training.detection.scenes import PAD, SMALLEST, Layouts, compose
from training.detection.weather import Weather, weathered

CLEAR = Weather(dusk=0, shade=0, curve=0, blur=0, coarse=0, noise=0, jpeg=0)
NOTHING = Layouts(alone=0, whole=0, collage=0, tiles=0, faceless=0)


def scenes(layouts: Layouts, count: int = 40, weather: Weather = CLEAR) -> list[Scene]:
    of = material()
    return [compose(of, np.random.default_rng((5, i)), 96, layouts, weather) for i in range(count)]


def test_the_same_generator_gives_the_same_scene() -> None:
    first, again = (scenes(Layouts(), 12, Weather()) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.picture, other.picture)
        assert one.faces == other.faces


@pytest.mark.parametrize("layout", ["alone", "whole", "collage", "tiles"])
def test_every_layout_has_faces_whose_middle_is_in_the_picture(layout: str) -> None:
    made = scenes(replace(NOTHING, **{layout: 1.0}))
    faces = [face for scene in made for face in scene.faces if face[4] > 0]
    assert len(faces) > 20
    for x, y, side, roll, _ in faces:
        assert 0 <= x < 96
        assert 0 <= y < 96
        assert side >= SMALLEST
        assert abs(roll) < math.radians(60)


def test_a_picture_without_a_face_says_so() -> None:
    assert not any(scene.faces for scene in scenes(replace(NOTHING, faceless=1.0)))


def test_a_face_is_where_the_scene_says_and_as_it_is_turned() -> None:
    """The drawn faces have two dark eyes above their middle, on the side that the roll says."""
    right: list[bool] = []
    for scene in scenes(replace(NOTHING, collage=1.0), 60):
        for x, y, side, roll, trust in scene.faces:
            if trust < 1 or side < 30:
                continue
            across, down = np.array([math.cos(roll), math.sin(roll)]), np.array([-math.sin(roll), math.cos(roll)])
            middle = np.array([x, y])
            eyes = [_value(scene, middle + side * (a * across - 0.1 * down)) for a in (-0.17, 0.17)]
            brow = _value(scene, middle - side * 0.25 * down)
            right.append(max(eyes) < brow)
    assert len(right) > 15
    assert np.mean(right) > 0.85  # the others are covered by a hand, or dark already


def test_beside_a_picture_that_is_not_square_lies_grey() -> None:
    wide = [scene for scene in scenes(Layouts()) if (scene.picture[-20:] == PAD).all()]
    tall = [scene for scene in scenes(Layouts()) if (scene.picture[:, -20:] == PAD).all()]
    assert wide
    assert tall


def test_weather_darkens_and_keeps_the_shape() -> None:
    picture = np.full((40, 60), 200, np.uint8)
    always = Weather(dusk=1, shade=1, curve=1, blur=1, coarse=1, noise=1, jpeg=1)
    dark = weathered(picture, np.random.default_rng(0), always)
    assert dark.shape == picture.shape
    assert dark.dtype == np.uint8
    assert dark.mean() < 150
    assert abs(float(weathered(picture, np.random.default_rng(0), CLEAR).mean()) / 200 - 0.925) < 0.235


def _value(scene: Scene, point: npt.NDArray[np.float64]) -> float:
    x, y = np.clip(point, 1, 94).astype(int)
    return float(scene.picture[y - 1 : y + 2, x - 1 : x + 2].mean())
