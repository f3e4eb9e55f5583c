"""A process that is to be killed: for every line that it reads it starts one that maps emotions, over and over.

A line is the config directory and the first number; number N maps the emotion N % 7 to the file N.m3u8.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from emotion.types import EMOTIONS
from recommender.choice import Choice
from recommender.mapping import set_choice


def emotion_of(number: int) -> str:
    return EMOTIONS[number % len(EMOTIONS)]


def map_on(config_dir: Path, number: int) -> None:
    """Say the process's id, then map and say each number once it is acknowledged."""
    os.write(1, f"{os.getpid()}\n".encode())
    while True:
        set_choice(config_dir, emotion_of(number), Choice(playlists=(f"/music/{number}.m3u8",)))
        os.write(1, f"{number}\n".encode())
        number += 1


def main() -> None:
    for line in sys.stdin:
        folder, first = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            map_on(Path(folder), int(first))
        os.waitpid(child, 0)
        os.write(1, b"end\n")


if __name__ == "__main__":
    main()
