"""What dark, blurred, compressed, tilted and badly boxed faces cost a network.

    python -m benchmarks.robustness --data fer2013.csv.gz --votes fer2013new.csv mien-emotion

Prints a Markdown table of points lost against the pictures as they are, on Validation unless told otherwise.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training.robustness import Left, robustness


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", help="names, files or run folders")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--votes", type=Path)
    parser.add_argument("--split", default="Validation")
    parser.add_argument("--cache", type=Path)
    given = parser.parse_args()
    for name in given.models:
        found = robustness(name, given.data, given.split, votes=given.votes, cache_dir=given.cache)
        print(f"{name}, {given.split}\n\n{table(found)}\n")


def table(found: dict[str, Left]) -> str:
    """Return the conditions as Markdown, each with what it costs in points."""
    plain = next(iter(found.values()))
    lines = ["| condition | labels | points | FER+ | points |", "|---|---:|---:|---:|---:|"]
    for condition, left in found.items():
        cells = [f"{left.accuracy:.2%}", f"{100 * (left.accuracy - plain.accuracy):+.1f}"]
        if left.ferplus_accuracy is not None and plain.ferplus_accuracy is not None:
            cells += [
                f"{left.ferplus_accuracy:.2%}",
                f"{100 * (left.ferplus_accuracy - plain.ferplus_accuracy):+.1f}",
            ]
        else:
            cells += ["–", "–"]
        lines.append(f"| {condition} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
