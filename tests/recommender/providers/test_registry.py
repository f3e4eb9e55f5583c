from pathlib import Path

import pytest

from errors import ConfigError
from recommender.journey import journey_from
from recommender.library import Library
from recommender.mood import mood_named
from recommender.planner import plan
from recommender.providers import PROVIDERS, SaveWish
from recommender.providers.place import Place


def test_what_a_provider_cannot_do_is_none() -> None:
    abilities = ("catalogue", "find", "sink", "player", "source", "check", "login")
    can = {name: [a for a in abilities if getattr(provider, a)] for name, provider in PROVIDERS.items()}
    assert can == {
        "builtin": ["catalogue"],
        "file": ["sink"],
        "spotify": ["find", "sink", "player", "source", "check", "login"],
        "subsonic": ["sink", "player", "source", "check", "login"],
        "mpd": ["sink", "player", "check"],
        "deezer": ["check"],
    }


def test_the_builtin_songs_go_all_the_way_to_a_file(tmp_path: Path) -> None:
    open_catalogue, sink = PROVIDERS["builtin"].catalogue, PROVIDERS["file"].sink
    assert open_catalogue is not None
    assert sink is not None
    place = Place(tmp_path / "data", tmp_path / "config", Library(tmp_path / "catalogue.db"))
    playlist = plan(journey_from(mood_named("happy"), 20), open_catalogue(place), seed=1)
    assert len(playlist.picks) == 20
    assert sink(place, playlist, SaveWish("happy", path=tmp_path / "happy.xspf")).placed == 20
    with pytest.raises(ConfigError, match="needs a name"):
        sink(place, playlist, SaveWish("happy"))
