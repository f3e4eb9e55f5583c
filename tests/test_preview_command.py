from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.conftest import Mien
from tests.fakes.deezer import Deezer, serving, song


@pytest.fixture
def deezer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deezer]:
    with serving(Deezer()) as running:
        monkeypatch.setenv("MIEN_DEEZER_API", running.url)
        yield running


def test_a_preview_is_shown_only_when_a_service_is_named(mien: Mien, deezer: Deezer) -> None:
    mien("playlist", "--mood", "happy", "--seed", 1, "-n", 3)
    done = mien("preview")
    assert done.code == 2
    assert "mien preview --on deezer" in done.err
    assert deezer.asked == []


def test_the_last_list_s_songs_are_shown_with_links_back(mien: Mien, deezer: Deezer) -> None:
    listed = json.loads(mien("playlist", "--mood", "happy", "--seed", 1, "-n", 3, "--json").out)["playlist"]["tracks"]
    first = listed[0]
    deezer.songs = [song(11, first["title"], first["artists"][0], 200)]
    done = mien("preview", 1, 2, "--on", "deezer")
    assert done.code == 0
    assert "https://www.deezer.com/track/11" in done.out
    assert "Deezer does not have it. Look yourself: https://www.deezer.com/search/" in done.out
    documents = json.loads(mien("preview", "--on", "deezer", "--json").out)
    assert [document["number"] for document in documents] == [1, 2, 3]
    assert documents[0]["found"]["link"] == "https://www.deezer.com/track/11"
    assert documents[1]["found"] is None


@pytest.mark.parametrize("arguments", [(9, "--on", "deezer"), ("--on", "napster")])
def test_what_cannot_be_previewed_says_what_can(mien: Mien, deezer: Deezer, arguments: tuple[object, ...]) -> None:
    mien("playlist", "--mood", "happy", "--seed", 1, "-n", 3)
    done = mien("preview", *arguments)
    assert done.code == 2
    assert "has no song 9; it has 3" in done.err or "Choose from: deezer" in done.err
    assert deezer.asked == []
