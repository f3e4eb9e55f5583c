"""The `spotify` fixture: a fresh fake Spotify over HTTP, which must have seen no wrong request when a test ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fakes.spotify.service import Spotify


class Switch:
    """An ASGI application that passes everything on to the service of the test that runs."""

    def __init__(self) -> None:
        self.url = ""
        self.now: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.now(scope, receive, send)


@pytest.fixture(scope="session")
def spotify_switch() -> Iterator[Switch]:
    from tests.fakes.spotify.torn import serving

    switch = Switch()
    with serving(switch) as switch.url:
        yield switch


@pytest.fixture
def spotify(spotify_switch: Switch) -> Iterator[Spotify]:
    """A fake Spotify; a test that asks it wrongly on purpose clears `complaints` and `exchanges` itself."""
    from tests.fakes.contract import violations_of
    from tests.fakes.spotify.service import Spotify

    service = Spotify()
    service.url = spotify_switch.url
    spotify_switch.now = service
    yield service
    wrong = service.complaints + violations_of(service.exchanges)
    assert not wrong, "Spotify would refuse, or does not describe:\n" + "\n".join(wrong)
