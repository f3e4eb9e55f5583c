from __future__ import annotations

import json

from tests.conftest import Mien


def test_summary_prints_the_published_table(mien: Mien) -> None:
    done = mien("model", "summary", "mobile")
    assert done.code == 0
    for words in (
        "1,280",
        "147,584",
        "512",
        "1,179,712",
        "455",
        "1,329,543 parameters, 1,329,287 trainable",
        "12×12×128",
    ):
        assert words in done.out
    assert "223,623" in done.out


def test_summary_takes_options_of_the_builder_and_prints_json(mien: Mien) -> None:
    done = mien("model", "summary", "mobile", "--form", "trained", "-o", "pool=4", "--json")
    found = json.loads(done.out)
    assert found["parameters"] == 223_623
    assert found["layers"][1] == {"name": "pool1", "kind": "MaxPooling2D", "shape": [12, 12, 128], "parameters": 0}
    assert sum(layer["parameters"] for layer in found["layers"]) == found["parameters"]


def test_an_unknown_option_variant_or_form_is_refused_with_the_choices(mien: Mien) -> None:
    for arguments, words in [
        (("cnn", "--form", "published"), "cnn3x3"),
        (("mobile", "--form", "printed"), "published"),
        (("mobile", "-o", "pol=4"), "pool"),
        (("mobile", "-o", "pool"), "key=value"),
        (("mobile", "-o", 'pool="x"'), "cannot be built"),
    ]:
        done = mien("model", "summary", *arguments)
        assert done.code == 2
        assert words in done.err
