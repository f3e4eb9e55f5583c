"""Check the built-in catalogue's estimates against measured audio features.

    python benchmarks/check_catalogue.py --against ../shared/data/tracks/spotify_features.csv [--json | --unverified]

The CSV needs the columns track, artist, energy, valence, acousticness, instrumentalness, tempo and mode on Spotify's
scales. Prints how the songs cover the plane of valence and energy, the matches, the rank correlations and every gross
disagreement; `--unverified` lists instead the songs that the file does not have. `docs/built-in.md` has the figures.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recommender.catalogue import BuiltIn
from recommender.spread import ENOUGH, STEPS, Cell, spread
from recommender.types import Features, Track
from recommender.verify import Agreement, Listing, Match, agreement

AIMS = {"valence": 0.6, "energy": 0.7}
"""The least rank correlation that is asked for."""

SAME_TEMPO = 0.8
"""The least share of matches with the same tempo, or half or double, that is asked for."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, required=True, help="CSV of measured audio features")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything as one JSON object")
    form.add_argument("--unverified", action="store_true", help="list the songs that the file does not have")
    options = parser.parse_args()

    try:
        tracks, measured = BuiltIn().tracks(), list(listings(options.against))
        found = agreement(tracks, measured)
        cells = spread([track.features for track in tracks], [listing.features for listing in measured])
    except OSError as error:
        parser.error(f"{options.against} cannot be read ({error.strerror}); name a CSV of audio features")
    except KeyError as error:
        parser.error(f"{options.against} has no column {error}; see --help for those needed")
    except ValueError as error:
        parser.error(f"{options.against} has a bad number ({error})")
    if options.json:
        print(json.dumps(as_json(found, cells), ensure_ascii=False, indent=1))
    elif options.unverified:
        print("\n".join(named(track) for track in found.unverified))
    else:
        report(found)
        report_spread(cells)


def listings(path: Path) -> Iterator[Listing]:
    """Read the measured songs."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            features = Features(
                valence=float(row["valence"]),
                energy=float(row["energy"]),
                tempo_bpm=float(row["tempo"]),
                acousticness=float(row["acousticness"]),
                mode=int(row["mode"]),
                instrumentalness=float(row["instrumentalness"]),
            )
            yield Listing(row["track"], row["artist"], features)


def report(found: Agreement) -> None:
    """Print the comparison for people."""
    total = len(found.matches) + len(found.unverified)
    print(f"{len(found.matches)} of {total} songs are in the file; {len(found.unverified)} stay unverified")
    for name, value in found.correlations.items():
        print(f"rank correlation, {name:<17}{value:.3f}{_met(value, AIMS.get(name))}")
    print(f"same tempo within 4 % or an octave {found.tempo_share:.1%}{_met(found.tempo_share, SAME_TEMPO)}")
    print(f"same mode                          {found.mode_share:.1%}")
    for feature in ("valence", "energy", "tempo", "mode"):
        wrong = [match for match in found.matches if feature in match.gross]
        print(f"\n{feature}: {len(wrong)} gross disagreements (ours, theirs)")
        for match in wrong:
            print(f"  {named(match.track)}: {_value(match, feature)}")


def report_spread(cells: Sequence[Cell]) -> None:
    """Print the grid for people: valence from left to right, energy from top to bottom falling."""
    asked, thin = [cell for cell in cells if cell.asked], [cell for cell in cells if cell.thin]
    print(f"\nspread: {len(asked)} of {len(cells)} cells hold at least 1 % of the file; * marks them")
    for row in reversed(range(STEPS)):
        line = [cell for cell in cells if cell.place[1] == row]
        print("  " + "  ".join(f"{cell.tracks:4} ({cell.share:5.1%}){'*' if cell.asked else ' '}" for cell in line))
    print(f"cells with fewer than {ENOUGH} songs: {', '.join(str(cell.place) for cell in thin) or 'none'}")


def as_json(found: Agreement, cells: Sequence[Cell]) -> dict[str, Any]:
    """Return the comparison as JSON types."""
    return {
        "matches": len(found.matches),
        "correlations": found.correlations,
        "tempo_share": found.tempo_share,
        "mode_share": found.mode_share,
        "gross": [
            {"title": match.track.title, "artists": match.track.artists, "features": match.gross}
            for match in found.gross
        ],
        "spread": [
            {"valence": cell.place[0], "energy": cell.place[1], "share": cell.share, "tracks": cell.tracks}
            for cell in cells
        ],
        "unverified": [{"title": track.title, "artists": track.artists} for track in found.unverified],
    }


def named(track: Track) -> str:
    """Return artist and title on one line."""
    return f"{track.artist} – {track.title}"


def _met(value: float, aim: float | None) -> str:
    return "" if aim is None else f"   (at least {aim:g}: {'met' if value >= aim else 'missed'})"


def _value(match: Match, feature: str) -> str:
    field = "tempo_bpm" if feature == "tempo" else feature
    ours, theirs = getattr(match.track.features, field), getattr(match.listing.features, field)
    return f"{ours:g}, {theirs:g}"


if __name__ == "__main__":
    main()
