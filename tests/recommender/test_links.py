from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from recommender.links import context_link, file_link, links_for
from recommender.m3u import UNKNOWN_ARTIST
from recommender.types import Track


def test_a_track_can_be_searched_on_three_services() -> None:
    links = links_for(Track("Feeling Good", ("Nina Simone", "Guest")))
    assert links == {
        "spotify": "https://open.spotify.com/search/Nina%20Simone%20Feeling%20Good",
        "youtube": "https://www.youtube.com/results?search_query=Nina%20Simone%20Feeling%20Good",
        "deezer": "https://www.deezer.com/search/Nina%20Simone%20Feeling%20Good",
    }


@pytest.mark.parametrize("title", ['A&B=C?#%20+ "q" <x>', "Ça plane pour moi", "夜に駆ける", "🎉 party", "100%"])
def test_hostile_titles_are_encoded_and_come_back_whole(title: str) -> None:
    links = links_for(Track(title, ("X",)))
    assert all(link.isascii() and " " not in link for link in links.values())
    assert parse_qs(urlsplit(links["youtube"]).query)["search_query"] == [f"X {title}"]
    assert unquote(urlsplit(links["spotify"]).path) == f"/search/X {title}"


def test_slashes_and_line_breaks_do_not_part_the_address() -> None:
    links = links_for(Track("Back in\nBlack", ("AC/DC",)))
    assert links["deezer"] == "https://www.deezer.com/search/AC%20DC%20Back%20in%20Black"


@pytest.mark.parametrize("uri", ["spotify:track:6rqhFgbb", "6rqhFgbb"])
def test_a_known_identifier_is_linked_directly(uri: str) -> None:
    links = links_for(Track("T", ("A",), identifiers={"spotify": uri, "deezer": "31", "file": "/m/a b.mp3"}))
    assert links["spotify"] == "https://open.spotify.com/track/6rqhFgbb"
    assert links["deezer"] == "https://www.deezer.com/track/31"
    assert next(iter(links)) == "file"
    assert links["file"] == "file:///m/a%20b.mp3"


def test_an_identifier_that_is_none_is_searched_for() -> None:
    links = links_for(Track("T", ("A",), identifiers={"spotify": "x/../y", "url": "javascript:alert(1)"}))
    assert "/search/" in links["spotify"]
    assert "url" not in links


def test_an_unknown_artist_is_not_searched_for() -> None:
    assert links_for(Track("Heroes", (UNKNOWN_ARTIST,)))["deezer"].endswith("/search/Heroes")


@pytest.mark.parametrize(
    ("context", "link"),
    [
        ("spotify:playlist:abc", "https://open.spotify.com/playlist/abc"),
        ("spotify:user:anna:playlist:abc", "https://open.spotify.com/playlist/abc"),
        ("https://example.org/p?x=1", "https://example.org/p?x=1"),
        ("/music/my list.m3u", "file:///music/my%20list.m3u"),
        ("C:\\Music\\a b.m3u", "file:///C:/Music/a%20b.m3u"),
    ],
)
def test_a_whole_playlist_has_a_link(context: str, link: str) -> None:
    assert context_link(context) == link


def test_a_relative_path_is_encoded_too() -> None:
    assert file_link("a b.mp3") == "a%20b.mp3"
