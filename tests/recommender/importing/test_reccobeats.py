from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from errors import ConfigError, RateLimited, Unavailable
from recommender.importing.reccobeats import features_of
from recommender.library import Library
from recommender.providers.place import Place
from recommender.types import Features, Track

Answer = tuple[int, Any, dict[str, str]]


class Service:
    """A stand-in for ReccoBeats on loopback, whose answers a test decides."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.answer: Callable[[list[str]], Answer] = lambda ids: (200, {"content": []}, {})
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                ids = parse_qs(urlsplit(self.path).query)["ids"][0].split(",")
                service.asked.append(ids)
                status, body, headers = service.answer(ids)
                content = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def place(service: Service, tmp_path: Path, slept: list[float]) -> Place:
    environ = {"MIEN_RECCOBEATS_API": service.address}
    return Place(tmp_path, tmp_path, Library(tmp_path / "none"), environ, sleep=slept.append)


def track(number: int) -> Track:
    return Track(f"T{number}", ("A",), identifiers={"spotify": f"spotify:track:{number:022}"})


def known(ids: list[str]) -> Answer:
    listed = [
        {"id": "x", "href": f"https://open.spotify.com/track/{i}", "valence": 0.5, "tempo": 0, "key": 3} for i in ids
    ]
    return 200, {"content": listed[::-1]}, {}


def test_forty_at_a_time_are_asked_about_and_answers_find_their_tracks(service: Service, place: Place) -> None:
    service.answer = known
    tracks = [track(n) for n in range(90)]
    found = features_of(place, [*tracks, Track("Nameless", ("A",))])
    assert [len(ids) for ids in service.asked] == [40, 40, 10]
    assert found == {each.identifiers["spotify"]: Features(valence=0.5, key=3) for each in tracks}


def test_tracks_that_it_does_not_know_are_left_out(service: Service, place: Place) -> None:
    service.answer = lambda ids: (200, {"content": [None, {"href": None}, {"href": "https://evil.example/x"}]}, {})
    assert features_of(place, [track(1)]) == {}


@pytest.mark.parametrize("answer", [(200, "<html>", {}), (200, [], {}), (500, {}, {}), (200, {"content": 3}, {})])
def test_nonsense_is_told_with_what_to_do(service: Service, place: Place, answer: Answer) -> None:
    service.answer = lambda ids: answer
    with pytest.raises(Unavailable, match=r"nonsense.*leave --features out"):
        features_of(place, [track(1)])


def test_a_short_wait_is_waited_and_a_long_one_is_told(service: Service, place: Place, slept: list[float]) -> None:
    answers: list[Answer] = [(429, {}, {"Retry-After": "3"}), (429, {}, {}), (429, {}, {"Retry-After": "7200"})]
    service.answer = lambda ids: answers.pop(0)
    with pytest.raises(RateLimited, match=r"try again in 2 h\."):
        features_of(place, [track(1)])
    assert slept == [3.0, 5.0]


def test_only_an_address_that_is_safe_is_asked(place: Place, service: Service, tmp_path: Path) -> None:
    for address in ("http://reccobeats.example", "http://127.0.0.1.evil.example/", "file:///etc"):
        there = Place(tmp_path, tmp_path, place.library, {"MIEN_RECCOBEATS_API": address})
        with pytest.raises(ConfigError, match="https"):
            features_of(there, [track(1)])
    assert service.asked == []


def test_a_service_that_is_away_is_told(place: Place, service: Service) -> None:
    service.server.server_close()
    with pytest.raises(Unavailable, match="cannot be reached"):
        features_of(place, [track(1)])
