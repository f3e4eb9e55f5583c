"""Check the built-in catalogue's estimates against measured audio features.

    python benchmarks/check_catalogue.py --against ../shared/data/tracks/spotify_features.csv [--json | --unverified]

The CSV needs the columns track, artist, energy, valence, acousticness, instrumentalness, tempo and mode on Spotify's
scales. Prints the matches, the rank correlations and every gross disagreement; `--unverified` lists instead the songs
that the file does not have. `docs/catalogue.md` has the figures.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recommender.catalogue import BuiltIn
from recommender.types import Features, Track
from recommender.verify import Agreement, Listing, Match, agreement


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, required=True, help="CSV of measured audio features")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything as one JSON object")
    form.add_argument("--unverified", action="store_true", help="list the songs that the file does not have")
    options = parser.parse_args()

    try:
        found = agreement(BuiltIn().tracks(), listings(options.against))
    except OSError as error:
        parser.error(f"{options.against} cannot be read ({error.strerror}); name a CSV of audio features")
    except KeyError as error:
        parser.error(f"{options.against} has no column {error}; see --help for those needed")
    except ValueError as error:
        parser.error(f"{options.against} has a bad number ({error})")
    if options.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=1))
    elif options.unverified:
        print("\n".join(named(track) for track in found.unverified))
    else:
        report(found)


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
        print(f"rank correlation, {name:<13}{value:.3f}")
    print(f"same tempo within 4 % or an octave {found.tempo_share:.1%}")
    print(f"same mode                          {found.mode_share:.1%}")
    for feature in ("valence", "energy", "tempo", "mode"):
        wrong = [match for match in found.matches if feature in match.gross]
        print(f"\n{feature}: {len(wrong)} gross disagreements (ours, theirs)")
        for match in wrong:
            print(f"  {named(match.track)}: {_value(match, feature)}")


def as_json(found: Agreement) -> dict[str, Any]:
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
        "unverified": [{"title": track.title, "artists": track.artists} for track in found.unverified],
    }


def named(track: Track) -> str:
    """Return artist and title on one line."""
    return f"{track.artist} – {track.title}"


def _value(match: Match, feature: str) -> str:
    field = "tempo_bpm" if feature == "tempo" else feature
    ours, theirs = getattr(match.track.features, field), getattr(match.listing.features, field)
    return f"{ours:g}, {theirs:g}"


if __name__ == "__main__":
    main()
