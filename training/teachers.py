"""What trained networks answer on the images that a smaller one learns from (Hinton et al. 2015, arXiv:1503.02531).

A teacher is a run folder, or an `.npz` with `rows` (N,), the images' rows in their CSV, and `answers` (N, 2, 7) as
`training/teachers.py` keeps them beside a run's `model.keras`: predicting all of Training takes minutes, so it is done
once for each teacher. An answer is the mean of those to the picture and to its mirror image.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from errors import ConfigError
from training.calibration import cooled
from training.faces import Faces
from training.recipes import Recipe
from training.store import cached, read_arrays

F32 = npt.NDArray[np.float32]


def answers(recipe: Recipe, faces: Faces, heads: tuple[str, ...]) -> F32:
    """Return the mean answer of a recipe's teachers, at its temperature.

    Args:
        recipe: Names the teachers.
        faces: The images.
        heads: What is to be answered.

    Returns:
        float32 (N, 7), or (N, heads, 7) for more than one.

    Raises:
        ConfigError: When a teacher does not have these heads, or does not know one of the images.
        ModelError: When a teacher cannot be opened.
    """
    said = [_of_teacher(Path(name), faces, heads) for name in recipe.teachers]
    mean = np.mean(said, axis=0)
    taught = cooled(mean, recipe.temperature).astype(np.float32)
    return taught if len(heads) > 1 else taught[:, 0]


def _of_teacher(path: Path, faces: Faces, heads: tuple[str, ...]) -> F32:
    if path.suffix == ".npz":
        kept, _ = read_arrays(path)
    else:
        kept, _ = cached(path, f"answers-{_name(path, faces)}", lambda: (_asked(path, faces, heads), None))
    if kept["answers"].shape[1:] != (len(heads), 7):
        raise ConfigError(
            f"The teacher {path} answers {kept['answers'].shape[1:]}, and {len(heads)} heads are to learn."
        )
    place = {row: i for i, row in enumerate(kept["rows"].tolist())}
    unknown = [row for row in faces.rows.tolist() if row not in place]
    if unknown:
        raise ConfigError(f"The teacher {path} has no answer to row {unknown[0]} of {faces.source}; make it again.")
    return np.asarray(kept["answers"][[place[row] for row in faces.rows.tolist()]], np.float32)


def _asked(path: Path, faces: Faces, heads: tuple[str, ...]) -> dict[str, npt.NDArray[np.generic]]:
    from training.networks import open_network, predict_heads

    network = open_network(str(path))
    if network.heads != heads:
        raise ConfigError(f"The teacher {path} has the heads {', '.join(network.heads)}, not {', '.join(heads)}.")
    seen = [predict_heads(network, images) for images in (faces.images, faces.images[:, :, ::-1])]
    both = [np.stack([one[head] for head in heads], axis=1) for one in seen]
    return {"rows": faces.rows, "answers": np.mean(both, axis=0, dtype=np.float32)}


def _name(path: Path, faces: Faces) -> str:
    whole = hashlib.blake2b(np.ascontiguousarray(faces.images).data, digest_size=8)
    model = path / "model.keras"
    if model.is_file():
        whole.update(model.read_bytes())
    return whole.hexdigest()
