from __future__ import annotations

import dataclasses
import io

import pytest
from rich.console import Console

import app
import view
from emotion.models import MODELS
from emotion.types import Box, EmotionScores, Face, Reading
from recommender.types import Pick, Playlist, Track

LINKS = {"spotify": "https://s.example", "youtube": "https://y.example", "deezer": "https://d.example"}
PICKS = (Pick(Track("A Rather Long Title of a Song", ("The Somebodies",), 1999), "bright, 120 bpm", LINKS),)


def shown(width: int, result: app.Outcome, *, encoding: str = "utf-8", terminal: bool = True) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, errors="replace")
    view.outcome(Console(file=file, width=width, force_terminal=terminal, no_color=True, legacy_windows=False), result)
    file.flush()
    return raw.getvalue().decode(encoding)


def outcome(chosen: int = 0, faces: int = 1) -> app.Outcome:
    found = tuple(Face(Box(0, 0, 90 - i, 90 - i), 0.9, EmotionScores.of({"happy": 1})) for i in range(faces))
    return app.Outcome(Reading(found, chosen), None, Playlist("Happy", "match", PICKS), 1)


@pytest.mark.parametrize("width", [30, 40, 80, 120])
def test_a_window_of_any_width_shows_all_there_is_and_breaks_no_line(width: int) -> None:
    lines = shown(width, outcome(), terminal=False).splitlines()
    table = [line for line in lines if "http" not in line]
    assert all(len(line) <= width for line in table)
    assert "…" not in "".join(table)
    for word in ("surprise", "100%", "Title", "Somebodies", "1999", "bright", "bpm"):
        assert any(word in line for line in table), word


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_terminal_shows_every_link_by_its_service(width: int) -> None:
    text = shown(width, outcome())
    for service, address in (("Spotify", LINKS["spotify"]), ("YouTube", LINKS["youtube"]), ("Deezer", LINKS["deezer"])):
        assert service in text
        assert address in text


def test_of_several_faces_the_one_that_counts_is_named() -> None:
    assert "3 faces, the largest counts" in shown(80, outcome(faces=3))
    assert "3 faces, number 2 counts" in shown(80, outcome(faces=3, chosen=2))
    assert "counts" not in shown(80, outcome())


def test_bars_are_drawn_in_ascii_where_blocks_cannot_be_shown() -> None:
    assert "#" * 20 in shown(80, outcome(), encoding="ascii")
    assert "-" * 20 in shown(80, outcome(), encoding="ascii")
    assert "█" * 20 in shown(80, outcome())


def test_models_show_what_the_crowd_says_where_it_was_asked() -> None:
    entry = MODELS["cnn3x3"]
    asked = dataclasses.replace(entry, metrics={**entry.metrics, "public_test_ferplus_accuracy": 0.8421})
    told = dataclasses.replace(entry, metrics={k: v for k, v in entry.metrics.items() if "ferplus" not in k})
    console = Console(file=io.StringIO(), width=80)
    view.models(console, [(told, 1, False), (asked, 1, True)])
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert "–" in lines[2]
    assert "84.2%" in lines[3]
