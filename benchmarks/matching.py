"""How well listings are told apart: python -m benchmarks.matching [--shared ../shared/data] [--every 1] [--show 20]

On the labelled pairs of `tests/recommender/matching/pairs.csv`, and on the 20,280 titles of `spotify_features.csv` as
other shops would write them, among songs that are not it (`tests/recommender/matching/perturbations.py`). "alone" rates
every listing by itself; "shelves" is what `match` takes from a search's answer.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from tests.recommender.matching.measuring import Figures, on_pairs, on_shelves
from tests.recommender.matching.pairs import pairs
from tests.recommender.matching.perturbations import Shelves, listings


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--every", type=int, default=1, help="take only every so many songs")
    parser.add_argument("--show", type=int, default=0, help="show so many mistakes")
    parser.add_argument("--seed", type=int, default=6, help="of what is drawn")
    arguments = parser.parse_args()
    _show("pairs", on_pairs(pairs()), arguments.show)
    if not arguments.shared.is_dir():
        print(f"{arguments.shared} is not here, so the perturbed titles are left out; name it with --shared.")
        return
    songs = listings(arguments.shared)[:: arguments.every]
    cpu = time.process_time()
    alone, choices = on_shelves(Shelves(songs, arguments.seed))
    spent = time.process_time() - cpu
    _show(f"alone, {len(songs)} songs", alone, arguments.show)
    _show("shelves", choices, 0)
    for mistake, count in alone.mistakes.most_common(12):
        print(f"    {count:5} {mistake}")
    print(f"{spent:.1f} s of CPU, making the shelves included")


def _show(name: str, figures: Figures, show: int) -> None:
    print(
        f"{name:24} precision {figures.precision:.4f}  recall {figures.recall:.4f}  "
        f"({figures.right} right, {figures.wrong} wrong, {figures.missed} missed)"
    )
    for example in random.Random(0).sample(figures.examples, min(show, len(figures.examples))):
        print("    ", example)


if __name__ == "__main__":
    main()
