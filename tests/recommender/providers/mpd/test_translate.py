from __future__ import annotations

import pytest

from errors import ConfigError
from recommender.providers.mpd.client import address_in, shown
from recommender.providers.mpd.translate import track_of


@pytest.mark.parametrize(
    ("said", "length_s"), [("217.4", 217.4), ("nan", None), ("inf", None), ("-4", None), ("", None)]
)
def test_a_length_that_makes_no_sense_is_not_known(said: str, length_s: float | None) -> None:
    track = track_of({"file": "a/b.mp3", "title": "T", "duration": said})
    assert track is not None
    assert track.duration_s == length_s


@pytest.mark.parametrize("port", ["0.5", "0", "nan", "inf", "65536", "six"])
def test_a_port_that_is_none_is_told(port: str) -> None:
    with pytest.raises(ConfigError, match=r"MPD_PORT is '.+'; set it to a number such as 6600, or unset it\."):
        address_in({"MPD_PORT": port})


def test_an_address_that_mpd_repeats_proves_nothing_any_more() -> None:
    said = shown("Failed to decode http://a.example/rest/stream.view?u=m&t=26719a&s=c19b2d&id=7\n\x1b[2J" + "x" * 999)
    assert said.startswith("Failed to decode http://a.example/rest/stream.view?u=m&t=***&s=***&id=7 [2J")
    assert len(said) == 200
