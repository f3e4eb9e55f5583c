from pathlib import Path

from recommender.journey import journey_from
from recommender.mood import mood_named
from recommender.planner import plan
from recommender.providers import PROVIDERS


def test_what_a_provider_cannot_do_is_none() -> None:
    abilities = ("catalogue", "search_playlists", "sink", "player")
    can = {name: [a for a in abilities if getattr(provider, a)] for name, provider in PROVIDERS.items()}
    assert can == {"builtin": ["catalogue"], "file": ["sink"]}


def test_the_builtin_songs_go_all_the_way_to_a_file(tmp_path: Path) -> None:
    open_catalogue, sink = PROVIDERS["builtin"].catalogue, PROVIDERS["file"].sink
    assert open_catalogue is not None
    assert sink is not None
    playlist = plan(journey_from(mood_named("happy"), 20), open_catalogue(), seed=1)
    assert len(playlist.picks) == 20
    assert sink(playlist, tmp_path / "happy.xspf").placed == 20
