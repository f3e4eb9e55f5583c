from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.catalogue import BuiltIn
from recommender.types import Features, Track
from recommender.verify import Agreement, Listing, Match, agreement, matched, ranks, same_pulse, spearman

ROOT = Path(__file__).parents[2]
MEASURED = ROOT.parent / "shared" / "data" / "tracks" / "spotify_features.csv"
SCRIPT = ROOT / "benchmarks" / "check_catalogue.py"


def sound(valence: float = 0.5, energy: float = 0.5, tempo_bpm: float = 120, mode: int = 1) -> Features:
    return Features(valence, energy, tempo_bpm, 0.5, mode, 0.0)


def song(title: str, *artists: str, features: Features | None = None) -> Track:
    return Track(title, artists, features=features or sound(), estimated=True)


def listing(title: str, artist: str, features: Features | None = None) -> Listing:
    return Listing(title, artist, features or sound())


# Ranks


def test_ranks_count_from_one_and_ties_share_their_mean() -> None:
    assert ranks([10, 30, 20, 30, 30]).tolist() == [1, 4, 2, 4, 4]
    assert ranks([7, 7]).tolist() == [1.5, 1.5]


def test_any_rising_relation_correlates_fully_and_a_falling_one_inversely() -> None:
    values = [1.0, 2.0, 3.0, 10.0]
    assert spearman(values, [math.exp(v) for v in values]) == pytest.approx(1)
    assert spearman(values, [-(v**3) for v in values]) == pytest.approx(-1)


def test_spearman_with_ties_is_pearson_on_the_shared_ranks() -> None:
    # Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: by hand, 4.5 / √(4.5 · 5).
    assert spearman([1, 2, 2, 3], [1, 3, 2, 4]) == pytest.approx(4.5 / math.sqrt(4.5 * 5))


@pytest.mark.parametrize(("first", "second"), [([], []), ([1.0], [2.0]), ([1.0, 1.0], [1.0, 2.0])])
def test_without_variation_there_is_no_correlation(first: list[float], second: list[float]) -> None:
    assert math.isnan(spearman(first, second))


def test_values_without_partners_are_refused() -> None:
    with pytest.raises(ValueError, match="2 and 1 values are no pairs"):
        spearman([1.0, 2.0], [1.0])


# Tempo


@pytest.mark.parametrize("other", [120, 124, 60, 240, 62])
def test_half_double_and_nearly_equal_tempi_are_the_same_pulse(other: float) -> None:
    assert same_pulse(120, other)


@pytest.mark.parametrize("other", [127, 110, 90, 180, 40])
def test_other_tempi_are_not_the_same_pulse(other: float) -> None:
    assert not same_pulse(120, other)


# Matching


@pytest.mark.parametrize(
    ("title", "artists", "listed_title", "listed_artist"),
    [
        ("Halo", ("Beyoncé",), "HALO", "Beyonce"),
        ("Heroes", ("David Bowie",), "Heroes - 2017 Remaster", "David Bowie"),
        ("Stan", ("Eminem", "Dido"), "Stan (feat. Dido)", "Eminem"),
        ("Titanium", ("David Guetta", "Sia"), "Titanium", "David Guetta Featuring Sia"),
        ("Purple Rain", ("Prince", "The Revolution"), "Purple Rain", "Prince And The Revolution"),
        ("Für Alina", ("Arvo Pärt", "Alexander Malter"), "Für Alina", "Alexander Malter"),
        ("(What A) Wonderful World", ("Sam Cooke",), "Wonderful World", "Sam Cooke"),
    ],
)
def test_a_song_is_found_however_it_is_listed(
    title: str, artists: tuple[str, ...], listed_title: str, listed_artist: str
) -> None:
    matches, unverified = matched([song(title, *artists)], [listing(listed_title, listed_artist)])
    assert [match.listing.title for match in matches] == [listed_title]
    assert unverified == ()


@pytest.mark.parametrize(
    ("listed_title", "listed_artist"),
    [
        ("Creep", "TLC"),
        ("Creep - Live at the Astoria", "Radiohead"),
        ("Creep (Acoustic)", "Radiohead"),
        ("Creeping", "Radiohead"),
    ],
)
def test_another_song_or_performance_is_not_taken_for_it(listed_title: str, listed_artist: str) -> None:
    track = song("Creep", "Radiohead")
    assert matched([track], [listing(listed_title, listed_artist)]) == ((), (track,))


def test_the_plainest_listing_counts() -> None:
    many = [listing(f"Halo{suffix}", "Beyoncé") for suffix in (" - Radio Edit", "", " (Remastered)")]
    matches, _ = matched([song("Halo", "Beyoncé")], many)
    assert matches[0].listing.title == "Halo"


# Agreement


def test_gross_disagreements_are_named_and_small_ones_are_not() -> None:
    ours = song("Halo", "Beyoncé", features=sound(0.5, 0.5, 120, 1))
    assert Match(ours, listing("Halo", "Beyoncé", sound(0.8, 0.2, 242, 1))).gross == ()
    assert Match(ours, listing("Halo", "Beyoncé", sound(0.9, 0.1, 100, 0))).gross == (
        "valence",
        "energy",
        "tempo",
        "mode",
    )


def test_an_unknown_feature_is_no_disagreement() -> None:
    ours = song("Halo", "Beyoncé")
    assert Match(ours, Listing("Halo", "Beyoncé", Features())).gross == ()


def test_the_figures_are_those_of_the_matches() -> None:
    ours = [song(str(i), "x", features=sound(i / 10, 1 - i / 10, 100, 1)) for i in range(4)]
    theirs = [listing(str(i), "x", sound(i / 20, i / 10, 100 if i else 130, int(i > 1))) for i in range(3)]
    found = agreement(ours, theirs)
    assert len(found.matches) == 3
    assert [track.title for track in found.unverified] == ["3"]
    assert found.correlations["valence"] == pytest.approx(1)
    assert found.correlations["energy"] == pytest.approx(-1)
    assert found.tempo_share == pytest.approx(2 / 3)
    assert found.mode_share == pytest.approx(1 / 3)
    assert {match.track.title: match.gross for match in found.gross} == {
        "0": ("energy", "tempo", "mode"),
        "1": ("energy", "mode"),
        "2": ("energy",),
    }


def test_without_a_match_the_figures_are_not_numbers() -> None:
    found = agreement([song("Halo", "Beyoncé")], [])
    assert math.isnan(found.tempo_share)
    assert all(math.isnan(value) for value in found.correlations.values())


# The script


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture
def measured_file(tmp_path: Path) -> Path:
    columns = ("track", "artist", "energy", "valence", "acousticness", "instrumentalness", "tempo", "mode")
    path = tmp_path / "measured.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for track in BuiltIn().tracks()[:30]:
            f = track.features
            row = (f.energy, f.valence, f.acousticness, f.instrumentalness, f.tempo_bpm, f.mode)
            writer.writerow((track.title, track.artists[0], *row))
    return path


def test_the_script_reports_the_check_as_json(measured_file: Path) -> None:
    result = run("--against", str(measured_file), "--json")
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["matches"] == 30
    assert found["matches"] + len(found["unverified"]) == len(BuiltIn())
    assert found["correlations"]["valence"] == pytest.approx(1)
    assert (found["tempo_share"], found["mode_share"], found["gross"]) == (1, 1, [])
    assert len(found["spread"]) == 36
    assert sum(cell["tracks"] for cell in found["spread"]) == len(BuiltIn())


def test_the_script_says_which_aims_are_met(measured_file: Path) -> None:
    lines = run("--against", str(measured_file)).stdout.splitlines()
    assert (
        sum(line.endswith(("(at least 0.6: met)", "(at least 0.7: met)", "(at least 0.8: met)")) for line in lines) == 3
    )
    assert "cells with fewer than 8 songs: none" in lines


def test_the_script_lists_what_is_unverified(measured_file: Path) -> None:
    result = run("--against", str(measured_file), "--unverified")
    assert len(result.stdout.splitlines()) == len(BuiltIn()) - 30


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot be read"), ("a,b\n1,2\n", "has no column 'valence'")],
    ids=["missing", "other columns"],
)
def test_the_script_explains_a_file_that_it_cannot_use(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "other.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = run("--against", str(path))
    assert result.returncode == 2
    assert reason in result.stderr
    assert "Traceback" not in result.stderr


# The built-in catalogue against measured features


@pytest.fixture(scope="module")
def found() -> Agreement:
    if not MEASURED.is_file():
        pytest.skip("../shared/data/tracks/spotify_features.csv is not here")
    with MEASURED.open(encoding="utf-8", newline="") as file:
        measured = [
            Listing(
                row["track"],
                row["artist"],
                Features(
                    valence=float(row["valence"]),
                    energy=float(row["energy"]),
                    tempo_bpm=float(row["tempo"]),
                    acousticness=float(row["acousticness"]),
                    mode=int(row["mode"]),
                ),
            )
            for row in csv.DictReader(file)
        ]
    return agreement(BuiltIn().tracks(), measured)


def test_enough_of_the_catalogue_can_be_checked(found: Agreement) -> None:
    assert len(found.matches) >= 400


def test_the_estimates_rank_songs_as_the_measurements_do(found: Agreement) -> None:
    assert found.correlations["valence"] >= 0.6
    assert found.correlations["energy"] >= 0.7
    assert found.correlations["acousticness"] >= 0.6


def test_most_tempi_have_the_measured_pulse(found: Agreement) -> None:
    assert found.tempo_share >= 0.8


def test_few_estimates_are_grossly_off(found: Agreement) -> None:
    gross = [match for match in found.matches if {"valence", "energy"} & set(match.gross)]
    assert len(gross) <= len(found.matches) // 20
