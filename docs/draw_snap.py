"""Draw the README's picture, `docs/snap.svg`: what `make demo` prints, as it looks in a terminal.

Run with `python docs/draw_snap.py` after a change of the view, the default network or the sample.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

import app
import view
from emotion.frames import from_path
from recommender.wish import Wish

ROOT = Path(__file__).parents[1]


def main() -> None:
    console = Console(record=True, width=118, force_terminal=True, file=io.StringIO())
    nothing = str(ROOT / "docs")  # nothing is mapped, imported or remembered there
    settings = app.Settings.of({"MIEN_CONFIG_DIR": nothing, "MIEN_DATA_DIR": nothing})
    wish = Wish(10, seed=7, private=True)
    view.outcome(console, app.snap(settings, [from_path(ROOT / "samples" / "happy.png")], wish))
    drawn = console.export_svg(title="mien snap --photo samples/happy.png --length 10 --seed 7")
    alone = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # a picture asks no other host for a font
    (ROOT / "docs" / "snap.svg").write_text(alone, encoding="utf-8")


if __name__ == "__main__":
    main()
