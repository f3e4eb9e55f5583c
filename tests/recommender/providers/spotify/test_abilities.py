from datetime import timedelta

import pytest

from errors import AuthRequired
from recommender.providers.logins import ABILITIES
from recommender.providers.place import Place
from recommender.providers.spotify import abilities as module
from recommender.providers.spotify.abilities import Abilities, abilities
from recommender.providers.spotify.client import SpotifyClient
from tests.recommender.providers.spotify.scripted import Clock, Reply, Scripted

USUAL = [Reply(404, {"error": {"status": 404, "message": ""}}), Reply(403, {"error": {"status": 403, "message": ""}})]
EXTENDED = [Reply(body={"tracks": [], "seeds": []}), Reply(body={"id": module.TRACK, "valence": 0.3})]


@pytest.mark.parametrize(("replies", "has"), [(USUAL, False), (EXTENDED, True)])
def test_an_app_is_asked_once_and_it_is_remembered_for_a_month(
    logged_in: Place, server: Scripted, clock: Clock, replies: list[Reply], has: bool
) -> None:
    server.replies = [*replies]
    with SpotifyClient(logged_in) as client:
        found = abilities(client)
        assert (found.recommendations, found.audio_features) == (has, has)
        assert found.asked_at is not None
        assert abilities(client) == found
        assert [asked.path for asked in server.asked] == [
            f"/v1/recommendations?limit=1&seed_tracks={module.TRACK}",
            f"/v1/audio-features/{module.TRACK}",
        ]
        clock.now_s += timedelta(days=31).total_seconds()
        server.replies = [Reply(body={"access_token": "access-2"}), *replies]
        later = abilities(client)
        assert later.asked_at is not None
        assert later.asked_at - found.asked_at == timedelta(days=31)


def test_one_ability_without_the_other(logged_in: Place, server: Scripted) -> None:
    server.replies = [USUAL[0], EXTENDED[1]]
    with SpotifyClient(logged_in) as client:
        found = abilities(client)
    assert (found.recommendations, found.audio_features) == (False, True)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(429, "", {"Retry-After": "9000"}),
        Reply(503, ""),
        Reply(200, "<html>"),
        Reply(403, "Active premium subscription required for the owner of the app."),
    ],
)
def test_what_cannot_be_found_out_today_is_not_remembered(logged_in: Place, server: Scripted, reply: Reply) -> None:
    server.replies = [reply]
    with SpotifyClient(logged_in) as client:
        assert abilities(client) == Abilities()
    assert not (logged_in.data_dir / ABILITIES).exists()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"asked_at": 3}', '{"client_id": "app", "asked_at": "2026-11-21"}', "\xff"]
)
def test_a_damaged_note_is_asked_for_again(logged_in: Place, server: Scripted, text: str) -> None:
    (logged_in.data_dir / ABILITIES).write_bytes(text.encode("latin-1"))
    server.replies = [*EXTENDED]
    with SpotifyClient(logged_in) as client:
        assert abilities(client).recommendations


def test_another_app_is_asked_for_itself(logged_in: Place, server: Scripted) -> None:
    server.replies = [*USUAL]
    with SpotifyClient(logged_in) as client:
        abilities(client)
    assert module.remembered(logged_in, "app") is not None
    assert module.remembered(logged_in, "another") is None


def test_an_answer_of_another_shape_is_no_ability(logged_in: Place, server: Scripted) -> None:
    server.replies = [Reply(body=[]), Reply(body={"message": "moved"})]
    with SpotifyClient(logged_in) as client:
        found = abilities(client)
    assert (found.recommendations, found.audio_features) == (False, False)


def test_without_a_login_there_is_nobody_to_ask_for(place: Place) -> None:
    with SpotifyClient(place) as client, pytest.raises(AuthRequired):
        abilities(client)
