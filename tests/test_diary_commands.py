from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from recommender.diary import book, consent
from recommender.memory.place import Memory
from tests.conftest import ROOT, Mien
from tests.recommender.diary.made_up import entry

NOW = datetime.fromisoformat("2026-11-21T20:00:00+01:00")


class Clock:
    """Time that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.at = NOW
        self.naps = 0

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.naps += 1


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in ("diary", "diary_watch"):
        monkeypatch.setattr(f"commands.{module}.now", made.now)
    monkeypatch.setattr("commands.diary_watch.time.sleep", made.sleep)
    return made


@pytest.fixture
def filled(tmp_path: Path) -> Memory:
    """A diary of twenty days: sad in the morning, happy in the evening."""
    memory = Memory(tmp_path / "data")
    consent.give(memory.data_dir, "me", NOW)
    with memory.open() as db:
        for day in range(2, 22):
            book.add(
                db, *(entry(f"2026-11-{day:02}T{h:02}:15+01:00", "happy" if h > 17 else "sad") for h in (9, 18, 19))
            )
    return memory


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def test_the_diary_is_off_until_it_is_turned_on(mien: Mien, tmp_path: Path, samples: Path) -> None:
    assert "mien diary on" in mien("diary").out
    mien("snap", "--photo", samples / "happy.png", "--json")
    assert json.loads(mien("diary", "--json").out)["readings"] == 0
    told = mien("diary", "on").out
    assert "Never the picture" in told
    assert str(tmp_path / "data") in told
    assert "on already" in mien("diary", "on").out


def test_with_consent_a_snap_is_kept_without_its_picture_and_without_consent_no_more(
    mien: Mien, tmp_path: Path, samples: Path
) -> None:
    mien("diary", "on")
    snap = json.loads(mien("snap", "--photo", samples / "happy.png", "--json").out)
    path = tmp_path / "mine.csv"
    mien("diary", "--csv", path)
    (row,) = rows_of(path)
    assert row["emotion"] == snap["mood"]["emotion"] == "happy"
    assert float(row["valence"]) == pytest.approx(snap["mood"]["valence"], abs=1e-3)
    assert row["source"] == "snap"
    assert sum(p.stat().st_size for p in (tmp_path / "data").iterdir()) < 300_000
    told = mien("diary", "off").out
    assert "still holds 1 reading" in told
    mien("snap", "--photo", samples / "happy.png", "--json")
    document = json.loads(mien("diary", "--json").out)
    assert (document["readings"], document["on"]) == (1, False)


def test_the_week_shows_shares_with_their_numbers_the_trail_and_the_best_hours(mien: Mien, filled: Memory) -> None:
    shown = mien("diary").out
    assert re.search(r"today +\S+ +67% +2 of 3 +21%–94%", shown)
    assert re.search(r"thirty days +\S+ +67% +40 of 60 +54%–77%", shown)
    assert re.search(r"Sun 15 Nov +\S+ +67% +2 of 3 +21%–94%", shown)
    assert "best hours: 18–19, 19–20 (chance may well explain it)" in shown  # seven evenings are few
    assert "does not measure feelings" in shown
    assert "valence →, arousal ↑" in shown


def test_a_day_a_month_and_any_span_are_shown(mien: Mien, filled: Memory) -> None:
    assert "Saturday 21 November 2026" in mien("diary", "--day").out
    assert "Friday 20 November 2026" in mien("diary", "--day", "--until", "2026-11-20").out
    month = mien("diary", "--month").out
    assert "23 October – 21 November 2026" in month
    assert "best hours: 18–19, 19–20 (more than chance would explain)" in month
    document = json.loads(mien("diary", "--since", "2026-11-10", "--until", "2026-11-12", "--json").out)
    assert [part["n"] for part in document["period"]["parts"]] == [3, 3, 3]
    assert document["period"]["best_hours"] == []
    early = json.loads(mien("diary", "--since", "1970-01-01", "--json").out)  # years of nothing are left out
    assert early["period"]["first"] == "2026-11-02"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--day", "--week"), "Give one of"),
        (("--since", "yesterday"), "no day"),
        (("--since", "2026-11-20", "--until", "2026-11-10"), "after the last day"),
        (("--until", "2026-11-22"), "still to come"),
        (("--json", "on"), "after the command"),
    ],
)
def test_options_that_contradict_each_other_are_refused(mien: Mien, options: tuple[str, ...], why: str) -> None:
    done = mien("diary", *options)
    assert done.code == 2
    assert why in done.err


def test_it_is_drawn_and_exported(mien: Mien, filled: Memory, tmp_path: Path) -> None:
    svg, table = tmp_path / "diary.svg", tmp_path / "diary.csv"
    done = mien("diary", "--svg", svg, "--csv", table)
    assert "Drew 15–21 November 2026 to" in done.out
    assert "Wrote 60 readings to" in done.out  # without a period all of them
    assert ElementTree.parse(svg).getroot().tag.endswith("svg")
    written = json.loads(mien("diary", "--week", "--csv", table, "--json").out)
    assert written == {str(table): "Wrote 21 readings"}
    assert mien("diary", "--svg", tmp_path / "nowhere" / "x.svg").code == 2


def test_erasing_asks_and_can_be_told(mien: Mien, filled: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    done = mien("diary", "erase")  # nobody is there to be asked
    assert done.code == 2
    assert "Erase 60 readings, 2026-11-02 to 2026-11-21, for good? Say so with --yes" in done.err
    assert mien("diary", "erase", "--json").code == 2
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    assert "Nothing was erased" in mien("diary", "erase").out
    assert json.loads(mien("diary", "--json").out)["readings"] == 60
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    done = mien("diary", "erase")
    assert "Erased 60 readings." in done.out
    assert "stays on" in done.out
    assert json.loads(mien("diary", "erase", "--yes", "--json").out) == {"erased": 0, "on": True}
    assert "nothing to erase" in mien("diary", "erase").out


def test_without_consent_there_is_no_watch(mien: Mien) -> None:
    done = mien("diary", "watch", "--every", "15m")
    assert done.code == 2
    assert "mien diary on" in done.err


def test_a_watch_without_a_camera_says_so(mien: Mien, tmp_path: Path) -> None:
    mien("diary", "on")
    done = mien("diary", "watch", "--every", "15m", "--camera", tmp_path / "none.mp4")
    assert done.code == 3
    assert "There is no video file" in done.err


def test_a_watch_looks_at_intervals_keeps_readings_and_says_one_line_each(
    mien: Mien, clock: Clock, tmp_path: Path, samples: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, name in enumerate(("happy", "sad", "surprise")):
        shutil.copy(samples / f"{name}.png", folder / f"{number}.png")
    (folder / "1b.png").write_bytes(b"no picture")
    mien("diary", "on")
    done = mien("diary", "watch", "--every", "15m", "--for", "8h", "--photo", folder)
    assert done.code == 0
    lines = done.out.splitlines()
    assert "every 15 min for 8 h" in lines[0]
    assert [line[:8] for line in lines[1:5]] == ["20:00:00", "20:15:00", "20:30:00", "20:45:00"]
    assert "happy" in lines[1]
    assert "1b.png" in lines[3]
    assert lines[5] == "The watch has ended: 4 looks, 3 readings kept, 0 without a face."
    assert clock.naps == 3 * 180
    mien("diary", "--csv", tmp_path / "x.csv")
    rows = rows_of(tmp_path / "x.csv")
    assert [row["source"] for row in rows] == ["watch"] * 3


def test_a_watch_as_json_is_one_object_a_line(mien: Mien, samples: Path) -> None:
    mien("diary", "on")
    done = mien("diary", "watch", "--every", "15m", "--photo", samples / "happy.png", "--json")
    (document,) = map(json.loads, done.out.splitlines())
    assert document["when"] == NOW.isoformat()
    assert document["mood"]["emotion"] == "happy"
    assert document["kept"] is True


def test_on_a_terminal_it_says_that_it_looks(mien: Mien, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mien("diary", "on")
    monkeypatch.setattr("commands.diary_watch._on_a_terminal", lambda: True)
    out = mien("diary", "watch", "--every", "15m", "--photo", samples / "happy.png").out
    assert out.index("looking …") < out.index("valence")


def test_turning_the_diary_off_elsewhere_ends_the_watch(
    mien: Mien, tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    mien("diary", "on")

    def off_elsewhere(seconds: float) -> None:
        consent.withdraw(tmp_path / "data", "me")
        clock.at += timedelta(seconds=seconds)

    monkeypatch.setattr("commands.diary_watch.time.sleep", off_elsewhere)
    done = mien("diary", "watch", "--every", "15m", "--photo", samples)
    assert "1 look, 1 reading kept" in done.out
    assert "was turned off" in done.err


@pytest.mark.skipif(os.name != "posix", reason="signals differ here")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_watch_cleanly(
    tmp_path: Path, samples: Path, kind: signal.Signals, request: pytest.FixtureRequest
) -> None:
    before = signal.signal(kind, signal.default_int_handler)  # what is ignored here would be ignored there, too
    request.addfinalizer(lambda: signal.signal(kind, before))
    consent.give(tmp_path, "me", NOW)
    environ = {"PATH": os.environ["PATH"], "MIEN_DATA_DIR": str(tmp_path), "MIEN_CONFIG_DIR": str(tmp_path)}
    command = [sys.executable, str(ROOT / "cli.py"), "diary", "watch", "--every", "1h", "--photo", str(samples)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert "valence" in process.stdout.readline()
        process.send_signal(kind)
        out, err = process.communicate()
    assert process.returncode == 0
    assert (out, err) == ("The watch has ended: 1 look, 1 reading kept, 0 without a face.\n", "")
    with Memory(tmp_path).open() as db:
        assert book.count(db) == 1
