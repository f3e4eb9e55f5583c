"""What stands beside the default network is what it does, on the real images."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion.models import DEFAULT_MODEL, MODELS
from training.data import load
from training.evaluate import measure
from training.networks import open_network, predict_heads
from training.votes import load_counts, majority, shares


def test_the_default_network_has_the_figures_of_its_entry(shared: Path, tmp_path: Path) -> None:
    folder, entry = shared / "fer2013", MODELS[DEFAULT_MODEL]
    reported = load(folder / "fer2013.csv.gz", cache_dir=tmp_path).split("PublicTest")
    counts = load_counts(folder / "ferplus_votes.csv", reported)
    labels, votes = predict_heads(open_network(DEFAULT_MODEL), reported.images).values()
    found = measure(
        labels, reported.labels, majority=majority(counts), vote_shares=shares(counts), vote_probabilities=votes
    )
    # Another processor adds up in another order; a face or two may change sides.
    assert found.accuracy == pytest.approx(entry.metrics["public_test_accuracy"], abs=1e-3)
    assert found.macro_f1 == pytest.approx(entry.metrics["public_test_macro_f1"], abs=2e-3)
    assert found.ferplus_accuracy == pytest.approx(entry.metrics["public_test_ferplus_accuracy"], abs=1e-3)
    assert found.ece <= 0.03
    assert found.ferplus_ece is not None
    assert found.ferplus_ece <= 0.03
