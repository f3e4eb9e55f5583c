from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from errors import Unavailable
from recommender.importing.listed import import_listed, stored
from recommender.library import Library
from recommender.store.queries import stats
from recommender.types import Features, Track

NOW = datetime(2026, 11, 21, tzinfo=UTC)
KNOWN = Track("Lovely Day", ("Bill Withers",), 1977, "soul", "en", Features(valence=0.9, energy=0.6), estimated=True)
SAVED = Track("Lovely Day - Remastered", ("Bill Withers",), 2009, identifiers={"spotify": "spotify:track:a"})
NEW = Track("Unheard", ("Ann",), identifiers={"spotify": "spotify:track:b"})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found, _ = Library(tmp_path / "catalogue.db").open(make=True)
    yield found
    found.dispose()


def test_features_come_from_the_table_and_the_first_year_counts(engine: Engine) -> None:
    done = import_listed(engine, "spotify", [SAVED, NEW], [KNOWN], now=NOW)
    assert (done.tracks, done.added, done.merged, done.joined, done.without_mood) == (2, 2, 0, 1, 1)
    there = stored(engine, SAVED)
    assert there is not None
    assert (there.features, there.year, there.genre, there.estimated) == (KNOWN.features, 1977, "soul", True)
    assert there.title == SAVED.title


def test_the_same_again_adds_nothing(engine: Engine) -> None:
    for added, merged in ((2, 0), (0, 2)):
        done = import_listed(engine, "spotify", [SAVED, NEW], [KNOWN], now=NOW)
        assert (done.added, done.merged) == (added, merged)
    assert stats(engine).tracks == 2


def test_a_song_of_the_catalogue_keeps_its_measures_and_gains_the_name_at_the_service(engine: Engine) -> None:
    measured = Features(valence=0.8, energy=0.55, tempo_bpm=98.0)
    own = Track("Unheard", ("Ann",), features=measured, identifiers={"file": "/music/unheard.flac"})
    import_listed(engine, "files", [own], [], now=NOW)
    done = import_listed(engine, "spotify", [NEW], [], now=NOW)
    assert (done.added, done.merged, done.without_mood) == (0, 1, 0)
    there = stored(engine, NEW)
    assert there is not None
    assert there.features == measured
    assert dict(there.identifiers) == {"file": "/music/unheard.flac", "spotify": "spotify:track:b"}


def test_only_tracks_that_nobody_here_knows_are_asked_about(engine: Engine) -> None:
    asked: list[Track] = []

    def ask(tracks: Sequence[Track]) -> dict[str, Features]:
        asked.extend(tracks)
        return {"spotify:track:b": Features(valence=0.2, energy=0.3)}

    done = import_listed(engine, "spotify", [SAVED, NEW], [KNOWN], now=NOW, ask=ask)
    assert [track.title for track in asked] == ["Unheard"]
    assert (done.asked, done.without_mood) == (1, 0)
    import_listed(engine, "spotify", [SAVED, NEW], [KNOWN], now=NOW, ask=ask)
    assert len(asked) == 1


def test_what_came_before_a_failure_is_kept(engine: Engine) -> None:
    def broken() -> Iterator[Track]:
        for n in range(600):
            yield Track(f"Song {n}", ("Ann",), identifiers={"spotify": f"spotify:track:{n}"})
        raise Unavailable("spotify", "gone")

    with pytest.raises(Unavailable, match="gone"):
        import_listed(engine, "spotify", broken(), [], now=NOW)
    assert stats(engine).tracks == 500
