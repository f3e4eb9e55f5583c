"""How long `mien compare` takes beside the bare predictions: python -m benchmarks.compare_time --data fer2013.csv.gz

The bare predictions are those of the same models on the same images, loaded and in memory, each asked once. The command
is a process of its own, from its start to its report: imports, data, predictions, latencies, plots. Both are measured
in one run of this program, the predictions before and after the command, and their mean counts. The bar is 4×.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emotion.models import MODELS
from training.data import load
from training.networks import open_network, predict_all

BAR = 4.0


def main() -> None:
    """Measure and print; the exit code is 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("models", nargs="*", default=list(MODELS), help="names, files or run folders")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="PublicTest")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cache = Path(scratch) / "cache"
        images = load(arguments.data, cache_dir=cache).split(arguments.split).images
        command = [sys.executable, "-m", "cli", "compare", *arguments.models, "--data", str(arguments.data)]
        command += ["--split", arguments.split, "--out", str(Path(scratch) / "out"), "--json"]
        before = bare(arguments.models, images)
        start = time.perf_counter()
        done = subprocess.run(
            command, env=os.environ | {"MIEN_CACHE_DIR": str(cache)}, capture_output=True, text=True, check=False
        )
        whole = time.perf_counter() - start
        if done.returncode:
            sys.exit(done.stderr)
        after = bare(arguments.models, images)
    predictions = (before + after) / 2
    print(f"{len(arguments.models)} models, {len(images):,} images of {arguments.split}, {os.cpu_count()} cores")
    print(f"bare predictions  {predictions:7.1f} s  (before {before:.1f}, after {after:.1f})")
    print(f"mien compare      {whole:7.1f} s  (the whole command, with its report)")
    print(f"ratio             {whole / predictions:7.2f}    (bar: at most {BAR:g})")
    sys.exit(whole / predictions > BAR)


def bare(models: list[str], images: npt.NDArray[np.uint8]) -> float:
    """Return the seconds that all predictions take, models opened before."""
    networks = [open_network(name) for name in models]
    start = time.perf_counter()
    for network in networks:
        predict_all(network, images)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
