from __future__ import annotations

import numpy as np

from tests.training.detection.tiny import material
from training.detection.validation import Checks, Condition, shown, validate

SIDE = 96


def oracle(checks: Checks, *, false: float = 0.0):  # type: ignore[no-untyped-def]
    """A network that knows every scene, and sees something of a given confidence where nothing is."""
    known = {scene.picture.tobytes(): scene.faces for scenes in checks.scenes.values() for scene in scenes}

    def predict(pictures: np.ndarray) -> np.ndarray:
        rows = np.zeros((len(pictures), 40, 6), np.float32)
        for i, picture in enumerate(pictures):
            faces = known.get(np.round(picture[..., 0] * 255).astype(np.uint8).tobytes(), [])
            for j, (x, y, side, roll, _) in enumerate(faces):
                rows[i, j] = (0.8, x, y, side, np.cos(roll), np.sin(roll))
            if not faces:
                rows[i, 0] = (false, 40, 40, 30, 1, 0)
        return rows

    return predict


def test_who_knows_every_face_finds_every_face() -> None:
    checks = Checks.of(material(), SIDE, 4)
    measures = validate(oracle(checks), checks)
    assert measures["val_accuracy"] == 1
    assert measures["val_off"] < 1e-3
    assert measures["val_roll_deg"] < 0.1
    assert {"val_upright", "val_tilt35", "val_light12", "val_small", "val_tiles4", "val_scenes"} <= measures.keys()


def test_false_faces_raise_the_threshold_until_nothing_is_found() -> None:
    checks = Checks.of(material(), SIDE, 4)
    measures = validate(oracle(checks, false=0.9), checks)
    assert abs(measures["val_threshold"] - 0.9) < 1e-6
    assert measures["val_accuracy"] == 0


def test_a_photo_is_shown_small_dark_or_turned_with_its_box() -> None:
    one = material().photos[1]
    rng = np.random.default_rng(0)
    upright = shown(one, SIDE, Condition(), rng)
    assert abs(upright.faces[0][2] - 78 * SIDE / 120) < 1e-6
    small = shown(one, SIDE, Condition(share=0), rng)
    assert abs(small.faces[0][2] - 48 / 640 * SIDE) < 1e-6
    dark = shown(one, SIDE, Condition(light=0.12), rng)
    width = round(100 * SIDE / 120)
    assert dark.picture[:, :width].mean() < 0.2 * upright.picture[:, :width].mean()
    turned = shown(one, SIDE, Condition(tilt_deg=35), rng)
    assert abs(np.degrees(turned.faces[0][3]) - 35) < 1e-6
