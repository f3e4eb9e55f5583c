from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from emotion.types import EMOTIONS
from tests.training.browser import CHROMIUM, visit
from training.compare import Comparison, Cost, Measured, Row
from training.data import Faces
from training.evaluate import NO_VOTE, measure
from training.markup import Html, escape, join, tag
from training.report import page, short_names
from training.significance import mcnemar

N = 60
NAMES = ("runs/a/model.keras", "runs/b/model.keras")


def comparison(*, colours: bool = False) -> Comparison:
    """Two models of chance on noise, and one that failed with an error that would be a script."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (N, 120, 120, 3) if colours else (N, 48, 48), dtype=np.uint8)
    faces = Faces(images, rng.integers(0, 7, N).astype(np.uint8), np.ones(N, np.uint8), source="data/fer2013.csv")
    majority = rng.integers(NO_VOTE, 7, N)
    rows, right = [], []
    for name in NAMES:
        probabilities = rng.dirichlet(np.ones(7), N).astype(np.float32)
        evaluation = measure(probabilities, faces.labels, in_training=np.arange(N) < 5, majority=majority)
        rows.append(Row(name, Measured(probabilities, evaluation, Cost(1000, 2_000_000, 4096, 1.5)), None))
        right.append(probabilities.argmax(axis=1) == faces.labels)
    rows.append(Row("bad<script>alert(1)</script>.tflite", None, "no <b>model</b>"))
    tests = (mcnemar(*NAMES, right[0], right[1]),)
    return Comparison("PublicTest", faces, np.arange(N) < 5, majority, tuple(rows), tests)


class Reader(HTMLParser):
    """Collects what a page says and whether every element is ended."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_every_part_stands_in_the_page() -> None:
    reader = read(page(comparison()))
    for heading in (
        "3 emotion networks on PublicTest", "All models", "Models that failed",
        "Which differences are more than chance",
        "a/model.keras", "b/model.keras", "Classes", "Confusion: true class by row", "Hardest confusions",
        "Right and wrong, the surest of each", "The images", "How to read this", "expected calibration error",
        "5 of them also occur in Training", "taken for", "failed",
    ):  # fmt: skip
        assert heading in reader.text
    tables = [tag for tag, _ in reader.found if tag == "table"]
    assert len(tables) == 2 + 1 + 2 * 3 + 1  # models and costs, pairs, three of each model, the images
    assert all(f"{emotion}, " in reader.text for emotion in EMOTIONS)


def test_pictures_have_words_links_have_goals_and_names_are_unique() -> None:
    reader = read(page(comparison()))
    pictures = [attributes for tag, attributes in reader.found if tag == "img"]
    assert pictures
    assert all(re.fullmatch(r"\w+ face, read as \w+ with \d+% \(row \d+\)", p["alt"] or "") for p in pictures)
    ids = [attributes["id"] for _, attributes in reader.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    goals = {(attributes["href"] or "")[1:] for tag, attributes in reader.found if tag == "a"}
    assert goals <= set(ids)
    assert ("html", {"lang": "en"}) in reader.found


def test_nothing_is_fetched_and_nothing_runs() -> None:
    text = page(comparison())
    attributes = [pair for _, found in read(text).found for pair in found.items()]
    addresses = [value or "" for key, value in attributes if key in ("src", "href")]
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert "url(" not in text
    assert "<script" not in text
    assert "no &lt;b&gt;model&lt;/b&gt;" in text


def test_photos_in_colour_are_shown_small() -> None:
    text = page(comparison(colours=True))
    assert "data:image/jpeg" in text
    assert "120×120 RGB" in text
    assert len(text) < 2_000_000


def test_a_comparison_of_failures_is_a_page_too() -> None:
    whole = comparison()
    failed = Comparison(whole.split, whole.faces, whole.in_training, None, whole.rows[2:], ())
    assert "Not one model could be measured" in read(page(failed)).text


def test_short_names_keep_what_tells_paths_apart() -> None:
    assert short_names(["cnn3x3", "/x/runs/a/model.keras", "/x/runs/b/model.keras", "/x/c.tflite"]) == {
        "cnn3x3": "cnn3x3",
        "/x/runs/a/model.keras": "a/model.keras",
        "/x/runs/b/model.keras": "b/model.keras",
        "/x/c.tflite": "c.tflite",
    }
    assert short_names(["m.keras", "x/m.keras"]) == {"m.keras": "m.keras", "x/m.keras": "x/m.keras"}


def test_text_is_escaped_and_html_is_not() -> None:
    assert escape("<&>\"'") == "&lt;&amp;&gt;&quot;&#x27;"
    assert tag("a", "<", href='"') == '<a href="&quot;">&lt;</a>'
    assert join(["<", Html("<br>")]) == "&lt;<br>"


# --- in a browser ----------------------------------------------------------------------------------------------------

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here (apt-get install chromium)")


@in_chromium
def test_chromium_shows_the_report_without_an_error_or_a_request(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text(page(comparison()), encoding="utf-8")
    seen = visit(report, tmp_path)
    assert seen.console == []
    assert seen.asked == []
    for part in ("<h1>3 emotion networks", 'id="models"', 'id="pairs"', 'id="model-2"', 'class="diagram"', "<img"):
        assert part in seen.dom


@in_chromium
@pytest.mark.parametrize(
    "body",
    ["<script>console.error('oh no')</script>", "<script>undefined.x</script>"],
)
def test_the_browser_check_hears_errors(tmp_path: Path, body: str) -> None:
    (tmp_path / "bad.html").write_text(f"<!doctype html><title>x</title>{body}")
    assert visit(tmp_path / "bad.html", tmp_path).console


@in_chromium
@pytest.mark.parametrize(
    "body",
    [
        "<img src='https://elsewhere.example/a.png' alt=''>",
        "<style>body { background: url(http://elsewhere.example/b.png) }</style><p>x",
        "<script>fetch('https://elsewhere.example/c').catch(() => 0)</script>",
        "<link rel='stylesheet' href='https://elsewhere.example/d.css'>",
    ],
)
def test_the_browser_check_sees_requests(tmp_path: Path, body: str) -> None:
    (tmp_path / "bad.html").write_text(f"<!doctype html><title>x</title>{body}")
    assert any("elsewhere.example" in url for url in visit(tmp_path / "bad.html", tmp_path).asked)
