"""How long a snap takes as a whole process, as ratios to its own unavoidable part and to a Keras process.

    .venv/bin/python benchmarks/startup.py [--runs 9] [--json]

The commands take turns, so that a noisy machine disturbs all alike; the ratios are of medians. The bars: a snap of the
sample at most 3× `import cv2, numpy`, of a 12-megapixel photo at most 5×, and at least 8× faster than a process that
imports Keras and predicts one image (skipped where the train group is not installed).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "happy.png"
MIEN = str(Path(sys.executable).with_name("mien"))
KERAS_PREDICTS = """
import numpy, keras, sys
model = keras.models.load_model(sys.argv[1], compile=False)
print(model.predict_on_batch(numpy.zeros((1, 48, 48, 1), 'float32')).argmax())
"""


def twelve_megapixels(folder: Path) -> Path:
    """Put the sample's face into a photo of a phone's size, 4000×3000."""
    sample = cv2.imdecode(np.frombuffer(SAMPLE.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    picture = cv2.resize(np.asarray(sample), (4000, 3000), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).normal(0, 6, picture.shape)
    path = folder / "photo.jpg"
    cv2.imwrite(str(path), np.clip(picture + grain, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def keras_model(folder: Path) -> Path:
    """Write the smallest network that ships as a Keras file; its weights do not matter here."""
    from training.architectures import VARIANTS

    path = folder / "cnn3x3.keras"
    VARIANTS["cnn3x3"].build().save(path)
    return path


def seconds(command: list[str], environ: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environ, cwd=tempfile.gettempdir())
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    # A warm process has its bytecode; an environment that forbids writing it would time the compiler.
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        snap = [MIEN, "snap", "--json", "--photo"]
        commands = {
            "import cv2, numpy": [sys.executable, "-c", "import cv2, numpy"],
            "snap, sample": [*snap, str(SAMPLE)],
            "snap, 12 megapixels": [*snap, str(twelve_megapixels(folder))],
        }
        if importlib.util.find_spec("keras"):
            commands["keras, one image"] = [sys.executable, "-c", KERAS_PREDICTS, str(keras_model(folder))]
        times: dict[str, list[float]] = {what: [] for what in commands}
        for turn in range(wanted.runs + 1):
            for what, command in commands.items():
                took = seconds(command, environ)
                if turn:  # the first round warms the disk cache and the bytecode
                    times[what].append(took)
    median = {what: statistics.median(taken) for what, taken in times.items()}
    base, sample = median["import cv2, numpy"], median["snap, sample"]
    figures = {
        "seconds": {what: round(value, 4) for what, value in median.items()},
        "sample_to_imports": round(sample / base, 3),
        "twelve_megapixels_to_imports": round(median["snap, 12 megapixels"] / base, 3),
    }
    if "keras, one image" in median:
        figures["keras_to_sample"] = round(median["keras, one image"] / sample, 3)
    if wanted.json:
        print(json.dumps(figures))
        return
    for what, taken in times.items():
        print(f"{what:<22} median {median[what]:.3f} s  ({min(taken):.3f}…{max(taken):.3f}, {wanted.runs} runs)")
    print(f"sample / imports         {figures['sample_to_imports']:.2f}  (bar: at most 3)")
    print(f"12 megapixels / imports  {figures['twelve_megapixels_to_imports']:.2f}  (bar: at most 5)")
    if "keras_to_sample" in figures:
        print(f"Keras / sample           {figures['keras_to_sample']:.1f}  (bar: at least 8)")


if __name__ == "__main__":
    main()
